import { type ObjectLockMode, PutObjectCommand, type PutObjectCommandInput, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";

/** How long what is written stays: no one can shorten COMPLIANCE; GOVERNANCE is for trying out. */
export interface Retention {
  readonly mode: ObjectLockMode;
  readonly days: number;
}

const DAY_MS = 86_400_000;
/** Two conditional writes of one key at a time: S3 answers 409 to one, which has written nothing and may come again. */
const CONFLICTS_MAX = 4;

export interface OnceOptions {
  readonly client: S3Client;
  readonly bucket: string;
  readonly retention: Retention;
  /** The time, for the date until which the object is retained. */
  readonly now: () => Date;
}

/**
 * PUT of a key that may hold nothing yet (`If-None-Match: *`), locked from the moment it exists, its SHA-256 checked by S3.
 * @returns the version written, or "taken" when the key holds an object already: nothing was written
 */
export async function putOnce(
  { client, bucket, retention, now }: OnceOptions,
  object: Required<Pick<PutObjectCommandInput, "ContentType" | "ChecksumSHA256">> &
    Pick<PutObjectCommandInput, "Metadata"> & { readonly Key: string; readonly Body: Uint8Array },
): Promise<{ readonly versionId: string | undefined } | "taken"> {
  const lock = { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: new Date(now().getTime() + retention.days * DAY_MS) };
  const command = new PutObjectCommand({ Bucket: bucket, IfNoneMatch: "*", ...lock, ...object });
  for (let conflicts = 0; ; conflicts += 1) {
    try {
      const { VersionId } = await client.send(command);
      return { versionId: VersionId };
    } catch (error) {
      if (!(error instanceof S3ServiceException)) throw error;
      if (error.name === "PreconditionFailed") return "taken";
      if (error.name !== "ConditionalRequestConflict" || conflicts === CONFLICTS_MAX) throw error;
    }
  }
}
