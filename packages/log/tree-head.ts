import type { Hash } from "./hash.ts";

/** A tree as a checkpoint states it. */
export interface TreeHead {
  /** Leaves. */
  readonly size: number;
  readonly root: Hash;
}
