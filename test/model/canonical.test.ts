import { existsSync, readdirSync, readFileSync } from "node:fs";
import { canonicalBytes, ModelError, parseCanonical } from "@change-ledger/model";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const VECTORS = new URL("../../../shared/vectors/jcs/", import.meta.url);
const here = existsSync(VECTORS);
if (!here) console.warn("test/model/canonical.test.ts: vectors skipped, since ../shared/vectors/jcs is not there");

const text = (value: unknown): string => Buffer.from(canonicalBytes(value)).toString();

/** The code of the ModelError that `act` throws; "passed" when it throws none. */
function codeOf(act: () => unknown): string {
  try {
    act();
    return "passed";
  } catch (error) {
    if (error instanceof ModelError) return error.code;
    throw error;
  }
}

describe.skipIf(!here)("RFC 8785's reference vectors", () => {
  const names = here ? readdirSync(new URL("input/", VECTORS)).map((name) => name.replace(/\.json$/, "")) : [];
  const read = (name: string): Buffer => readFileSync(new URL(name, VECTORS));

  it("are all there", () => {
    expect(names.sort()).toEqual(["arrays", "french", "structures", "unicode", "values", "weird"]);
  });
  it.each(names)("%s is written byte for byte, and read back", (name) => {
    const bytes = canonicalBytes(JSON.parse(read(`input/${name}.json`).toString()));
    const told = Buffer.from(read(`outhex/${name}.txt`).toString().replaceAll(/\s/g, ""), "hex");
    expect(Buffer.from(bytes).toString("hex")).toBe(told.toString("hex"));
    expect(Buffer.from(bytes).toString("hex")).toBe(read(`output/${name}.json`).toString("hex"));
    expect(parseCanonical(told)).toEqual(JSON.parse(told.toString()));
  });
  it.each(names)("%s is refused as it was before it was canonical", (name) => {
    expect(codeOf(() => parseCanonical(read(`input/${name}.json`)))).toBe("not-canonical");
  });
});

describe("canonical JSON", () => {
  it.each([
    [{}, "{}"],
    [[], "[]"],
    [null, "null"],
    ["", '""'],
    [{ b: 1, a: [true, false, null], "": "x" }, '{"":"x","a":[true,false,null],"b":1}'],
    // Code units, not code points: a pair of surrogates comes before U+FB33, and upper case before lower.
    [{ "\ufb33": 1, "\u{1f602}": 2, a: 3, B: 4, "10": 5, "9": 6 }, '{"10":5,"9":6,"B":4,"a":3,"\u{1f602}":2,"\ufb33":1}'],
    ['\u0000\u0007\b\t\n\u000b\f\r\u001f\u007f"\\/', '"\\u0000\\u0007\\b\\t\\n\\u000b\\f\\r\\u001f\u007f\\"\\\\/"'],
    ["é\u2028\u20ac", '"é\u2028\u20ac"'],
    [{ __proto__: null, constructor: 1 }, '{"constructor":1}'],
  ])("of %j is %s", (value, told) => {
    expect(text(value)).toBe(told);
  });
  it.each([
    [0, "0"],
    [-0, "0"],
    [1, "1"],
    [-1.5, "-1.5"],
    [1e21, "1e+21"],
    [999999999999999900000, "999999999999999900000"],
    [1e-6, "0.000001"],
    [1e-7, "1e-7"],
    [5e-324, "5e-324"],
    [Number.MAX_VALUE, "1.7976931348623157e+308"],
    [Number("9007199254740993"), "9007199254740992"],
    [Number("333333333.33333329"), "333333333.3333333"],
  ])("writes the number %d as %s", (value, told) => {
    expect(text(value)).toBe(told);
  });
  it("does not depend on the order in which an object was made, and reads back as the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
        const bytes = canonicalBytes(value);
        const read = parseCanonical(bytes);
        expect(Buffer.compare(canonicalBytes(read), bytes)).toBe(0);
        expect(JSON.stringify(sorted(read))).toBe(JSON.stringify(sorted(JSON.parse(JSON.stringify(value)))));
        expect(Buffer.compare(canonicalBytes(reversed(value)), bytes)).toBe(0);
      }),
    );
  });
  it("is what the library writes, of whatever value, and refuses what the library refuses", () => {
    const key = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.nat({ max: 30 }).map(String),
      fc.constantFrom("__proto__", "toJSON", "01", "-1"),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: "binary" }),
        fc.constantFrom("\\ud800", "\\\\ud83d", "\ud800", "\u{1f602}", "\u2028\u007f\u0000"),
        fc.double(),
        fc.constantFrom(null, true, false, undefined, -0, new Date(0), 1n),
        fc.array(tie("value")),
        fc.dictionary(key, tie("value")),
        fc.array(fc.tuple(key, tie("value"))).map((members) => Object.fromEntries(members)),
      ),
    }));
    const written = (write: () => string | undefined): string => {
      try {
        return write() ?? "nothing";
      } catch {
        return "nothing";
      }
    };
    fc.assert(
      fc.property(value, (one) => {
        expect(written(() => text(one))).toBe(written(() => canonicalize(one)));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("what canonical JSON cannot say", () => {
  it.each([
    ["a high surrogate alone", "\ud800"],
    ["a low surrogate alone", "a\udc00"],
    ["two in the wrong order", "\udc00\ud800"],
    ["one deep in a value", { a: [{ b: "x\udfff" }] }],
    ["one in a key", { "\ud83d": 1 }],
  ])("is refused when written: %s", (_what, value) => {
    expect(["lone-surrogate", "not-canonical"]).toContain(codeOf(() => canonicalBytes(value)));
  });
  it.each([
    ["not a number", Number.NaN],
    ["too large", Number.POSITIVE_INFINITY],
    ["too small", [Number.NEGATIVE_INFINITY]],
    ["outside the doubles, as JSON.parse reads it", JSON.parse("1e400") as unknown],
    ["a bigint", 1n],
    ["nothing", undefined],
    ["a function", () => 1],
    ["a symbol", Symbol("x")],
  ])("is refused when written: %s", (_what, value) => {
    expect(codeOf(() => canonicalBytes(value))).toBe("not-canonical");
  });
  it("is refused when written: a circle", () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(codeOf(() => canonicalBytes(circle))).toBe("not-canonical");
  });
  it.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["white space before", " {}"],
    ["white space after", "{}\n"],
    ["white space within", '{"a": 1}'],
    ["keys in another order", '{"b":1,"a":2}'],
    ["keys ordered by code points", '{"\ufb33":1,"\u{1f602}":2}'],
    ["a key twice", '{"a":1,"a":1}'],
    ["a key twice, spelt differently", '{"a":1,"\\u0061":1}'],
    ["a key twice, deep", '[{"a":{"x":1,"x":2}}]'],
    ["__proto__ as a key twice", '{"__proto__":1,"__proto__":2}'],
    ["an escape without need", '"\\u0061"'],
    ["an escape in upper case", '"\\u000B"'],
    ["an escaped slash", '"\\/"'],
    ["a lone surrogate, escaped", '"\\ud800"'],
    ["a lone surrogate in a key, escaped", '{"\\udc00":1}'],
    ["a pair of surrogates, escaped", '"\\ud83d\\ude02"'],
    ["minus zero", "-0"],
    ["an exponent without need", "1e2"],
    ["a fraction without need", "1.0"],
    ["digits that a double does not hold", "9007199254740993"],
    ["more digits than a double needs", "0.1000000000000000055511151231257827"],
    ["a number outside the doubles", "1e400"],
    ["a number outside the doubles, deep", '{"a":[-1e309]}'],
    ["a number that a double takes for zero", "1e-400"],
    ["NaN", "NaN"],
    ["a leading zero", "01"],
    ["a comment", "{}/**/"],
  ])("is refused when read: %s", (_what, json) => {
    // Refusing a lone surrogate under its own name is as good.
    expect(["not-canonical", "lone-surrogate"]).toContain(codeOf(() => parseCanonical(Buffer.from(json))));
  });
  it("is refused when read: a byte order mark, and what is not UTF-8", () => {
    const bad = ["efbbbf7b7d", "22ff22", "22c0af22", "22eda08022", "22f490808022", "22e282"];
    for (const hex of bad) expect(codeOf(() => parseCanonical(Buffer.from(hex, "hex")))).toBe("not-canonical");
  });
  it("is refused when read: deeper than the stack", () => {
    expect(codeOf(() => parseCanonical(Buffer.from("[".repeat(200_000) + "]".repeat(200_000))))).toBe("not-canonical");
  });
  it("has one spelling: whatever is read is written the same", () => {
    const good = Buffer.from('{"a":[1,-2.5,"x\\n"],"b":{"c":null,"d":true}}');
    fc.assert(
      fc.property(fc.nat({ max: good.length }), fc.nat({ max: 2 }), fc.string({ maxLength: 2 }), (at, gone, put) => {
        const other = Buffer.concat([good.subarray(0, at), Buffer.from(put), good.subarray(at + gone)]);
        if (codeOf(() => parseCanonical(other)) === "passed") expect(Buffer.from(canonicalBytes(parseCanonical(other)))).toEqual(other);
      }),
      { numRuns: 1_000 },
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversed(each)]),
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .map(([key, each]) => [key, sorted(each)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
