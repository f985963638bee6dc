import { HeadObjectCommand, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import type { EvidenceHeads } from "@change-ledger/evidence";

const GONE = new Set(["NotFound", "NoSuchKey", "NoSuchVersion"]);

/** Evidence bundles as S3 tells of them: their length, the SHA-256 that it checked when they were written, their lock. Needs GetObjectVersion and GetObjectRetention. */
export function s3EvidenceHeads({ client, bucket }: { readonly client: S3Client; readonly bucket: string }): EvidenceHeads {
  return {
    async faultOf({ key, versionId, sha256, bytes }) {
      try {
        const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId, ChecksumMode: "ENABLED" }));
        const told = head.ChecksumSHA256 === undefined ? undefined : Buffer.from(head.ChecksumSHA256, "base64").toString("hex");
        if (head.ContentLength !== bytes || (told !== undefined && told !== sha256)) return "other-bytes";
        return head.ObjectLockMode === undefined ? "not-locked" : undefined;
      } catch (error) {
        // A HEAD answers without a body: what is missing is known by its status alone.
        if (error instanceof S3ServiceException && (GONE.has(error.name) || error.$metadata.httpStatusCode === 404)) return "missing";
        throw error;
      }
    },
  };
}
