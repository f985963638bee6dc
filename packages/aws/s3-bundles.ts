import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { type BundleStore, EvidenceError } from "@change-ledger/evidence";
import { type OnceOptions, putOnce } from "./s3-once.ts";

/** User metadata of a bundle: its content digest, by which a bundle of the same dossier is known that was signed at another time. */
const CONTENT_DIGEST = "content-sha256";

/** Evidence bundles under Object Lock. The bucket must keep versions: a bundle without a version id cannot be told from one put in its place. */
export function s3Bundles(options: OnceOptions): BundleStore {
  return {
    async put(key, { bytes, sha256, contentDigest }) {
      const written = await putOnce(options, {
        Key: key,
        Body: bytes,
        ContentType: "application/zip",
        ChecksumSHA256: Buffer.from(sha256, "hex").toString("base64"),
        Metadata: { [CONTENT_DIGEST]: contentDigest },
      });
      if (written === "taken") return await storedBundle(options, key, contentDigest);
      return { versionId: demandVersion(key, written.versionId), sha256, bytes: bytes.length };
    },
  };
}

/** @throws EvidenceError `bundle-differs` unless the key's current version has that content digest, and a checksum that S3 was made to check */
async function storedBundle({ client, bucket }: OnceOptions, key: string, contentDigest: string): ReturnType<BundleStore["put"]> {
  const { ChecksumSHA256, ContentLength, Metadata, VersionId } = await client.send(
    new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: "ENABLED" }),
  );
  const found = Metadata?.[CONTENT_DIGEST];
  if (found !== contentDigest || ChecksumSHA256 === undefined || ContentLength === undefined)
    throw new EvidenceError(
      "bundle-differs",
      `${key}: expected a bundle with the content digest ${contentDigest} and a checksum, found ${found ?? "none"} and ${ChecksumSHA256 ?? "none"} in version ${VersionId}`,
    );
  const sha256 = Buffer.from(ChecksumSHA256, "base64").toString("hex");
  return { versionId: demandVersion(key, VersionId), sha256, bytes: ContentLength };
}

/** @throws EvidenceError `not-versioned` */
function demandVersion(key: string, versionId: string | undefined): string {
  if (versionId === undefined)
    throw new EvidenceError("not-versioned", `expected a version id for ${key}: switch versioning on in its bucket`);
  return versionId;
}
