import { beforeAll, describe, expect, it } from "vitest";
import { HEALTH_DETAIL_TYPES } from "../../stacks/definitions.ts";
import { ACCOUNT } from "./cloud.ts";
import { ADMIN, may, named, type Principal, rolesOf, type Target, type Targets, targets } from "./iam.ts";
import { ENTRY_CHANGES, GOOD_SIGNATURES, goodPut, KEY_ENDS, LOCK_CHANGES, OBJECT_LOSSES, TABLE_READS } from "./probes.ts";
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
        for (const target of [on.segment, on.evidence, on.fullTile, on.hour, on.elsewhere])
          for (const action of OBJECT_LOSSES) expect([action, await may(ADMIN, action, target)]).toEqual([action, false]);
        for (const action of LOCK_CHANGES) expect([action, await may(ADMIN, action, on.archive)]).toEqual([action, false]);
      });

      it("who may neither write the log, nor drop its table, nor erase what its bucket held", async () => {
        for (const action of [...ENTRY_CHANGES, "dynamodb:PartiQLInsert", "dynamodb:DeleteTable", "dynamodb:UpdateContinuousBackups"])
          expect([action, await may(ADMIN, action, on.log)]).toEqual([action, false]);
        for (const action of ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"])
          expect([action, await may(ADMIN, action, on.checkpoint)]).toEqual([action, false]);
        for (const action of ["s3:PutBucketVersioning", "s3:PutLifecycleConfiguration", "s3:DeleteBucket"])
          expect([action, await may(ADMIN, action, on.logBucket)]).toEqual([action, false]);
        for (const target of [on.fullTile, on.hour]) expect(await may(ADMIN, "s3:PutObject", target, PUT)).toBe(false);
        expect(await may(ADMIN, "s3:PutObject", on.evidence, PUT)).toBe(false);
      });

      it("who may neither sign nor end a key", async () => {
        for (const name of ["noteKey", "nextNoteKey", "envelopeKey"] as const)
          for (const action of ["kms:Sign", ...KEY_ENDS])
            expect([name, action, await may(ADMIN, action, on[name], GOOD_SIGNATURES[name])]).toEqual([name, action, false]);
      });

      it("who may not put events on the bus", async () => {
        expect(await may(ADMIN, "events:PutEvents", on.bus)).toBe(false);
      });

      it("but who can still read and administer: nobody is locked out", async () => {
        for (const action of [...TABLE_READS, "dynamodb:UpdateTable", "dynamodb:PutResourcePolicy", "dynamodb:DeleteResourcePolicy"])
          expect([action, await may(ADMIN, action, on.ledger)]).toEqual([action, true]);
        expect(await may(ADMIN, "s3:GetObject", on.evidence)).toBe(true);
        expect(await may(ADMIN, "s3:ListBucket", on.archive)).toBe(true);
        for (const bucket of [on.archive, on.logBucket]) expect(await may(ADMIN, "s3:PutBucketPolicy", bucket)).toBe(true);
        expect(await may(ADMIN, "s3:GetObject", on.checkpoint)).toBe(true);
        for (const key of [on.noteKey, on.envelopeKey])
          for (const action of ["kms:PutKeyPolicy", "kms:GetPublicKey", "kms:DescribeKey"])
            expect([action, await may(ADMIN, action, key)]).toEqual([action, true]);
      });
    });

    describe("the log", () => {
      const everybody = () => [...roles.entries(), ["Admin", ADMIN] as const];
      const holders = async (action: string, target: Target, context: Record<string, string> = {}) => {
        const found: string[] = [];
        for (const [name, principal] of everybody()) if (await may(principal, action, target, context)) found.push(name);
        return found.toSorted();
      };
      const SEQUENCERS = ["ReconcileRole", "SequenceRole"];

      it("is written, moved and signed by the sequencer and its reconciler alone", async () => {
        for (const action of ["dynamodb:PutItem", "dynamodb:BatchWriteItem"]) expect(await holders(action, on.log)).toEqual(SEQUENCERS);
        for (const action of ["s3:PutObject", "s3:DeleteObject"]) expect(await holders(action, on.checkpoint)).toEqual(SEQUENCERS);
        for (const target of [on.fullTile, on.hour]) expect(await holders("s3:PutObject", target, PUT)).toEqual(SEQUENCERS);
        for (const key of ["noteKey", "nextNoteKey"] as const)
          expect(await holders("kms:Sign", on[key], GOOD_SIGNATURES[key])).toEqual(SEQUENCERS);
        expect(await holders("kms:Sign", on.envelopeKey, GOOD_SIGNATURES["envelopeKey"])).toEqual(["SealRole"]);
      });

      it("keeps its full tiles and hourly checkpoints: nobody overwrites, hides, deletes or unlocks one, the sequencer neither", async () => {
        const { "s3:if-none-match": _, ...again } = PUT;
        for (const target of [on.fullTile, on.hour]) {
          expect(await holders("s3:PutObject", target, again)).toEqual([]);
          for (const action of OBJECT_LOSSES) expect([action, await holders(action, target)]).toEqual([action, []]);
        }
      });

      it("keeps its lock row: nobody deletes it by itself, or drops the table", async () => {
        for (const action of ["dynamodb:DeleteItem", "dynamodb:PartiQLDelete", "dynamodb:DeleteTable", "dynamodb:UpdateTimeToLive"])
          expect([action, await holders(action, on.log)]).toEqual([action, []]);
      });

      it("is signed in one way: the message itself, by plain Ed25519", async () => {
        const good = GOOD_SIGNATURES["noteKey"] ?? {};
        for (const other of [
          { "kms:SigningAlgorithm": "ED25519_PH_SHA_512" },
          { "kms:MessageType": "DIGEST" },
          { "kms:MessageType": "EXTERNAL_MU" },
        ])
          expect(await holders("kms:Sign", on.noteKey, { ...good, ...other })).toEqual([]);
        const envelope = GOOD_SIGNATURES["envelopeKey"] ?? {};
        expect(await holders("kms:Sign", on.envelopeKey, { ...envelope, "kms:MessageType": "DIGEST" })).toEqual(["SealRole"]);
        expect(await holders("kms:Sign", on.envelopeKey, { ...envelope, "kms:SigningAlgorithm": "ECDSA_SHA_512" })).toEqual([]);
      });

      it("is listed by those who read it, and nothing else of the archive", async () => {
        const readers = ["ApiRole", "HealthRole", "PopulationRole", "ReconcileRole", "SealRole", "SequenceRole"];
        expect(await holders("s3:ListBucket", on.archive, { "s3:prefix": "log/hours/" })).toEqual(["Admin", ...readers].toSorted());
        expect(await holders("s3:ListBucket", on.archive, { "s3:prefix": "segments/20260101/" })).toEqual([
          "Admin",
          "ReconcileSendersRole",
        ]);
        for (const prefix of ["evidence/", ""])
          expect([prefix, await holders("s3:ListBucket", on.archive, { "s3:prefix": prefix })]).toEqual([prefix, ["Admin"]]);
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
        expect(await may(role("SealRole"), "s3:PutObject", on.evidence, PUT)).toBe(true);
      });
    });

    it("refuses plain HTTP on buckets and queues", async () => {
      for (const target of [on.segment, on.evidence, on.inbox, on.checkpoint])
        expect(await may(ADMIN, "s3:GetObject", target, { "aws:SecureTransport": "false" })).toBe(false);
      expect(await may(ADMIN, "sqs:ReceiveMessage", on.ingestQueue, { "aws:SecureTransport": "false" })).toBe(false);
      expect(await may(ADMIN, "sqs:ReceiveMessage", on.ingestQueue)).toBe(true);
    });

    it("lets a version of the configuration be put by the named roles alone, and by them nothing else", async () => {
      const offered = { "events:detail-type": ["configuration.offered"] };
      const named_: Principal = { arn: `arn:aws:iam::${ACCOUNT}:role/ConfigurationAdmin`, policies: [] };
      for (const principal of [named_, { ...ADMIN, arn: named_.arn }]) {
        expect(await may(principal, "events:PutEvents", on.bus, offered)).toBe(true);
        for (const other of ["qa.signed-off", "Delivery received", "Configuration.Offered", "configuration.offered "])
          expect([other, await may(principal, "events:PutEvents", on.bus, { "events:detail-type": [other] })]).toEqual([other, false]);
        const both = { "events:detail-type": ["configuration.offered", "qa.signed-off"] };
        expect(await may(principal, "events:PutEvents", on.bus, both)).toBe(false);
      }
      const others = [ADMIN, role("WebhookRole"), { ...ADMIN, arn: "arn:aws:iam::210987654321:role/Forwarder" }];
      for (const principal of [...others, ...roles.values()])
        for (const context of [offered, { "events:detail-type": ["Delivery received", "configuration.offered"] }])
          expect([principal.arn, await may(principal, "events:PutEvents", on.bus, context)]).toEqual([principal.arn, false]);
    });

    it("lets the query API's roles alone say what was read, and say nothing else", async () => {
      const own = { "events:source": ["change-ledger.api"], "events:detail-type": ["evidence-read"] };
      const apis = [role("ApiRole"), role("PopulationRole")];
      for (const principal of apis.flatMap((api) => [api, { ...ADMIN, arn: api.arn }])) {
        expect(await may(principal, "events:PutEvents", on.bus, own)).toBe(true);
        for (const source of ["change-ledger.webhook", "change-ledger", "acme.qa", "change-ledger.api "])
          expect([source, await may(principal, "events:PutEvents", on.bus, { ...own, "events:source": [source] })]).toEqual([
            source,
            false,
          ]);
        const both = { ...own, "events:source": ["change-ledger.api", "change-ledger.webhook"] };
        expect(await may(principal, "events:PutEvents", on.bus, both)).toBe(false);
      }
      const others = [ADMIN, { ...ADMIN, arn: "arn:aws:iam::210987654321:role/Forwarder" }, ...roles.values()];
      for (const principal of others.filter(({ arn }) => !apis.some((api) => api.arn === arn)))
        for (const source of [["change-ledger.api"], ["acme.qa", "change-ledger.api"]])
          expect([principal.arn, await may(principal, "events:PutEvents", on.bus, { ...own, "events:source": source })]).toEqual([
            principal.arn,
            false,
          ]);
    });

    it("lets who looks after the ledger itself tell of its log and keep its finding, and nothing else", async () => {
      const health = role("HealthRole");
      const telling = async (principal: Principal, types: readonly string[]) =>
        await may(principal, "events:PutEvents", on.bus, { "events:source": ["change-ledger"], "events:detail-type": [...types] });
      for (const principal of [health, { ...ADMIN, arn: health.arn }]) {
        expect(await telling(principal, HEALTH_DETAIL_TYPES)).toBe(true);
        for (const other of ["Finding opened", "Delivery received", "Delivery found", "Checkpoint late "])
          expect([other, await telling(principal, ["Checkpoint late", other])]).toEqual([other, false]);
      }
      expect(await telling(role("ProjectRole"), ["Checkpoint late"])).toBe(false);
      const keeping = async (...keys: string[]) => await may(health, "dynamodb:PutItem", on.models, { "dynamodb:LeadingKeys": keys });
      expect([await keeping("health"), await keeping("health", "change:x"), await keeping("change:x")]).toEqual([true, false, false]);
    });

    it("keeps the bus's policy within what EventBridge takes", () => {
      expect(JSON.stringify(on.bus.policy).length).toBeLessThan(10_240);
    });

    it("lets the named accounts put events, and no others", async () => {
      const from = (account: string): Principal => ({ ...ADMIN, arn: `arn:aws:iam::${account}:role/Forwarder` });
      expect(await may(from("210987654321"), "events:PutEvents", on.bus, { "events:detail-type": ["qa.signed-off"] })).toBe(true);
      expect(await may(role("WebhookRole"), "events:PutEvents", on.bus, { "events:detail-type": ["Delivery received"] })).toBe(true);
      expect(await may(from("210987654321"), "events:PutEvents", on.bus)).toBe(true);
      expect(await may(from("333333333333"), "events:PutEvents", on.bus)).toBe(false);
    });
  });
}
