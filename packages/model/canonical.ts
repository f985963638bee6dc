import canonicalize from "canonicalize";
import { ModelError } from "./fault.ts";
import { plainJson } from "./plain-json.ts";

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
  // Stryker disable next-line ConditionalExpression: the library writes the same, more slowly.
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
