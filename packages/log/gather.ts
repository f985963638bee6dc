import type { SealedEntry, Subject } from "@change-ledger/model";
import { ENTRY_MAX_BYTES } from "@change-ledger/model";
import type { LockRow, SequencePorts } from "./sequencer-ports.ts";

/** One step of the log takes at most so many entries and, give or take one entry, so many bytes: what one process holds and one object keeps. */
const STEP_ENTRIES = 1_000;
const STEP_BYTES = 4 * 1024 * 1024;
/** Entries read from the ledger at once. */
const PAGE = 200;

/** Entries of one chain, in order of `seq` and none twice, not all of them neighbours. */
type Waiting = ReadonlyMap<Subject, readonly SealedEntry[]>;

/** What one step of the log appends. */
export interface Batch {
  /** Entries that follow each other, the first of each chain being the next that the log lacks. */
  readonly stretches: readonly { readonly subject: Subject; readonly seq: number; readonly entries: readonly SealedEntry[] }[];
  /** Entries before which the ledger has a gap. */
  readonly held: readonly SealedEntry[];
  /** What is left for the next step. */
  readonly rest: Waiting;
}

/** The given entries, chain by chain. `held`: those that are none which a ledger can hold. */
export function byChain(entries: readonly SealedEntry[]): { readonly waiting: Waiting; readonly held: SealedEntry[] } {
  const chains = new Map<Subject, Map<number, SealedEntry>>();
  const held: SealedEntry[] = [];
  for (const each of entries) {
    const { subject, seq } = each.entry;
    if (!isPlaced(each)) {
      held.push(each);
      continue;
    }
    const chain = chains.get(subject) ?? new Map<number, SealedEntry>();
    chains.set(subject, chain);
    // Two entries for one place: the ledger has one of them, and the reconciler says so if it is not this one.
    if (!chain.has(seq)) chain.set(seq, each);
  }
  const inOrder = ([subject, chain]: [Subject, Map<number, SealedEntry>]) =>
    [subject, [...chain.values()].sort((a, b) => a.entry.seq - b.entry.seq)] as const;
  return { waiting: new Map([...chains].map(inOrder)), held };
}

function isPlaced({ entry, bytes }: SealedEntry): boolean {
  return Number.isSafeInteger(entry.seq) && entry.seq >= 0 && bytes.length <= ENTRY_MAX_BYTES;
}

type GatherPorts = Pick<SequencePorts, "places" | "chains" | "memory">;

/**
 * Which entries come next: what the log lacks of `waiting`, with what the ledger has before them.
 * @param row the lock row as it was read, and settled, before
 */
export async function gather(ports: GatherPorts, waiting: Waiting, row: LockRow | undefined): Promise<Batch> {
  const { chains } = ports;
  const next = await nextOf(ports, [...waiting.keys()], row);
  const stretches: Batch["stretches"][number][] = [];
  const held: SealedEntry[] = [];
  const rest = new Map<Subject, readonly SealedEntry[]>();
  const room = { entries: STEP_ENTRIES, bytes: STEP_BYTES };
  for (const [subject, all] of waiting) {
    const from = next.get(subject) ?? 0;
    const lacking = all.filter(({ entry }) => entry.seq >= from);
    const taken: SealedEntry[] = [];
    let complete = room.entries > 0 && room.bytes > 0;
    if (!complete) {
      rest.set(subject, lacking);
      continue;
    }
    for await (const each of follow(chains, subject, from, lacking)) {
      complete = room.entries > 0 && room.bytes > 0;
      if (!complete) break;
      taken.push(each);
      room.entries--;
      room.bytes -= each.bytes.length;
    }
    if (taken.length > 0) stretches.push({ subject, seq: from, entries: taken });
    const left = lacking.filter(({ entry }) => entry.seq >= from + taken.length);
    if (complete) held.push(...left);
    else rest.set(subject, left);
  }
  return { stretches, held, rest };
}

/** Where each chain goes on in the log: those that this process does not remember are asked for. */
async function nextOf(
  { places, memory }: GatherPorts,
  subjects: readonly Subject[],
  row: LockRow | undefined,
): Promise<ReadonlyMap<Subject, number>> {
  const next = new Map<Subject, number>();
  const unknown: Subject[] = [];
  for (const subject of subjects) {
    const known = memory.next(row, subject);
    if (known === undefined) unknown.push(subject);
    else next.set(subject, known);
  }
  if (unknown.length === 0) return next;
  const asked = await places.next(unknown);
  memory.learn(row, asked);
  for (const [subject, seq] of asked) next.set(subject, seq);
  return next;
}

/** Entries of a chain one after the other from `from` on: the given ones, and between them the ledger's; ends after the last given one, or before a gap. */
async function* follow(
  chains: SequencePorts["chains"],
  subject: Subject,
  from: number,
  given: readonly SealedEntry[],
): AsyncGenerator<SealedEntry> {
  let seq = from;
  for (const each of given) {
    while (seq < each.entry.seq) {
      const page = await chains.read(subject, seq, Math.min(PAGE, each.entry.seq - seq));
      for (const between of page) {
        if (between.entry.seq !== seq || !isPlaced(between)) return;
        yield between;
        seq++;
      }
      if (page.length === 0) return;
    }
    yield each;
    seq++;
  }
}
