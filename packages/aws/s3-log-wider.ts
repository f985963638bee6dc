import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import {
  type BundleTile,
  formatBundle,
  HASH_BYTES,
  type HashTile,
  parseBundle,
  parseTilePath,
  TILE_WIDTH,
  type Tile,
  tilePath,
} from "@change-ledger/log";

/** Where wider tiles are looked for. */
interface Places {
  readonly full: (tile: Tile) => Promise<Uint8Array | undefined>;
  readonly partial: (tile: Tile) => Promise<Uint8Array | undefined>;
  readonly client: S3Client;
  /** Of partial tiles. */
  readonly bucket: string;
}

/** The first `width` hashes or entries of a tile that has grown since: of the full one, or else of the narrowest that is still there. Undefined when there is none. */
export async function readWider(tile: HashTile | BundleTile, { full, partial, client, bucket }: Places): Promise<Uint8Array | undefined> {
  if (tile.width === TILE_WIDTH) return undefined;
  const whole = { ...tile, width: TILE_WIDTH };
  const bytes = await full(whole);
  if (bytes !== undefined) return cut(bytes, whole, tile.width);
  for (const width of await widths()) {
    const wider = { ...tile, width };
    const found = await partial(wider);
    if (found !== undefined) return cut(found, wider, tile.width);
  }
  // It may have been filled meanwhile.
  const filled = await full(whole);
  return filled === undefined ? undefined : cut(filled, whole, tile.width);

  async function widths(): Promise<number[]> {
    const Prefix = `${tilePath(whole)}.p/`;
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix }));
    return Contents.map(({ Key = "" }) => parseTilePath(Key).width)
      .filter((width) => width > tile.width)
      .sort((a, b) => a - b);
  }
}

function cut(bytes: Uint8Array, { level, width }: Tile, to: number): Uint8Array {
  return level === "entries" ? formatBundle(parseBundle(bytes, width).slice(0, to)) : bytes.subarray(0, to * HASH_BYTES);
}
