/**
 * Consistency proofs (RFC 6962, section 2.1.2): that the tree with one root hash starts with all leaves of a smaller one, in the same
 * order. The proof holds the hashes that, together, make both roots.
 *
 * Worked example: that the tree over "one", "two", "three" starts with that over the first two is proved by the leaf hash of "three" alone,
 *
 *     671f146c5e471e8a1a83a3c214ce4ba907b8f3a5888d14cc8cd3ce75bb12ef94
 *
 * since the smaller root is a complete subtree of the larger tree, and nodeHash(root of 2, leaf 2) is the root of 3.
 */
import { LogError } from "./fault.ts";
import { EMPTY_ROOT, type Hash, nodeHash, sameHash } from "./hash.ts";
import type { HashReader } from "./ports.ts";
import { readRanges } from "./proof.ts";
import { expectCount } from "./spelling.ts";
import { type LeafRange, splitOf } from "./subtree.ts";
import type { TreeHead } from "./tree-head.ts";

/**
 * The ranges of the proof, the deepest first. `seeded`: the first of them is the last complete subtree of the old tree, from which both
 * roots are computed; otherwise that is the whole old tree, whose root the verifier has.
 */
function parts(oldSize: number, newSize: number): { readonly ranges: LeafRange[]; readonly seeded: boolean } {
  const found: LeafRange[] = [];
  let from = 0;
  let to = newSize;
  while (to !== oldSize) {
    const middle = from + splitOf(to - from);
    if (oldSize <= middle) {
      found.push({ from: middle, to });
      to = middle;
    } else {
      found.push({ from, to: middle });
      from = middle;
    }
  }
  const seeded = from > 0;
  if (seeded) found.push({ from, to });
  return { ranges: found.reverse(), seeded };
}

/**
 * A proof that the first `newSize` leaves start with the first `oldSize`; empty when both are the same.
 * @throws LogError `out-of-range` unless 0 < oldSize ≤ newSize (every tree starts with the empty one: that needs no proof, and RFC 6962 defines none); `wrong-answer`
 */
export async function proveConsistency(reader: HashReader, oldSize: number, newSize: number): Promise<Hash[]> {
  expectCount(oldSize, "a tree size");
  expectCount(newSize, "a tree size");
  if (oldSize === newSize) return [];
  if (oldSize === 0 || oldSize > newSize) throw new LogError("out-of-range", `expected 0 < old size ≤ ${newSize}, got ${oldSize}`);
  return await readRanges(reader, parts(oldSize, newSize).ranges);
}

/**
 * Returns when `proof` proves that the tree `now` starts with the tree `before`. A tree of size 0 must have the empty root, and proves
 * nothing about a larger one: whoever starts from nothing has nothing to check.
 * @throws LogError `not-consistent`; `out-of-range` and `not-a-hash` for what is no tree or hash at all
 */
export function verifyConsistency(before: TreeHead, now: TreeHead, proof: readonly Hash[]): void {
  for (const { size, root } of [before, now]) {
    expectCount(size, "a tree size");
    if (size === 0 && !sameHash(root, EMPTY_ROOT))
      throw new LogError("not-consistent", "expected the empty root hash for a tree of size 0");
  }
  if (before.size > now.size) throw new LogError("not-consistent", `the tree shrank from ${before.size} to ${now.size} leaves`);
  if (before.size === 0 && now.size > 0) throw new LogError("not-consistent", "an empty tree proves nothing about a larger one");
  const { ranges, seeded } = before.size === now.size ? { ranges: [], seeded: false } : parts(before.size, now.size);
  if (proof.length !== ranges.length)
    throw new LogError("not-consistent", `expected ${ranges.length} hashes from ${before.size} to ${now.size}, got ${proof.length}`);
  const seed = seeded ? (proof[0] as Hash) : before.root;
  let oldRoot = seed;
  let newRoot = seed;
  for (const [at, { from }] of ranges.entries()) {
    if (seeded && at === 0) continue;
    const hash = proof[at] as Hash;
    if (from < before.size) {
      oldRoot = nodeHash(hash, oldRoot);
      newRoot = nodeHash(hash, newRoot);
    } else {
      newRoot = nodeHash(newRoot, hash);
    }
  }
  if (!sameHash(oldRoot, before.root)) throw new LogError("not-consistent", `the proof leads to another root hash at size ${before.size}`);
  if (!sameHash(newRoot, now.root)) throw new LogError("not-consistent", `the proof leads to another root hash at size ${now.size}`);
}
