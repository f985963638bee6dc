/**
 * EventBridge's event patterns (and Lambda's event filters, which are the same language): which events a rule takes.
 *
 *     { "source": ["aws.codedeploy"], "detail": { "state": [{ "prefix": "FAIL" }, { "exists": false }] } }
 *
 * A pattern names fields; each holds a list of conditions of which one must hold, and all fields must match. A condition is a value (string,
 * number, true, false, null: compared as JSON values) or an object with one operator: `prefix`, `suffix`, `anything-but`, `numeric`, `exists`,
 * `equals-ignore-case`, `wildcard`. Where the event holds a list, one of its elements must match; a list of objects matches when one of its
 * objects does. `$or` is a list of patterns of which one must match beside the others.
 * Source: Amazon EventBridge User Guide, "Comparison operators for use in event patterns".
 */
export type EventPattern = { readonly [field: string]: unknown };

/** What is wrong with a pattern, said with the path of the field. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

type Condition = (values: readonly unknown[]) => boolean;
type Matcher = (event: unknown) => boolean;

/**
 * Compiles `pattern` once; the result tells for any JSON value whether it matches. Pure.
 * @throws PatternError when the pattern is empty, a field is neither a pattern nor a list of conditions, or an operator is unknown or misused
 */
export function compilePattern(pattern: unknown): Matcher {
  return compileFields(pattern, "");
}

function compileFields(pattern: unknown, path: string): Matcher {
  if (!isObject(pattern)) throw new PatternError(`expected an object at ${path || "the top"}`);
  const fields = Object.entries(pattern);
  if (fields.length === 0) throw new PatternError(`expected at least one field at ${path || "the top"}`);
  const matchers = fields.map(([field, expected]) => {
    const at = path === "" ? field : `${path}.${field}`;
    if (field === "$or" && Array.isArray(expected) && expected.every(isObject)) {
      if (expected.length < 2) throw new PatternError(`expected at least two patterns at ${at}`);
      const choices = expected.map((choice) => compileFields(choice, path));
      return (event: unknown) => choices.some((matches) => matches(event));
    }
    return Array.isArray(expected) ? compileLeaf(field, expected, at) : compileNested(field, expected, at);
  });
  return (event) => matchers.every((matches) => matches(event));
}

function compileLeaf(field: string, conditions: readonly unknown[], at: string): Matcher {
  if (conditions.length === 0) throw new PatternError(`expected at least one condition at ${at}`);
  const compiled = conditions.map((condition) => compileCondition(condition, at));
  return (event) => {
    const values = leaves(isObject(event) ? own(event, field) : undefined);
    return compiled.some((holds) => holds(values));
  };
}

/** `exists: false` within a nested pattern holds also where the object itself is missing, so an absent object is an empty one. */
function compileNested(field: string, expected: unknown, at: string): Matcher {
  const matches = compileFields(expected, at);
  return (event) => {
    const value = isObject(event) ? own(event, field) : undefined;
    const objects = Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY).filter(isObject) : [isObject(value) ? value : {}];
    return objects.length === 0 ? matches({}) : objects.some(matches);
  };
}

function compileCondition(condition: unknown, at: string): Condition {
  if (condition === null || typeof condition !== "object") {
    if (!isScalar(condition)) throw new PatternError(`expected a JSON value at ${at}`);
    return (values) => values.some((value) => value === condition);
  }
  const [operator, operand, ...rest] = Object.entries(condition).flat();
  if (Array.isArray(condition) || typeof operator !== "string" || rest.length > 0) {
    throw new PatternError(`expected one operator in an object at ${at}`);
  }
  if (operator === "exists") {
    if (typeof operand !== "boolean") throw new PatternError(`expected true or false for exists at ${at}`);
    return (values) => values.length > 0 === operand;
  }
  if (operator === "anything-but") {
    const excluded = compileExcluded(operand, at);
    // An absent field is not anything: AWS asks for a value that differs.
    return (values) => values.some((value) => !excluded(value));
  }
  const test = operator === "numeric" ? numeric(operand, at) : textual(operator, operand, at);
  return (values) => values.some(test);
}

function compileExcluded(operand: unknown, at: string): (value: unknown) => boolean {
  if (isObject(operand)) {
    const [operator, inner, ...rest] = Object.entries(operand).flat();
    if (typeof operator !== "string" || rest.length > 0) throw new PatternError(`expected one operator in anything-but at ${at}`);
    const tests = (Array.isArray(inner) ? inner : [inner]).map((one) => textual(operator, one, at));
    return (value) => tests.some((test) => test(value));
  }
  const excluded: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  if (excluded.length === 0 || !excluded.every((one) => typeof one === "string" || typeof one === "number")) {
    throw new PatternError(`expected strings or numbers in anything-but at ${at}`);
  }
  const set = new Set<unknown>(excluded);
  return (value) => set.has(value);
}

function textual(operator: string, operand: unknown, at: string): (value: unknown) => boolean {
  if ((operator === "prefix" || operator === "suffix") && isObject(operand)) {
    const folded = operand["equals-ignore-case"];
    if (typeof folded !== "string" || Object.keys(operand).length > 1)
      throw new PatternError(`expected a string or equals-ignore-case in ${operator} at ${at}`);
    const inner = textual(operator, folded.toLowerCase(), at);
    return (value) => typeof value === "string" && inner(value.toLowerCase());
  }
  if (typeof operand !== "string") throw new PatternError(`expected a string for ${operator} at ${at}`);
  switch (operator) {
    case "prefix":
      return (value) => typeof value === "string" && value.startsWith(operand);
    case "suffix":
      return (value) => typeof value === "string" && value.endsWith(operand);
    case "equals-ignore-case": {
      const folded = operand.toLowerCase();
      return (value) => typeof value === "string" && value.toLowerCase() === folded;
    }
    case "wildcard":
      return wildcard(operand, at);
    default:
      throw new PatternError(`the operator ${operator} at ${at} is not one of EventBridge's that we know`);
  }
}

/** `*` stands for any number of characters; `\*` and `\\` for themselves. Matched piece by piece, so that no value makes it slow. */
function wildcard(operand: string, at: string): (value: unknown) => boolean {
  const pieces: string[] = [""];
  for (let i = 0; i < operand.length; i++) {
    const c = operand.charAt(i);
    if (c === "*") {
      if (operand[i - 1] === "*" && pieces.at(-1) === "") throw new PatternError(`expected no two wildcards in a row at ${at}`);
      pieces.push("");
      continue;
    }
    if (c === "\\") {
      const next = operand.charAt(++i);
      if (next !== "*" && next !== "\\") throw new PatternError(`expected * or \\ after a backslash at ${at}`);
      pieces[pieces.length - 1] += next;
    } else pieces[pieces.length - 1] += c;
  }
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  if (pieces.length === 1) return (value) => value === first;
  return (value) => {
    if (typeof value !== "string" || value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last))
      return false;
    const end = value.length - last.length;
    let from = first.length;
    for (const piece of pieces.slice(1, -1)) {
      const found = value.indexOf(piece, from);
      if (found < 0 || found + piece.length > end) return false;
      from = found + piece.length;
    }
    return true;
  };
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  "=": (a, b) => a === b,
  ">=": (a, b) => a >= b,
  ">": (a, b) => a > b,
};

/** `[">", 0, "<=", 5]`: one comparison or the two ends of a range. */
function numeric(operand: unknown, at: string): (value: unknown) => boolean {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4))
    throw new PatternError(`expected one or two comparisons in numeric at ${at}`);
  const tests: ((value: number) => boolean)[] = [];
  for (let i = 0; i < operand.length; i += 2) {
    const sign: unknown = operand[i];
    const limit: unknown = operand[i + 1];
    const compare = typeof sign === "string" && Object.hasOwn(COMPARE, sign) ? COMPARE[sign] : undefined;
    if (compare === undefined || typeof limit !== "number")
      throw new PatternError(`expected a comparison and a number in numeric at ${at}`);
    tests.push((value) => compare(value, limit));
  }
  return (value) => typeof value === "number" && tests.every((test) => test(value));
}

/** What a leaf condition looks at: the value, or the elements of a list. Objects are no leaves: `exists` does not see them. */
function leaves(value: unknown): readonly unknown[] {
  return (Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value]).filter(isScalar);
}

function own(event: Readonly<Record<string, unknown>>, field: string): unknown {
  return Object.hasOwn(event, field) ? event[field] : undefined;
}

function isScalar(value: unknown): boolean {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
