import { createHash, randomUUID } from "node:crypto";
import {
  CreateBucketCommand,
  type ObjectLockMode,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, type TestContext } from "vitest";
import { clientsFor, type Engine, type StartEngine } from "./engine.ts";

export const HOUR_MS = 3_600_000;
export const bytes = (text: string) => Buffer.from(text);
export const sha256 = (body: Uint8Array) => createHash("sha256").update(body).digest("base64");

/** The engine of a suite, started before its cases and closed behind them, and what the cases need of it. */
export function s3Cases(start: StartEngine<S3Client>) {
  let engine: Engine<S3Client> | string | undefined;
  let made: Promise<string> | undefined;
  beforeAll(async () => {
    engine = await start();
  }, 960_000);
  afterAll(async () => {
    if (typeof engine === "object") await engine.close();
  });

  /** The client, a bucket with Object Lock, and a key of the case's own. */
  async function locked(context: TestContext) {
    const s3 = clientsFor(engine, context);
    made ??= (async () => {
      const Bucket = `locked-${randomUUID().slice(0, 8)}`;
      await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
      return Bucket;
    })();
    const Bucket = await made;
    const Key = `case/${randomUUID()}`;
    const put = (body: string, more: Partial<PutObjectCommandInput> = {}) =>
      s3.send(
        new PutObjectCommand({
          Bucket,
          Key,
          Body: bytes(body),
          ChecksumAlgorithm: "SHA256",
          ChecksumSHA256: sha256(bytes(body)),
          ...more,
        }),
      );
    const retained = (ObjectLockMode: ObjectLockMode, hours = 1) =>
      put("kept", { ObjectLockMode, ObjectLockRetainUntilDate: new Date(Date.now() + hours * HOUR_MS) });
    return { s3, Bucket, Key, put, retained };
  }

  async function plain(context: TestContext) {
    const s3 = clientsFor(engine, context);
    const Bucket = `plain-${randomUUID().slice(0, 8)}`;
    await s3.send(new CreateBucketCommand({ Bucket }));
    return { s3, Bucket };
  }

  return { client: (context: TestContext) => clientsFor(engine, context), locked, plain };
}

/** Code and status of the failure; the success is what fails the test. */
export async function failure(call: Promise<unknown>): Promise<{ code: string; status: number | undefined }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    return { code: error.name, status: error.$metadata.httpStatusCode };
  }
  throw new Error("expected the call to fail; it succeeded");
}
