/**
 * Restores a ledger table from the log alone: every entry, byte for byte, with the same INSERT that appended it, and the deduplication markers, which
 * are a function of the entries. It goes on where it stopped: what the table holds already must be the beginning of what the log holds.
 */
import type { LedgerExport } from "@change-ledger/api";
import { type ChainStore, markerOf, UNMARKED_ENTRIES } from "@change-ledger/ledger";
import { type LogFiles, restoreChains, type TreeHead } from "@change-ledger/log";
import type { SealedEntry } from "@change-ledger/model";
import { CliError } from "../fault.ts";
import type { Progress } from "../verify/sources.ts";

export interface RebuildPorts {
  readonly files: LogFiles;
  /** As a verified checkpoint states it. */
  readonly head: TreeHead;
  readonly store: ChainStore;
  /** Of the same table. */
  readonly held: LedgerExport;
  readonly progress: Progress;
}

export interface Rebuilt {
  /** Entries that the table held before, and those that were written. */
  readonly held: number;
  readonly written: number;
  readonly markers: number;
}

/** Entries that are gathered before they are written. */
const BATCH = 500;
const PAGE = 1000;

/** A chain as the table holds it, or as the log does. */
interface ChainHead {
  length: number;
  hash: string;
}

/**
 * Memory grows with the number of chains, not of entries.
 * @throws CliError `refused` when the table holds anything that the log does not; nothing was written then. LogError as `restoreChains`
 */
export async function rebuild(ports: RebuildPorts): Promise<Rebuilt> {
  const { files, head, progress } = ports;
  const held = await heldChains(ports.held, progress);
  const lengths = await logLengths(ports, held);
  const outcome = { held: [...held.values()].reduce((sum, { length }) => sum + length, 0), written: 0, markers: 0 };
  let batch: SealedEntry[] = [];
  const flush = async (): Promise<void> => {
    outcome.markers += await writeMarkers(ports.store, batch, lengths);
    outcome.written += await writeEntries(ports.store, batch);
    batch = [];
  };
  for await (const { index, entry } of restoreChains(files, head)) {
    if (entry.entry.seq < (held.get(entry.entry.subject)?.length ?? 0)) continue;
    batch.push(entry);
    if (batch.length < BATCH) continue;
    await flush();
    progress("rebuild", index, head.size);
  }
  await flush();
  return outcome;
}

async function heldChains(table: LedgerExport, progress: Progress): Promise<Map<string, ChainHead>> {
  const chains = new Map<string, ChainHead>();
  let cursor: string | undefined;
  let count = 0;
  do {
    const page = await table.page(PAGE, cursor);
    if (page === undefined) throw new CliError("unreadable", "the table does not go on where it stopped");
    for (const { entry, hash } of page.entries) {
      const length = chains.get(entry.subject)?.length ?? 0;
      if (entry.seq !== length) throw new CliError("refused", `the table holds ${entry.subject} seq ${entry.seq} without seq ${length}`);
      chains.set(entry.subject, { length: length + 1, hash });
      count++;
    }
    progress(`table: ${count} entries`, 0, 1);
    cursor = page.next;
  } while (cursor !== undefined);
  return chains;
}

/** How long each chain of the log is; `held` must be beginnings of them. */
async function logLengths({ files, head, progress }: RebuildPorts, held: ReadonlyMap<string, ChainHead>): Promise<Map<string, number>> {
  const lengths = new Map<string, number>();
  let met = 0;
  for await (const { index, entry } of restoreChains(files, head)) {
    const { subject, seq } = entry.entry;
    const length = lengths.get(subject) ?? 0;
    if (seq !== length) throw new CliError("refused", `leaf ${index}: expected ${subject} seq ${length}, found seq ${seq}: verify the log`);
    lengths.set(subject, length + 1);
    const chain = held.get(subject);
    if (chain?.length !== seq + 1) continue;
    if (chain.hash !== entry.hash)
      throw new CliError("refused", `${subject} seq ${seq}: the log holds ${entry.hash}, the table ${chain.hash}: nothing was written`);
    met++;
    if (index % PAGE === 0) progress("log", index, head.size);
  }
  if (met === held.size) return lengths;
  const more = [...held].find(([subject, { length }]) => length > (lengths.get(subject) ?? 0));
  throw new CliError(
    "refused",
    `the table holds ${more?.[1].length} entries of ${more?.[0]}, the log ${lengths.get(more?.[0] ?? "") ?? 0}: nothing was written`,
  );
}

/** Before the entries that they stand for, so that no entry that is there lacks its marker. */
async function writeMarkers(store: ChainStore, entries: readonly SealedEntry[], lengths: ReadonlyMap<string, number>): Promise<number> {
  const marked = entries.filter(({ entry }) => entry.seq < (lengths.get(entry.subject) ?? 0) - UNMARKED_ENTRIES);
  const markers = new Map(marked.map(({ entry }) => markerOf(entry)).map(({ key, value }) => [key, value] as const));
  if (markers.size > 0) await store.mark(markers);
  return markers.size;
}

/** One entry a chain a call: nothing orders the writes of a call. */
async function writeEntries(store: ChainStore, entries: readonly SealedEntry[]): Promise<number> {
  for (let waiting = entries; waiting.length > 0; ) {
    const taken = new Set<string>();
    const now: SealedEntry[] = [];
    const later: SealedEntry[] = [];
    for (const entry of waiting) {
      (taken.has(entry.entry.subject) ? later : now).push(entry);
      taken.add(entry.entry.subject);
    }
    const results = await store.insert(now);
    for (const [at, result] of results.entries()) if (result === "taken") await expectSame(store, now[at] as SealedEntry);
    waiting = later;
  }
  return entries.length;
}

/** An INSERT whose answer was lost finds its own entry there when it is tried again; anything else was written by somebody else meanwhile. */
async function expectSame(store: ChainStore, { entry, hash }: SealedEntry): Promise<void> {
  const [there] = await store.read(entry.subject, entry.seq, 1);
  if (there?.hash !== hash)
    throw new CliError(
      "refused",
      `${entry.subject} seq ${entry.seq}: somebody else wrote ${there?.hash ?? "another entry"} meanwhile; stop all writers`,
    );
}
