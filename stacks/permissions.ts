/** What each function's role may do: IAM statements as pure functions of ARNs. Whatever is not here is not allowed. */
import { ARCHIVE_PREFIXES, type FunctionName, type QueueName } from "./definitions.ts";

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
  readonly archive: string;
  readonly inbox: string;
  readonly bus: string;
  readonly queues: Readonly<Record<QueueName, string>>;
  /** Where the stream's event source reports what it gave up on. */
  readonly streamFailures: string;
  readonly revisionBuckets: readonly string[];
}

/** The functions that append to the ledger. Every other role is refused by the table's own policy too. */
export const LEDGER_WRITERS = ["ingest", "lookup", "link", "seal"] as const satisfies readonly FunctionName[];

/**
 * INSERT refuses an existing key, PutItem overwrites it, and IAM cannot demand a condition expression: hence PartiQLInsert and no other
 * write. A batch of INSERT statements is authorised as PartiQLInsert, a read by key as GetItem.
 */
const appendLedger = (arns: Arns): Statement => allow(["dynamodb:PartiQLInsert", "dynamodb:Query", "dynamodb:GetItem"], [arns.ledger]);
/** Chains are read by queries; items by key are markers, which concern writers alone. */
const readLedger = (arns: Arns): Statement => allow(["dynamodb:Query"], [arns.ledger]);

/** A PUT that carries lock headers is authorised as PutObjectRetention too. */
const lockedPut = (arns: Arns, prefix: string): Statement =>
  allow(["s3:PutObject", "s3:PutObjectRetention"], [`${arns.archive}/${prefix}*`]);
const getArchived = (arns: Arns, prefix: string): Statement => allow(["s3:GetObject"], [`${arns.archive}/${prefix}*`]);

const consume = (queue: string): Statement =>
  allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"], [queue]);

const PERMISSIONS: { readonly [F in FunctionName]: (arns: Arns) => Statement[] } = {
  webhook: (arns) => [allow(["events:PutEvents"], [arns.bus]), allow(["s3:PutObject"], [`${arns.inbox}/*`])],
  ingest: (arns) => [
    consume(arns.queues.ingest),
    allow(["s3:GetObject"], [`${arns.inbox}/*`]),
    lockedPut(arns, ARCHIVE_PREFIXES.segments),
    appendLedger(arns),
  ],
  project: (arns) => [
    allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"], [arns.ledgerStream]),
    readLedger(arns),
    allow(["dynamodb:GetItem", "dynamodb:BatchGetItem"], [arns.models]),
    // Read models and links are written in batches of PartiQL where that can be, else one by one; nothing is ever deleted.
    allow(["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate"], [arns.models]),
    allow(["sqs:SendMessage"], [arns.queues.lookup, arns.queues.link, arns.queues.seal, arns.streamFailures]),
  ],
  lookup: (arns) => [
    consume(arns.queues.lookup),
    appendLedger(arns),
    lockedPut(arns, ARCHIVE_PREFIXES.segments),
    allow(["codedeploy:GetDeployment"], [`arn:aws:codedeploy:*:${arns.account}:deploymentgroup:*/*`]),
    // These two know no resource (Service Authorization Reference).
    allow(["codedeploy:ListDeploymentTargets", "codedeploy:BatchGetDeploymentTargets"], ["*"]),
    ...(arns.revisionBuckets.length > 0
      ? [
          allow(
            ["s3:GetObject", "s3:GetObjectVersion"],
            arns.revisionBuckets.map((bucket) => `${bucket}/*`),
          ),
        ]
      : []),
  ],
  link: (arns) => [
    consume(arns.queues.link),
    appendLedger(arns),
    allow(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"], [arns.models]),
  ],
  seal: (arns) => [
    consume(arns.queues.seal),
    appendLedger(arns),
    // Where the pushes of a change stand, and which bundles are on record.
    allow(["dynamodb:BatchGetItem"], [arns.models]),
    getArchived(arns, ARCHIVE_PREFIXES.segments),
    getArchived(arns, ARCHIVE_PREFIXES.evidence),
    lockedPut(arns, ARCHIVE_PREFIXES.evidence),
  ],
  // Summaries come in batches, plans one by one, lists from the index.
  api: (arns) => [
    readLedger(arns),
    allow(["dynamodb:GetItem", "dynamodb:BatchGetItem"], [arns.models]),
    allow(["dynamodb:Query"], [`${arns.models}/index/*`]),
  ],
};

/** All statements of a function's role: its own, its log group's and tracing's. `logGroup` is the ARN of its log group. */
export function permissionsOf(name: FunctionName, arns: Arns, logGroup: string): Statement[] {
  return [
    ...PERMISSIONS[name](arns),
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], [`${logGroup}:*`]),
    // X-Ray knows no resource.
    allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"]),
  ];
}

function allow(actions: string[], resources: string[]): Statement {
  return { actions, resources };
}
