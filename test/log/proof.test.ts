import { EMPTY_ROOT, type Hash, leafOf, proveConsistency, proveInclusion, verifyConsistency, verifyInclusion } from "@change-ledger/log";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hex, LEAVES, mth, naiveReader, path, proof } from "./naive.ts";
import { PUBLISHED } from "./published.ts";
import { codeOf, codeOfPromise } from "./refusal.ts";

const reader = naiveReader(LEAVES);
const first = (size: number): readonly Hash[] => LEAVES.slice(0, size);
const pair = fc
  .tuple(fc.nat({ max: LEAVES.length }), fc.nat({ max: LEAVES.length }))
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

function flipped(hash: Hash, bit: number): Hash {
  const copy = Buffer.from(hash);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

/** Every proof that differs in one thing: a bit, one hash too few or too many at any place, two swapped. */
function spoilt(good: readonly Hash[], bit: number, more: Hash): Hash[][] {
  const each = good.flatMap((hash, at) => [good.with(at, flipped(hash, bit)), good.toSpliced(at, 1), good.toSpliced(at, 0, more)]);
  const swapped = good.length < 2 ? [] : [good.toReversed()];
  return [...each, [...good, more], ...swapped];
}

describe("inclusion proofs", () => {
  it("are those of the published tree", async () => {
    const leaves = PUBLISHED.leaves.map((data) => leafOf(Buffer.from(data, "hex")));
    for (const { index, size, proof: told } of PUBLISHED.inclusion)
      expect((await proveInclusion(naiveReader(leaves), index, size)).map(hex)).toEqual(told);
  });
  it("are the naive ones and hold, for every leaf of every tree up to 40", async () => {
    for (let size = 1; size <= 40; size++)
      for (let index = 0; index < size; index++) {
        const made = await proveInclusion(reader, index, size);
        expect(made.map(hex)).toEqual(path(index, first(size)).map(hex));
        verifyInclusion({ index, size, leaf: LEAVES[index] as Hash, root: mth(first(size)) }, made);
      }
  });
  it("are the naive ones and hold, and nothing near them does, in trees up to 5,000", async () => {
    await fc.assert(
      fc.asyncProperty(pair, fc.nat({ max: 255 }), fc.nat({ max: LEAVES.length }), async ([index, size], bit, other) => {
        fc.pre(index < size);
        const claim = { index, size, leaf: LEAVES[index] as Hash, root: mth(first(size)) };
        const made = await proveInclusion(reader, index, size);
        expect(made.map(hex)).toEqual(path(index, first(size)).map(hex));
        verifyInclusion(claim, made);
        for (const bad of spoilt(made, bit, claim.root)) expect(codeOf(() => verifyInclusion(claim, bad))).toBe("not-included");
        expect(codeOf(() => verifyInclusion({ ...claim, leaf: flipped(claim.leaf, bit) }, made))).toBe("not-included");
        expect(codeOf(() => verifyInclusion({ ...claim, root: flipped(claim.root, bit) }, made))).toBe("not-included");
        expect(codeOf(() => verifyInclusion({ ...claim, root: Buffer.alloc(0) }, made))).toBe("not-included");
        if (other !== index) expect(codeOf(() => verifyInclusion({ ...claim, index: other }, made))).toBe("not-included");
      }),
      { numRuns: 40 },
    );
  });
  it("are refused for what no tree has", async () => {
    const claim = { index: 0, size: 1, leaf: LEAVES[0] as Hash, root: LEAVES[0] as Hash };
    expect(codeOf(() => verifyInclusion(claim, []))).toBe("passed");
    expect(codeOf(() => verifyInclusion({ ...claim, size: 0, root: EMPTY_ROOT }, []))).toBe("not-included");
    expect(codeOf(() => verifyInclusion({ ...claim, index: 1 }, []))).toBe("not-included");
    expect(codeOf(() => verifyInclusion({ ...claim, leaf: Buffer.alloc(0), root: Buffer.alloc(0) }, []))).toBe("not-a-hash");
    expect(codeOf(() => verifyInclusion({ ...claim, size: 2 }, [Buffer.alloc(0)]))).toBe("not-a-hash");
    for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 64]) {
      expect(codeOf(() => verifyInclusion({ ...claim, index: bad }, []))).toBe("out-of-range");
      expect(codeOf(() => verifyInclusion({ ...claim, size: bad }, []))).toBe("out-of-range");
      expect(await codeOfPromise(proveInclusion(reader, bad, 10))).toBe("out-of-range");
      expect(await codeOfPromise(proveInclusion(reader, 0, bad))).toBe("out-of-range");
    }
    expect(await codeOfPromise(proveInclusion(reader, 10, 10))).toBe("out-of-range");
  });
});

describe("consistency proofs", () => {
  it("are those of the published tree", async () => {
    const leaves = PUBLISHED.leaves.map((data) => leafOf(Buffer.from(data, "hex")));
    for (const { from, to, proof: told } of PUBLISHED.consistency)
      expect((await proveConsistency(naiveReader(leaves), from, to)).map(hex)).toEqual(told);
  });
  it("are the naive ones and hold, between all trees up to 40", async () => {
    const roots = Array.from({ length: 41 }, (_, size) => mth(first(size)));
    for (let now = 1; now <= 40; now++)
      for (let before = 1; before <= now; before++) {
        const made = await proveConsistency(reader, before, now);
        expect(made.map(hex)).toEqual(proof(before, first(now)).map(hex));
        verifyConsistency({ size: before, root: roots[before] as Hash }, { size: now, root: roots[now] as Hash }, made);
      }
  });
  it("are the naive ones and hold, and nothing near them does, between trees up to 5,000", async () => {
    await fc.assert(
      fc.asyncProperty(pair, fc.nat({ max: 255 }), async ([from, to], bit) => {
        fc.pre(from > 0);
        const before = { size: from, root: mth(first(from)) };
        const now = { size: to, root: mth(first(to)) };
        const made = await proveConsistency(reader, from, to);
        expect(made.map(hex)).toEqual(proof(from, first(to)).map(hex));
        verifyConsistency(before, now, made);
        for (const bad of spoilt(made, bit, before.root)) expect(codeOf(() => verifyConsistency(before, now, bad))).toBe("not-consistent");
        expect(codeOf(() => verifyConsistency({ ...before, root: flipped(before.root, bit) }, now, made))).toBe("not-consistent");
        expect(codeOf(() => verifyConsistency(before, { ...now, root: flipped(now.root, bit) }, made))).toBe("not-consistent");
        if (from < to) expect(codeOf(() => verifyConsistency(now, before, made))).toBe("not-consistent");
      }),
      { numRuns: 40 },
    );
  });
  it("show a leaf that was changed, whatever proof is offered for the changed tree", async () => {
    const altered = LEAVES.slice(0, 700).with(13, LEAVES[4_999] as Hash);
    const before = { size: 300, root: mth(first(300)) };
    const made = await proveConsistency(naiveReader(altered), 300, 700);
    expect(codeOf(() => verifyConsistency(before, { size: 700, root: mth(altered) }, made))).toBe("not-consistent");
  });
  it("prove nothing about a tree of size 0, whose root hash is the empty one", async () => {
    const [leaf] = LEAVES as [Hash];
    const empty = { size: 0, root: EMPTY_ROOT };
    expect(codeOf(() => verifyConsistency(empty, empty, []))).toBe("passed");
    expect(codeOf(() => verifyConsistency({ size: 0, root: leaf }, { size: 0, root: leaf }, []))).toBe("not-consistent");
    expect(codeOf(() => verifyConsistency(empty, empty, [leaf]))).toBe("not-consistent");
    expect(codeOf(() => verifyConsistency(empty, { size: 1, root: leaf }, []))).toBe("not-consistent");
    expect(codeOf(() => verifyConsistency({ size: 1, root: leaf }, empty, []))).toBe("not-consistent");
    expect(await proveConsistency(reader, 0, 0)).toEqual([]);
    expect(await codeOfPromise(proveConsistency(reader, 0, 1))).toBe("out-of-range");
    expect(await codeOfPromise(proveConsistency(reader, 2, 1))).toBe("out-of-range");
  });
  it("are refused for what no tree has", async () => {
    const head = { size: 1, root: LEAVES[0] as Hash };
    expect(codeOf(() => verifyConsistency({ ...head, root: Buffer.alloc(0) }, { size: 2, root: EMPTY_ROOT }, [EMPTY_ROOT]))).toBe(
      "not-a-hash",
    );
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 64]) {
      expect(codeOf(() => verifyConsistency({ ...head, size: bad }, head, []))).toBe("out-of-range");
      expect(codeOf(() => verifyConsistency(head, { ...head, size: bad }, []))).toBe("out-of-range");
      expect(await codeOfPromise(proveConsistency(reader, bad, 10))).toBe("out-of-range");
      expect(await codeOfPromise(proveConsistency(reader, 1, bad))).toBe("out-of-range");
    }
  });
});
