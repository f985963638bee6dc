/**
 * Stages: what one step of the log adds to it, kept before the lock row decides for the step, so that whoever finds a row whose step was
 * not completed can complete it. The lock row names a stage by its digest, SHA-256 of
 *
 *     a line of RFC 8785 JSON: {"chains":[[subject, seq, count], …], "format":1, "from":{"before":[…], "root":…, "size":…, "stage":…}}
 *     the entries, each behind its length as two bytes, chain by chain
 *
 * Everything else follows: an entry's leaf index from its place here, the tiles from the edge at `from`, and whether they are right from
 * the root hash in the lock row. `from` makes a stage unlike any other, so that two rows never share one.
 */
import { canonicalBytes, parseCanonical, type Subject, sha256Hex, subjectSchema } from "@change-ledger/model";
import * as z from "zod";
import { formatEntries, parseEntries } from "./entry-bundle.ts";
import { LogError } from "./fault.ts";
import { hashFromHex } from "./hash.ts";
import type { LockRow, Run } from "./sequencer-ports.ts";

/** Entries that follow each other in one chain, from `seq` on. */
interface Stretch {
  readonly subject: Subject;
  readonly seq: number;
  readonly entries: readonly Uint8Array[];
}

export interface Stage {
  /** The row that this stage goes on from. */
  readonly from: LockRow;
  readonly stretches: readonly Stretch[];
}

const count = z.int().nonnegative();
const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const headerSchema = z.strictObject({
  format: z.literal(1),
  from: z.strictObject({ size: count, root: hex64, stage: hex64.nullable(), before: z.array(count) }),
  chains: z.array(z.tuple([subjectSchema, count, z.int().positive()])).min(1),
});

const LINE_END = 0x0a;

/** @throws LogError `out-of-range` for an entry that no bundle can hold */
export function formatStage({ from: { size, root, stage, before }, stretches }: Stage): Uint8Array {
  const header = canonicalBytes({
    format: 1,
    from: { size, root: Buffer.from(root).toString("hex"), stage: stage ?? null, before },
    chains: stretches.map(({ subject, seq, entries }) => [subject, seq, entries.length]),
  });
  return Buffer.concat([header, Uint8Array.of(LINE_END), formatEntries(stretches.flatMap(({ entries }) => entries))]);
}

/** The name under which a stage is kept. */
export function digestOf(stage: Uint8Array): string {
  return sha256Hex(stage);
}

/**
 * @param digest what the lock row names it by
 * @throws LogError `wrong-stage` for bytes with another digest, or in another form
 */
export function parseStage(bytes: Uint8Array, digest: string): Stage {
  const found = digestOf(bytes);
  if (found !== digest) throw new LogError("wrong-stage", `expected the stage ${digest}, got bytes with the digest ${found}`);
  try {
    const end = bytes.indexOf(LINE_END);
    const { from, chains } = headerSchema.parse(parseCanonical(bytes.subarray(0, end)));
    const entries = parseEntries(
      bytes.subarray(end + 1),
      chains.reduce((sum, [, , each]) => sum + each, 0),
    );
    let at = 0;
    const stretches = chains.map(([subject, seq, each]) => {
      at += each;
      return { subject, seq, entries: entries.slice(at - each, at) };
    });
    return { from: { ...from, root: hashFromHex(from.root), stage: from.stage ?? undefined }, stretches };
  } catch (cause) {
    throw new LogError("wrong-stage", `the stage ${digest} is not in the form of one`, { cause });
  }
}

/** Where the entries of a stage lie in the log. */
export function runsOf({ from, stretches }: Stage): Run[] {
  let index = from.size;
  return stretches.map(({ subject, seq, entries }) => {
    index += entries.length;
    return { subject, seq, count: entries.length, index: index - entries.length };
  });
}
