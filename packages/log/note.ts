/**
 * Signed notes (C2SP signed-note): a text that ends in a line break, an empty line, and one line a signature: an em dash, a space, the
 * key's name, a space, base64 of the key's id (4 bytes) and the signature. The signature covers the text with its last line break.
 *
 * Worked example, a note with the signatures of two keys of one name, as a log gives them while its key is replaced: who knows either
 * key accepts it, and ignores the other line.
 *
 *     ledger.example/acme
 *     3
 *     Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=
 *
 *     — ledger.example/acme 7xoeOTlE7BudrXk6au8IBAbRpyljgaY87o1T7rze+gb76OlYbh3jENtVi6WpM5BWPxuou/UKPlu9Yy0ek4TTpLHlvQg=
 *     — ledger.example/acme UQc4kSNezXhu07SitFTquxD3qKgdSf3uzDg4AKFxF/mDXxiSyEYcD8c6IUxJGEbdGwW07OxmtEfq60xH227nBFjgGw4=
 */
import { LogError } from "./fault.ts";
import type { Signer } from "./ports.ts";
import { formatBase64, hasControls, parseBase64, parseUtf8 } from "./spelling.ts";
import { isKeyName, isSignedBy, type VerifierKey } from "./verifier-key.ts";

/** A note holds at most this many bytes; a signature that is made for the time after Ed25519 takes about 7,000. */
export const NOTE_MAX_BYTES = 1_000_000;
/** A note carries at most this many signatures; verifying them is what a hostile note costs. */
export const NOTE_MAX_SIGNATURES = 100;

const MARK = "\u2014 ";
const ID_BYTES = 4;

export interface NoteSignature {
  /** Name of the key, as the note says. */
  readonly name: string;
  /** Id of the key, as the note says: eight lower-case hexadecimal digits. */
  readonly id: string;
  /** Without the id. Its form is its key's matter. */
  readonly signature: Uint8Array;
}

/** A note taken apart. Nothing of it is verified. */
export interface Note {
  /** With its last line break. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** @throws LogError `not-canonical` for a text or a name that no note can carry */
export function formatNote({ text, signatures }: Note): Uint8Array {
  const lines = signatures.map(
    ({ name, id, signature }) => `${MARK}${name} ${formatBase64(Buffer.concat([Buffer.from(id, "hex"), signature]))}\n`,
  );
  const bytes = Buffer.from(`${text}\n${lines.join("")}`);
  const again = text.isWellFormed() ? parseNote(bytes) : undefined;
  const same = ({ name, id }: NoteSignature, at: number): boolean => name === signatures[at]?.name && id === signatures[at].id;
  if (again?.text !== text || !again.signatures.every(same))
    throw new LogError("not-canonical", "expected a text and key names that a note can carry");
  return bytes;
}

/**
 * Takes a note apart without verifying it: the text is not to be believed before `openNote` gave it.
 * @throws LogError `not-canonical`
 */
export function parseNote(bytes: Uint8Array): Note {
  if (bytes.length > NOTE_MAX_BYTES) throw new LogError("not-canonical", `expected a note of at most ${NOTE_MAX_BYTES} bytes`);
  const whole = parseUtf8(bytes, "note");
  if (hasControls(whole)) throw new LogError("not-canonical", "expected a note without control characters");
  const end = whole.lastIndexOf("\n\n");
  const lines = whole.slice(end + 2).split("\n");
  if (end < 0 || lines.pop() !== "") throw new LogError("not-canonical", "expected a note: text, an empty line, signature lines");
  if (lines.length === 0 || lines.length > NOTE_MAX_SIGNATURES)
    throw new LogError("not-canonical", `expected 1 to ${NOTE_MAX_SIGNATURES} signatures, got ${lines.length}`);
  return { text: whole.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  const [name = "", encoded = "", ...more] = line.startsWith(MARK) ? line.slice(MARK.length).split(" ") : [];
  if (!isKeyName(name) || more.length > 0) throw new LogError("not-canonical", "expected a signature line: em dash, key name, base64");
  const bytes = parseBase64(encoded, "signature line");
  if (bytes.length <= ID_BYTES) throw new LogError("not-canonical", "expected a key id and a signature");
  return { name, id: Buffer.from(bytes.subarray(0, ID_BYTES)).toString("hex"), signature: bytes.subarray(ID_BYTES) };
}

/**
 * Signs `text` with each signer, in their order. While a key is replaced, the old and the new one sign.
 * @throws LogError `not-canonical` for a text that no note can carry; `wrong-answer` for a signature that does not verify with the signer's own key: nobody could open the note
 */
export async function signNote(text: string, signers: readonly Signer[]): Promise<Uint8Array> {
  const message = Buffer.from(text);
  const signatures = await Promise.all(
    signers.map(async ({ key, sign }) => {
      const signature = await sign(message);
      if (!isSignedBy(key, message, signature))
        throw new LogError("wrong-answer", `the signer of ${key.name}+${key.id} gave a signature that does not verify`);
      return { name: key.name, id: key.id, signature };
    }),
  );
  return formatNote({ text, signatures });
}

/** A note of which at least one known key vouches. */
export interface OpenNote {
  readonly text: string;
  /** Known keys that signed, each once, in the note's order. */
  readonly signedBy: readonly VerifierKey[];
}

/**
 * Verifies a note. Signatures of unknown keys are ignored, even where name or id (not both) are a known key's.
 * @throws LogError `not-canonical`; `bad-signature` when one under a known key's name and id is not that key's; `not-signed` without any of a known key; `ambiguous-key` when two of `keys` share name and id
 */
export function openNote(bytes: Uint8Array, keys: readonly VerifierKey[]): OpenNote {
  const known = new Map<string, VerifierKey>();
  for (const key of keys) {
    const held = known.get(`${key.name}+${key.id}`);
    if (held !== undefined && Buffer.compare(held.publicKey, key.publicKey) !== 0)
      throw new LogError("ambiguous-key", `two keys are known as ${key.name}+${key.id}`);
    known.set(`${key.name}+${key.id}`, key);
  }
  const { text, signatures } = parseNote(bytes);
  const message = Buffer.from(text);
  const signedBy = new Set<VerifierKey>();
  for (const { name, id, signature } of signatures) {
    const key = known.get(`${name}+${id}`);
    if (key === undefined) continue;
    if (!isSignedBy(key, message, signature)) throw new LogError("bad-signature", `the signature of ${name}+${id} does not verify`);
    signedBy.add(key);
  }
  if (signedBy.size === 0) throw new LogError("not-signed", "no key that is known has signed this note");
  return { text, signedBy: [...signedBy] };
}
