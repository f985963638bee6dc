/** Statements that several roles share, as pure functions of ARNs. */
import { ARCHIVE_PREFIXES, type QueueName } from "./definitions.ts";

/** In the shape of SST's `permissions`. */
export interface Statement {
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions?: { test: string; variable: string; values: string[] }[];
}

/** ARNs of everything that a function may touch. */
export interface Arns {
  readonly account: string;
  readonly ledger: string;
  readonly ledgerStream: string;
  readonly models: string;
  /** The log's table and its bucket. */
  readonly log: string;
  readonly logBucket: string;
  readonly archive: string;
  readonly inbox: string;
  readonly bus: string;
  readonly queues: Readonly<Record<QueueName, string>>;
  /** Where the stream's event source reports what it gave up on. */
  readonly streamFailures: string;
  /** What was given up on, of the queues and of the rules. */
  readonly deadLetters: readonly string[];
  readonly revisionBuckets: readonly string[];
  /** Repositories of ECR and functions of Lambda. */
  readonly artifacts: readonly string[];
  /** KMS keys that sign. */
  readonly noteKeys: readonly string[];
  readonly envelopeKeys: readonly string[];
}

/** How each key signs: one algorithm (KMS's name), over the message itself or, for what is longer than the 4,096 bytes that KMS takes, over its digest. */
export const SIGNING = {
  note: { algorithm: "ED25519_SHA_512", messageTypes: ["RAW"] },
  envelope: { algorithm: "ECDSA_SHA_256", messageTypes: ["RAW", "DIGEST"] },
} as const;

/** Chains are read by queries; items by key are markers, which concern writers alone. */
export const readLedger = (arns: Arns): Statement => allow(["dynamodb:Query"], [arns.ledger]);

/** A PUT that carries lock headers is authorised as PutObjectRetention too. */
export const lockedPut = (arns: Arns, prefix: string): Statement =>
  allow(["s3:PutObject", "s3:PutObjectRetention"], [`${arns.archive}/${prefix}*`]);
export const getArchived = (arns: Arns, prefix: string): Statement => allow(["s3:GetObject"], [`${arns.archive}/${prefix}*`]);

/** S3 says that a key holds nothing only to who may list: without the condition's `IfExists` it would answer 403 for a missing tile. */
export const readLog = (arns: Arns): Statement[] => [
  allow(["s3:GetObject"], [`${arns.logBucket}/*`, `${arns.archive}/${ARCHIVE_PREFIXES.log}*`]),
  allow(["s3:ListBucket"], [arns.logBucket]),
  when(allow(["s3:ListBucket"], [arns.archive]), "StringLikeIfExists", "s3:prefix", [`${ARCHIVE_PREFIXES.log}*`]),
];
/** Where a chain's entries lie in the log. */
export const readPlaces = (arns: Arns): Statement => allow(["dynamodb:BatchGetItem", "dynamodb:Query"], [arns.log]);

export const sign = (
  keys: readonly string[],
  { algorithm, messageTypes }: { algorithm: string; messageTypes: readonly string[] },
): Statement => ({
  ...allow(["kms:Sign"], [...keys]),
  conditions: [
    { test: "StringEquals", variable: "kms:SigningAlgorithm", values: [algorithm] },
    { test: "StringEquals", variable: "kms:MessageType", values: [...messageTypes] },
  ],
});

export const publicKeys = (arns: Arns): Statement => allow(["kms:GetPublicKey"], [...arns.noteKeys, ...arns.envelopeKeys]);

/** Everything between the ledger's entries and the signed log. */
export const writeLog = (arns: Arns): Statement[] => [
  readLedger(arns),
  ...readLog(arns),
  allow(["s3:PutObject", "s3:DeleteObject"], [`${arns.logBucket}/*`]),
  lockedPut(arns, ARCHIVE_PREFIXES.log),
  allow(["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:BatchWriteItem"], [arns.log]),
  sign(arns.noteKeys, SIGNING.note),
  // The trust file names both kinds.
  publicKeys(arns),
];

export function allow(actions: string[], resources: string[]): Statement {
  return { actions, resources };
}

export function when(statement: Statement, test: string, variable: string, values: string[]): Statement {
  return { ...statement, conditions: [...(statement.conditions ?? []), { test, variable, values }] };
}
