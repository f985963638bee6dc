import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePattern, type EventPattern, PatternError } from "../../packages/local/event-pattern.ts";
import { RULES } from "../../stacks/definitions.ts";
import { PATTERN_CASES } from "./pattern-cases.ts";

describe("event patterns", () => {
  it.for(PATTERN_CASES)("match $name", ({ pattern, events }) => {
    const matches = compilePattern(pattern);
    expect(events.map(([event]) => [event, matches(event)])).toEqual(events);
  });

  it.for<[string, unknown]>([
    ["a text for a list", { a: "x" }],
    ["no field", {}],
    ["no condition", { a: [] }],
    ["an object without a field", { a: {} }],
    ["a list", []],
    ["null", null],
    ["an unknown operator", { a: [{ like: "x" }] }],
    ["two operators at once", { a: [{ prefix: "x", suffix: "y" }] }],
    ["a nested list", { a: [["x"]] }],
    ["a prefix that is no text", { a: [{ prefix: 1 }] }],
    ["exists with a text", { a: [{ exists: "true" }] }],
    ["half a comparison", { a: [{ numeric: [">"] }] }],
    ["an unknown comparison", { a: [{ numeric: ["!=", 1] }] }],
    ["a comparison with a text", { a: [{ numeric: [">", "1"] }] }],
    ["two wildcards in a row", { a: [{ wildcard: "x**" }] }],
    ["a stray backslash", { a: [{ wildcard: "x\\y" }] }],
    ["one choice", { $or: [{ a: ["x"] }] }],
    ["an empty exclusion", { a: [{ "anything-but": [] }] }],
  ])("refuse %s", ([, pattern]) => {
    expect(() => compilePattern(pattern)).toThrow(PatternError);
  });

  it("see a field of the prototype as absent", () => {
    expect(compilePattern({ constructor: [{ exists: true }] })({})).toBe(false);
    expect(compilePattern({ toString: { name: [{ exists: true }] } })({})).toBe(false);
  });

  it("treat an escaped star as a star", () => {
    const matches = compilePattern({ a: [{ wildcard: "1\\*2*" }] });
    expect([matches({ a: "1*23" }), matches({ a: "1x23" })]).toEqual([true, false]);
  });

  it("take the events that our rules name", () => {
    const event = {
      source: "aws.codedeploy",
      "detail-type": "CodeDeploy Deployment State-change Notification",
      detail: { state: "FAILURE" },
    };
    expect(compilePattern(RULES.codedeploy.pattern)(event)).toBe(true);
    expect(compilePattern(RULES.delivery.pattern)(event)).toBe(false);
    expect(compilePattern(RULES.cloudtrail.pattern)(event)).toBe(false);
    // Forwarded from another account, it comes as it is: one rule takes it there too, and no more than one.
    const onOurBus = Object.values(RULES).filter(({ bus }) => bus === "own");
    expect(onOurBus.filter(({ pattern }) => compilePattern(pattern)(event))).toEqual([RULES.codedeployForwarded]);
  });

  const scalar = fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null));
  const event = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.oneof(scalar, fc.array(scalar, { minLength: 1 })), { minKeys: 1 });
  const json = (value: unknown): Record<string, unknown> => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

  it("made of an event's own values match it, whatever it is", () => {
    fc.assert(
      fc.property(event, (given) => {
        const sent = json(given);
        const pattern = Object.fromEntries(Object.entries(sent).map(([field, value]) => [field, Array.isArray(value) ? value : [value]]));
        expect(compilePattern(pattern)(sent)).toBe(true);
      }),
    );
  });

  it("match what they matched when fields are added", () => {
    fc.assert(
      fc.property(event, event, (wanted, more) => {
        const pattern = Object.fromEntries(Object.entries(json(wanted)).map(([field, value]) => [field, [value].flat()]));
        const sent = { ...json(more), ...json(wanted) };
        expect(compilePattern(pattern)(sent)).toBe(true);
      }),
    );
  });

  it("say of exists: false the opposite of exists: true", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.stringMatching(/^[a-z]{1,2}$/), (sent, field) => {
        const holds = (exists: boolean) => compilePattern({ [field]: [{ exists }] })(sent);
        expect(holds(true)).toBe(!holds(false));
      }),
    );
  });

  it("agree with a regular expression on wildcards", () => {
    const piece = fc.stringMatching(/^[ab]{0,2}$/);
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), fc.stringMatching(/^[ab]{0,8}$/), (pieces, text) => {
        const wildcard = pieces.join("*").replace(/\*+/g, "*");
        const expected = new RegExp(`^${wildcard.replaceAll("*", ".*")}$`).test(text);
        expect(compilePattern({ a: [{ wildcard }] })({ a: text })).toBe(expected);
      }),
    );
  });

  it("either compile or are refused, and then match anything without failing", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (pattern, sent) => {
        let matches: (event: unknown) => boolean;
        try {
          matches = compilePattern(pattern as EventPattern);
        } catch (error) {
          expect(error).toBeInstanceOf(PatternError);
          return;
        }
        expect(typeof matches(sent)).toBe("boolean");
      }),
    );
  });
});
