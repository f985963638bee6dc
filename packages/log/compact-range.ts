/**
 * A Merkle tree that only remembers what it needs to grow: the hashes of its complete subtrees, one for each 1 in the binary form of
 * its size (RFC 9162 calls the same the stack of its root algorithm).
 *
 * Worked example: after 3 leaves a, b, c the range holds [nodeHash(a, b), c], and its root is nodeHash(nodeHash(a, b), c). A fourth
 * leaf d joins c, and both join the pair before them: the range holds one hash.
 */
import { LogError } from "./fault.ts";
import { expectHash, type Hash, nodeHash } from "./hash.ts";
import { expectCount } from "./spelling.ts";
import { completeSubtrees, foldSubtrees } from "./subtree.ts";

export class CompactRange {
  #size = 0;
  readonly #hashes: Hash[] = [];

  /**
   * A range of `size` leaves from its hashes, left to right.
   * @throws LogError `out-of-range` when that is not how many a tree of that size has; `not-a-hash`
   */
  static of(size: number, hashes: readonly Hash[]): CompactRange {
    expectCount(size, "a tree size");
    const expected = completeSubtrees({ from: 0, to: size }).length;
    if (hashes.length !== expected)
      throw new LogError("out-of-range", `expected ${expected} hashes for a tree of ${size}, got ${hashes.length}`);
    for (const each of hashes) expectHash(each, "complete subtree");
    const range = new CompactRange();
    range.#size = size;
    range.#hashes.push(...hashes);
    return range;
  }

  get size(): number {
    return this.#size;
  }

  /** Of the complete subtrees, left to right. */
  get hashes(): readonly Hash[] {
    return [...this.#hashes];
  }

  /** @throws LogError `not-a-hash` */
  append(leaf: Hash): void {
    expectHash(leaf, "leaf");
    let hash = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) hash = nodeHash(this.#hashes.pop() as Hash, hash);
    this.#hashes.push(hash);
    this.#size++;
  }

  root(): Hash {
    return foldSubtrees(this.#hashes);
  }
}

/**
 * The root hash of a tree over these leaf hashes, one after the other: they need not fit into memory.
 * @throws LogError `not-a-hash`
 */
export function rootOf(leaves: Iterable<Hash>): Hash {
  const range = new CompactRange();
  for (const leaf of leaves) range.append(leaf);
  return range.root();
}
