import { GetObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import type { ArchivePorts, SegmentLists } from "@change-ledger/query";
import { AwsError } from "./fault.ts";

/** More than a batch of a hundred deliveries, the largest of them. */
const SEGMENT_MAX_BYTES = 512 * 1024 * 1024;
const FOLDER = "segments/";

/** Segments of raw payloads in the archive. Needs `s3:ListBucket` and `s3:GetObject` of the prefix. */
export function s3SegmentLists({
  client,
  bucket,
}: {
  readonly client: S3Client;
  readonly bucket: string;
}): SegmentLists & Pick<ArchivePorts, "firstDay"> {
  return {
    async keys(day, after, limit) {
      const answer = await client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: `${FOLDER}${day}/`,
          MaxKeys: limit,
          ...(after === undefined || after === "" ? {} : { StartAfter: after }),
        }),
      );
      return (answer.Contents ?? []).flatMap(({ Key }) => Key ?? []);
    },
    async read(key) {
      const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (Body === undefined || ContentLength === undefined || ContentLength > SEGMENT_MAX_BYTES) {
        await Body?.transformToWebStream().cancel();
        throw new AwsError("corrupt-item", `expected a segment at ${key}, got ${ContentLength} bytes`);
      }
      return Body.transformToByteArray();
    },
    async firstDay() {
      const answer = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: FOLDER, MaxKeys: 1 }));
      return /^segments\/(\d{8})\//.exec(answer.Contents?.[0]?.Key ?? "")?.[1];
    },
  };
}
