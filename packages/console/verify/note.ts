import { fromBase64, hex, same, sha256 } from "./bytes.ts";

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

interface NoteKey {
  readonly name: string;
  readonly id: Uint8Array;
  readonly key: Uint8Array<ArrayBuffer>;
}

const ED25519 = 1;

/** @throws Error: a key whose id is not that of its name and bytes (C2SP signed-note) */
async function parseKey(text: string): Promise<NoteKey> {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text);
  const bytes = fromBase64(match?.[3] ?? "");
  const name = match?.[1] ?? "";
  if (bytes?.length !== 33 || bytes[0] !== ED25519) throw new Error("a key of the trust file is no Ed25519 key");
  const digest = await sha256(new TextEncoder().encode(`${name}\n`), bytes);
  const id = digest.slice(0, 4);
  if (hex(id) !== match?.[2]) throw new Error("a key's id is not its own");
  return { name, id, key: bytes.slice(1) };
}

/**
 * Opens a checkpoint that one of the keys signed; signatures of unknown keys do not matter.
 * @throws Error that says what is wrong
 */
export async function openCheckpoint(note: string, keyTexts: readonly string[]): Promise<Checkpoint> {
  const blank = note.lastIndexOf("\n\n");
  const text = note.slice(0, blank + 1);
  const [origin = "", sizeText = "", rootText = ""] = text.split("\n");
  const root = fromBase64(rootText);
  if (blank < 0 || !/^(0|[1-9]\d{0,15})$/.test(sizeText) || root?.length !== 32) throw new Error("the checkpoint has not its form");
  const keys = await Promise.all(keyTexts.map(parseKey));
  const message = new TextEncoder().encode(text);
  for (const line of note.slice(blank + 2).split("\n")) {
    const match = /^— (\S+) (\S+)$/.exec(line);
    const blob = fromBase64(match?.[2] ?? "");
    if (blob?.length !== 68) continue;
    const known = keys.find(({ name, id }) => name === match?.[1] && name === origin && same(id, blob.slice(0, 4)));
    if (known === undefined) continue;
    const key = await crypto.subtle.importKey("raw", known.key, "Ed25519", false, ["verify"]);
    if (await crypto.subtle.verify("Ed25519", key, blob.slice(4), message)) return { origin, size: Number(sizeText), root };
    throw new Error("the checkpoint's signature is wrong");
  }
  throw new Error("no key of the trust file signed the checkpoint");
}
