/** Which keys the log and the evidence are signed with, and were: by configuration, so that a key that is replaced keeps its place in the trust file. */
import { createPublicKey } from "node:crypto";
import * as z from "zod";
import { isKeyName, parseVerifierKey } from "../packages/log/verifier-key.ts";
import { ConfigError } from "./config-fault.ts";

/** From when a key holds, and until when if it was replaced: RFC 3339, UTC. */
interface KeyWindow {
  readonly from: string;
  readonly until?: string | undefined;
}

/** A key for checkpoints: a KMS key of this deployment, or (`key`, a verifier key's text) one that signed before and no longer does. */
export interface NoteKey extends KeyWindow {
  readonly key?: string | undefined;
}

/** A key for envelopes: a KMS key of this deployment, or (`pem`, its SPKI) one that signed before and no longer does. */
export interface EnvelopeKey extends KeyWindow {
  readonly pem?: string | undefined;
}

/** Before anything could have been deployed. */
const DEFAULT_KEYS: readonly KeyWindow[] = [{ from: "2026-01-01T00:00:00Z" }];

const instant = z.iso.datetime("an instant in UTC, as in 2026-11-01T00:00:00Z");
const window = { from: instant, until: instant.optional() };
const ends = ({ from, until }: KeyWindow): boolean => until === undefined || Date.parse(from) < Date.parse(until);
const wrongWindow = "a key's `until` lies after its `from`";
const noteKeysSchema = z.array(z.strictObject({ ...window, key: z.string().optional() }).refine(ends, wrongWindow)).max(8);
const envelopeKeysSchema = z.array(z.strictObject({ ...window, pem: z.string().optional() }).refine(ends, wrongWindow)).max(8);

/** @throws ConfigError `malformed` */
export function originOf(text: string): string {
  if (!isKeyName(text) || !/^[a-z0-9.-]+(?::\d{1,5})?(?:\/[^/]+)*$/.test(text) || text.length > 200)
    throw new ConfigError("malformed", `LEDGER_LOG_ORIGIN: expected a host name and a path, no scheme; got ${JSON.stringify(text)}`);
  return text;
}

/**
 * LEDGER_NOTE_KEYS: a JSON list. Each member without `key` is a KMS key that this deployment makes; they are told apart by their order, so members
 * are only ever added at the end.
 * @throws ConfigError `malformed`
 */
export function noteKeys(text: string | undefined, origin: string): readonly NoteKey[] {
  const name = "LEDGER_NOTE_KEYS";
  const keys: readonly NoteKey[] = listOf(name, noteKeysSchema, text);
  for (const { key } of keys) {
    if (key === undefined) continue;
    if (unlessFault(name, () => parseVerifierKey(key)).name !== origin)
      throw new ConfigError("malformed", `${name}: expected keys of the name ${origin}`);
  }
  return withOneOfOurs(name, keys, ({ key }) => key === undefined);
}

/**
 * LEDGER_ENVELOPE_KEYS: likewise, with `pem`.
 * @throws ConfigError `malformed`
 */
export function envelopeKeys(text: string | undefined): readonly EnvelopeKey[] {
  const name = "LEDGER_ENVELOPE_KEYS";
  const keys: readonly EnvelopeKey[] = listOf(name, envelopeKeysSchema, text);
  const read = keys.map(({ pem, ...rest }) => (pem === undefined ? rest : { ...rest, pem: unlessFault(name, () => p256(pem)) }));
  return withOneOfOurs<EnvelopeKey>(name, read, ({ pem }) => pem === undefined);
}

function listOf<K extends KeyWindow>(name: string, schema: z.ZodType<K[]>, text: string | undefined): readonly (K | KeyWindow)[] {
  if (!text?.trim()) return DEFAULT_KEYS;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigError("malformed", `${name}: expected a JSON list; it is not JSON`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "list"}: ${message}`);
  throw new ConfigError("malformed", `${name}: ${issues.join("; ")}`);
}

function withOneOfOurs<K extends KeyWindow>(name: string, keys: readonly K[], isOurs: (key: K) => boolean): readonly K[] {
  if (keys.some((key) => isOurs(key) && key.until === undefined)) return keys;
  throw new ConfigError("malformed", `${name}: expected a key of this deployment without an end: nothing could be signed else`);
}

/** A P-256 public key in the one spelling that the trust file has for it. */
function p256(pem: string): string {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1") throw new TypeError("expected a public key of the curve P-256");
  return key.export({ format: "pem", type: "spki" }).toString();
}

function unlessFault<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigError("malformed", `${name}: ${error instanceof Error ? error.message : "not a key"}`);
  }
}
