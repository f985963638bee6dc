import canonicalize from "canonicalize";
import { ModelError } from "./fault.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Any value that JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * RFC 8785 canonical JSON of `value`, as UTF-8.
 * @throws ModelError `lone-surrogate` (a string that UTF-8 cannot carry), `not-canonical` (a number outside the doubles, a function, undefined)
 */
export function canonicalBytes(value: unknown): Uint8Array {
  const plain = plainJson(value);
  if (plain !== undefined) return encoder.encode(plain);
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (error) {
    throw new ModelError("not-canonical", `expected a value that RFC 8785 can write; ${(error as Error).message}`);
  }
  if (text === undefined) throw new ModelError("not-canonical", "expected a JSON value, got undefined");
  // Stryker disable next-line all: canonicalize refuses lone surrogates first; this holds should another version of it not do so.
  if (!text.isWellFormed()) throw new ModelError("lone-surrogate", "a string holds a lone surrogate: it has no UTF-8 form");
  return encoder.encode(text);
}

/** Canonical JSON of what is plainly JSON; undefined where the library has to decide. */
function plainJson(value: unknown): string | undefined {
  try {
    const ordered = inOrder(value);
    const text = ordered === undefined ? undefined : JSON.stringify(ordered);
    // A lone surrogate is written as an escape that begins so; text of that form may stand there too.
    return text?.includes("\\ud") === true ? undefined : text;
  } catch {
    // Nested too deep, or in a circle.
    return undefined;
  }
}

/** What an engine lists first, in order of number, wherever it was put. */
const INDEX = /^(?:0|[1-9][0-9]*)$/;

/**
 * The same value with every object's members in order of UTF-16 code units, so that JSON.stringify, whose numbers and strings are RFC 8785's (it took them from
 * there), writes it canonically several times as fast as the library. Undefined for what only looks like plain JSON: the library decides.
 */
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
    if (copy === undefined && one !== list[at]) copy = list.slice(0, at) as Json[];
    copy?.push(one);
  }
  return copy ?? (list as Json);
}

function membersInOrder(value: Readonly<Record<string, unknown>>): Json | undefined {
  const keys = Object.keys(value);
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
    same &&= one === member && (at === 0 || (keys[at - 1] as string) < key);
    members.push([key, one]);
  }
  return same ? (value as Json) : Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The value of canonical JSON bytes, refusing any other spelling of it (white space, key order, duplicate keys, number forms, a BOM).
 * @throws ModelError `not-canonical`
 */
export function parseCanonical(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch {
    throw new ModelError("not-canonical", "expected RFC 8785 JSON in UTF-8; the bytes are not JSON");
  }
  const again = canonicalBytes(value);
  if (Buffer.compare(again, bytes) !== 0)
    throw new ModelError("not-canonical", "expected RFC 8785 JSON; the same value is written differently");
  return value;
}
