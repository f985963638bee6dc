import { GetObjectCommand, NoSuchKey, S3Client } from "@aws-sdk/client-s3";
import { openTrusted, parseTrust } from "@change-ledger/log";
import { bucketName, REGION } from "./names.ts";

/** The log as its current checkpoint states it. */
export interface LogHead {
  readonly origin: string;
  /** Entries. */
  readonly size: number;
  /** Root hash, 64 hexadecimal digits. */
  readonly root: string;
}

/**
 * Reads the checkpoint of a local stack's log, past all meters, and verifies it with the trust file beside it. Undefined before the first one.
 * @throws LogError
 */
export async function readLogHead(endpoint: string): Promise<LogHead | undefined> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new S3Client({ endpoint, region: REGION, credentials, forcePathStyle: true });
  try {
    const [note, trust] = await Promise.all([read(client, "checkpoint"), read(client, "trust.json")]);
    if (note === undefined || trust === undefined) return undefined;
    const { origin, size, root } = openTrusted(note, parseTrust(trust), new Date().toISOString());
    return { origin, size, root: Buffer.from(root).toString("hex") };
  } finally {
    client.destroy();
  }
}

async function read(client: S3Client, Key: string): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucketName("log"), Key }));
    return await Body?.transformToByteArray();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
