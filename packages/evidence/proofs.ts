import { type Checkpoint, LogError, type ProofFile, parseCheckpoint, parseNote, parseProofFile, verifyInclusion } from "@change-ledger/log";
import type { SealedEntry } from "@change-ledger/model";
import { EvidenceError } from "./fault.ts";

/** Below `data/`. */
export const CHECKPOINT_FILE = "log/checkpoint";

/** Below `data/`: the proof of the entry with that hash. */
export function proofFile(hash: string): string {
  return `log/${hash}.tlog-proof`;
}

/**
 * Checks that each entry is in the log as the checkpoint states it, and that each proof is of this very checkpoint. Signatures are not looked at: which keys
 * are the log's the trust file says.
 * @returns the proof files by hash, those of `entries` and no other
 * @throws EvidenceError `not-proven`: a proof is missing, is of another checkpoint or does not hold; or the checkpoint is none
 */
export function checkProofs(
  entries: readonly SealedEntry[],
  { checkpoint: note, proofs }: { readonly checkpoint: Uint8Array; readonly proofs: ReadonlyMap<string, Uint8Array> },
): { readonly checkpoint: Checkpoint; readonly files: ReadonlyMap<string, Uint8Array> } {
  const checkpoint = orNotProven("the log's checkpoint", () => parseCheckpoint(parseNote(note).text));
  const files = new Map<string, Uint8Array>();
  for (const { entry, hash } of entries) {
    const what = `${entry.subject} seq ${entry.seq}`;
    const file = proofs.get(hash);
    if (file === undefined) throw new EvidenceError("not-proven", `${what}: expected a proof that the log holds it, got none`);
    orNotProven(what, () => proveEntry(parseProofFile(file), hash, note, checkpoint));
    files.set(hash, file);
  }
  return { checkpoint, files };
}

/** @throws LogError unless the proof is of this checkpoint and of the entry with that hash, and says nothing more */
export function proveEntry(proof: ProofFile, hash: string, note: Uint8Array, { size, root }: Pick<Checkpoint, "size" | "root">): void {
  if (Buffer.compare(proof.checkpoint, note) !== 0 || proof.extra !== undefined)
    throw new LogError("not-included", "expected a proof of the bundle's own checkpoint, without extra data");
  verifyInclusion({ index: proof.index, size, root, leaf: Buffer.from(hash, "hex") }, proof.proof);
}

function orNotProven<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof LogError) throw new EvidenceError("not-proven", `${what}: ${error.message}`);
    throw error;
  }
}
