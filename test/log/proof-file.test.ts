import { formatProofFile, parseProofFile, proveInclusion, signCheckpoint, verifyProofFile } from "@change-ledger/log";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hex, LEAVES, leafAt, mth, naiveReader } from "./naive.ts";
import { codeOf } from "./refusal.ts";
import { trialSigner } from "./signer.ts";

const ORIGIN = "ledger.example/acme";
const signer = trialSigner(ORIGIN, 1);
const log = { origin: ORIGIN, keys: [signer.key] };
const leaves = LEAVES.slice(0, 1_000);
const checkpoint = await signCheckpoint({ origin: ORIGIN, size: 1_000, root: mth(leaves), extensions: [] }, [signer]);
const file = { index: 738, proof: await proveInclusion(naiveReader(leaves), 738, 1_000), checkpoint };
const good = Buffer.from(formatProofFile(file));
const edited = (edit: (whole: string) => string): Uint8Array => Buffer.from(edit(good.toString()));

describe("a proof file", () => {
  it("proves that an entry is in the log", () => {
    const { index, checkpoint: stated } = verifyProofFile(good, leafAt(738), log);
    expect([index, stated.origin, stated.size, hex(stated.root)]).toEqual([738, ORIGIN, 1_000, hex(mth(leaves))]);
  });
  it("proves nothing about another entry, for another log, or without the log's key", () => {
    const code = (leaf: Uint8Array, of = log) => codeOf(() => verifyProofFile(good, leaf, of));
    expect(code(leafAt(739))).toBe("not-included");
    expect(code(Buffer.alloc(31))).toBe("not-a-hash");
    expect(code(leafAt(738), { ...log, origin: "ledger.example/other" })).toBe("wrong-origin");
    expect(code(leafAt(738), { ...log, keys: [trialSigner(ORIGIN, 2).key] })).toBe("not-signed");
  });
  it("starts with the lines of the specification", () => {
    const lines = good.toString().split("\n");
    expect(lines.slice(0, 2)).toEqual(["c2sp.org/tlog-proof@v1", "index 738"]);
    expect(lines.slice(2, 12).map((line) => Buffer.from(line, "base64").length)).toEqual(Array.from({ length: 10 }, () => 32));
    expect(lines.slice(12, 15)).toEqual(["", ORIGIN, "1000"]);
    expect(Buffer.compare(good.subarray(-checkpoint.length), checkpoint)).toBe(0);
  });
  it("reads as it was written", () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 53 }),
        fc.option(fc.uint8Array({ minLength: 1 }), { nil: undefined }),
        (index, proof, extra) => {
          const read = parseProofFile(formatProofFile({ index, proof, checkpoint, ...(extra === undefined ? {} : { extra }) }));
          expect(read.index).toBe(index);
          expect(read.proof.map(hex)).toEqual(proof.map(hex));
          expect(read.extra === undefined ? undefined : hex(read.extra)).toBe(extra === undefined ? undefined : hex(extra));
          expect(hex(read.checkpoint)).toBe(hex(checkpoint));
        },
      ),
    );
  });
  it("has one spelling, and proves nothing else whatever is done to it", () => {
    fc.assert(
      fc.property(fc.nat({ max: good.length }), fc.nat({ max: 2 }), fc.uint8Array({ maxLength: 3 }), (at, gone, put) => {
        const other = Buffer.concat([good.subarray(0, at), put, good.subarray(at + gone)]);
        const code = codeOf(() => parseProofFile(other));
        if (code === "passed") expect(Buffer.from(formatProofFile(parseProofFile(other)))).toEqual(other);
        else expect(code).toBe("not-canonical");
        if (codeOf(() => verifyProofFile(other, leafAt(738), log)) === "passed")
          expect(verifyProofFile(other, leafAt(738), log).index).toBe(738);
      }),
      { numRuns: 500 },
    );
  });
  it.each([
    ["nothing", () => ""],
    ["another version", (whole: string) => whole.replace("@v1", "@v2")],
    ["no index", (whole: string) => whole.replace(/index .*\n/, "")],
    ["a leading zero", (whole: string) => whole.replace("index 738", "index 0738")],
    ["a negative index", (whole: string) => whole.replace("index 738", "index -1")],
    ["two spaces", (whole: string) => whole.replace("index ", "index  ")],
    ["two indices", (whole: string) => whole.replace("index 738\n", "index 738\nindex 738\n")],
    ["extra data behind the index", (whole: string) => whole.replace("index 738\n", "index 738\nextra AA==\n")],
    ["empty extra data", (whole: string) => whole.replace("index", "extra \nindex")],
    ["extra data of another spelling", (whole: string) => whole.replace("index", "extra AB==\nindex")],
    ["extra data twice", (whole: string) => whole.replace("index", "extra AA==\nextra AA==\nindex")],
    ["no empty line", (whole: string) => whole.replace("\n\n", "\n")],
    ["two empty lines", (whole: string) => whole.replace("\n\n", "\n\n\n")],
    ["carriage returns", (whole: string) => whole.replaceAll("\n", "\r\n")],
    ["a hash of 31 bytes", (whole: string) => whole.replace(/\n[^\n]{44}\n/, `\n${Buffer.alloc(31).toString("base64")}\n`)],
    ["no checkpoint", (whole: string) => whole.slice(0, whole.indexOf("\n\n") + 2)],
    ["an unsigned checkpoint", (whole: string) => whole.slice(0, whole.lastIndexOf("\n\n") + 1)],
    ["a note that is no checkpoint", (whole: string) => whole.replace("\n1000\n", "\nmany\n")],
    ["a byte order mark", (whole: string) => `\ufeff${whole}`],
  ])("is not %s", (_what, edit) => {
    expect(codeOf(() => parseProofFile(edited(edit)))).toBe("not-canonical");
  });
  it("is not made of what it cannot say", () => {
    expect(codeOf(() => formatProofFile({ ...file, index: -1 }))).toBe("out-of-range");
    expect(codeOf(() => formatProofFile({ ...file, proof: [Buffer.alloc(31)] }))).toBe("not-a-hash");
    expect(codeOf(() => formatProofFile({ ...file, checkpoint: Buffer.from("hello\n") }))).toBe("not-canonical");
    expect(codeOf(() => formatProofFile({ ...file, extra: Buffer.alloc(0) }))).toBe("not-canonical");
  });
});
