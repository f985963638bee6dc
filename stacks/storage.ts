import type { DeploymentConfig } from "./config.ts";
import { BUCKETS, type Retention, TABLES } from "./definitions.ts";
import { archivePolicy } from "./policies.ts";

/** Tables, buckets and signing keys. The ledger table's policy comes once its writers are known: see functions.ts. */
export function storage(config: DeploymentConfig) {
  return { ...tables(config), archive: archive(config.retention, config.production), inbox: inbox(), ...signingKeys(config.production) };
}

export type Storage = ReturnType<typeof storage>;

function tables({ production }: DeploymentConfig) {
  const { ledger: ledgerTable, models: modelsTable } = TABLES;
  // sst.aws.Dynamo switches point-in-time recovery on.
  const ledger = new sst.aws.Dynamo("Ledger", {
    fields: { pk: "string", sk: "number" },
    primaryIndex: { hashKey: ledgerTable.hash, rangeKey: ledgerTable.range },
    stream: "new-image",
    deletionProtection: true,
    transform: { table: protectIf(production) },
  });
  const models = new sst.aws.Dynamo("Models", {
    fields: { pk: "string", sk: "string", gsi1pk: "string", gsi1sk: "string" },
    primaryIndex: { hashKey: modelsTable.hash, rangeKey: modelsTable.range },
    globalIndexes: { gsi1: { hashKey: modelsTable.indexes.gsi1.hash, rangeKey: modelsTable.indexes.gsi1.range, projection: "keys-only" } },
    deletionProtection: production,
    transform: { table: protectIf(production) },
  });
  return { ledger, models };
}

/**
 * Raw resources, because of their order: the policy forbids everybody, the deployer too, to touch versioning and the lock, so it must come
 * last; and because sst.aws.Bucket sets `forceDestroy` and an open CORS.
 */
function archive(retention: Retention, production: boolean) {
  const bucket = new aws.s3.Bucket(
    "Archive",
    { bucketPrefix: prefix("archive"), objectLockEnabled: true, forceDestroy: false },
    { protect: production, retainOnDelete: production },
  );
  const versioning = new aws.s3.BucketVersioning(
    "ArchiveVersioning",
    { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
    // Taking it away would mean to suspend versioning, which a locked bucket refuses.
    { retainOnDelete: true },
  );
  const lock = new aws.s3.BucketObjectLockConfiguration(
    "ArchiveLock",
    { bucket: bucket.bucket, rule: { defaultRetention: { mode: retention.mode, days: retention.days } } },
    { dependsOn: [versioning], retainOnDelete: true },
  );
  const ownership = new aws.s3.BucketOwnershipControls("ArchiveOwnership", {
    bucket: bucket.bucket,
    rule: { objectOwnership: "BucketOwnerEnforced" },
  });
  const access = new aws.s3.BucketPublicAccessBlock("ArchivePublicAccess", {
    bucket: bucket.bucket,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  new aws.s3.BucketPolicy(
    "ArchivePolicy",
    { bucket: bucket.bucket, policy: $jsonStringify(bucket.arn.apply((arn) => archivePolicy(arn, retention))) },
    { dependsOn: [versioning, lock, ownership, access] },
  );
  return bucket;
}

/** Bodies too large for the bus wait here for the ingest; nothing in it is evidence. */
function inbox() {
  return new sst.aws.Bucket("Inbox", {
    cors: false,
    lifecycle: [{ id: "expire", expiresIn: `${BUCKETS.inbox.expireDays} days` }],
    transform: { bucket: { forceDestroy: false } },
  });
}

/**
 * For the log's signed notes and the evidence's envelopes. Nobody may sign yet. `removal: "retain"` does not cover keys, and what a lost key
 * signed can no longer be continued.
 */
function signingKeys(production: boolean) {
  const key = (name: string, customerMasterKeySpec: string, description: string) =>
    new aws.kms.Key(
      name,
      { description, keyUsage: "SIGN_VERIFY", customerMasterKeySpec, deletionWindowInDays: 30 },
      { protect: production, retainOnDelete: production },
    );
  return {
    noteKey: key("NoteKey", "ECC_NIST_EDWARDS25519", "Change Ledger: signs the checkpoints of the log"),
    envelopeKey: key("EnvelopeKey", "ECC_NIST_P256", "Change Ledger: signs the attestations in evidence bundles"),
  };
}

/** What names begin with; S3 appends 26 characters to a prefix of at most 37. */
function prefix(name: string): string {
  const app = `${$app.name}-${$app.stage}`.toLowerCase().slice(0, 37 - name.length - 2);
  return `${app}-${name}-`;
}

function protectIf(protect: boolean) {
  return (_args: object, opts: { protect?: boolean }) => {
    opts.protect = protect;
    return undefined;
  };
}
