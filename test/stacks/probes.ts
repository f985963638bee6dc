/** What roles are asked about, and what they are expected to answer. */
import { may, type Principal, type Targets } from "./iam.ts";

export const ENTRY_CHANGES = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "PartiQLUpdate", "PartiQLDelete"].map(
  (a) => `dynamodb:${a}`,
);
const TABLE_CHANGES = [
  "DeleteTable",
  "UpdateTable",
  "UpdateTimeToLive",
  "UpdateContinuousBackups",
  "PutResourcePolicy",
  "DeleteResourcePolicy",
].map((a) => `dynamodb:${a}`);
export const TABLE_READS = ["GetItem", "Query", "BatchGetItem", "Scan", "PartiQLSelect"].map((a) => `dynamodb:${a}`);
export const OBJECT_LOSSES = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"];
export const LOCK_CHANGES = [
  "s3:PutBucketVersioning",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutLifecycleConfiguration",
  "s3:DeleteBucket",
];

const LOCKED_OBJECT = [
  "s3:PutObject",
  "s3:PutObjectRetention",
  "s3:GetObject",
  "s3:GetObjectVersion",
  "s3:PutObjectLegalHold",
  ...OBJECT_LOSSES,
];
export const KEY_ENDS = ["kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:CreateGrant"];
const KEY_USES = ["kms:Sign", "kms:GetPublicKey", "kms:PutKeyPolicy", ...KEY_ENDS];

const DEAD_LETTER_USES = ["sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:PurgeQueue", "sqs:SetQueueAttributes"];

const IMAGE_USES = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:PutImage", "ecr:BatchDeleteImage", "ecr:SetRepositoryPolicy"];

/** Every action of interest on every target of interest. What none of the roles should hold is asked about just the same. */
const PROBES: Readonly<Record<keyof Targets, readonly string[]>> = {
  ledger: ["dynamodb:PartiQLInsert", ...ENTRY_CHANGES, ...TABLE_CHANGES, ...TABLE_READS],
  ledgerStream: ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"],
  models: ["dynamodb:PartiQLInsert", ...ENTRY_CHANGES, ...TABLE_CHANGES, ...TABLE_READS],
  modelsIndex: ["dynamodb:Query", "dynamodb:Scan"],
  log: ["dynamodb:PartiQLInsert", ...ENTRY_CHANGES, ...TABLE_CHANGES, ...TABLE_READS],
  logBucket: ["s3:ListBucket", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy", ...LOCK_CHANGES],
  checkpoint: ["s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:DeleteObjectVersion"],
  archive: ["s3:ListBucket", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy", ...LOCK_CHANGES],
  segment: LOCKED_OBJECT,
  evidence: LOCKED_OBJECT,
  fullTile: LOCKED_OBJECT,
  hour: LOCKED_OBJECT,
  elsewhere: ["s3:PutObject", "s3:PutObjectRetention", "s3:GetObject", ...OBJECT_LOSSES],
  inbox: ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"],
  foundInbox: ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"],
  revision: ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"],
  service: ["ecs:DescribeServices", "ecs:ListServiceDeployments", "ecs:UpdateService", "ecs:DeleteService"],
  serviceDeployment: ["ecs:DescribeServiceDeployments", "ecs:StopServiceDeployment"],
  serviceRevision: ["ecs:DescribeServiceRevisions"],
  image: IMAGE_USES,
  otherImage: IMAGE_USES,
  payFunction: ["lambda:ListTags", "lambda:TagResource", "lambda:GetFunction", "lambda:InvokeFunction", "lambda:UpdateFunctionCode"],
  payVersion: ["lambda:GetFunctionConfiguration", "lambda:GetFunction", "lambda:InvokeFunction"],
  bus: ["events:PutEvents", "events:DeleteEventBus"],
  ingestQueue: ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:PurgeQueue", "sqs:SetQueueAttributes"],
  lookupQueue: ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:PurgeQueue", "sqs:SetQueueAttributes"],
  linkQueue: ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:PurgeQueue", "sqs:SetQueueAttributes"],
  sealQueue: ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:PurgeQueue", "sqs:SetQueueAttributes"],
  assessQueue: ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:PurgeQueue", "sqs:SetQueueAttributes"],
  ingestDlq: DEAD_LETTER_USES,
  targetDlq: DEAD_LETTER_USES,
  streamDlq: DEAD_LETTER_USES,
  noteKey: KEY_USES,
  nextNoteKey: KEY_USES,
  envelopeKey: KEY_USES,
};

const APPEND = ["ledger dynamodb:PartiQLInsert", "ledger dynamodb:GetItem", "ledger dynamodb:Query"];
const READ_LEDGER = ["ledger dynamodb:Query"];
const READ_MODELS = ["models dynamodb:GetItem", "models dynamodb:BatchGetItem"];
const READ_STREAM = PROBES.ledgerStream.map((action) => `ledgerStream ${action}`);
const consume = (queue: string) => [`${queue} sqs:ReceiveMessage`, `${queue} sqs:DeleteMessage`];
const lock = (prefix: string) => [`${prefix} s3:PutObject`, `${prefix} s3:PutObjectRetention`];

const READ_LOG = [
  ...["logBucket s3:ListBucket", "archive s3:ListBucket"],
  ...["checkpoint", "fullTile", "hour"].map((object) => `${object} s3:GetObject`),
];
const PUBLIC_KEYS = ["noteKey", "nextNoteKey", "envelopeKey"].map((key) => `${key} kms:GetPublicKey`);
const WRITE_LOG = [
  ...READ_LEDGER,
  ...READ_LOG,
  ...["GetItem", "BatchGetItem", "Query", "PutItem", "BatchWriteItem"].map((action) => `log dynamodb:${action}`),
  ...["checkpoint s3:PutObject", "checkpoint s3:DeleteObject"],
  ...lock("fullTile"),
  ...lock("hour"),
  ...["noteKey kms:Sign", "nextNoteKey kms:Sign"],
  ...PUBLIC_KEYS,
];

const FIND = ["bus events:PutEvents", "foundInbox s3:PutObject"];

const READ_ARTIFACTS = [
  ...["DescribeServices", "ListServiceDeployments"].map((action) => `service ecs:${action}`),
  ...["serviceDeployment ecs:DescribeServiceDeployments", "serviceRevision ecs:DescribeServiceRevisions"],
  ...["image ecr:BatchGetImage", "image ecr:GetDownloadUrlForLayer"],
  ...["payFunction lambda:ListTags", "payVersion lambda:GetFunctionConfiguration"],
];

/** All that the roles may do: nothing is missing, nothing is more. */
export const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  WebhookRole: ["bus events:PutEvents", "inbox s3:PutObject", "foundInbox s3:PutObject"],
  IngestRole: [...APPEND, ...consume("ingestQueue"), "inbox s3:GetObject", "foundInbox s3:GetObject", ...lock("segment")],
  ProjectRole: [
    ...READ_STREAM,
    ...READ_LEDGER,
    ...READ_MODELS,
    "models dynamodb:Query",
    "models dynamodb:PutItem",
    "models dynamodb:UpdateItem",
    "models dynamodb:PartiQLInsert",
    "models dynamodb:PartiQLUpdate",
    "lookupQueue sqs:SendMessage",
    "linkQueue sqs:SendMessage",
    "sealQueue sqs:SendMessage",
    "assessQueue sqs:SendMessage",
    "bus events:PutEvents",
  ],
  LookupRole: [...APPEND, ...consume("lookupQueue"), ...lock("segment"), "revision s3:GetObject", ...READ_ARTIFACTS],
  LinkRole: [
    ...APPEND,
    ...consume("linkQueue"),
    "models dynamodb:GetItem",
    "models dynamodb:Query",
    "models dynamodb:PutItem",
    "models dynamodb:UpdateItem",
  ],
  SealRole: [
    ...APPEND,
    ...consume("sealQueue"),
    "models dynamodb:BatchGetItem",
    "models dynamodb:Query",
    "segment s3:GetObject",
    "evidence s3:GetObject",
    ...lock("evidence"),
    ...READ_LOG,
    "log dynamodb:BatchGetItem",
    "log dynamodb:Query",
    "envelopeKey kms:Sign",
    ...PUBLIC_KEYS,
  ],
  AssessRole: [
    ...APPEND,
    ...consume("assessQueue"),
    "assessQueue sqs:SendMessage",
    "models dynamodb:BatchGetItem",
    "models dynamodb:Query",
    "models dynamodb:UpdateItem",
    "modelsIndex dynamodb:Query",
    "segment s3:GetObject",
  ],
  SequenceRole: [...READ_STREAM, ...WRITE_LOG],
  ReconcileRole: [...WRITE_LOG, "ledger dynamodb:Scan", "evidence s3:GetObjectVersion", ...FIND],
  ReconcileSendersRole: [
    ...READ_LEDGER,
    "ledger dynamodb:GetItem",
    "ledger dynamodb:Scan",
    ...READ_MODELS,
    "models dynamodb:PutItem",
    "models dynamodb:Query",
    "modelsIndex dynamodb:Query",
    "segment s3:GetObject",
    "lookupQueue sqs:SendMessage",
    "service ecs:ListServiceDeployments",
    "serviceDeployment ecs:DescribeServiceDeployments",
    ...FIND,
  ],
  HealthRole: [
    ...READ_LEDGER,
    "models dynamodb:GetItem",
    "models dynamodb:PutItem",
    "modelsIndex dynamodb:Query",
    ...READ_LOG,
    "log dynamodb:BatchGetItem",
    "log dynamodb:Query",
    "bus events:PutEvents",
    "ingestDlq sqs:GetQueueAttributes",
    "streamDlq sqs:GetQueueAttributes",
    "targetDlq sqs:GetQueueAttributes",
  ],
  // A page for everybody.
  ConsoleRole: [],
  PopulationRole: [
    ...READ_LEDGER,
    ...READ_LOG,
    "segment s3:GetObject",
    "log dynamodb:BatchGetItem",
    "log dynamodb:Query",
    "bus events:PutEvents",
  ],
  ApiRole: [
    ...READ_LEDGER,
    "ledger dynamodb:Scan",
    ...READ_MODELS,
    "models dynamodb:Query",
    "modelsIndex dynamodb:Query",
    ...READ_LOG,
    "segment s3:GetObject",
    "log dynamodb:BatchGetItem",
    "log dynamodb:Query",
    "evidence s3:GetObjectVersion",
    "bus events:PutEvents",
  ],
};

/** What a well-behaved PUT into the archive carries: the stage's lock for its whole time, and the condition that nothing is there yet. */
export function goodPut(stage: string) {
  const production = stage === "production";
  return {
    "s3:if-none-match": "*",
    "s3:ObjectCreationOperation": "true",
    "s3:object-lock-mode": production ? "COMPLIANCE" : "GOVERNANCE",
    "s3:object-lock-remaining-retention-days": production ? "2557" : "1",
  };
}

/** How each key signs. */
export const GOOD_SIGNATURES: Readonly<Partial<Record<string, Record<string, string>>>> = {
  noteKey: { "kms:SigningAlgorithm": "ED25519_SHA_512", "kms:MessageType": "RAW" },
  nextNoteKey: { "kms:SigningAlgorithm": "ED25519_SHA_512", "kms:MessageType": "RAW" },
  envelopeKey: { "kms:SigningAlgorithm": "ECDSA_SHA_256", "kms:MessageType": "RAW" },
};

/** Everything that `principal` may do, as "target action". */
export async function everything(principal: Principal, on: Targets, put: Record<string, string>): Promise<string[]> {
  const allowed: string[] = [];
  for (const [name, actions] of Object.entries(PROBES) as [keyof Targets, readonly string[]][])
    for (const action of actions)
      if (await may(principal, action, on[name], contextOf(name, action, put))) allowed.push(`${name} ${action}`);
  return allowed.toSorted();
}

function contextOf(name: keyof Targets, action: string, put: Record<string, string>): Record<string, string | string[]> {
  if (action === "kms:Sign") return GOOD_SIGNATURES[name] ?? {};
  // The one item that a role may be held to.
  if (name === "models" && action === "dynamodb:PutItem") return { "dynamodb:LeadingKeys": ["health"] };
  return /^s3:PutObject/.test(action) ? put : {};
}
