/** Names, entry by entry, what differs between chains of the log and of the ledger: a second look at those whose heads did. */

import { parseBundle, TILE_WIDTH, tileWidth } from "@change-ledger/log";
import { leafHash } from "@change-ledger/model";
import type { EntryScanner } from "../wasm/entry-scan.ts";
import type { Fault } from "./fault.ts";
import { firstDifference } from "./first-difference.ts";
import { KeyMap } from "./key-map.ts";
import { bytesOf, ledgerEntries, logEntries, type PassedEntry } from "./read-entries.ts";
import { readTile } from "./read-tile.ts";
import type { LedgerFile, LogFiles, Progress } from "./sources.ts";

/** A chain to look at again. */
export interface Suspect {
  readonly low: number;
  readonly high: number;
}

export interface Comparison {
  readonly log: LogFiles;
  readonly size: number;
  readonly ledger: LedgerFile;
  readonly scanner: EntryScanner;
  readonly progress: Progress;
}

/** Entries of suspects that are held in memory; of what lies beyond only the first ones are compared. */
const MAX_HELD = 300_000;

interface HeldEntry {
  readonly leaf: number;
  readonly hash: string;
}

interface SuspectChain {
  subject: string;
  /** Of the log, by seq. */
  readonly entries: Map<number, HeldEntry>;
  /** Those that the ledger has. */
  readonly matched: Set<number>;
  /** Not all of the log's entries are held. */
  cut: boolean;
}

export async function* compareChains(comparison: Comparison, suspects: readonly Suspect[]): AsyncGenerator<Fault> {
  const { log, size, ledger, scanner, progress } = comparison;
  const chains = new KeyMap<SuspectChain>();
  for (const { low, high } of suspects) chains.set(low, high, { subject: "", entries: new Map(), matched: new Set(), cut: false });
  let held = 0;
  for await (const batch of logEntries(log, size, scanner, progress))
    for (const entry of batch) {
      const chain = chains.get(entry.low, entry.high);
      if (chain === undefined) continue;
      chain.subject ||= scanner.subject(entry.found);
      if (++held > MAX_HELD) chain.cut = true;
      else if (!chain.entries.has(entry.seq))
        chain.entries.set(entry.seq, { leaf: entry.leaf ?? 0, hash: leafHash(bytesOf(scanner, entry)) });
    }
  for await (const batch of ledgerEntries(ledger, scanner, progress))
    for (const entry of batch) {
      const chain = chains.get(entry.low, entry.high);
      if (chain !== undefined) yield* compareEntry(comparison, chain, entry);
    }
  for (const { subject, entries, matched } of chains.values())
    for (const [seq, { leaf, hash }] of entries)
      if (!matched.has(seq)) yield { check: "ledger-missing", subject, seq, leaf, expected: hash, found: "none" };
}

async function* compareEntry({ log, size, ledger, scanner }: Comparison, chain: SuspectChain, entry: PassedEntry): AsyncGenerator<Fault> {
  const bytes = Uint8Array.from(bytesOf(scanner, entry));
  const of = { subject: scanner.subject(entry.found), seq: entry.seq, file: `${ledger.name}:${entry.line}` };
  const found = leafHash(bytes);
  const held = chain.entries.get(entry.seq);
  if (held === undefined) {
    if (!chain.cut) yield { check: "ledger-extra", ...of, expected: "an entry of the log", found };
    return;
  }
  if (chain.matched.has(entry.seq)) {
    yield { check: "chain-doubled", ...of, field: "seq", expected: `${entry.seq} once`, found: `${entry.seq} again` };
    return;
  }
  chain.matched.add(entry.seq);
  if (held.hash === found) return;
  const kept = await entryAt(log, held.leaf, size);
  const difference = kept === undefined ? undefined : firstDifference(kept, bytes);
  yield { check: "ledger-differs", ...of, leaf: held.leaf, ...(difference ?? { field: "hash", expected: held.hash, found }) };
}

async function entryAt(log: LogFiles, leaf: number, size: number): Promise<Uint8Array | undefined> {
  const index = Math.floor(leaf / TILE_WIDTH);
  const width = tileWidth(0, index, size);
  const bundle = await readTile(log, { level: "entries", index, width });
  try {
    return bundle === undefined ? undefined : parseBundle(bundle.bytes, width)[leaf % TILE_WIDTH];
  } catch {
    return undefined;
  }
}
