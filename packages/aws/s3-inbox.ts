import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { BODY_MAX_BYTES, type Inbox } from "@change-ledger/ledger";
import { AwsError } from "./fault.ts";

/** Bodies too large for the bus, in a bucket that forgets them after some days. The sender's signature is checked again behind it. */
export function s3Inbox({ client, bucket }: { readonly client: S3Client; readonly bucket: string }): Inbox {
  return {
    async put(key, body) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: "application/octet-stream" }));
    },
    async get(key) {
      const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (Body === undefined || ContentLength === undefined || ContentLength > BODY_MAX_BYTES) {
        await Body?.transformToWebStream().cancel();
        throw new AwsError("corrupt-item", `expected at most ${BODY_MAX_BYTES} bytes at ${key}, got ${ContentLength}`);
      }
      return Body.transformToByteArray();
    },
  };
}
