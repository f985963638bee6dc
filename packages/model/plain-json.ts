import type { Json } from "./canonical.ts";

/**
 * RFC 8785 canonical JSON of what is plainly JSON, several times as fast as the library. Undefined for everything else (keys that are array indices, lone surrogates,
 * numbers outside the doubles, objects of a class, `toJSON`, circles): the library decides what that is, if anything.
 */
export function plainJson(value: unknown): string | undefined {
  try {
    const text: string | undefined = JSON.stringify(inOrder(value));
    // A lone surrogate is written as an escape that begins so; text of that form may stand there too.
    if (text?.includes("\\ud") === false) return text;
  } catch {
    // Nested too deep, or in a circle.
  }
  return undefined;
}

/** What an engine lists first, in order of number, wherever it was put. */
const INDEX = /^(?:0|[1-9][0-9]*)$/;

/** The same value with every object's members in order of UTF-16 code units, for JSON.stringify to write: RFC 8785 took numbers and strings from there. Undefined for what is not plain. */
function inOrder(value: unknown): Json | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "object") return undefined;
  if (Array.isArray(value)) return listInOrder(value);
  const prototype = Object.getPrototypeOf(value);
  if ((prototype !== Object.prototype && prototype !== null) || "toJSON" in value) return undefined;
  return membersInOrder(value as Readonly<Record<string, unknown>>);
}

function listInOrder(list: readonly unknown[]): Json | undefined {
  if ("toJSON" in list) return undefined;
  let copy: Json[] | undefined;
  for (let at = 0; at < list.length; at++) {
    const one = inOrder(list[at]);
    if (one === undefined) return undefined;
    // Stryker disable next-line ConditionalExpression: to copy again what was copied is slower and nothing else.
    if (copy === undefined && one !== list[at]) copy = list.slice(0, at) as Json[];
    copy?.push(one);
  }
  return copy ?? (list as Json);
}

function membersInOrder(value: Readonly<Record<string, unknown>>): Json | undefined {
  const keys = Object.keys(value);
  // Stryker disable next-line BooleanLiteral: to copy what is in order already is slower and nothing else.
  let same = true;
  const members: [string, Json][] = [];
  for (const [at, key] of keys.entries()) {
    const member = value[key];
    if (member === undefined) {
      same = false;
      continue;
    }
    const one = inOrder(member);
    if (one === undefined || INDEX.test(key)) return undefined;
    // Stryker disable next-line ConditionalExpression,LogicalOperator,EqualityOperator: as above; that what is not in order is copied, the tests tell by its order.
    same &&= one === member && (at === 0 || (keys[at - 1] as string) < key);
    members.push([key, one]);
  }
  return same ? (value as Json) : Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}
