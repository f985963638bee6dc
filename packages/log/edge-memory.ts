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

/** The log's right edge as a process left it: one that goes on with the log need not read it. Nobody else's writes make it wrong: it is for one lock row. */
export class EdgeMemory {
  #left: { readonly row: LockRow; readonly edge: Edge } | undefined;
  #used = false;

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

  leave(row: LockRow, edge: Edge): void {
    this.#left = { row, edge };
    this.#used = true;
  }
}

/**
 * Reads the edge of a tree.
 * @throws LogError `wrong-tile` when the files are not those of the tree: nothing may be built on them
 */
export async function openEdge(files: LogFiles, row: LockRow): Promise<Edge> {
  return Edge.open(row, await Promise.all(edgeTiles(row.size).map((tile) => files.read(tile))));
}
