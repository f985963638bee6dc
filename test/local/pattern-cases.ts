export interface PatternCase {
  readonly name: string;
  readonly pattern: object;
  /** Details, and whether they match. */
  readonly events: readonly (readonly [object, boolean])[];
}

function of(name: string, pattern: object, matching: readonly object[], others: readonly object[]): PatternCase {
  return { name, pattern, events: [...matching.map((one) => [one, true] as const), ...others.map((one) => [one, false] as const)] };
}

/** Patterns on an event's `detail`: what matches them and what does not, from the tables of the EventBridge User Guide and their edges. */
export const PATTERN_CASES: readonly PatternCase[] = [
  of("a value", { a: ["x"] }, [{ a: "x" }], [{ a: "X" }, { a: "xx" }, {}, { a: { b: "x" } }]),
  of("one of several values", { a: ["x", "y"] }, [{ a: "y" }], [{ a: "z" }]),
  of("all of several fields", { a: ["x"], b: ["y"] }, [{ a: "x", b: "y" }], [{ a: "x" }, { a: "x", b: "z" }]),
  of("a number is no text", { a: [1] }, [{ a: 1 }, { a: 1 }], [{ a: "1" }, { a: 2 }]),
  of("true, false and null", { a: [true, null] }, [{ a: true }, { a: null }], [{ a: false }, { a: "null" }, {}]),
  of("the empty text", { a: [""] }, [{ a: "" }], [{ a: null }, { a: " " }]),
  of("an element of a list", { a: ["x"] }, [{ a: ["w", "x"] }], [{ a: ["w"] }, { a: [] }]),
  of("a nested field", { a: { b: { c: ["x"] } } }, [{ a: { b: { c: "x" } } }], [{ a: { b: "x" } }, { a: { b: { d: "x" } } }]),
  of("an object of a list", { a: { b: ["x"] } }, [{ a: [{ b: "w" }, { b: "x" }] }], [{ a: [{ b: "w" }] }]),
  of("a prefix", { a: [{ prefix: "ab" }] }, [{ a: "abc" }, { a: "ab" }], [{ a: "ba" }, { a: 1 }]),
  of("a suffix", { a: [{ suffix: ".png" }] }, [{ a: "x.png" }], [{ a: "x.pngx" }]),
  of("a prefix in any case", { a: [{ prefix: { "equals-ignore-case": "AB" } }] }, [{ a: "aBc" }], [{ a: "bab" }]),
  of("a text in any case", { a: [{ "equals-ignore-case": "Acme" }] }, [{ a: "ACME" }], [{ a: "acmes" }]),
  of("anything but a text", { a: [{ "anything-but": "x" }] }, [{ a: "y" }], [{ a: "x" }, {}]),
  of("anything but several", { a: [{ "anything-but": ["x", "y"] }] }, [{ a: "z" }], [{ a: "y" }]),
  of("anything but a number", { a: [{ "anything-but": [1, 2] }] }, [{ a: 3 }], [{ a: 2 }]),
  of("anything but a prefix", { a: [{ "anything-but": { prefix: "in" } }] }, [{ a: "out" }], [{ a: "init" }]),
  of("anything but several prefixes", { a: [{ "anything-but": { prefix: ["in", "out"] } }] }, [{ a: "up" }], [{ a: "outer" }]),
  of("anything but a suffix", { a: [{ "anything-but": { suffix: ".txt" } }] }, [{ a: "a.png" }], [{ a: "a.txt" }]),
  of("numbers in a range", { a: [{ numeric: [">", 0, "<=", 5] }] }, [{ a: 5 }, { a: 0.1 }], [{ a: 0 }, { a: 5.1 }, { a: "3" }]),
  of("numbers by one comparison", { a: [{ numeric: ["=", 301.8] }, { numeric: ["<", 0] }] }, [{ a: 301.8 }, { a: -1 }], [{ a: 301 }]),
  of("a field that exists", { a: [{ exists: true }] }, [{ a: 1 }, { a: "" }], [{}]),
  of("a field that does not exist", { a: [{ exists: false }] }, [{ b: 1 }], [{ a: 1 }]),
  of("a nested field that does not exist", { a: { b: [{ exists: false }] } }, [{ a: { c: 1 } }, { c: 1 }], [{ a: { b: 1 } }]),
  of("a wildcard", { a: [{ wildcard: "dir/*.png" }] }, [{ a: "dir/x.png" }, { a: "dir/.png" }], [{ a: "dir/x.jpg" }, { a: "x/dir/a.png" }]),
  of("several wildcards", { a: [{ wildcard: "*a*b" }] }, [{ a: "xaxb" }, { a: "ab" }], [{ a: "b" }, { a: "axbx" }]),
  of(
    "one of two fields",
    { $or: [{ a: ["x"] }, { b: [1] }], c: ["z"] },
    [
      { a: "x", c: "z" },
      { b: 1, c: "z" },
    ],
    [{ c: "z" }, { a: "x" }],
  ),
  of("a value or an operator", { a: ["x", { prefix: "y" }] }, [{ a: "x" }, { a: "yes" }], [{ a: "no" }]),
];
