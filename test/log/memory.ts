import { Edge, edgeTiles, type Tile, type TileReader, type TreeHead, tilePath, type WrittenTile } from "@change-ledger/log";

/** A log's files in memory, by path. */
export class MemoryTiles implements TileReader {
  readonly files = new Map<string, Uint8Array>();
  /** Paths, in the order in which they were asked for. */
  readonly asked: string[] = [];

  put(written: readonly WrittenTile[]): void {
    for (const { tile, bytes } of written) this.files.set(tilePath(tile), bytes);
  }

  async read(tile: Tile): Promise<Uint8Array> {
    this.asked.push(tilePath(tile));
    return this.get(tile);
  }

  get(tile: Tile): Uint8Array {
    const bytes = this.files.get(tilePath(tile));
    if (bytes === undefined) throw new Error(`no ${tilePath(tile)}`);
    return bytes;
  }

  open(head: TreeHead): Edge {
    return Edge.open(
      head,
      edgeTiles(head.size).map((tile) => this.get(tile)),
    );
  }
}
