import type { Subject } from "@change-ledger/model";
import { Edge } from "./edge.ts";
import { EMPTY_ROOT, sameHash } from "./hash.ts";
import type { LogFiles } from "./ports.ts";
import type { LockRow } from "./sequencer-ports.ts";
import { edgeTiles } from "./tile.ts";

/** What stands where no log was begun. */
export const BEFORE_ALL: LockRow = { size: 0, root: EMPTY_ROOT, stage: undefined, before: [] };

/** Whether both are the same decision, made in the same way. */
export function sameRow(a: LockRow | undefined, b: LockRow | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.size === b.size && sameHash(a.root, b.root) && a.stage === b.stage;
}

/** Chains of which a process remembers where they go on. */
const CHAINS_MAX = 100_000;

/**
 * The log as a process left it, its right edge and where chains go on: one that goes on with the log need not read them. Nobody else's writes make it
 * wrong: it is for one lock row, and whatever is made from it is decided by a swap that expects that row.
 */
export class EdgeMemory {
  #left: { readonly row: LockRow; readonly edge: Edge } | undefined;
  #used = false;
  #row: LockRow | undefined;
  #next = new Map<Subject, number>();

  /** Whether this process has not written to the log yet, and so has compared nothing with what is sealed. */
  get fresh(): boolean {
    return !this.#used;
  }

  /** The edge at this row, if it is what was left. Whoever takes it appends to it, so that it is not here any more. */
  take(row: LockRow): Edge | undefined {
    const left = this.#left;
    this.#left = undefined;
    return left !== undefined && sameRow(left.row, row) ? left.edge : undefined;
  }

  /** The `seq` that a chain goes on with at this row, if it is known. */
  next(row: LockRow | undefined, subject: Subject): number | undefined {
    return sameRow(this.#row, row) ? this.#next.get(subject) : undefined;
  }

  /** Takes in what `LogPlaces.next` said when the lock row was last seen to be this one. */
  learn(row: LockRow | undefined, next: ReadonlyMap<Subject, number>): void {
    if (!sameRow(this.#row, row)) this.#forget(row);
    for (const [subject, seq] of next) this.#remember(subject, seq);
  }

  /** @param appended what led from the row `from` to `row`, where that is known to have been the last step */
  leave(row: LockRow, edge: Edge, from: LockRow | undefined, appended: readonly Appended[]): void {
    this.#left = { row, edge };
    this.#used = true;
    if (!sameRow(this.#row, from)) this.#forget(row);
    this.#row = row;
    for (const { subject, seq, entries } of appended) this.#remember(subject, seq + entries.length);
  }

  #forget(row: LockRow | undefined): void {
    this.#row = row;
    this.#next = new Map();
  }

  /** The chain that was not spoken of for longest goes first. */
  #remember(subject: Subject, seq: number): void {
    this.#next.delete(subject);
    this.#next.set(subject, seq);
    const [oldest] = this.#next.size > CHAINS_MAX ? this.#next.keys() : [];
    if (oldest !== undefined) this.#next.delete(oldest);
  }
}

/** Neighbours of one chain that a step has appended. */
interface Appended {
  readonly subject: Subject;
  readonly seq: number;
  readonly entries: readonly unknown[];
}

/**
 * Reads the edge of a tree.
 * @throws LogError `wrong-tile` when the files are not those of the tree: nothing may be built on them
 */
export async function openEdge(files: LogFiles, row: LockRow): Promise<Edge> {
  return Edge.open(row, await Promise.all(edgeTiles(row.size).map((tile) => files.read(tile))));
}
