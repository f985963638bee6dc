import { hex, leafHash } from "./bytes.ts";

/** What re-computing a chain came to. */
export type ChainCheck =
  | { readonly sound: true; readonly length: number; readonly head: string }
  | { readonly sound: false; readonly seq: number; readonly because: string };

const NO_PREVIOUS = "0".repeat(64);

/**
 * Re-computes a chain from the exact bytes that were hashed: each entry names the hash of the one before, from nothing on, without a gap.
 * @param lines the entries' canonical bytes, in order, from seq 0
 */
export async function checkChain(subject: string, lines: readonly string[]): Promise<ChainCheck> {
  const encoder = new TextEncoder();
  let prev = NO_PREVIOUS;
  for (const [at, line] of lines.entries()) {
    const fault = (because: string): ChainCheck => ({ sound: false, seq: at, because });
    let entry: { readonly subject?: unknown; readonly seq?: unknown; readonly prev?: unknown };
    try {
      entry = JSON.parse(line) as typeof entry;
    } catch {
      return fault("the entry is no JSON");
    }
    if (entry.subject !== subject) return fault("the entry belongs to another chain");
    if (entry.seq !== at) return fault(`expected entry ${at}, found ${String(entry.seq)}`);
    if (entry.prev !== prev) return fault("it does not name the entry before it");
    prev = hex(await leafHash(encoder.encode(line)));
  }
  return lines.length === 0
    ? { sound: false, seq: 0, because: "the chain has no entry" }
    : { sound: true, length: lines.length, head: prev };
}
