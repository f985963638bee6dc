import { createHash } from "node:crypto";
import type { Hash, HashReader } from "@change-ledger/log";

/** RFC 6962, sections 2.1 to 2.1.2, word for word over leaf hashes, with nothing of ours: what the quick code is held to. */
export function mth(leaves: readonly Hash[]): Hash {
  const [only] = leaves;
  if (only === undefined) return createHash("sha256").digest();
  if (leaves.length === 1) return only;
  const k = split(leaves.length);
  return createHash("sha256")
    .update(Uint8Array.of(1))
    .update(mth(leaves.slice(0, k)))
    .update(mth(leaves.slice(k)))
    .digest();
}

export function path(m: number, leaves: readonly Hash[]): Hash[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m < k ? [...path(m, left), mth(right)] : [...path(m - k, right), mth(left)];
}

export function proof(m: number, leaves: readonly Hash[]): Hash[] {
  return subproof(m, leaves, true);
}

function subproof(m: number, leaves: readonly Hash[], whole: boolean): Hash[] {
  if (m === leaves.length) return whole ? [] : [mth(leaves)];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return m <= k ? [...subproof(m, left, whole), mth(right)] : [...subproof(m - k, right, false), mth(left)];
}

function split(n: number): number {
  return 2 ** Math.ceil(Math.log2(n) - 1);
}

/** Reads the hashes of complete subtrees straight out of the leaves. */
export function naiveReader(leaves: readonly Hash[]): HashReader {
  return {
    read: async (subtrees) =>
      subtrees.map(({ level, index }) => {
        const part = leaves.slice(index * 2 ** level, (index + 1) * 2 ** level);
        if (part.length !== 2 ** level) throw new Error(`no complete subtree ${index} of level ${level}`);
        return mth(part);
      }),
  };
}

export function entryAt(index: number): Uint8Array {
  return Buffer.from(`entry ${index}`);
}

export function leafAt(index: number): Hash {
  return createHash("sha256").update(Uint8Array.of(0)).update(entryAt(index)).digest();
}

/** As many leaves as the properties go through. */
export const LEAVES: readonly Hash[] = Array.from({ length: 5_000 }, (_, index) => leafAt(index));

export const hex = (hash: Uint8Array): string => Buffer.from(hash).toString("hex");
