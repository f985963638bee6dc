import { randomUUID } from "node:crypto";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  type ObjectLockMode,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, it, type TestContext } from "vitest";
import type { StartEngine } from "./engine.ts";
import { failure, HOUR_MS, s3Cases } from "./s3-cases.ts";

/** S3's Object Lock: retention, legal hold and the defaults of a bucket. What evidence rests on. */
export function s3LockContract(name: string, start: StartEngine<S3Client>): void {
  describe(`S3 Object Lock: ${name}`, () => {
    const { client, locked, plain } = s3Cases(start);

    it("tells the retention that an object was put with", async (context) => {
      const { s3, Bucket, Key, retained } = await locked(context);
      await retained("COMPLIANCE");
      const { Retention } = await s3.send(new GetObjectRetentionCommand({ Bucket, Key }));
      expect(Retention?.Mode).toBe("COMPLIANCE");
      expect(Retention?.RetainUntilDate?.getTime()).toBeGreaterThan(Date.now());
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
      expect(head.ObjectLockMode).toBe("COMPLIANCE");
      const second = (date: Date | undefined) => Math.floor((date?.getTime() ?? 0) / 1000);
      expect(second(head.ObjectLockRetainUntilDate)).toBe(second(Retention?.RetainUntilDate));
    });

    it("refuses to delete a version in COMPLIANCE, also with the bypass", async (context) => {
      const { s3, Bucket, Key, retained } = await locked(context);
      const { VersionId } = await retained("COMPLIANCE");
      for (const BypassGovernanceRetention of [undefined, true]) {
        const error = await failure(s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention })));
        expect(error).toEqual({ code: "AccessDenied", status: 403 });
      }
      expect(await (await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString()).toBe("kept");
    });

    it("keeps locked versions where many are deleted at once, and says so", async (context) => {
      const { s3, Bucket, Key, retained } = await locked(context);
      const { VersionId } = await retained("GOVERNANCE");
      const { Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key, VersionId }], Quiet: true } }));
      expect(Errors?.map((error) => [error.Key, error.Code])).toEqual([[Key, "AccessDenied"]]);
      expect(await (await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString()).toBe("kept");
    });

    it("deletes a version in GOVERNANCE with the bypass alone", async (context) => {
      const { s3, Bucket, Key, retained } = await locked(context);
      const { VersionId } = await retained("GOVERNANCE");
      expect(await failure(s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId })))).toEqual({ code: "AccessDenied", status: 403 });
      await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention: true }));
      expect(await failure(s3.send(new GetObjectCommand({ Bucket, Key, VersionId })))).toMatchObject({ status: 404 });
    });

    it("lets a COMPLIANCE retention grow and never shrink", async (context) => {
      const { s3, Bucket, Key, retained } = await locked(context);
      const { VersionId } = await retained("COMPLIANCE", 2);
      const retain = (hours: number, Mode: ObjectLockMode = "COMPLIANCE") => {
        const Retention = { Mode, RetainUntilDate: new Date(Date.now() + hours * HOUR_MS) };
        return s3.send(new PutObjectRetentionCommand({ Bucket, Key, VersionId, Retention, BypassGovernanceRetention: true }));
      };
      expect(await failure(retain(1))).toMatchObject({ status: 403 });
      expect(await failure(retain(3, "GOVERNANCE"))).toMatchObject({ status: 403 });
      await retain(3);
      const { Retention } = await s3.send(new GetObjectRetentionCommand({ Bucket, Key, VersionId }));
      expect(Retention?.RetainUntilDate?.getTime()).toBeGreaterThan(Date.now() + 2.5 * HOUR_MS);
    });

    it("shortens a GOVERNANCE retention with the bypass alone", async (context) => {
      const { s3, Bucket, Key, retained } = await locked(context);
      await retained("GOVERNANCE", 2);
      const Retention = { Mode: "GOVERNANCE" as const, RetainUntilDate: new Date(Date.now() + HOUR_MS) };
      expect(await failure(s3.send(new PutObjectRetentionCommand({ Bucket, Key, Retention })))).toMatchObject({ status: 403 });
      await s3.send(new PutObjectRetentionCommand({ Bucket, Key, Retention, BypassGovernanceRetention: true }));
    });

    it("refuses to delete a version under legal hold until it is lifted", async (context) => {
      const { s3, Bucket, Key, put } = await locked(context);
      const { VersionId } = await put("evidence");
      await s3.send(new PutObjectLegalHoldCommand({ Bucket, Key, VersionId, LegalHold: { Status: "ON" } }));
      expect((await s3.send(new GetObjectLegalHoldCommand({ Bucket, Key }))).LegalHold?.Status).toBe("ON");
      const remove = () => s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention: true }));
      expect(await failure(remove())).toEqual({ code: "AccessDenied", status: 403 });
      await s3.send(new PutObjectLegalHoldCommand({ Bucket, Key, VersionId, LegalHold: { Status: "OFF" } }));
      await remove();
    });

    it("refuses a retention that is over", async (context) => {
      const { put } = await locked(context);
      const past = put("late", { ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate: new Date(Date.now() - HOUR_MS) });
      expect(await failure(past)).toMatchObject({ status: 400 });
    });

    it("refuses a retention in a bucket without Object Lock", async (context) => {
      const { s3, Bucket } = await plain(context);
      const ObjectLockRetainUntilDate = new Date(Date.now() + HOUR_MS);
      const put = new PutObjectCommand({ Bucket, Key: "a", Body: "x", ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate });
      expect(await failure(s3.send(put))).toMatchObject({ status: 400 });
      expect(await failure(s3.send(new GetObjectLockConfigurationCommand({ Bucket })))).toEqual({
        code: "ObjectLockConfigurationNotFoundError",
        status: 404,
      });
    });

    it("keeps versions in a bucket with Object Lock and cannot be told to stop", async (context) => {
      const { s3, Bucket } = await locked(context);
      expect((await s3.send(new GetObjectLockConfigurationCommand({ Bucket }))).ObjectLockConfiguration?.ObjectLockEnabled).toBe("Enabled");
      const suspend = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } });
      expect(await failure(s3.send(suspend))).toMatchObject({ code: "InvalidBucketState" });
      expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
    });

    /** A version in a bucket whose default retention is GOVERNANCE, put without a retention of its own. */
    async function byDefault(context: TestContext) {
      const s3 = client(context);
      const Bucket = `default-${randomUUID().slice(0, 8)}`;
      await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
      const Rule = { DefaultRetention: { Mode: "GOVERNANCE" as const, Days: 1 } };
      await s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule } }));
      const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
      return { s3, object: { Bucket, Key: "a", VersionId } };
    }

    it("protects objects by the bucket's default retention", async (context) => {
      const { s3, object } = await byDefault(context);
      expect(await failure(s3.send(new DeleteObjectCommand(object)))).toEqual({ code: "AccessDenied", status: 403 });
      await s3.send(new DeleteObjectCommand({ ...object, BypassGovernanceRetention: true }));
    });

    it("tells the retention that an object has by default", async (context) => {
      const { s3, object } = await byDefault(context);
      expect((await s3.send(new HeadObjectCommand(object))).ObjectLockMode).toBe("GOVERNANCE");
    });
  });
}
