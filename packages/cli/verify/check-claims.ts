/** What evidence bundles claim, against the log or, where there is none, the ledger: their entries, what they lack, their records, and their predecessors. */
import { leafHash } from "@change-ledger/model";
import type { EntryScanner } from "../wasm/entry-scan.ts";
import type { Fault } from "./fault.ts";
import { KeyMap } from "./key-map.ts";
import type { Claim, ClaimedChain } from "./open-bundles.ts";
import { bytesOf, type PassedEntry } from "./read-entries.ts";

export interface ClaimsCheck {
  readonly claims: readonly Claim[];
  /** All bundles that the ledger's `sealed` entries name should be among them. */
  readonly complete: boolean;
  readonly scanner: EntryScanner;
  readonly entries: AsyncIterable<readonly PassedEntry[]>;
}

/** A bundle as a `sealed` entry records it. */
interface SealedRecord {
  readonly key: string;
  readonly versionId: string;
  readonly sha256: string;
  readonly of: Pick<Fault, "subject" | "seq" | "leaf">;
}

interface Watched {
  readonly claim: Claim;
  readonly chain: ClaimedChain;
  readonly seen: Set<number>;
}

/** An entry that came so shortly before a bundle was sealed may have come while it was gathered. */
const GATHERING_MS = 60_000;
const EVIDENCE = "evidence:";

export async function* checkClaims({ claims, complete, scanner, entries }: ClaimsCheck): AsyncGenerator<Fault> {
  const watched = new KeyMap<Watched[]>();
  for (const claim of claims)
    for (const chain of claim.chains) {
      const [low, high] = scanner.keyOf(chain.subject);
      watched.set(low, high, [...(watched.get(low, high) ?? []), { claim, chain, seen: new Set() }]);
    }
  const records = new Map<string, SealedRecord>();
  for await (const batch of entries)
    for (const entry of batch) {
      const subject = scanner.subject(entry.found);
      if (subject.startsWith(EVIDENCE)) for (const record of recordsIn(scanner, entry, subject)) yield* takeRecord(records, record);
      for (const each of watched.get(entry.low, entry.high) ?? []) yield* checkEntry(scanner, each, entry);
    }
  for (const { claim, chain, seen } of [...watched.values()].flat())
    for (const [seq, hash] of chain.hashes)
      if (!seen.has(seq))
        yield { check: "ledger-extra", subject: chain.subject, seq, file: claim.bundle, expected: "an entry of the log", found: hash };
  for (const claim of claims) {
    yield* checkRecord(claim, records);
    yield* checkPredecessor(claim, records);
  }
  if (!complete) return;
  const held = new Set(claims.map(({ zip }) => zip?.key));
  for (const [key, record] of records)
    if (!held.has(key)) yield { check: "sealed-missing", ...record.of, file: key, expected: record.sha256, found: "no such file" };
}

function* checkEntry(scanner: EntryScanner, { claim, chain, seen }: Watched, entry: PassedEntry): Generator<Fault> {
  const { seq, leaf } = entry;
  const claimed = chain.hashes.get(seq);
  const { subject } = chain;
  if (claimed !== undefined) {
    seen.add(seq);
    const hash = leafHash(bytesOf(scanner, entry));
    if (hash !== claimed)
      yield { check: "ledger-differs", subject, seq, leaf, file: claim.bundle, field: "hash", expected: hash, found: claimed };
    return;
  }
  if (chain.length === undefined || seq < chain.length || leaf === undefined || claim.sealedAt === undefined) return;
  if (claim.checkpoint === undefined || leaf >= claim.checkpoint.size) return;
  const { recordedAt } = JSON.parse(Buffer.from(bytesOf(scanner, entry)).toString("utf8")) as { recordedAt: string };
  if (Date.parse(recordedAt) > Date.parse(claim.sealedAt) - GATHERING_MS) return;
  const expected = `the entry of leaf ${leaf}, below the bundle's checkpoint of ${claim.checkpoint.size}`;
  yield { check: "dossier-lacks", subject, seq, leaf, file: claim.bundle, expected, found: `a chain of ${chain.length}` };
}

function recordsIn(scanner: EntryScanner, entry: PassedEntry, subject: string): SealedRecord[] {
  try {
    const { kind, facts } = JSON.parse(Buffer.from(bytesOf(scanner, entry)).toString("utf8")) as {
      kind: string;
      facts: { bundles?: unknown };
    };
    if (kind !== "sealed" || !Array.isArray(facts.bundles)) return [];
    return (facts.bundles as Partial<SealedRecord>[]).flatMap(({ key, versionId, sha256 }) =>
      typeof key === "string" && typeof versionId === "string" && typeof sha256 === "string"
        ? [{ key, versionId, sha256, of: { subject, seq: entry.seq, leaf: entry.leaf } }]
        : [],
    );
  } catch {
    return [];
  }
}

/** A key is written once: the first record of it stands, whatever is recorded later. */
function* takeRecord(records: Map<string, SealedRecord>, record: SealedRecord): Generator<Fault> {
  const first = records.get(record.key);
  if (first === undefined) records.set(record.key, record);
  else if (first.versionId !== record.versionId || first.sha256 !== record.sha256)
    yield { check: "sealed-differs", ...record.of, file: record.key, expected: versionOf(first), found: versionOf(record) };
}

function versionOf({ versionId, sha256 }: Pick<SealedRecord, "versionId" | "sha256">): string {
  return `version ${versionId} of SHA-256 ${sha256}`;
}

/** The zip file is the one that was recorded. */
function* checkRecord({ zip, bundle }: Claim, records: ReadonlyMap<string, SealedRecord>): Generator<Fault> {
  if (zip === undefined) return;
  const record =
    zip.key === undefined
      ? [...records.values()].find(({ key, sha256 }) => key.endsWith(`/${bundle}`) || sha256 === zip.sha256)
      : records.get(zip.key);
  if (record?.sha256 === zip.sha256) return;
  const expected = record?.sha256 ?? "a bundle on record";
  yield { check: "sealed-differs", ...record?.of, file: zip.key ?? bundle, expected, found: zip.sha256 };
}

function* checkPredecessor({ predecessor, bundle }: Claim, records: ReadonlyMap<string, SealedRecord>): Generator<Fault> {
  if (predecessor === undefined) return;
  const record = records.get(predecessor.key);
  if (record?.versionId === predecessor.versionId && record.sha256 === predecessor.sha256) return;
  const expected = record === undefined ? "a bundle on record" : `${record.key}, ${versionOf(record)}`;
  yield { check: "predecessor", ...record?.of, file: bundle, expected, found: `${predecessor.key}, ${versionOf(predecessor)}` };
}
