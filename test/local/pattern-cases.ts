/** Patterns on an event's `detail`, with details and whether they match: from the tables of the EventBridge User Guide and their edges. */
export const PATTERN_CASES: readonly {
  readonly name: string;
  readonly pattern: object;
  readonly events: readonly (readonly [object, boolean])[];
}[] = [
  {
    name: "a value",
    pattern: { a: ["x"] },
    events: [
      [{ a: "x" }, true],
      [{ a: "X" }, false],
      [{ a: "xx" }, false],
      [{}, false],
      [{ a: { b: "x" } }, false],
    ],
  },
  {
    name: "one of several values",
    pattern: { a: ["x", "y"] },
    events: [
      [{ a: "y" }, true],
      [{ a: "z" }, false],
    ],
  },
  {
    name: "all of several fields",
    pattern: { a: ["x"], b: ["y"] },
    events: [
      [{ a: "x", b: "y" }, true],
      [{ a: "x" }, false],
      [{ a: "x", b: "z" }, false],
    ],
  },
  {
    name: "a number is no text",
    pattern: { a: [1] },
    events: [
      [{ a: 1 }, true],
      [{ a: 1.0 }, true],
      [{ a: "1" }, false],
      [{ a: 2 }, false],
    ],
  },
  {
    name: "true, false and null",
    pattern: { a: [true, null] },
    events: [
      [{ a: true }, true],
      [{ a: null }, true],
      [{ a: false }, false],
      [{ a: "null" }, false],
      [{}, false],
    ],
  },
  {
    name: "the empty text",
    pattern: { a: [""] },
    events: [
      [{ a: "" }, true],
      [{ a: null }, false],
      [{ a: " " }, false],
    ],
  },
  {
    name: "an element of a list",
    pattern: { a: ["x"] },
    events: [
      [{ a: ["w", "x"] }, true],
      [{ a: ["w"] }, false],
      [{ a: [] }, false],
    ],
  },
  {
    name: "a nested field",
    pattern: { a: { b: { c: ["x"] } } },
    events: [
      [{ a: { b: { c: "x" } } }, true],
      [{ a: { b: "x" } }, false],
      [{ a: { b: { d: "x" } } }, false],
    ],
  },
  {
    name: "an object of a list",
    pattern: { a: { b: ["x"] } },
    events: [
      [{ a: [{ b: "w" }, { b: "x" }] }, true],
      [{ a: [{ b: "w" }] }, false],
    ],
  },
  {
    name: "a prefix",
    pattern: { a: [{ prefix: "ab" }] },
    events: [
      [{ a: "abc" }, true],
      [{ a: "ab" }, true],
      [{ a: "ba" }, false],
      [{ a: 1 }, false],
    ],
  },
  {
    name: "a suffix",
    pattern: { a: [{ suffix: ".png" }] },
    events: [
      [{ a: "x.png" }, true],
      [{ a: "x.pngx" }, false],
    ],
  },
  {
    name: "a prefix in any case",
    pattern: { a: [{ prefix: { "equals-ignore-case": "AB" } }] },
    events: [
      [{ a: "aBc" }, true],
      [{ a: "bab" }, false],
    ],
  },
  {
    name: "a text in any case",
    pattern: { a: [{ "equals-ignore-case": "Acme" }] },
    events: [
      [{ a: "ACME" }, true],
      [{ a: "acmes" }, false],
    ],
  },
  {
    name: "anything but a text",
    pattern: { a: [{ "anything-but": "x" }] },
    events: [
      [{ a: "y" }, true],
      [{ a: "x" }, false],
      [{}, false],
    ],
  },
  {
    name: "anything but several",
    pattern: { a: [{ "anything-but": ["x", "y"] }] },
    events: [
      [{ a: "z" }, true],
      [{ a: "y" }, false],
    ],
  },
  {
    name: "anything but a number",
    pattern: { a: [{ "anything-but": [1, 2] }] },
    events: [
      [{ a: 3 }, true],
      [{ a: 2 }, false],
    ],
  },
  {
    name: "anything but a prefix",
    pattern: { a: [{ "anything-but": { prefix: "in" } }] },
    events: [
      [{ a: "out" }, true],
      [{ a: "init" }, false],
    ],
  },
  {
    name: "anything but several prefixes",
    pattern: { a: [{ "anything-but": { prefix: ["in", "out"] } }] },
    events: [
      [{ a: "up" }, true],
      [{ a: "outer" }, false],
    ],
  },
  {
    name: "anything but a suffix",
    pattern: { a: [{ "anything-but": { suffix: ".txt" } }] },
    events: [
      [{ a: "a.png" }, true],
      [{ a: "a.txt" }, false],
    ],
  },
  {
    name: "numbers in a range",
    pattern: { a: [{ numeric: [">", 0, "<=", 5] }] },
    events: [
      [{ a: 5 }, true],
      [{ a: 0.1 }, true],
      [{ a: 0 }, false],
      [{ a: 5.1 }, false],
      [{ a: "3" }, false],
    ],
  },
  {
    name: "numbers by one comparison",
    pattern: { a: [{ numeric: ["=", 3.018e2] }, { numeric: ["<", 0] }] },
    events: [
      [{ a: 301.8 }, true],
      [{ a: -1 }, true],
      [{ a: 301 }, false],
    ],
  },
  {
    name: "a field that exists",
    pattern: { a: [{ exists: true }] },
    events: [
      [{ a: 1 }, true],
      [{ a: "" }, true],
      [{}, false],
    ],
  },
  {
    name: "a field that does not exist",
    pattern: { a: [{ exists: false }] },
    events: [
      [{ b: 1 }, true],
      [{ a: 1 }, false],
    ],
  },
  {
    name: "a nested field that does not exist",
    pattern: { a: { b: [{ exists: false }] } },
    events: [
      [{ a: { c: 1 } }, true],
      [{ c: 1 }, true],
      [{ a: { b: 1 } }, false],
    ],
  },
  {
    name: "a wildcard",
    pattern: { a: [{ wildcard: "dir/*.png" }] },
    events: [
      [{ a: "dir/x.png" }, true],
      [{ a: "dir/.png" }, true],
      [{ a: "dir/x.jpg" }, false],
      [{ a: "x/dir/a.png" }, false],
    ],
  },
  {
    name: "several wildcards",
    pattern: { a: [{ wildcard: "*a*b" }] },
    events: [
      [{ a: "xaxb" }, true],
      [{ a: "ab" }, true],
      [{ a: "b" }, false],
      [{ a: "axbx" }, false],
    ],
  },
  {
    name: "one of two fields",
    pattern: { $or: [{ a: ["x"] }, { b: [1] }], c: ["z"] },
    events: [
      [{ a: "x", c: "z" }, true],
      [{ b: 1, c: "z" }, true],
      [{ c: "z" }, false],
      [{ a: "x" }, false],
    ],
  },
  {
    name: "a value or an operator",
    pattern: { a: ["x", { prefix: "y" }] },
    events: [
      [{ a: "x" }, true],
      [{ a: "yes" }, true],
      [{ a: "no" }, false],
    ],
  },
];
