/**
 * Proof files (C2SP tlog-proof, by custom with the extension `.tlog-proof`): all that is needed to see that an entry is in a log, but for
 * the entry and the log's key: a first line that names the format, the leaf index, the inclusion proof (base64, a hash a line, the
 * leaf's sibling first), an empty line, and the checkpoint as it was signed.
 *
 * Worked example:
 *
 *     c2sp.org/tlog-proof@v1
 *     index 0
 *     qxq38Hx8j+Dv9LpvqlPH5EEukaWZFT6KpOAb7s5beCU=
 *     Zx8UbF5HHooag6PCFM5LqQe486WIjRTMjNPOdbsS75Q=
 *
 *     ledger.example/acme
 *     3
 *     Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=
 *
 *     — ledger.example/acme 7xoeOTlE7BudrXk6au8IBAbRpyljgaY87o1T7rze+gb76OlYbh3jENtVi6WpM5BWPxuou/UKPlu9Yy0ek4TTpLHlvQg=
 *     — ledger.example/acme UQc4kSNezXhu07SitFTquxD3qKgdSf3uzDg4AKFxF/mDXxiSyEYcD8c6IUxJGEbdGwW07OxmtEfq60xH227nBFjgGw4=
 */
import { type Checkpoint, type LogIdentity, openCheckpoint, parseCheckpoint } from "./checkpoint.ts";
import { LogError } from "./fault.ts";
import { expectHash, HASH_BYTES, type Hash } from "./hash.ts";
import { verifyInclusion } from "./inclusion.ts";
import { NOTE_MAX_BYTES, parseNote } from "./note.ts";
import { expectCount, formatBase64, parseBase64, parseDecimal, parseUtf8 } from "./spelling.ts";

const FIRST_LINE = "c2sp.org/tlog-proof@v1";
const EXTRA = "extra ";
const INDEX = "index ";
/** A file holds at most this many bytes: a note's, and as many for the rest. */
const MAX_BYTES = 2 * NOTE_MAX_BYTES;

export interface ProofFile {
  /** Of the leaf, from 0. */
  readonly index: number;
  /** The inclusion proof, the leaf's sibling first. */
  readonly proof: readonly Hash[];
  /** The signed note, exactly as it came; of a file taken apart, a view of it. */
  readonly checkpoint: Uint8Array;
  /** Whatever the application adds, not empty. Nothing vouches for it. We write none. */
  readonly extra?: Uint8Array;
}

/** @throws LogError `not-canonical` for a checkpoint that is none, or empty `extra`; `out-of-range`, `not-a-hash` */
export function formatProofFile({ index, proof, checkpoint, extra }: ProofFile): Uint8Array {
  expectCount(index, "a leaf index");
  for (const each of proof) expectHash(each, "inclusion proof");
  const lines = [FIRST_LINE, ...(extra === undefined ? [] : [EXTRA + formatBase64(extra)]), INDEX + index, ...proof.map(formatBase64)];
  const bytes = Buffer.concat([Buffer.from(`${lines.join("\n")}\n\n`), checkpoint]);
  parseProofFile(bytes);
  return bytes;
}

/**
 * Takes a proof file apart without verifying anything but its form, down to the checkpoint's.
 * @throws LogError `not-canonical`
 */
export function parseProofFile(bytes: Uint8Array): ProofFile {
  if (bytes.length > MAX_BYTES) throw new LogError("not-canonical", `expected a proof file of at most ${MAX_BYTES} bytes`);
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf("\n\n");
  if (end < 0) throw new LogError("not-canonical", "expected a proof file: its lines, an empty line, a checkpoint");
  const [first, ...lines] = parseUtf8(bytes.subarray(0, end), "proof file").split("\n");
  if (first !== FIRST_LINE) throw new LogError("not-canonical", `expected the first line ${FIRST_LINE}`);
  const extra = lines[0]?.startsWith(EXTRA) ? parseBase64(lines.shift()?.slice(EXTRA.length) ?? "", "extra") : undefined;
  if (extra?.length === 0) throw new LogError("not-canonical", "expected no line for extra data where there are none");
  const index = lines.shift();
  if (!index?.startsWith(INDEX)) throw new LogError("not-canonical", "expected a line with the index");
  const proof = lines.map((line) => parseBase64(line, "inclusion proof"));
  if (proof.some(({ length }) => length !== HASH_BYTES)) throw new LogError("not-canonical", "expected hashes of 32 bytes");
  const checkpoint = bytes.subarray(end + 2);
  parseCheckpoint(parseNote(checkpoint).text);
  return { index: parseDecimal(index.slice(INDEX.length), "index"), proof, checkpoint, ...(extra === undefined ? {} : { extra }) };
}

/** What a proof file has proved: the leaf stands at `index` of the log as `checkpoint` states it. */
export interface ProvedInclusion {
  readonly index: number;
  readonly checkpoint: Checkpoint;
}

/**
 * Verifies a proof file for an entry's leaf hash, which the caller computed from the entry itself.
 * @throws LogError as `parseProofFile`, `openCheckpoint` and `verifyInclusion` do
 */
export function verifyProofFile(bytes: Uint8Array, leaf: Hash, log: LogIdentity): ProvedInclusion {
  const { index, proof, checkpoint: note } = parseProofFile(bytes);
  const checkpoint = openCheckpoint(note, log);
  verifyInclusion({ index, size: checkpoint.size, root: checkpoint.root, leaf }, proof);
  return { index, checkpoint };
}
