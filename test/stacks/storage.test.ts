import { beforeAll, describe, expect, it } from "vitest";
import { TABLES } from "../../stacks/definitions.ts";
import { TYPES } from "./read.ts";
import { describeStacks, type Synth, synth } from "./synth.ts";

for (const stage of ["test", "production"]) {
  const production = stage === "production";

  describeStacks(`storage in ${stage}`, () => {
    let s: Synth;
    beforeAll(async () => {
      s = await synth(stage);
    });

    describe("the ledger table", () => {
      it("has the keys of its definition, the stream of new images, recovery and deletion protection", () => {
        const table = s.get(TYPES.table, "LedgerTable");
        expect(table.inputs).toMatchObject({
          ...keysOf("ledger"),
          billingMode: "PAY_PER_REQUEST",
          deletionProtectionEnabled: true,
          pointInTimeRecovery: { enabled: true },
          streamEnabled: true,
          streamViewType: TABLES.ledger.stream,
        });
        expect(table.inputs["globalSecondaryIndexes"]).toEqual([]);
        expect(table.inputs["ttl"]).toBeUndefined();
        expect(table).toMatchObject({ protect: production, retainOnDelete: production });
      });

      it("has its policy attached", () => {
        expect(s.get(TYPES.tablePolicy, "LedgerPolicy").inputs["resourceArn"]).toBe(s.get(TYPES.table, "LedgerTable").outputs["arn"]);
      });
    });

    it("the models table has recovery and the index of its definition", () => {
      const table = s.get(TYPES.table, "ModelsTable");
      const { hash, range, projection } = TABLES.models.indexes.gsi1;
      expect(table.inputs).toMatchObject({
        ...keysOf("models"),
        pointInTimeRecovery: { enabled: true },
        deletionProtectionEnabled: production,
        streamEnabled: false,
        globalSecondaryIndexes: [{ name: "gsi1", hashKey: hash, rangeKey: range, projectionType: projection }],
      });
      expect(table).toMatchObject({ protect: production, retainOnDelete: production });
    });

    it("the log's table has recovery and deletion protection everywhere, and its policy", () => {
      const table = s.get(TYPES.table, "LogTable");
      expect(table.inputs).toMatchObject({
        ...keysOf("log"),
        pointInTimeRecovery: { enabled: true },
        deletionProtectionEnabled: true,
        streamEnabled: false,
      });
      expect(table.inputs["ttl"]).toBeUndefined();
      expect(table).toMatchObject({ protect: production, retainOnDelete: production });
      expect(s.get(TYPES.tablePolicy, "LogPolicy").inputs["resourceArn"]).toBe(table.outputs["arn"]);
    });

    it("the log's bucket is no lock's, keeps former versions for a month, is closed to the public, and gets its policy last", () => {
      const bucket = s.get(TYPES.bucket, "LogFiles");
      expect(bucket.inputs).toMatchObject({ forceDestroy: false });
      expect(bucket.inputs["objectLockEnabled"]).toBeUndefined();
      expect(bucket).toMatchObject({ protect: production, retainOnDelete: production });
      const at = { bucket: bucket.outputs["bucket"] };
      const settings = [
        s.get("aws:s3/bucketVersioning:BucketVersioning", "LogFilesVersioning"),
        s.get("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "LogFilesLifecycle"),
        s.get("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "LogFilesPublicAccess"),
        s.get("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "LogFilesOwnership"),
      ];
      const [versioning, lifecycle, access, ownership] = settings.map(({ inputs }) => inputs);
      expect(versioning).toMatchObject({ ...at, versioningConfiguration: { status: "Enabled" } });
      const [rule, ...more] = (lifecycle?.["rules"] ?? []) as Record<string, unknown>[];
      expect([rule, more]).toEqual([
        {
          id: "forget-former-versions",
          status: "Enabled",
          filter: { prefix: "" },
          noncurrentVersionExpiration: { noncurrentDays: 30 },
          // What is there stays: only the markers of what is gone are cleared away.
          expiration: { expiredObjectDeleteMarker: true },
        },
        [],
      ]);
      expect(access).toMatchObject({
        ...at,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      expect(ownership).toMatchObject({ ...at, rule: { objectOwnership: "BucketOwnerEnforced" } });
      expect(s.get(TYPES.bucketPolicy, "LogFilesPolicy").dependencies).toEqual(expect.arrayContaining(settings.map(({ urn }) => urn)));
    });

    describe("the archive bucket", () => {
      it("is locked by default: seven years of COMPLIANCE in production, a day of GOVERNANCE elsewhere", () => {
        const bucket = s.get(TYPES.bucket, "Archive");
        expect(bucket.inputs).toMatchObject({ objectLockEnabled: true, forceDestroy: false });
        expect(bucket).toMatchObject({ protect: production, retainOnDelete: production });
        expect(s.get("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", "ArchiveLock").inputs).toMatchObject({
          bucket: bucket.outputs["bucket"],
          rule: { defaultRetention: production ? { mode: "COMPLIANCE", days: 2557 } : { mode: "GOVERNANCE", days: 1 } },
        });
      });

      it("keeps versions, is closed to the public, and answers of all sites the console's alone", () => {
        const bucket = s.get(TYPES.bucket, "Archive").outputs["bucket"];
        expect(s.get("aws:s3/bucketVersioning:BucketVersioning", "ArchiveVersioning").inputs).toMatchObject({
          bucket,
          versioningConfiguration: { status: "Enabled" },
        });
        expect(s.get("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "ArchivePublicAccess").inputs).toMatchObject({
          bucket,
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        });
        expect(s.get("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "ArchiveOwnership").inputs).toMatchObject({
          bucket,
          rule: { objectOwnership: "BucketOwnerEnforced" },
        });
        const gateway = s.get("aws:apigatewayv2/api:Api", "GatewayApi").outputs["apiEndpoint"];
        const type = "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration";
        expect(s.all(type)).toHaveLength(2);
        for (const name of ["Archive", "LogFiles"])
          expect(s.get(type, `${name}Cors`).inputs).toMatchObject({
            bucket: s.get(TYPES.bucket, name).outputs["bucket"],
            corsRules: [{ allowedMethods: ["GET", "HEAD"], allowedOrigins: [gateway], maxAgeSeconds: 3600 }],
          });
      });

      it("gets its policy last: it forbids the deployer what the others need", () => {
        const policy = s.get(TYPES.bucketPolicy, "ArchivePolicy");
        const first = s.resources.filter(
          ({ type, name }) => type.startsWith("aws:s3/") && /^Archive(Versioning|Lock|PublicAccess|Ownership)$/.test(name),
        );
        expect(first).toHaveLength(4);
        expect(policy.dependencies).toEqual(expect.arrayContaining(first.map(({ urn }) => urn)));
      });
    });

    it("the inbox forgets after a fortnight, and is not emptied by a removal", () => {
      const bucket = s.get(TYPES.bucket, "InboxBucket");
      expect(bucket.inputs["forceDestroy"]).toBe(false);
      expect(s.get("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "InboxLifecycle").inputs).toMatchObject({
        bucket: bucket.outputs["bucket"],
        rules: [{ status: "Enabled", expiration: { days: 14 } }],
      });
      expect(s.get("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "InboxPublicAccessBlock").inputs).toMatchObject({
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
    });

    it("the signing keys are asymmetric, wait 30 days before a deletion and stay in production", () => {
      const specs = { NoteKey: "ECC_NIST_EDWARDS25519", NoteKey2: "ECC_NIST_EDWARDS25519", EnvelopeKey: "ECC_NIST_P256" };
      expect(s.all(TYPES.key).map(({ name }) => name)).toEqual(Object.keys(specs));
      expect(new Set(s.all(TYPES.keyPolicy).map(({ name }) => name))).toEqual(new Set(Object.keys(specs).map((name) => `${name}Policy`)));
      for (const [name, customerMasterKeySpec] of Object.entries(specs)) {
        const key = s.get(TYPES.key, name);
        expect(key.inputs).toMatchObject({ keyUsage: "SIGN_VERIFY", customerMasterKeySpec, deletionWindowInDays: 30 });
        expect(key).toMatchObject({ protect: production, retainOnDelete: production });
      }
    });

    it("carries the app's tags and its removal policy", () => {
      expect(s.app).toMatchObject({
        removal: production ? "retain" : "remove",
        protect: production,
        providers: { aws: { defaultTags: { tags: { app: "change-ledger", stage } } } },
      });
    });
  });
}

function keysOf(name: keyof typeof TABLES) {
  const { hash, range, fields } = TABLES[name];
  return {
    hashKey: hash,
    rangeKey: range,
    attributes: expect.toSatisfy(
      (attributes: { name: string; type: string }[]) =>
        JSON.stringify(Object.fromEntries(attributes.map((attribute) => [attribute.name, attribute.type]))) === JSON.stringify(fields),
    ),
  };
}
