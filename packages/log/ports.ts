import type { Hash } from "./hash.ts";
import type { Subtree } from "./subtree.ts";
import type { HashTile, Tile } from "./tile.ts";
import type { VerifierKey } from "./verifier-key.ts";

/** Hashes of one tree, wherever they are kept. */
export interface HashReader {
  /** The hashes of these complete subtrees, in their order. Throws when any does not lie within the tree that the reader knows. Need not be trusted: a proof made of wrong hashes does not hold. */
  read(subtrees: readonly Subtree[]): Promise<readonly Hash[]>;
}

/** Hash tiles, wherever they are kept. */
export interface TileReader {
  /** The tile's bytes, exactly `width` × 32; throws when there are none. Where a partial tile has given way to a wider one, the first `width` hashes of that. Need not be trusted. */
  read(tile: HashTile): Promise<Uint8Array>;
}

/** All files of a log but its checkpoints, wherever they are kept. */
export interface LogFiles {
  /** As `TileReader`, and entry bundles as well: of a wider one the first `width` entries. Need not be trusted. */
  read(tile: Tile): Promise<Uint8Array>;
}

/** Holds an Ed25519 key that signs notes. */
export interface Signer {
  /** What others verify with; its name and id stand in the signature line. */
  readonly key: VerifierKey;
  /** The 64 bytes of Ed25519 (RFC 8032, pure: not prehashed) over `message`. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
