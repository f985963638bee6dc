/** A set of the leaves of a tree, a bit each. */
export class LeafSet {
  readonly #size: number;
  readonly #bits: Uint8Array;

  /** @param size leaves of the tree */
  constructor(size: number) {
    this.#size = size;
    this.#bits = new Uint8Array(Math.ceil(size / 8));
  }

  add(leaf: number): void {
    const at = Math.floor(leaf / 8);
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (leaf % 8));
  }

  /** The leaves that are not in the set, in order. */
  *missing(): Generator<number> {
    for (const [at, byte] of this.#bits.entries()) {
      if (byte === 0xff) continue;
      for (let leaf = at * 8; leaf < Math.min(at * 8 + 8, this.#size); leaf++) if ((byte & (1 << (leaf % 8))) === 0) yield leaf;
    }
  }
}
