import { type Entry, leafHash, NO_PREVIOUS, type PayloadReference, type SealedEntry, type Subject } from "@change-ledger/model";
import { EvidenceError } from "./fault.ts";

/** A chain, whole: from seq 0 to its head; or, of a chain that holds much more than the change (a ref's), an excerpt. */
export interface DossierChain {
  readonly subject: Subject;
  readonly entries: readonly SealedEntry[];
  /** Only some of the chain's entries, in order of `seq`: each is whole, but nothing is said of those between. */
  readonly excerpt?: true;
}

/** A change's chain and all chains linked to it, with the raw records that their entries were made from: what is judged, shown and sealed. */
export interface Dossier {
  readonly change: Subject;
  /** Each subject once; the change's own among them. The order does not matter. */
  readonly chains: readonly DossierChain[];
  /** By `payloadKey` of the reference: the gzip member that lies there. */
  readonly raw: ReadonlyMap<string, Uint8Array>;
  /** The assessment that was made of these chains, canonical JSON: `data/assessment.json`. */
  readonly assessment?: Uint8Array;
}

/** Names the place that a payload reference points to. Continuation entries of one fact share it. */
export function payloadKey({ archive, offset }: Pick<PayloadReference, "archive" | "offset">): string {
  return `${archive}@${offset}`;
}

/** The distinct payload references of the chains' entries, in order of archive and offset. */
export function payloadsOf(chains: readonly Pick<DossierChain, "entries">[]): PayloadReference[] {
  const found = new Map<string, PayloadReference>();
  for (const { entries } of chains) {
    // Two that point to one place and say otherwise of it are two: one of them is wrong, and must be found to be.
    for (const { entry } of entries)
      if (entry.payload !== undefined)
        found.set(`${payloadKey(entry.payload)} ${entry.payload.length} ${entry.payload.sha256}`, entry.payload);
  }
  return [...found.values()].sort((a, b) => compare(a.archive, b.archive) || a.offset - b.offset);
}

/**
 * The change's own chain first, then the others in order of subject; each one verified (RFC 6962 leaf hashes, `prev`, `seq` without a gap but in excerpts).
 * What is sealed under retention for years must not be found broken then.
 * @throws EvidenceError `not-a-dossier`: which subject and seq, what was expected
 */
export function orderedChains({ change, chains }: Pick<Dossier, "change" | "chains">): DossierChain[] {
  const own = chains.filter(({ subject }) => subject === change);
  const linked = chains.filter(({ subject }) => subject !== change).sort((a, b) => compare(a.subject, b.subject));
  if (own.length !== 1) throw new EvidenceError("not-a-dossier", `expected the chain of ${change} once, got it ${own.length} times`);
  const ordered = [...own, ...linked];
  for (const [index, { subject, entries, excerpt }] of ordered.entries()) {
    if (entries.length === 0) throw new EvidenceError("not-a-dossier", `expected entries in the chain of ${subject}, got none`);
    if (subject === ordered[index - 1]?.subject)
      throw new EvidenceError("not-a-dossier", `expected the chain of ${subject} once, got it twice`);
    for (const { seq, field, expected, found } of chainFaults({ subject, entries, excerpt: excerpt === true }))
      throw new EvidenceError("not-a-dossier", `${subject} seq ${seq}: expected ${field} ${expected}, got ${found}`);
  }
  return ordered;
}

/** A chain's entry, or bytes that cannot be read as one: what comes behind them can still be held to their hash. */
export interface ChainItem {
  readonly entry: Entry | undefined;
  readonly bytes: Uint8Array;
  readonly hash: string;
}

/** What is wrong with an entry of a chain. */
export interface ChainFault {
  readonly seq: number;
  readonly field: "subject" | "seq" | "prev" | "hash";
  readonly expected: string;
  readonly found: string;
}

/** All that is wrong with a chain's entries: subject, `seq` (without a gap but in excerpts), `prev`, and the hash of the bytes. Behind a wrong entry the next is held to what was found. */
export function* chainFaults({
  subject,
  entries,
  excerpt,
}: {
  readonly subject: string;
  readonly entries: readonly ChainItem[];
  readonly excerpt: boolean;
}): Generator<ChainFault> {
  let prev = NO_PREVIOUS;
  let last = -1;
  for (const { entry, bytes, hash } of entries) {
    if (entry === undefined) {
      prev = leafHash(bytes);
      last += 1;
      continue;
    }
    // In an excerpt a gap is allowed, and behind a gap nothing is known to link to.
    const gap = excerpt && entry.seq > last + 1;
    const seq = gap ? entry.seq : last + 1;
    const expected = { subject, seq, prev: gap ? entry.prev : prev, hash: leafHash(bytes) };
    const found = { subject: entry.subject, seq: entry.seq, prev: entry.prev, hash };
    for (const field of ["subject", "seq", "prev", "hash"] as const)
      if (found[field] !== expected[field]) yield { seq, field, expected: String(expected[field]), found: String(found[field]) };
    prev = expected.hash;
    last = entry.seq;
  }
}

/**
 * The entries whose place in the log a bundle has to prove: those that no entry of the bundle names in `prev`. The head of a whole chain binds all of it, the last of
 * each run without a gap binds that run of an excerpt.
 * @param chains as `orderedChains` gives them
 */
export function entriesToProve(chains: readonly Pick<DossierChain, "entries">[]): SealedEntry[] {
  return chains.flatMap(({ entries }) => entries.filter(({ entry }, at) => entries[at + 1]?.entry.seq !== entry.seq + 1));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
