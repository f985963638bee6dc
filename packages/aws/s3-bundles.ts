import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { type BundleStore, EvidenceError } from "@change-ledger/evidence";
import { type OnceOptions, putOnce } from "./s3-once.ts";

/** Evidence bundles under Object Lock. The bucket must keep versions: a bundle without a version id cannot be told from one put in its place. */
export function s3Bundles(options: OnceOptions): BundleStore {
  return {
    async put(key, bytes, sha256) {
      const ChecksumSHA256 = Buffer.from(sha256, "hex").toString("base64");
      const written = await putOnce(options, { Key: key, Body: bytes, ContentType: "application/zip", ChecksumSHA256 });
      const versionId = written === "taken" ? await versionOf(options, key, ChecksumSHA256) : written.versionId;
      if (versionId === undefined)
        throw new EvidenceError("not-versioned", `expected a version id for ${key}: switch versioning on in its bucket`);
      return { versionId };
    },
  };
}

/** @throws EvidenceError `bundle-differs` unless the key's current version has that checksum */
async function versionOf({ client, bucket }: OnceOptions, key: string, expected: string): Promise<string | undefined> {
  const found = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: "ENABLED" }));
  if (found.ChecksumSHA256 !== expected)
    throw new EvidenceError(
      "bundle-differs",
      `${key}: expected the bundle with SHA-256 ${expected}, found ${found.ChecksumSHA256 ?? "an object without one"} in version ${found.VersionId}`,
    );
  return found.VersionId;
}
