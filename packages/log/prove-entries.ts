import type { Subject } from "@change-ledger/model";
import { type LogIdentity, openCheckpoint } from "./checkpoint.ts";
import { LogError } from "./fault.ts";
import { hashFromHex, sameHash } from "./hash.ts";
import { proveInclusion, verifyInclusion } from "./inclusion.ts";
import type { TileReader } from "./ports.ts";
import { formatProofFile } from "./proof-file.ts";
import type { LogPlaces } from "./sequencer-ports.ts";
import { type HashTile, tilePath } from "./tile.ts";
import { TileHashes } from "./tile-hashes.ts";

export interface ProofPorts {
  readonly places: Pick<LogPlaces, "runs">;
  readonly tiles: TileReader;
  readonly log: LogIdentity;
}

/** An entry by its place in the ledger. */
export interface WantedProof {
  readonly subject: Subject;
  readonly seq: number;
  /** The entry's leaf hash, 64 lower-case hexadecimal digits, where the caller knows it: the leaf must be this one. */
  readonly hash?: string;
}

/**
 * The proof files of entries, all against one checkpoint, in their order; `not-yet` for one that the checkpoint does not cover. Every tile is
 * read once: for one entry of 10 million at most 6. Each proof is verified before it is given out.
 * @param note the published checkpoint
 * @throws LogError as `openCheckpoint` does; `storage-differs` when the leaf is not the entry that `hash` names; `wrong-tile`, `not-included` for tiles that are not the checkpoint's
 */
export async function proveEntries(
  { places, tiles, log }: ProofPorts,
  note: Uint8Array,
  wanted: readonly WantedProof[],
): Promise<(Uint8Array | "not-yet")[]> {
  const { size, root } = openCheckpoint(note, log);
  const indices = await indicesOf(places, wanted);
  const hashes = new TileHashes(size, readOnce(tiles));
  return await Promise.all(
    wanted.map(async ({ subject, seq, hash }, at) => {
      const index = indices[at];
      if (index === undefined || index >= size) return "not-yet";
      const [leaf] = await hashes.read([{ level: 0, index }]);
      if (leaf === undefined) throw new LogError("wrong-answer", "expected a hash from the reader");
      if (hash !== undefined && !sameHash(leaf, hashFromHex(hash)))
        throw new LogError(
          "storage-differs",
          `${subject} seq ${seq}: expected leaf ${index} to be ${hash}, got ${Buffer.from(leaf).toString("hex")}`,
        );
      const proof = await proveInclusion(hashes, index, size);
      verifyInclusion({ index, size, leaf, root }, proof);
      return formatProofFile({ index, proof, checkpoint: note });
    }),
  );
}

/** Leaf indices; undefined for what is not in the log. One read a chain. */
async function indicesOf(places: ProofPorts["places"], wanted: readonly WantedProof[]): Promise<(number | undefined)[]> {
  const chains = Map.groupBy(wanted, ({ subject }) => subject);
  const runs = new Map(
    await Promise.all(
      [...chains].map(async ([subject, group]) => {
        const seqs = group.map(({ seq }) => seq);
        const from = seqs.reduce((a, b) => Math.min(a, b));
        const to = seqs.reduce((a, b) => Math.max(a, b)) + 1;
        return [subject, await places.runs(subject, from, to)] as const;
      }),
    ),
  );
  return wanted.map(({ subject, seq }) => {
    const run = runs.get(subject)?.find((each) => each.seq <= seq && seq < each.seq + each.count);
    return run === undefined ? undefined : run.index + seq - run.seq;
  });
}

function readOnce(tiles: TileReader): TileReader {
  const reads = new Map<string, Promise<Uint8Array>>();
  return {
    read: (tile: HashTile) => {
      const path = tilePath(tile);
      const read = reads.get(path) ?? tiles.read(tile);
      reads.set(path, read);
      return read;
    },
  };
}
