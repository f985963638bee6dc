/** A bundle's tests, done again from its entries: what the ledger said is compared, not believed. */
import { assessDossier, chainsInBag, EvidenceError, readBundle } from "@change-ledger/evidence";
import { canonicalBytes, type Outcome, type Subject } from "@change-ledger/model";
import { type Assessment, defaultConfiguration, type InForce, inForce, type ReadResult, readConfiguration } from "@change-ledger/procedure";
import * as z from "zod";
import type { ConfigurationLine } from "./layout.ts";

/** As far as it says what it was made with. */
const toldSchema = z.looseObject({
  asOf: z.iso.datetime({ precision: 3 }),
  configuration: z.string(),
  outcome: z.string(),
  tests: z.array(z.looseObject({ test: z.string(), outcome: z.string() })),
});

/** What came of doing a change's tests again. */
export interface Reperformed {
  /** `same`: byte for byte what the ledger said. */
  readonly outcome: "same" | "differs" | "no-assessment" | "no-configuration" | "no-bundle" | "not-readable";
  /** What it came to now. */
  readonly assessment?: Assessment | undefined;
  /** By test, what the ledger had said. */
  readonly told: ReadonlyMap<string, string>;
  readonly because: string;
}

/** Versions of the configuration, each read once. */
export class KnownConfigurations {
  readonly #lines: ReadonlyMap<string, ConfigurationLine>;
  readonly #read = new Map<string, InForce | undefined>();

  constructor(lines: readonly ConfigurationLine[]) {
    this.#lines = new Map(lines.map((line) => [line.version, line]));
  }

  /** Undefined for one that is not there, cannot be in force, or is another than its version says. */
  get(version: string): InForce | undefined {
    if (!this.#read.has(version)) this.#read.set(version, this.#compile(version));
    return this.#read.get(version);
  }

  #compile(version: string): InForce | undefined {
    const standard = defaultConfiguration();
    if (standard.version === version) return inForce(standard);
    const line = this.#lines.get(version);
    const read: ReadResult | undefined = line && readConfiguration(line.text, line.recordedAt);
    return read?.ok === true && read.version === version ? inForce(read) : undefined;
  }
}

const NOTHING: ReadonlyMap<string, string> = new Map();

/** @param zip undefined: the change has no bundle on record */
export function reperform(change: string, zip: Uint8Array | undefined, configurations: KnownConfigurations): Reperformed {
  if (zip === undefined)
    return { outcome: "no-bundle", told: NOTHING, because: "No evidence is sealed for this change: it has not ended." };
  let files: ReadonlyMap<string, Uint8Array>;
  try {
    files = readBundle(zip).files;
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    return { outcome: "not-readable", told: NOTHING, because: error.message };
  }
  const bag = chainsInBag(files);
  if (bag?.change !== change) return { outcome: "not-readable", told: NOTHING, because: `The bundle is of ${bag?.change ?? "nothing"}.` };
  const said = files.get("data/assessment.json");
  const parsed = said === undefined ? undefined : toldSchema.safeParse(jsonOf(said));
  if (said === undefined || parsed?.success !== true)
    return { outcome: "no-assessment", told: NOTHING, because: "The bundle holds no assessment." };
  const told = new Map(parsed.data.tests.map(({ test, outcome }) => [test, outcome]));
  const rules = configurations.get(parsed.data.configuration);
  if (rules === undefined)
    return { outcome: "no-configuration", told, because: `The configuration ${parsed.data.configuration} is not in these papers.` };
  const chains = bag.chains.map(({ subject, entries, excerpt }) => ({ subject, entries, ...(excerpt && { excerpt: true as const }) }));
  const assessment = assessDossier({ change: change as Subject, chains }, rules, parsed.data.asOf);
  const same = Buffer.compare(canonicalBytes(assessment), said) === 0;
  return {
    outcome: same ? "same" : "differs",
    assessment,
    told,
    because: same ? "Done again, it came to the same." : differenceOf(assessment, told, parsed.data.outcome),
  };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
}

function differenceOf({ tests, outcome }: Assessment, told: ReadonlyMap<string, string>, whole: string): string {
  const other = tests.find((one) => told.get(one.test) !== one.outcome);
  if (other !== undefined) return `${other.test}: the ledger said ${told.get(other.test) ?? "nothing"}, done again it is ${other.outcome}.`;
  if (outcome !== (whole as Outcome)) return `The ledger said ${whole}, done again it is ${outcome}.`;
  return "Every test came to the same outcome, for other reasons than the ledger gave.";
}
