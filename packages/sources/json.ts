import { SourceError } from "./fault.ts";

/** Arrays and objects nest at most this deep: the deepest real payload known to us has 9 levels. */
export const MAX_DEPTH = 64;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The value of JSON bytes that a sender chose. Refuses what two parsers could read differently or what could exhaust one: invalid UTF-8,
 * nesting beyond MAX_DEPTH, duplicate keys, escaped lone surrogates. Numbers that a double cannot hold exactly come back as strings with
 * all their digits. A key `__proto__` is an own member like any other.
 * @throws SourceError with field `body`
 */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw new SourceError("body", "expected valid UTF-8");
  }
  return parseJsonText(text);
}

/** The same for text that was decoded already (a form's `payload`). */
export function parseJsonText(text: string): unknown {
  const seen = scan(text);
  if (seen.depth > MAX_DEPTH) throw new SourceError("body", `expected at most ${MAX_DEPTH} levels of nesting`);
  let value: unknown;
  try {
    value = seen.longNumber ? JSON.parse(text, exactNumber) : JSON.parse(text);
  } catch {
    // The engine's message quotes the text: it must not get out.
    throw new SourceError("body", "expected JSON");
  }
  const found = count(value, seen.escapes);
  if (!found.wellFormed) throw new SourceError("body", "expected no lone surrogate in a string");
  // Each `:` outside a string is a member of the text; a member that the value lacks was overwritten by one of the same name.
  if (found.members !== seen.members) throw new SourceError("body", "expected no duplicate key in an object");
  return value;
}

interface Scan {
  readonly depth: number;
  readonly members: number;
  /** Some number has 16 or more characters or an exponent: a double may not hold it. */
  readonly longNumber: boolean;
  /** Some string has a `\uD…` escape, which may be half of a pair. */
  readonly escapes: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** One pass over the text, without recursion. Meaningful for JSON only; for anything else JSON.parse says no. */
function scan(text: string): Scan {
  let level = 0;
  let depth = 0;
  let members = 0;
  let number = 0;
  let longNumber = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      number = 0;
      at = closingQuote(text, at + 1);
      if (at < 0) break;
    } else if (code >= 0x30 && code <= 0x39) {
      if (++number >= 16) longNumber = true;
    } else if (code === 0x7b || code === 0x5b) {
      if (++level > depth) depth = level;
    } else if (code === 0x7d || code === 0x5d) {
      level--;
      number = 0;
    } else if (code === 0x3a) {
      members++;
      number = 0;
    } else if (code === 0x2e) {
      // A fraction's digits count on: 16 of them together may be too many for a double.
    } else if ((code === 0x65 || code === 0x45) && number > 0) {
      longNumber = true;
    } else {
      number = 0;
    }
  }
  return { depth, members, longNumber, escapes: /\\u[dD]/.test(text) };
}

/** Index of the quote that ends a string begun before `from`; -1 when none does. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at > 0 && text.charCodeAt(at - 1) === BACKSLASH) {
    let slashes = 1;
    while (at - 1 - slashes >= from && text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) break;
    at = text.indexOf('"', at + 1);
  }
  return at;
}

/** Keeps what the sender wrote where a double would change it. */
function exactNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || context?.source === undefined) return value;
  if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return value;
  return context.source;
}

/** Counts the members of all objects in `value`, which is at most MAX_DEPTH deep. */
function count(value: unknown, checkText: boolean): { members: number; wellFormed: boolean } {
  let members = 0;
  let wellFormed = true;
  const visit = (node: unknown): void => {
    if (typeof node === "string") {
      if (checkText && !node.isWellFormed()) wellFormed = false;
    } else if (Array.isArray(node)) {
      for (const item of node) visit(item);
    } else if (node !== null && typeof node === "object") {
      // Own keys only: `__proto__` of JSON.parse is an own member, and nothing else is inherited but from Object.prototype.
      for (const key of Object.keys(node)) {
        members++;
        if (checkText && !key.isWellFormed()) wellFormed = false;
        visit((node as Readonly<Record<string, unknown>>)[key]);
      }
    }
  };
  visit(value);
  return { members, wellFormed };
}
