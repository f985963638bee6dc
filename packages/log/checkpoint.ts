/**
 * Checkpoints (C2SP tlog-checkpoint): a note whose text states a log's origin, its size and its root hash (base64), one a line, and
 * optionally lines of extensions.
 *
 * Worked example, before it is signed:
 *
 *     ledger.example/acme
 *     3
 *     Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=
 */
import { LogError } from "./fault.ts";
import { EMPTY_ROOT, expectHash, sameHash } from "./hash.ts";
import { openNote, signNote } from "./note.ts";
import type { Signer } from "./ports.ts";
import { expectCount, formatBase64, parseBase64, parseDecimal } from "./spelling.ts";
import type { TreeHead } from "./tree-head.ts";
import type { VerifierKey } from "./verifier-key.ts";

export interface Checkpoint extends TreeHead {
  /** Which log it is: by custom its URL without the scheme. */
  readonly origin: string;
  /** Lines after the root hash, none empty. The current checkpoint has none; one that seals an hour names it (hours.ts). */
  readonly extensions: readonly string[];
}

/** A log as its users know it. */
export interface LogIdentity {
  readonly origin: string;
  /** The log's own keys, not those of witnesses: any of them vouches for a checkpoint. */
  readonly keys: readonly VerifierKey[];
}

/**
 * The text of a checkpoint, to be signed.
 * @throws LogError `not-canonical` for an origin or extensions that are no lines; `out-of-range`, `not-a-hash`
 */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  expectCount(size, "a tree size");
  expectHash(root, "root hash");
  const text = [origin, String(size), formatBase64(root), ...extensions, ""].join("\n");
  const again = parseCheckpoint(text);
  if (again.origin !== origin || again.extensions.length !== extensions.length)
    throw new LogError("not-canonical", "expected origin and extensions of one line each");
  return text;
}

/**
 * Reads the text of a checkpoint, which `openCheckpoint` has verified or somebody else has.
 * @throws LogError `not-canonical`, also for a tree of size 0 whose root hash is not the empty one
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = "", decimal = "", encoded = "", ...extensions] = text.split("\n");
  if (extensions.pop() !== "" || origin === "" || extensions.includes(""))
    throw new LogError("not-canonical", "expected a checkpoint: origin, size, root hash, each on a line that ends");
  const size = parseDecimal(decimal, "tree size");
  const root = parseBase64(encoded, "root hash");
  if (root.length !== EMPTY_ROOT.length) throw new LogError("not-canonical", `expected a root hash of 32 bytes, got ${root.length}`);
  if (size === 0 && !sameHash(root, EMPTY_ROOT)) throw new LogError("not-canonical", "expected the empty root hash for a tree of size 0");
  return { origin, size, root, extensions };
}

/** @throws LogError as `formatCheckpoint` and `signNote` do */
export async function signCheckpoint(checkpoint: Checkpoint, signers: readonly Signer[]): Promise<Uint8Array> {
  return await signNote(formatCheckpoint(checkpoint), signers);
}

/**
 * Verifies and reads a log's checkpoint.
 * @throws LogError as `openNote` and `parseCheckpoint` do; `wrong-origin` for a checkpoint of another log, whoever signed it
 */
export function openCheckpoint(note: Uint8Array, log: LogIdentity): Checkpoint {
  const checkpoint = parseCheckpoint(openNote(note, log.keys).text);
  if (checkpoint.origin !== log.origin) throw new LogError("wrong-origin", `expected a checkpoint of ${log.origin}`);
  return checkpoint;
}
