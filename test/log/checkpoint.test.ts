import { EMPTY_ROOT, formatCheckpoint, openCheckpoint, parseCheckpoint, signCheckpoint, signNote } from "@change-ledger/log";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leafAt } from "./naive.ts";
import { codeOf, codeOfPromise } from "./refusal.ts";
import { trialSigner } from "./signer.ts";

const ORIGIN = "ledger.example/acme";
const old = trialSigner(ORIGIN, 1);
const next = trialSigner(ORIGIN, 2);
const log = { origin: ORIGIN, keys: [old.key] };
const HEAD = { origin: ORIGIN, size: 20_852_163, root: leafAt(0), extensions: [] };
const GOOD = formatCheckpoint(HEAD);
const ROOT = Buffer.from(leafAt(0)).toString("base64");

describe("a checkpoint", () => {
  it("states origin, size and root hash, one a line", () => {
    expect(GOOD).toBe(`${ORIGIN}\n20852163\n${ROOT}\n`);
    expect(parseCheckpoint(GOOD)).toEqual({ ...HEAD, root: Buffer.from(HEAD.root) });
  });
  it("reads as it was written", () => {
    const line = fc.string({ unit: "binary", minLength: 1 }).filter((text) => !text.includes("\n"));
    fc.assert(
      fc.property(
        line,
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.array(line),
        (origin, size, root, extensions) => {
          const read = parseCheckpoint(formatCheckpoint({ origin, size, root, extensions }));
          expect({ ...read, root: new Uint8Array(read.root) }).toEqual({ origin, size, root, extensions });
        },
      ),
    );
  });
  it("has one spelling", () => {
    fc.assert(
      fc.property(fc.nat({ max: GOOD.length }), fc.nat({ max: 2 }), fc.string({ maxLength: 2 }), (at, gone, put) => {
        const other = GOOD.slice(0, at) + put + GOOD.slice(at + gone);
        const code = codeOf(() => parseCheckpoint(other));
        if (code === "passed") expect(formatCheckpoint(parseCheckpoint(other))).toBe(other);
        else expect(code).toBe("not-canonical");
      }),
      { numRuns: 500 },
    );
  });
  it.each([
    ["nothing", ""],
    ["no origin", `\n1\n${ROOT}\n`],
    ["two lines", `${ORIGIN}\n1\n`],
    ["no line break at the end", `${ORIGIN}\n1\n${ROOT}`],
    ["an empty line at the end", `${ORIGIN}\n1\n${ROOT}\n\n`],
    ["an empty extension", `${ORIGIN}\n1\n${ROOT}\n\nx\n`],
    ["a leading zero", `${ORIGIN}\n01\n${ROOT}\n`],
    ["a sign", `${ORIGIN}\n+1\n${ROOT}\n`],
    ["a negative size", `${ORIGIN}\n-1\n${ROOT}\n`],
    ["an exponent", `${ORIGIN}\n1e3\n${ROOT}\n`],
    ["a space", `${ORIGIN}\n1 \n${ROOT}\n`],
    ["a hexadecimal size", `${ORIGIN}\n0x1\n${ROOT}\n`],
    ["a size that a double cannot count", `${ORIGIN}\n9007199254740992\n${ROOT}\n`],
    ["a size of twenty digits", `${ORIGIN}\n18446744073709551615\n${ROOT}\n`],
    ["a short root hash", `${ORIGIN}\n1\n${Buffer.alloc(31).toString("base64")}\n`],
    ["no padding", `${ORIGIN}\n1\n${ROOT.slice(0, -1)}\n`],
    ["stray bits", `${ORIGIN}\n1\n${ROOT.slice(0, -2)}${ROOT.at(-2) === "9" ? "8" : "9"}=\n`],
    ["size 0 with another root hash than the empty one", `${ORIGIN}\n0\n${ROOT}\n`],
  ])("is not %s", (_what, text) => {
    expect(codeOf(() => parseCheckpoint(text))).toBe("not-canonical");
  });
  it("is not made of what it cannot say", () => {
    expect(codeOf(() => formatCheckpoint({ ...HEAD, size: 0, root: EMPTY_ROOT }))).toBe("passed");
    for (const bad of [{ origin: "" }, { origin: "a\nb" }, { origin: "a\n1" }, { extensions: [""] }, { extensions: ["a\nb"] }, { size: 0 }])
      expect(codeOf(() => formatCheckpoint({ ...HEAD, ...bad }))).toBe("not-canonical");
    for (const size of [-1, 0.5, 2 ** 53, Number.NaN]) expect(codeOf(() => formatCheckpoint({ ...HEAD, size }))).toBe("out-of-range");
    expect(codeOf(() => formatCheckpoint({ ...HEAD, root: Buffer.alloc(31) }))).toBe("not-a-hash");
  });
});

describe("a signed checkpoint", () => {
  it("opens for the log's users, before, while and after its key is replaced", async () => {
    const before = await signCheckpoint(HEAD, [old]);
    const during = await signCheckpoint(HEAD, [old, next]);
    const after = await signCheckpoint(HEAD, [next]);
    const opens = (note: Uint8Array, keys: typeof log.keys) => codeOf(() => openCheckpoint(note, { origin: ORIGIN, keys }));
    expect([before, during, after].map((note) => opens(note, [old.key]))).toEqual(["passed", "passed", "not-signed"]);
    expect([before, during, after].map((note) => opens(note, [next.key]))).toEqual(["not-signed", "passed", "passed"]);
    expect([before, during, after].map((note) => opens(note, [old.key, next.key]))).toEqual(["passed", "passed", "passed"]);
    expect(openCheckpoint(during, log).size).toBe(HEAD.size);
  });
  it("is refused when it is another log's, though the same key signed", async () => {
    const note = await signCheckpoint({ ...HEAD, origin: "ledger.example/other" }, [old]);
    expect(codeOf(() => openCheckpoint(note, log))).toBe("wrong-origin");
  });
  it("is refused when a note signed by the log's key is no checkpoint, and when it is not signed by it", async () => {
    expect(codeOf(() => openCheckpoint(Buffer.from(GOOD), log))).toBe("not-canonical");
    expect(await codeOfPromise(signNote("hello\n", [old]).then((note) => openCheckpoint(note, log)))).toBe("not-canonical");
    expect(await codeOfPromise(signCheckpoint(HEAD, [trialSigner("witness.example", 3)]).then((note) => openCheckpoint(note, log)))).toBe(
      "not-signed",
    );
  });
});
