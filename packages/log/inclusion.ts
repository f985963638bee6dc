/**
 * Inclusion proofs (RFC 6962, section 2.1.1): that a leaf stands at an index of the tree with a given root hash. The proof is the
 * hash of each sibling on the way from the leaf to the root; where a sibling lies follows from index and size alone.
 *
 * Worked example: of the entries "one", "two", "three" the first is proved by the leaf hashes of the others,
 *
 *     ab1ab7f07c7c8fe0eff4ba6faa53c7e4412e91a599153e8aa4e01beece5b7825
 *     671f146c5e471e8a1a83a3c214ce4ba907b8f3a5888d14cc8cd3ce75bb12ef94
 *
 * since nodeHash(nodeHash(leaf 0, leaf 1), leaf 2) is the root; leaf 2 is proved by nodeHash(leaf 0, leaf 1) alone.
 */
import { LogError } from "./fault.ts";
import { expectHash, type Hash, nodeHash, sameHash } from "./hash.ts";
import type { HashReader } from "./ports.ts";
import { readRanges } from "./proof.ts";
import { expectCount } from "./spelling.ts";
import { type LeafRange, splitOf } from "./subtree.ts";

/** The siblings of leaf `index` and of its ancestors, from the leaf upwards. */
function siblings(index: number, size: number): LeafRange[] {
  const found: LeafRange[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      found.push({ from: middle, to });
      to = middle;
    } else {
      found.push({ from, to: middle });
      from = middle;
    }
  }
  return found.reverse();
}

/**
 * A proof that leaf `index` is in the tree of the first `size` leaves, its sibling first.
 * @throws LogError `out-of-range` unless index < size; `wrong-answer`
 */
export async function proveInclusion(reader: HashReader, index: number, size: number): Promise<Hash[]> {
  expectCount(size, "a tree size");
  expectCount(index, "a leaf index");
  if (index >= size) throw new LogError("out-of-range", `expected an index below the tree size ${size}, got ${index}`);
  return await readRanges(reader, siblings(index, size));
}

/** What an inclusion proof claims: that `leaf` stands at `index` of the tree of `size` leaves with this root hash. */
export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leaf: Hash;
  readonly root: Hash;
}

/**
 * Returns when `proof` proves the claim; an attacker may control every argument but `root` and `size`, which a checkpoint vouches for.
 * @throws LogError `not-included`; `out-of-range` and `not-a-hash` for what is no claim at all
 */
export function verifyInclusion({ index, size, leaf, root }: InclusionClaim, proof: readonly Hash[]): void {
  expectCount(size, "a tree size");
  expectCount(index, "a leaf index");
  expectHash(leaf, "leaf");
  if (index >= size) throw new LogError("not-included", `expected an index below the tree size ${size}, got ${index}`);
  const path = siblings(index, size);
  if (proof.length !== path.length)
    throw new LogError("not-included", `expected ${path.length} hashes for leaf ${index} of ${size}, got ${proof.length}`);
  let hash = leaf;
  for (const [at, { to }] of path.entries()) {
    const sibling = proof[at] as Hash;
    hash = to <= index ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
  }
  if (!sameHash(hash, root)) throw new LogError("not-included", `the proof of leaf ${index} of ${size} leads to another root hash`);
}
