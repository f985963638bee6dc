import type { ChainStore } from "@change-ledger/ledger";
import { type FactsOf, type SealedEntry, type SourceFact, type Subject, subject } from "@change-ledger/model";
import { defaultConfiguration, type InForce, inForce, type ReadResult } from "@change-ledger/procedure";
import { offeredConfiguration, SourceError } from "@change-ledger/sources";
import { type ReadOffer, refusedOffer } from "./offer.ts";
import type { RawStore } from "./ports.ts";
import { readRecord } from "./segment.ts";

/** The chain of everything that was ever offered as the configuration, and what became of it. */
export const CONFIGURATION: Subject = subject("config", "default");

/** A version that somebody offered: in force from when it was recorded on, if it is valid. */
export interface Offer {
  readonly entry: SealedEntry;
  readonly facts: FactsOf<"configuration">;
  /** Its verdict, as soon as it is on record. */
  readonly verdict: "in-force" | "refused" | undefined;
  /** When that was recorded. */
  readonly verdictAt: string | undefined;
}

export interface ConfigurationPorts {
  readonly store: Pick<ChainStore, "read">;
  readonly raw: RawStore;
  /** `readOfferedText` of who gives the verdict, else `readOfferedValue`. */
  readonly read: ReadOffer;
}

const PAGE = 200;

/**
 * The configuration as the ledger holds it. Of those offered by an instant the newest valid one is in force at it; none was: the default one. A text is read and compiled
 * once a process; the chain is read on from where it was read last.
 */
export class Configurations {
  readonly #ports: ConfigurationPorts;
  #chain: readonly SealedEntry[] = [];
  readonly #read = new Map<string, Promise<ReadResult>>();
  readonly #compiled = new Map<string, InForce>();

  constructor(ports: ConfigurationPorts) {
    this.#ports = ports;
  }

  /** Takes in what was recorded since. Half a read unit. */
  async refresh(): Promise<void> {
    for (;;) {
      const known = this.#chain;
      const page = await this.#ports.store.read(CONFIGURATION, known.length, PAGE, { eventual: true });
      // Whoever else asked meanwhile may have taken them in.
      if (this.#chain === known && page.length > 0) this.#chain = [...known, ...page];
      if (page.length < PAGE) return;
    }
  }

  /** The chain as far as it was read. */
  get chain(): readonly SealedEntry[] {
    return this.#chain;
  }

  /** In the order of the chain. */
  get offers(): readonly Offer[] {
    const verdicts = new Map(
      this.#chain.flatMap(({ entry }) =>
        entry.kind === "configuration" && entry.facts.status !== "offered" && entry.source.id.startsWith(VERDICT)
          ? [[entry.source.id, { verdict: entry.facts.status, verdictAt: entry.recordedAt }] as const]
          : [],
      ),
    );
    return this.#chain.flatMap((entry) =>
      entry.entry.kind === "configuration" && entry.entry.facts.status === "offered"
        ? [{ entry, facts: entry.entry.facts, ...(verdicts.get(verdictId(entry)) ?? UNJUDGED) }]
        : [],
    );
  }

  /** What was in force at `asOf`, by what had been recorded then (RFC 3339, UTC, milliseconds). */
  async at(asOf: string): Promise<InForce> {
    for (const { entry, verdict } of this.offers.toReversed()) {
      // What was refused never was in force, whoever reads it.
      if (entry.entry.recordedAt > asOf || verdict === "refused") continue;
      const result = await this.read(entry);
      if (result.ok) return this.#compile(result.version, result);
    }
    const standard = defaultConfiguration();
    return this.#compile(standard.version, standard);
  }

  /** What was in force at any instant, as far as the chain was read: as `at`, for whoever asks often. */
  async history(): Promise<(asOf: string) => InForce> {
    const read = await Promise.all(
      this.offers
        .filter(({ verdict }) => verdict !== "refused")
        .map(async ({ entry }) => ({ recordedAt: entry.entry.recordedAt, result: await this.read(entry) })),
    );
    const valid = read.flatMap(({ recordedAt, result }) =>
      result.ok ? [{ recordedAt, inForce: this.#compile(result.version, result) }] : [],
    );
    const standard = defaultConfiguration();
    const before = this.#compile(standard.version, standard);
    return (asOf) => valid.findLast(({ recordedAt }) => recordedAt <= asOf)?.inForce ?? before;
  }

  /** The text of a version, whoever offered it; undefined of one that nobody did. */
  async text(version: string): Promise<Uint8Array | undefined> {
    const offer = this.offers.find(({ facts }) => facts.version === version);
    const payload = offer === undefined ? undefined : await this.#payload(offer.entry);
    return payload === undefined ? undefined : offeredConfiguration(payload);
  }

  /** An offered version, read as of when it was recorded. */
  async read(offered: SealedEntry): Promise<ReadResult> {
    const reading = this.#read.get(offered.hash) ?? this.#readText(offered);
    this.#read.set(offered.hash, reading);
    // An archive that does not answer now may do so later.
    reading.catch(() => this.#read.delete(offered.hash));
    return await reading;
  }

  async #readText(offered: SealedEntry): Promise<ReadResult> {
    try {
      const payload = await this.#payload(offered);
      return payload === undefined ? refusedOffer("expected the text in the archive") : this.#ports.read(payload, offered);
    } catch (error) {
      if (error instanceof SourceError) return refusedOffer(error.message);
      throw error;
    }
  }

  async #payload({ entry }: SealedEntry): Promise<Uint8Array | undefined> {
    if (entry.payload === undefined) return undefined;
    const [member] = await this.#ports.raw.members([entry.payload]);
    return readRecord(member ?? new Uint8Array()).body;
  }

  #compile(version: string, from: Parameters<typeof inForce>[0]): InForce {
    const known = this.#compiled.get(version) ?? inForce(from);
    this.#compiled.set(version, known);
    return known;
  }
}

const UNJUDGED = { verdict: undefined, verdictAt: undefined };
const VERDICT = "configuration/";
const verdictId = ({ hash }: SealedEntry): string => `${VERDICT}${hash.slice(0, 32)}`;

/** What goes on record of an offer: that it came into force, or what is wrong with it. The id makes it exactly once. */
export function verdictOf({ entry, facts }: Offer, result: ReadResult, occurredAt: string): SourceFact {
  const { version, label } = facts;
  const about = { version, ...(label !== undefined && { label }) };
  const status = result.ok ? ("in-force" as const) : ("refused" as const);
  return {
    subject: CONFIGURATION,
    occurredAt,
    source: { system: "ledger", event: `configuration.${status}`, id: verdictId(entry), auth: "ledger", norm: 1 },
    kind: "configuration",
    facts: result.ok
      ? { status, ...about }
      : {
          status,
          ...about,
          faults: result.faults
            .slice(0, 100)
            .map(({ code, field, line, column }) => ({ code, field: field === "" ? "text" : field.slice(0, 200), line, column })),
        },
  };
}
