import { LogError } from "./fault.ts";
import type { Hash } from "./hash.ts";
import type { HashReader } from "./ports.ts";
import { expectCount } from "./spelling.ts";
import { completeSubtrees, foldSubtrees, type LeafRange } from "./subtree.ts";

/** Hashes of ranges, in their order, all read in one call. */
export async function readRanges(reader: HashReader, ranges: readonly LeafRange[]): Promise<Hash[]> {
  const parts = ranges.map(completeSubtrees);
  const asked = parts.flat();
  const hashes = await reader.read(asked);
  if (hashes.length !== asked.length)
    throw new LogError("wrong-answer", `expected ${asked.length} hashes from the reader, got ${hashes.length}`);
  let at = 0;
  return parts.map((part) => {
    at += part.length;
    return foldSubtrees(hashes.slice(at - part.length, at));
  });
}

/**
 * The root hash of the first `size` leaves, from the hashes of complete subtrees.
 * @throws LogError `out-of-range`, `wrong-answer`
 */
export async function readRoot(reader: HashReader, size: number): Promise<Hash> {
  expectCount(size, "a tree size");
  return (await readRanges(reader, [{ from: 0, to: size }]))[0] as Hash;
}
