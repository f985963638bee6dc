import { MAX_DEPTH, parseJson, SourceError } from "@change-ledger/sources";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytes } from "./fixtures/deliveries.ts";

const parse = (text: string) => parseJson(bytes(text));
const ruleOf = (body: string | Uint8Array): string => {
  try {
    parseJson(bytes(body));
  } catch (error) {
    if (error instanceof SourceError) return error.rule;
    throw error;
  }
  return "accepted";
};

describe("parseJson", () => {
  it("agrees with JSON.parse on every value that JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value);
        const exact = /\d{16}|[eE]/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, ""));
        const wellFormed = !/\\ud[89a-f]/i.test(text) || JSON.stringify(JSON.parse(text)) === text;
        fc.pre(!exact && wellFormed && !text.includes("\\ud"));
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each(["", "{", "[1,]", "{'a':1}", "nul", '"open', '"\\', "\ufeff{}", "1 2", '{"a":1}}', "NaN"])(
    "refuses what is not JSON: %j",
    (text) => {
      expect(ruleOf(text)).toBe("expected JSON");
    },
  );

  it("refuses invalid UTF-8", () => {
    expect(ruleOf(Uint8Array.of(0x22, 0xff, 0x22))).toBe("expected valid UTF-8");
    expect(ruleOf(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)), "a surrogate written in UTF-8").toBe("expected valid UTF-8");
  });

  it("counts nesting of arrays and objects, and not what stands in strings", () => {
    expect(ruleOf(`${"[".repeat(MAX_DEPTH)}${"]".repeat(MAX_DEPTH)}`)).toBe("accepted");
    expect(ruleOf(`${'{"a":'.repeat(MAX_DEPTH)}1${"}".repeat(MAX_DEPTH)}`)).toBe("accepted");
    expect(ruleOf(`${"[".repeat(MAX_DEPTH + 1)}${"]".repeat(MAX_DEPTH + 1)}`)).toContain("levels of nesting");
    expect(ruleOf(JSON.stringify("[".repeat(1000)))).toBe("accepted");
    expect(ruleOf(JSON.stringify(`\\"${"{".repeat(1000)}`))).toBe("accepted");
  });

  it("refuses a million levels without exhausting the stack", () => {
    expect(ruleOf("[".repeat(1_000_000))).toContain("levels of nesting");
    expect(ruleOf('{"a":'.repeat(1_000_000))).toContain("levels of nesting");
  });

  it.each(['{"a":1,"a":2}', '[{"b":{"a":1,"c":2,"a":1}}]', '{"a":1,"\\u0061":2}', '{"__proto__":1,"__proto__":2}', '{"":1,"":1}'])(
    "refuses duplicate keys: %s",
    (text) => expect(ruleOf(text)).toContain("duplicate key"),
  );

  it.each(['{"a":{"a":1},"b":{"a":1}}', '["a:b","c:d:e"]', '{"a\\":b":":"}', '{"a":"\\\\","b":":"}'])(
    "takes equal keys elsewhere: %s",
    (text) => {
      expect(parse(text)).toEqual(JSON.parse(text));
    },
  );

  it("finds every duplicate that is put into an object, wherever it stands", () => {
    const object = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1 });
    fc.assert(
      fc.property(object, fc.nat(), (members, at) => {
        const text = JSON.stringify(members);
        const key = Object.keys(members)[at % Object.keys(members).length] as string;
        fc.pre(ruleOf(text) === "accepted");
        expect(ruleOf(`${text.slice(0, -1)},${JSON.stringify(key)}:0}`)).toContain("duplicate key");
      }),
    );
  });

  it.each(['"\\ud800"', '["x\\uDC00y"]', '{"\\ud800":1}', '"\\udc00\\ud800"'])("refuses a lone surrogate: %s", (text) => {
    expect(ruleOf(text)).toContain("surrogate");
  });
  it.each(['"\\ud83d\\ude00"', '"😀"', '"\\\\ud800"'])("takes a pair, and a backslash that only looks like one: %s", (text) => {
    expect(parse(text)).toBe(JSON.parse(text));
  });

  it("keeps `__proto__` as a member of its own and changes no prototype", () => {
    const value = parse('{"__proto__":{"admin":true},"constructor":1}') as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.hasOwn(value, "__proto__")).toBe(true);
    expect((value as { admin?: unknown }).admin).toBeUndefined();
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });

  it("keeps all digits of integers beyond 2^53 and of numbers beyond the doubles, as text", () => {
    expect(parse("[9007199254740993,-9007199254740993,18446744073709551615,1e400,9007199254740991]")).toEqual([
      "9007199254740993",
      "-9007199254740993",
      "18446744073709551615",
      "1e400",
      9007199254740991,
    ]);
    expect(parse('{"id":12345678901234567890,"a":[0.5,1.25e2]}')).toEqual({ id: "12345678901234567890", a: [0.5, 125] });
  });

  it("takes a string of a megabyte, and many of them", () => {
    const long = "x".repeat(1_000_000);
    expect(parse(JSON.stringify({ a: long, b: [long] }))).toEqual({ a: long, b: [long] });
    expect(parse(JSON.stringify("\\".repeat(500_000)))).toBe("\\".repeat(500_000));
  });

  it("says nothing of the text in its errors", () => {
    try {
      parse('{"secret-word": oops}');
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify([String(error), (error as SourceError).field])).not.toContain("secret-word");
    }
  });
});
