import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainJson } from "../../packages/model/plain-json.ts";

describe("canonical JSON of plain values", () => {
  it.each([
    [null],
    [true],
    [false],
    [""],
    ['a\u2028\u007f\u0000\n"\\'],
    ["\u{1f602}"],
    [0],
    [-0],
    [1e21],
    [-1.5],
    [[]],
    [{}],
    [[[], {}, [1, "2", null]]],
    [{ b: 1, a: 2 }],
    [{ a: 1, b: 2 }],
    [{ a: { d: 1, c: 2 }, b: [{ f: 1, e: 2 }, 3, { g: 4 }] }],
    [[1, { b: 1, a: 2 }, 3]],
    [[{ a: 1 }, { b: 1, a: 2 }, { c: 3 }]],
    [{ c: 1, b: 2, a: 3, d: 4 }],
    [{ "\ufb33": 1, "\u{1f602}": 2, a: 3, B: 4 }],
    [{ "01": 1, "-1": 2, "1a": 3, a1: 4, "1.5": 5, "": 6 }],
    [{ a: undefined, b: 1 }],
    [{ b: 1, a: undefined }],
    [JSON.parse('{"__proto__":{"b":1,"a":2},"a":1}')],
    [Object.assign(Object.create(null), { b: 1, a: 2 })],
  ])("is what the library writes: %j", (value) => {
    expect(plainJson(value)).toBe(canonicalize(value));
  });

  it("is what the library writes of whatever is plain, and is never left to it", () => {
    const letters = fc.string({ unit: fc.constantFrom(..."abAB-_é\u{1f602}\ufb33") });
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        letters,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("value")),
        fc.array(fc.tuple(letters, tie("value"))).map((members) => Object.fromEntries(members)),
      ),
    }));
    fc.assert(
      fc.property(value, (one) => {
        expect(plainJson(one)).toBe(canonicalize(one));
      }),
    );
  });

  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  const deep = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
  class Money {
    readonly amount = 1;
  }
  const later = Object.assign(["a"], { toJSON: () => ({ b: 1, a: 2 }) });
  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["not a number", Number.NaN],
    ["too large a number", Number.POSITIVE_INFINITY],
    ["a bigint", 1n],
    ["a function", () => 1],
    ["a symbol", Symbol("x")],
    ["a date", new Date(0)],
    ["an object of a class", new Money()],
    ["an object that says itself what it is in JSON", { toJSON: () => ({ b: 1, a: 2 }) }],
    ["one that has it from where it was made", Object.create({ toJSON: () => ({ b: 1, a: 2 }) })],
    ["a list that does", later],
    ["a member of that name", { toJSON: 1 }],
    ["a key that is an array's index", { "10": 1, "9": 2 }],
    ["the index 0", { "0": 1 }],
    ["an index deep within", { a: [{ "7": 1 }] }],
    ["a list with a hole", Array(1)],
    ["nothing in a list", [1, undefined]],
    ["a lone surrogate", "\ud800"],
    ["a lone surrogate in a key", { "\udc00": 1 }],
    ["text that looks like its escape", "\\ud800"],
    ["a circle", circle],
    ["what nests too deep", deep(100_000)],
  ])("is left to the library: %s", (_what, value) => {
    expect(plainJson(value)).toBeUndefined();
  });
  it.each<[string, unknown]>([
    ["a function", { a: () => 1 }],
    ["a bigint", [1n]],
    ["not a number", { a: { b: [Number.NaN] } }],
  ])("is left to the library when something within is no JSON: %s", (_what, value) => {
    expect(plainJson(value)).toBeUndefined();
  });
});
