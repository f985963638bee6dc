/**
 * What a tree of `size` leaves consists of (RFC 6962, section 2.1): it splits at the largest power of two below its size, so that all
 * to the left of a split is complete, and whatever stands right of it is a range of leaves that splits again.
 *
 * Worked example: leaves 4 to 6 of a tree of 7 are the complete subtrees {level 1, index 2} (leaves 4 and 5) and {level 0, index 6};
 * their hash is nodeHash of the two. A complete subtree never changes as the tree grows: it is what tiles keep.
 */
import { EMPTY_ROOT, type Hash, nodeHash } from "./hash.ts";

/** The complete subtree over the leaves from index·2^level up to, not including, (index + 1)·2^level. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** Leaves `from` up to, not including, `to`, as splitting makes them. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/** The largest power of two below `count`, which is at least 2. */
export function splitOf(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

/** The complete subtrees that make up a range which starts at 0, or which splitting made; left to right, hence largest first. */
export function completeSubtrees({ from, to }: LeafRange): Subtree[] {
  const found: Subtree[] = [];
  for (let at = from; at < to; ) {
    let level = 0;
    let width = 1;
    for (; width * 2 <= to - at; width *= 2) level++;
    found.push({ level, index: at / width });
    at += width;
  }
  return found;
}

/** The hash of a range from the hashes of its complete subtrees, left to right; the empty root for none. */
export function foldSubtrees(hashes: readonly Hash[]): Hash {
  const last = hashes.at(-1);
  return last === undefined ? EMPTY_ROOT : hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}
