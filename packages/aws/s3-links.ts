import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { LINK_SECONDS, type ObjectLinks } from "@change-ledger/api";
import { TILE_WIDTH, tilePath } from "@change-ledger/log";
import { LOG_PREFIX } from "./s3-log.ts";

export interface S3LinksOptions {
  readonly client: S3Client;
  /** Names of the buckets of evidence and full tiles, and of partial tiles. */
  readonly archive: string;
  readonly log: string;
}

/**
 * Pre-signed reads. Whoever holds one reads as the role that signed it, which so needs `s3:GetObject`, and `s3:GetObjectVersion` for a named version. A link
 * to a partial tile ends with the tile: a client then asks for the wider one, as the format has it.
 */
export function s3Links({ client, archive, log }: S3LinksOptions): ObjectLinks {
  const link = (object: { readonly Bucket: string; readonly Key: string; readonly VersionId?: string }) =>
    getSignedUrl(client, new GetObjectCommand(object), { expiresIn: LINK_SECONDS });
  return {
    bundle: (key, versionId) => link({ Bucket: archive, Key: key, VersionId: versionId }),
    tile: (tile) =>
      link(tile.width === TILE_WIDTH ? { Bucket: archive, Key: LOG_PREFIX + tilePath(tile) } : { Bucket: log, Key: tilePath(tile) }),
  };
}
