import { logIdentity, type TrustFile, verifyProofFile } from "@change-ledger/log";
import { canonicalBytes, type SealedEntry } from "@change-ledger/model";
import type { PopulationSource } from "@change-ledger/query";
import { WorkpapersError } from "./fault.ts";
import type { BeforeLine } from "./layout.ts";
import type { LedgerApi } from "./ledger-api.ts";

const PAGE = 100;

/** Entries from before the part of the log that is read: each is held to the `prev` of the one behind it, and what a certificate names of them has a proof. */
export class ChainsBefore {
  readonly #api: LedgerApi;
  readonly #trust: TrustFile;
  readonly #size: number;
  readonly #read = new Map<string, SealedEntry>();
  readonly #leaves = new Map<string, number>();

  constructor(api: LedgerApi, trust: TrustFile, size: number) {
    this.#api = api;
    this.#trust = trust;
    this.#size = size;
  }

  readonly before: PopulationSource["before"] = (subject, known) => this.#before(subject, known);

  async *#before(
    ...[subject, known]: Parameters<PopulationSource["before"]>
  ): AsyncGenerator<{ entry: SealedEntry["entry"]; hash: string }> {
    let { prev } = known;
    for (let to = known.seq; to > 0; ) {
      const from = Math.max(0, to - PAGE);
      const page = (await this.#api.chain(subject, from, to - from)).reverse();
      if (page.length !== to - from) throw new WorkpapersError("unreadable", `the server has not all of ${subject}`);
      for (const sealed of page) {
        if (sealed.hash !== prev)
          throw new WorkpapersError("unreadable", `${subject} seq ${sealed.entry.seq}: expected ${prev}, got ${sealed.hash}`);
        this.#read.set(sealed.hash, sealed);
        yield { entry: sealed.entry, hash: sealed.hash };
        prev = sealed.entry.prev;
      }
      to = from;
    }
  }

  /** Leaves of those that are in the log below its checkpoint; each one is proven. */
  async place(hashes: readonly string[]): Promise<ReadonlyMap<string, number>> {
    for (const hash of hashes) {
      const known = this.#read.get(hash);
      if (known === undefined) continue;
      const proof = await this.#api.awaitProof(known.entry.subject, known.entry.seq);
      const { index } = verifyProofFile(proof, Buffer.from(hash, "hex"), logIdentity(this.#trust));
      if (index < this.#size) this.#leaves.set(hash, index);
    }
    return this.#leaves;
  }

  /** `before.jsonl` */
  bytes(): Uint8Array {
    const lines = [...this.#read.values()]
      .sort((a, b) => (a.entry.subject < b.entry.subject ? -1 : a.entry.subject > b.entry.subject ? 1 : a.entry.seq - b.entry.seq))
      .map(({ bytes, hash }): BeforeLine => {
        const leaf = this.#leaves.get(hash);
        return { entry: Buffer.from(bytes).toString("utf8"), ...(leaf !== undefined && { leaf }) };
      });
    return Buffer.concat(lines.flatMap((line) => [canonicalBytes(line), LINE_FEED]));
  }
}

const LINE_FEED = Buffer.from("\n");
