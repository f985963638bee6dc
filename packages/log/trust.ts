/**
 * The trust file: which public keys vouch for a log's notes and for the envelopes of its evidence, and when each does. Canonical JSON
 * (RFC 8785), published beside the log as `trust.json`. Whoever takes it from there trusts the operator with it: an auditor keeps the one
 * that came first and compares.
 *
 * Worked example, with line breaks that the file has not:
 *
 *     {"envelopeKeys":[{"from":"2026-11-01T00:00:00Z","id":"<SHA-256 of the key's SPKI, hexadecimal>","pem":"-----BEGIN PUBLIC KEY-----\n…"}],
 *      "format":1,
 *      "noteKeys":[{"from":"2026-11-01T00:00:00Z","key":"ledger.example/acme+ef1a1e39+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c",
 *                   "until":"2027-11-01T00:00:00Z"}],
 *      "origin":"ledger.example/acme"}
 *
 * A key's window is from `from` on, up to and not including `until`. A key that is replaced keeps its place with an `until`: what it signed
 * within its window stands.
 */
import { createPublicKey, type KeyObject } from "node:crypto";
import { canonicalBytes, ModelError, parseCanonical, sha256Hex } from "@change-ledger/model";
import * as z from "zod";
import { type Checkpoint, type LogIdentity, parseCheckpoint } from "./checkpoint.ts";
import { LogError } from "./fault.ts";
import { openNote } from "./note.ts";
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from "./verifier-key.ts";

/** From when, and until when if it ended: RFC 3339, UTC. */
export interface TrustWindow {
  readonly from: string;
  readonly until?: string | undefined;
}

/** An Ed25519 key that signs checkpoints; its name is the log's origin. */
export interface TrustedNoteKey extends TrustWindow {
  readonly key: VerifierKey;
}

/** A P-256 key that signs the envelopes of evidence bundles. */
export interface TrustedEnvelopeKey extends TrustWindow {
  /** SHA-256 of the key's SPKI in DER, 64 lower-case hexadecimal digits. */
  readonly id: string;
  /** SPKI, as `openssl` writes it. */
  readonly pem: string;
}

export interface TrustFile {
  readonly origin: string;
  readonly noteKeys: readonly TrustedNoteKey[];
  readonly envelopeKeys: readonly TrustedEnvelopeKey[];
}

/** Hours that are sealed late, because nothing ran, are sealed at most so long after they ended. */
export const HOURS_SEALED_LATE = 168;

const FORMAT = 1;
const HOUR_MS = 3_600_000;
const HOUR_LINE = /^hour ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2})$/;

const instant = z.iso.datetime();
const window = { from: instant, until: instant.optional() };
const ends = ({ from, until }: TrustWindow): boolean => until === undefined || Date.parse(from) < Date.parse(until);
const fileSchema = z.strictObject({
  format: z.literal(FORMAT),
  origin: z.string().min(1),
  noteKeys: z.array(z.strictObject({ key: z.string(), ...window }).refine(ends, "a key's window ends after it begins")).min(1),
  envelopeKeys: z.array(z.strictObject({ id: z.string(), pem: z.string(), ...window }).refine(ends, "a key's window ends after it begins")),
});

/** The file's bytes, in their one spelling. What is written is not checked: `parseTrust` is. */
export function formatTrust({ origin, noteKeys, envelopeKeys }: TrustFile): Uint8Array {
  const windowOf = ({ from, until }: TrustWindow) => ({ from, ...(until === undefined ? {} : { until }) });
  return canonicalBytes({
    format: FORMAT,
    origin,
    noteKeys: noteKeys.map(({ key, ...rest }) => ({ key: formatVerifierKey(key), ...windowOf(rest) })),
    envelopeKeys: envelopeKeys.map(({ id, pem, ...rest }) => ({ id, pem, ...windowOf(rest) })),
  });
}

/**
 * @throws LogError `not-canonical` for other bytes, members or keys than the format knows, a key under a name that is not the log's, an id that is not its key's
 */
export function parseTrust(bytes: Uint8Array): TrustFile {
  const { origin, noteKeys, envelopeKeys } = parsedFile(bytes);
  return {
    origin,
    noteKeys: noteKeys.map(({ key: text, ...rest }) => {
      const key = parseVerifierKey(text);
      if (key.name !== origin) throw new LogError("not-canonical", `trust file: expected a note key of ${origin}`);
      return { key, ...rest };
    }),
    envelopeKeys: envelopeKeys.map(({ id, pem, ...rest }) => {
      const read = readEnvelopeKey(pem);
      if (read.id !== id || read.pem !== pem)
        throw new LogError("not-canonical", `trust file: expected ${read.id} in its one spelling, got ${id}`);
      return { id, pem, ...rest };
    }),
  };
}

function parsedFile(bytes: Uint8Array): z.infer<typeof fileSchema> {
  try {
    const parsed = fileSchema.safeParse(parseCanonical(bytes));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new LogError("not-canonical", `trust file: ${issue?.path.join(".") || "all of it"}: ${issue?.message}`);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new LogError("not-canonical", `trust file: ${error.message}`);
  }
}

/**
 * A P-256 public key with its id, in its one spelling.
 * @param spki PEM, or the DER in it
 * @throws LogError `not-canonical` for anything that is no P-256 public key
 */
export function readEnvelopeKey(spki: string | Uint8Array): { readonly id: string; readonly pem: string } {
  let key: KeyObject;
  try {
    key = typeof spki === "string" ? createPublicKey(spki) : createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  } catch {
    throw new LogError("not-canonical", "expected a public key");
  }
  if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1")
    throw new LogError("not-canonical", "expected a public key of the curve P-256");
  return { id: sha256Hex(key.export({ format: "der", type: "spki" })), pem: key.export({ format: "pem", type: "spki" }).toString() };
}

/** Whether a key vouches for what was signed at `at` (RFC 3339). */
export function holdsAt({ from, until }: TrustWindow, at: string): boolean {
  return Date.parse(from) <= Date.parse(at) && (until === undefined || Date.parse(at) < Date.parse(until));
}

/** The log with all its keys, whatever their windows: for a checkpoint that an auditor took from the log and has held since. */
export function logIdentity({ origin, noteKeys }: TrustFile): LogIdentity {
  return { origin, keys: noteKeys.map(({ key }) => key) };
}

/** The hour that a checkpoint seals, as in `2026-11-21T22`; undefined for the current one, which seals none. */
export function sealedHour({ extensions }: Pick<Checkpoint, "extensions">): string | undefined {
  const [line, ...more] = extensions;
  return more.length > 0 ? undefined : HOUR_LINE.exec(line ?? "")?.[1];
}

/**
 * Verifies and reads a checkpoint, by a key within its window: for one that seals an hour, a window that meets the time in which the hour
 * can have been sealed (from its end on, `HOURS_SEALED_LATE` at most); for any other one that holds at `now`.
 * @param now RFC 3339
 * @throws LogError as `openCheckpoint` does; `retired-key` when those that signed it are known and none of them may have
 */
export function openTrusted(note: Uint8Array, trust: TrustFile, now: string): Checkpoint {
  const { text, signedBy } = openNote(note, logIdentity(trust).keys);
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== trust.origin) throw new LogError("wrong-origin", `expected a checkpoint of ${trust.origin}`);
  const hour = sealedHour(checkpoint);
  const vouches = hour === undefined ? (key: TrustWindow) => holdsAt(key, now) : (key: TrustWindow) => meets(key, hour);
  if (!trust.noteKeys.some((trusted) => signedBy.some(({ id }) => id === trusted.key.id) && vouches(trusted)))
    throw new LogError("retired-key", `${signedBy.map(({ name, id }) => `${name}+${id}`).join(", ")} may not sign ${hour ?? `at ${now}`}`);
  return checkpoint;
}

function meets({ from, until }: TrustWindow, hour: string): boolean {
  const endMs = Date.parse(`${hour}:00:00Z`) + HOUR_MS;
  return Date.parse(from) <= endMs + HOURS_SEALED_LATE * HOUR_MS && (until === undefined || endMs < Date.parse(until));
}

/**
 * The key of that id, if it may have signed an envelope at `at`.
 * @throws LogError `not-signed` for a key that the file does not know, `retired-key` for one outside its window
 */
export function envelopeKeyAt({ envelopeKeys }: TrustFile, id: string, at: string): TrustedEnvelopeKey {
  const known = envelopeKeys.filter((key) => key.id === id);
  if (known.length === 0) throw new LogError("not-signed", `the trust file knows no envelope key ${id}`);
  const key = known.find((one) => holdsAt(one, at));
  if (key === undefined) throw new LogError("retired-key", `the envelope key ${id} may not sign at ${at}`);
  return key;
}
