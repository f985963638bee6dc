/**
 * Policies on the resources themselves, as pure functions. They bind everybody in the account, administrators too, until somebody changes
 * the policy (which CloudTrail records); what must hold even then is held by Object Lock in COMPLIANCE mode.
 */
import { ARCHIVE_PREFIXES, type Retention } from "./definitions.ts";

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal: Readonly<Record<string, string | readonly string[]>>;
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Conditions;
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

const EVERYBODY = { AWS: "*" } as const;

/**
 * The ledger table: nobody overwrites, updates or deletes an entry, by item or by PartiQL (transactions are authorised as the single actions),
 * lets entries expire, or deletes the table or its backups; `writers` (role ARNs) alone insert. Reads stay what identities allow.
 */
export function ledgerTablePolicy(table: string, writers: readonly string[]): PolicyDocument {
  return document([
    deny("NobodyChangesAnEntry", table, [
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:PartiQLUpdate",
      "dynamodb:PartiQLDelete",
    ]),
    deny("NobodyDropsTheTable", table, ["dynamodb:DeleteTable", "dynamodb:UpdateTimeToLive", "dynamodb:UpdateContinuousBackups"]),
    deny("OnlyWritersInsert", table, ["dynamodb:PartiQLInsert"], { ArnNotEquals: { "aws:PrincipalArn": writers } }),
  ]);
}

/**
 * The log table: `sequencers` (role ARNs) alone write, and delete nothing one by one; nobody drops the table or its backups, or lets items expire.
 * What the rows say cannot be demanded here (IAM knows no condition expressions): a lock row that goes back is caught by the checkpoint that was published.
 */
export function logTablePolicy(table: string, sequencers: readonly string[]): PolicyDocument {
  return document([
    deny("NobodyDeletes", table, ["dynamodb:DeleteItem", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete"]),
    deny("NobodyDropsTheTable", table, ["dynamodb:DeleteTable", "dynamodb:UpdateTimeToLive", "dynamodb:UpdateContinuousBackups"]),
    deny("OnlyTheSequencerWrites", table, ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem"], {
      ArnNotEquals: { "aws:PrincipalArn": sequencers },
    }),
  ]);
}

/** The log bucket: `sequencers` alone write and remove, everybody over TLS; nobody erases a version or drops the bucket. */
export function logBucketPolicy(bucket: string, sequencers: readonly string[]): PolicyDocument {
  const objects = `${bucket}/*`;
  return document([
    tlsOnly("s3:*", [bucket, objects]),
    deny("OnlyTheSequencerWrites", objects, ["s3:PutObject", "s3:DeleteObject"], { ArnNotEquals: { "aws:PrincipalArn": sequencers } }),
    deny("NobodyErasesAVersion", objects, ["s3:DeleteObjectVersion"]),
    deny("NobodySwitchesOff", bucket, ["s3:PutBucketVersioning", "s3:PutLifecycleConfiguration", "s3:DeleteBucket"]),
  ]);
}

/** What a signing key may be used for, and by whom. */
export interface KeyUse {
  /** Role ARNs. */
  readonly signers: readonly string[];
  /** KMS's name. */
  readonly algorithm: string;
  readonly messageTypes: readonly string[];
}

/**
 * A signing key: IAM decides for the account, but only `signers` sign, in one way, and nobody schedules the key's deletion or disables it. The denials hold
 * for grants too.
 */
export function signingKeyPolicy(account: string, { signers, algorithm, messageTypes }: KeyUse): PolicyDocument {
  return document([
    {
      Sid: "TheAccountAdministers",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: ["kms:*"],
      Resource: "*",
    },
    deny("OnlyTheSignersSign", "*", ["kms:Sign"], { ArnNotEquals: { "aws:PrincipalArn": signers } }),
    deny("NobodySignsOtherwise", "*", ["kms:Sign"], { StringNotEquals: { "kms:SigningAlgorithm": algorithm } }),
    deny("NobodySignsAnotherForm", "*", ["kms:Sign"], { StringNotEquals: { "kms:MessageType": messageTypes } }),
    deny("NobodyEndsTheKey", "*", ["kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:CreateGrant"]),
  ]);
}

/**
 * The archive bucket: nobody bypasses or weakens a lock, deletes or hides an object, or switches versioning or the lock off.
 * Remaining days are counted in whole ones, so a retention set to the full time has one less by the time it is judged. Evidence and the log are
 * written once, by `sealers` and by `sequencers` (role ARNs) alone.
 */
export function archivePolicy(
  bucket: string,
  {
    retention,
    sealers,
    sequencers,
  }: { readonly retention: Retention; readonly sealers: readonly string[]; readonly sequencers: readonly string[] },
): PolicyDocument {
  const objects = `${bucket}/*`;
  const evidence = `${bucket}/${ARCHIVE_PREFIXES.evidence}*`;
  const log = `${bucket}/${ARCHIVE_PREFIXES.log}*`;
  return document([
    tlsOnly("s3:*", [bucket, objects]),
    deny("NobodyBypassesOrDeletes", objects, ["s3:BypassGovernanceRetention", "s3:DeleteObject", "s3:DeleteObjectVersion"]),
    deny("NobodyLocksForLess", objects, ["s3:PutObject", "s3:PutObjectRetention"], {
      NumericLessThan: { "s3:object-lock-remaining-retention-days": String(retention.days - 1) },
    }),
    deny("NobodyLocksOtherwise", objects, ["s3:PutObject", "s3:PutObjectRetention"], {
      StringNotEquals: { "s3:object-lock-mode": retention.mode },
      // A negated operator also matches a key that is absent: without lock headers the bucket's default retention applies.
      Null: { "s3:object-lock-mode": "false" },
    }),
    deny("EvidenceAndLogAreWrittenOnce", [evidence, log], ["s3:PutObject"], {
      Null: { "s3:if-none-match": "true" },
      // The parts of a multipart upload carry no condition; its completion does.
      Bool: { "s3:ObjectCreationOperation": "true" },
    }),
    deny("OnlySealersWriteEvidence", evidence, ["s3:PutObject"], { ArnNotEquals: { "aws:PrincipalArn": sealers } }),
    deny("OnlyTheSequencerWritesTheLog", log, ["s3:PutObject"], { ArnNotEquals: { "aws:PrincipalArn": sequencers } }),
    deny("NobodySwitchesOff", bucket, [
      "s3:PutBucketVersioning",
      "s3:PutBucketObjectLockConfiguration",
      "s3:PutLifecycleConfiguration",
      "s3:DeleteBucket",
    ]),
  ]);
}

/** A queue: TLS only; `rules` (ARNs of EventBridge rules, by the name of their statement) may send, each for itself. */
export function queuePolicy(queue: string, rules: Readonly<Record<string, string>>): PolicyDocument {
  return document([
    tlsOnly("sqs:*", queue),
    ...Object.entries(rules).map(
      ([name, rule]): PolicyStatement => ({
        Sid: `Rule${name}Sends`,
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: ["sqs:SendMessage"],
        Resource: queue,
        Condition: { ArnEquals: { "aws:SourceArn": rule } },
      }),
    ),
  ]);
}

/** The alarms' topic: CloudWatch alarms of this account publish, over TLS. */
export function topicPolicy(topic: string, account: string): PolicyDocument {
  return document([
    {
      Sid: "AlarmsPublish",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["sns:Publish"],
      Resource: topic,
      Condition: { StringEquals: { "aws:SourceAccount": account } },
    },
    tlsOnly("sns:Publish", topic),
  ]);
}

/** A topic that one rule of EventBridge publishes to. */
export function eventTopicPolicy(topic: string, rule: string): PolicyDocument {
  return document([
    {
      Sid: "RulePublishes",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["sns:Publish"],
      Resource: topic,
      Condition: { ArnEquals: { "aws:SourceArn": rule } },
    },
    tlsOnly("sns:Publish", topic),
  ]);
}

function tlsOnly(action: string, resource: string | readonly string[]): PolicyStatement {
  return deny("TlsOnly", resource, [action], { Bool: { "aws:SecureTransport": "false" } });
}

export function deny(
  sid: string,
  resource: string | readonly string[],
  actions: readonly string[],
  condition?: Conditions,
): PolicyStatement {
  return {
    Sid: sid,
    Effect: "Deny",
    Principal: EVERYBODY,
    Action: actions,
    Resource: resource,
    ...(condition && { Condition: condition }),
  };
}

export function document(statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}
