import { fromBase64, nodeHash, same } from "./bytes.ts";
import { type Checkpoint, openCheckpoint } from "./note.ts";

/** A tlog-proof file: that one leaf is in the log of a signed checkpoint. */
interface ProofFile {
  readonly index: number;
  readonly path: readonly Uint8Array[];
  readonly note: string;
}

/** @throws Error naming the line that breaks the form (C2SP tlog-proof) */
function parseProof(text: string): ProofFile {
  const blank = text.indexOf("\n\n");
  const lines = text.slice(0, blank < 0 ? text.length : blank).split("\n");
  if (blank < 0 || lines[0] !== "c2sp.org/tlog-proof@v1") throw new Error("this is no proof file");
  const rest = lines.slice(1).filter((line) => !line.startsWith("extra "));
  const index = /^index (0|[1-9]\d{0,15})$/.exec(rest[0] ?? "")?.[1];
  if (index === undefined) throw new Error("the proof names no index");
  const path = rest.slice(1).map((line) => {
    const hash = fromBase64(line);
    if (hash?.length !== 32) throw new Error("a hash of the proof is no hash");
    return hash;
  });
  return { index: Number(index), path, note: text.slice(blank + 2) };
}

/** RFC 9162, 2.1.3.2: the root that a leaf and its audit path lead to; undefined when the path has the wrong length. */
async function rootFrom(leaf: Uint8Array, index: number, size: number, path: readonly Uint8Array[]): Promise<Uint8Array | undefined> {
  if (index >= size) return undefined;
  let [at, last, hash] = [BigInt(index), BigInt(size) - 1n, leaf];
  for (const sibling of path) {
    if (last === 0n) return undefined;
    if ((at & 1n) === 1n || at === last) {
      hash = await nodeHash(sibling, hash);
      while ((at & 1n) === 0n && at !== 0n) {
        at >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = await nodeHash(hash, sibling);
    }
    at >>= 1n;
    last >>= 1n;
  }
  return last === 0n ? hash : undefined;
}

/**
 * Whether the leaf is in the log of a checkpoint that one of the keys signed.
 * @param keys verifier keys as the trust file has them
 * @throws Error that says what is wrong
 */
export async function checkInclusion(
  leaf: Uint8Array,
  proofText: string,
  keys: readonly string[],
): Promise<Checkpoint & { readonly index: number }> {
  const proof = parseProof(proofText);
  const checkpoint = await openCheckpoint(proof.note, keys);
  const root = await rootFrom(leaf, proof.index, checkpoint.size, proof.path);
  if (root === undefined || !same(root, checkpoint.root)) throw new Error("the proof does not lead to the checkpoint's root hash");
  return { ...checkpoint, index: proof.index };
}
