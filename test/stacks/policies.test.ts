import { beforeAll, describe, expect, it } from "vitest";
import { ADMIN, may, named, type Principal, rolesOf, type Targets, targets } from "./iam.ts";
import { ENTRY_CHANGES, goodPut, LOCK_CHANGES, OBJECT_LOSSES, TABLE_READS } from "./probes.ts";
import { describeStacks, synth } from "./synth.ts";

for (const stage of ["test", "production"]) {
  const production = stage === "production";
  const days = production ? 2557 : 1;
  const PUT = goodPut(stage);

  describeStacks(`policies on resources in ${stage}`, () => {
    let on: Targets;
    let roles: Map<string, Principal>;
    beforeAll(async () => {
      const s = await synth(stage);
      on = targets(s);
      roles = rolesOf(s);
    });
    const role = (name: string) => named(roles, name);

    describe("bind an administrator too", () => {
      it("who may neither insert, change nor delete an entry, nor drop the table or its backups", async () => {
        for (const action of [
          "dynamodb:PartiQLInsert",
          ...ENTRY_CHANGES,
          "dynamodb:DeleteTable",
          "dynamodb:UpdateTimeToLive",
          "dynamodb:UpdateContinuousBackups",
        ])
          expect([action, await may(ADMIN, action, on.ledger)]).toEqual([action, false]);
      });

      it("who may not delete, bypass or switch anything off in the archive", async () => {
        for (const target of [on.segment, on.evidence, on.elsewhere])
          for (const action of OBJECT_LOSSES) expect([action, await may(ADMIN, action, target)]).toEqual([action, false]);
        for (const action of LOCK_CHANGES) expect([action, await may(ADMIN, action, on.archive)]).toEqual([action, false]);
      });

      it("who may not put events on the bus", async () => {
        expect(await may(ADMIN, "events:PutEvents", on.bus)).toBe(false);
      });

      it("but who can still read and administer: nobody is locked out", async () => {
        for (const action of [...TABLE_READS, "dynamodb:UpdateTable", "dynamodb:PutResourcePolicy", "dynamodb:DeleteResourcePolicy"])
          expect([action, await may(ADMIN, action, on.ledger)]).toEqual([action, true]);
        expect(await may(ADMIN, "s3:GetObject", on.evidence)).toBe(true);
        expect(await may(ADMIN, "s3:ListBucket", on.archive)).toBe(true);
        expect(await may(ADMIN, "s3:PutBucketPolicy", on.archive)).toBe(true);
      });
    });

    describe("retention", () => {
      const everybody = () => [...roles.values(), ADMIN];

      it("may be set to the full time, counted in whole days that have begun to run", async () => {
        for (const remaining of [days, days - 1])
          expect(
            await may(role("SealRole"), "s3:PutObjectRetention", on.evidence, {
              ...PUT,
              "s3:object-lock-remaining-retention-days": String(remaining),
            }),
          ).toBe(true);
        expect(
          await may(role("SealRole"), "s3:PutObjectRetention", on.evidence, { ...PUT, "s3:object-lock-remaining-retention-days": "36500" }),
        ).toBe(true);
      });

      // A day of GOVERNANCE has no whole day left once it runs; there S3 itself refuses to shorten without the bypass, which nobody has.
      it.runIf(production)("is shortened by nobody, with a PUT or afterwards", async () => {
        for (const principal of everybody())
          for (const action of ["s3:PutObject", "s3:PutObjectRetention"])
            for (const remaining of ["0", "1", String(days - 2)])
              expect(await may(principal, action, on.evidence, { ...PUT, "s3:object-lock-remaining-retention-days": remaining })).toBe(
                false,
              );
      });

      it("is locked in no other mode than the stage's, by nobody", async () => {
        const other = production ? "GOVERNANCE" : "COMPLIANCE";
        for (const principal of everybody())
          for (const action of ["s3:PutObject", "s3:PutObjectRetention"])
            expect(await may(principal, action, on.evidence, { ...PUT, "s3:object-lock-mode": other })).toBe(false);
      });

      it("comes from the bucket's default when a PUT names none", async () => {
        const plain = { "s3:if-none-match": "*", "s3:ObjectCreationOperation": "true" };
        expect(await may(role("IngestRole"), "s3:PutObject", on.segment, plain)).toBe(true);
      });

      it("is not got round by writing evidence again: a PUT without If-None-Match is refused", async () => {
        const { "s3:if-none-match": _, ...again } = PUT;
        for (const principal of everybody()) expect(await may(principal, "s3:PutObject", on.evidence, again)).toBe(false);
      });
    });

    it("refuses plain HTTP on buckets and queues", async () => {
      for (const target of [on.segment, on.evidence, on.inbox])
        expect(await may(ADMIN, "s3:GetObject", target, { "aws:SecureTransport": "false" })).toBe(false);
      expect(await may(ADMIN, "sqs:ReceiveMessage", on.ingestQueue, { "aws:SecureTransport": "false" })).toBe(false);
      expect(await may(ADMIN, "sqs:ReceiveMessage", on.ingestQueue)).toBe(true);
    });

    it("lets the named accounts put events, and no others", async () => {
      const from = (account: string): Principal => ({ ...ADMIN, arn: `arn:aws:iam::${account}:role/Forwarder` });
      expect(await may(from("210987654321"), "events:PutEvents", on.bus)).toBe(true);
      expect(await may(from("333333333333"), "events:PutEvents", on.bus)).toBe(false);
    });
  });
}
