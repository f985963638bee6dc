/**
 * The definition of an entry's form, for bytes of which the scanner is not sure: canonical JSON is what writing the value again gives, and the
 * members are those of docs/formats.md. What `facts` must hold is a matter of its `kind` and of the normaliser's version: here they are an object.
 */
import { canonicalBytes } from "@change-ledger/model";
import type { NotedEntry } from "../wasm/entry-scan.ts";
import type { Fault } from "./fault.ts";

export const ENTRY_MAX_BYTES = 32 * 1024;
const SUBJECT = /^(?:change|commit|ref|ticket|deployment|incident|config|audit|evidence):[^\s\p{Cc}]+$/u;
const SUBJECT_MAX_BYTES = 1024;
const AUTH = ["hmac-sha256", "hmac-sha1", "shared-secret", "bus", "api", "ledger"];
const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
/** Seqs beyond this no chain can reach; the tables of the verifier hold 32 bits. */
const SEQ_MAX = 2 ** 31 - 2;

/** What is said of an entry's bytes. */
export interface EntryForm {
  /** Absent when they are an entry of version 1. */
  readonly fault?: Pick<Fault, "check" | "field" | "expected" | "found">;
  /** What chain they belong to, where that can be told even of bytes that are none. */
  readonly noted?: NotedEntry;
}

type Value = unknown;
type Test = (value: Value) => string | undefined;
type Members = Readonly<Record<string, { readonly test: Test; readonly optional?: true }>>;

const says =
  (expected: string, test: (value: Value) => boolean): Test =>
  (value) =>
    test(value) ? undefined : expected;
const text = says("a text that is not empty", (value) => typeof value === "string" && value !== "");
const count = says("a whole number from 0", (value) => Number.isSafeInteger(value) && (value as number) >= 0);
const positive = says("a whole number from 1", (value) => Number.isSafeInteger(value) && (value as number) > 0);
const hash = says("64 lower-case hexadecimal digits", (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value));
const instant = says("an instant in UTC with milliseconds", isInstant);
const object = says("an object", (value) => isObject(value));

const MEMBERS: Readonly<Record<string, Members>> = {
  actor: { id: { test: text, optional: true }, login: { test: text, optional: true }, system: { test: text } },
  part: { index: { test: count }, of: { test: positive } },
  payload: { archive: { test: text }, length: { test: positive }, offset: { test: count }, sha256: { test: hash } },
  source: {
    auth: { test: says(`one of ${AUTH.join(", ")}`, (value) => AUTH.includes(value as string)) },
    event: { test: text },
    id: { test: text },
    norm: { test: positive },
    replays: { test: text, optional: true },
    system: { test: text },
  },
};
const ENTRY: Members = {
  actor: { test: object, optional: true },
  facts: { test: object },
  kind: { test: text },
  occurredAt: { test: instant },
  part: { test: object, optional: true },
  payload: { test: object, optional: true },
  prev: { test: hash },
  recordedAt: { test: instant },
  seq: { test: count },
  source: { test: object },
  subject: { test: says("a subject: type, colon, id without white space", isSubject) },
  v: { test: says("1", (value) => value === 1) },
};

export function entryForm(bytes: Uint8Array): EntryForm {
  if (bytes.length > ENTRY_MAX_BYTES)
    return { fault: { check: "entry", field: "length", expected: `at most ${ENTRY_MAX_BYTES} bytes`, found: `${bytes.length} bytes` } };
  let value: Value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return { fault: { check: "canonical", field: "bytes", expected: "JSON in UTF-8", found: excerpt(bytes, 0) } };
  }
  const noted = notedOf(value);
  const fault = spelling(value, bytes) ?? wrongMember(value, ENTRY, "");
  return { ...(fault === undefined ? {} : { fault }), ...(noted === undefined ? {} : { noted }) };
}

function spelling(value: Value, bytes: Uint8Array): EntryForm["fault"] {
  let again: Uint8Array;
  try {
    again = canonicalBytes(value);
  } catch (error) {
    return { check: "canonical", field: "bytes", expected: "a value that RFC 8785 can write", found: (error as Error).message };
  }
  const same = again.length === bytes.length && Buffer.compare(again, bytes) === 0;
  if (same) return undefined;
  const at = again.findIndex((byte, index) => byte !== bytes[index]);
  const from = at < 0 ? again.length : at;
  return { check: "canonical", field: `byte ${from}`, expected: excerpt(again, from), found: excerpt(bytes, from) };
}

function excerpt(bytes: Uint8Array, at: number): string {
  return at >= bytes.length ? "the end" : Buffer.from(bytes.subarray(at, at + 40)).toString("utf8");
}

function isObject(value: Value): value is Record<string, Value> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isInstant(value: Value): boolean {
  const [, year, month, day] = (typeof value === "string" ? INSTANT.exec(value) : null) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const lengths = [31, leaps(Number(year)) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return Number(day) >= 1 && Number(day) <= (lengths[Number(month) - 1] ?? 0);
}

function leaps(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function isSubject(value: Value): value is string {
  return typeof value === "string" && SUBJECT.test(value) && Buffer.byteLength(value) <= SUBJECT_MAX_BYTES;
}

function wrongMember(value: Value, members: Members, of: string): EntryForm["fault"] {
  if (!isObject(value)) return { check: "entry", field: "bytes", expected: "an object", found: told(value) };
  for (const [name, { test, optional }] of Object.entries(members)) {
    const has = Object.hasOwn(value, name);
    if (!has && optional) continue;
    const expected = test(value[name]);
    const field = of + name;
    if (!has || expected !== undefined)
      return { check: "entry", field, expected: expected ?? "a value", found: has ? told(value[name]) : "no such member" };
    const inner = of === "" ? MEMBERS[name] : undefined;
    const fault = inner === undefined ? undefined : wrongMember(value[name], inner, `${name}.`);
    if (fault !== undefined) return fault;
  }
  const extra = Object.keys(value).find((name) => !Object.hasOwn(members, name));
  return extra === undefined ? undefined : { check: "entry", field: of + extra, expected: "no such member", found: told(value[extra]) };
}

function told(value: Value): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 80);
}

function notedOf(value: Value): NotedEntry | undefined {
  if (!isObject(value)) return undefined;
  const { subject, seq, prev, recordedAt } = value;
  if (!isSubject(subject) || count(seq) !== undefined || hash(prev) !== undefined) return undefined;
  const digits = isInstant(recordedAt) ? (recordedAt as string).replace(/\D/g, "") : "9999999999";
  return {
    subject,
    seq: Math.min(seq as number, SEQ_MAX),
    prev: prev as string,
    hour: Math.min(Number(digits.slice(0, 10)), 2 ** 31 - 1),
    minute: Number(digits.slice(10, 12)),
  };
}
