import type { DeploymentConfig } from "./config.ts";
import { BUCKETS, type Retention, TABLES } from "./definitions.ts";

/** Tables, buckets and signing keys. Their policies come once the roles that these name are known: see resource-policies.ts. */
export function storage(config: DeploymentConfig) {
  return {
    ...tables(config),
    archive: archive(config.retention, config.production),
    inbox: inbox(),
    logBucket: logBucket(config.production),
    ...signingKeys(config),
  };
}

export type Storage = ReturnType<typeof storage>;

function tables({ production }: DeploymentConfig) {
  const { ledger: ledgerTable, models: modelsTable, log: logTable } = TABLES;
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
  const log = new sst.aws.Dynamo("Log", {
    fields: { pk: "string", sk: "number" },
    primaryIndex: { hashKey: logTable.hash, rangeKey: logTable.range },
    deletionProtection: true,
    transform: { table: protectIf(production) },
  });
  return { ledger, models, log };
}

/**
 * Raw resources, because of their order: the policy forbids everybody, the deployer too, to touch versioning and the lock, so it must come
 * after all of `settings`; and because sst.aws.Bucket sets `forceDestroy` and an open CORS.
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
  return { bucket, settings: [versioning, lock, ...closed("Archive", bucket)] };
}

/** Of the log what is replaced. Nothing here is evidence; former versions help for a month whoever replaced something by mistake. */
function logBucket(production: boolean) {
  const bucket = new aws.s3.Bucket(
    "LogFiles",
    { bucketPrefix: prefix("log"), forceDestroy: false },
    { protect: production, retainOnDelete: production },
  );
  const versioning = new aws.s3.BucketVersioning("LogFilesVersioning", {
    bucket: bucket.bucket,
    versioningConfiguration: { status: "Enabled" },
  });
  const lifecycle = new aws.s3.BucketLifecycleConfiguration(
    "LogFilesLifecycle",
    {
      bucket: bucket.bucket,
      rules: [
        {
          id: "forget-former-versions",
          status: "Enabled",
          filter: { prefix: "" },
          noncurrentVersionExpiration: { noncurrentDays: BUCKETS.log.keepFormerDays },
          expiration: { expiredObjectDeleteMarker: true },
        },
      ],
    },
    { dependsOn: [versioning] },
  );
  return { bucket, settings: [versioning, lifecycle, ...closed("LogFiles", bucket)] };
}

/** No ACLs, nothing public. */
function closed(name: string, { bucket }: aws.s3.Bucket) {
  return [
    new aws.s3.BucketOwnershipControls(`${name}Ownership`, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }),
    new aws.s3.BucketPublicAccessBlock(`${name}PublicAccess`, {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    }),
  ];
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
 * For the log's signed notes and the evidence's envelopes, one KMS key for each member of the configuration that is ours to sign with, in its place among
 * all members. `removal: "retain"` does not cover keys, and what a lost key signed can no longer be continued.
 */
function signingKeys({ production, log }: DeploymentConfig) {
  const key = (name: string, customerMasterKeySpec: string, description: string) =>
    new aws.kms.Key(
      name,
      { description, keyUsage: "SIGN_VERIFY", customerMasterKeySpec, deletionWindowInDays: 30 },
      { protect: production, retainOnDelete: production },
    );
  const ours = (name: string, all: readonly { readonly key?: unknown; readonly pem?: unknown }[], spec: string, what: string) => {
    let made = 0;
    return all.map((one) => {
      if (one.key !== undefined || one.pem !== undefined) return undefined;
      made += 1;
      return key(made === 1 ? name : `${name}${made}`, spec, `Change Ledger: signs ${what}`);
    });
  };
  return {
    noteKeys: ours("NoteKey", log.noteKeys, "ECC_NIST_EDWARDS25519", "the checkpoints of the log"),
    envelopeKeys: ours("EnvelopeKey", log.envelopeKeys, "ECC_NIST_P256", "the attestations in evidence bundles"),
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
