import type { Difference } from "@change-ledger/log";
import { type FactsOf, NO_PREVIOUS, type SealedEntry, type Subject } from "@change-ledger/model";

type Verified = FactsOf<"verified">;
type SealedBundle = FactsOf<"sealed">["bundles"][number];

/** What `verified` names of one check. */
const FAULTS_MAX = 100;
/** Bundles that are looked at side by side. */
const BUNDLES_AT_ONCE = 64;

/** Locked evidence, as it can be asked about without reading it. */
export interface EvidenceHeads {
  /** Undefined when the version is there, with the bytes that were recorded, and locked; else the stable code of what is wrong: `missing`, `other-bytes`, `not-locked`. */
  faultOf(bundle: SealedBundle): Promise<string | undefined>;
}

/** The faults of one check, counted. */
class Faults {
  looked = 0;
  faulty = 0;
  readonly #named: Verified["faults"][number][] = [];

  add(subject: Subject | undefined, seq: number | undefined, code: string): void {
    this.faulty++;
    // What concerns nobody by name concerns everybody: it is counted, and whoever reads sees that not all are named.
    if (subject !== undefined && this.#named.length < FAULTS_MAX) this.#named.push({ subject, ...(seq !== undefined && { seq }), code });
  }

  facts(check: Verified["check"], upTo: string): Verified {
    return { check, upTo, looked: this.looked, faults: this.#named, faulty: this.faulty };
  }
}

/**
 * Checks the whole record while it is compared with the log (audit test T18): each chain's links, and that each bundle on record lies locked in the archive as it was
 * recorded. The log's differences are told to it by whoever compares.
 */
export class RecordCheck {
  readonly #chains = new Faults();
  readonly #log = new Faults();
  readonly #evidence = new Faults();
  readonly #heads: EvidenceHeads;

  constructor(heads: EvidenceHeads) {
    this.#heads = heads;
  }

  /** The entries as they come, each chain's in order of `seq`, one chain after the other. */
  async *through(ledger: AsyncIterable<SealedEntry>): AsyncGenerator<SealedEntry> {
    let before: SealedEntry | undefined;
    let bundles: SealedBundle[] = [];
    for await (const sealed of ledger) {
      const { entry } = sealed;
      if (before?.entry.subject !== entry.subject) before = undefined;
      this.#chains.looked++;
      this.#log.looked++;
      if (entry.seq !== (before?.entry.seq ?? -1) + 1) this.#chains.add(entry.subject, entry.seq, "gap");
      else if (entry.prev !== (before?.hash ?? NO_PREVIOUS)) this.#chains.add(entry.subject, entry.seq, "wrong-link");
      before = sealed;
      if (entry.kind === "sealed") bundles.push(...entry.facts.bundles);
      if (bundles.length >= BUNDLES_AT_ONCE) {
        await this.#look(bundles);
        bundles = [];
      }
      yield sealed;
    }
    await this.#look(bundles);
  }

  /** A difference of ledger and log; a place that was only to be noted again is none of the record's. */
  differs({ kind, subject, seq }: Pick<Difference, "subject" | "seq"> & { readonly kind: string }): void {
    if (kind !== "unplaced") this.#log.add(subject, seq, kind);
  }

  /** @param upTo when the comparison began: what was recorded by then was looked at */
  verified(upTo: string): Verified[] {
    return [this.#chains.facts("chains", upTo), this.#log.facts("log", upTo), this.#evidence.facts("evidence", upTo)];
  }

  async #look(bundles: readonly SealedBundle[]): Promise<void> {
    await Promise.all(
      bundles.map(async (bundle) => {
        this.#evidence.looked++;
        const code = await this.#heads.faultOf(bundle);
        if (code !== undefined) this.#evidence.add(bundle.change, undefined, code);
      }),
    );
  }
}
