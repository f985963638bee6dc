/** What each function's role may do: IAM statements as pure functions of ARNs. Whatever is not here is not allowed. */
import { listServiceDeployments, readArtifacts } from "./artifact-permissions.ts";
import { ARCHIVE_PREFIXES, type FunctionName } from "./definitions.ts";
import {
  type Arns,
  allow,
  getArchived,
  lockedPut,
  publicKeys,
  readLedger,
  readLog,
  readPlaces,
  SIGNING,
  type Statement,
  sign,
  when,
  writeLog,
} from "./statements.ts";

/** The functions that append to the ledger. Every other role is refused by the table's own policy too. */
export const LEDGER_WRITERS = ["ingest", "lookup", "link", "seal", "assess"] as const satisfies readonly FunctionName[];
/** The functions that answer the query API: the bus takes of them what they put on record of its use, and of nobody else. */
export const APIS = ["api", "population"] as const satisfies readonly FunctionName[];
/** The functions that write the log and sign its checkpoints, and those that write evidence and sign its envelopes: refused to all others likewise. */
export const SEQUENCERS = ["sequence", "reconcile"] as const satisfies readonly FunctionName[];
export const SEALERS = ["seal"] as const satisfies readonly FunctionName[];

/** Where bodies wait in the inbox that are too large for the bus and were found, not received. */
const FOUND_PREFIX = "found/";
/** The functions that hand in what they found: the bus refuses it of all others but those that the configuration names. */
export const FINDERS = ["reconcile", "reconcileSenders"] as const satisfies readonly FunctionName[];

/** Key of the item of the models table in which the last look at the ledger's own health is kept. */
const HEALTH_KEY = "health";

/**
 * INSERT refuses an existing key, PutItem overwrites it, and IAM cannot demand a condition expression: hence PartiQLInsert and no other
 * write. A batch of INSERT statements is authorised as PartiQLInsert, a read by key as GetItem.
 */
const appendLedger = (arns: Arns): Statement => allow(["dynamodb:PartiQLInsert", "dynamodb:Query", "dynamodb:GetItem"], [arns.ledger]);
const readStream = (arns: Arns): Statement[] => [
  allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"], [arns.ledgerStream]),
  allow(["sqs:SendMessage"], [arns.streamFailures]),
];

const consume = (queue: string): Statement =>
  allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"], [queue]);

/** What a reconciler found goes by the door of all deliveries; the bus's policy lets it put nothing else. */
const findFor = (arns: Arns): Statement[] => [
  allow(["events:PutEvents"], [arns.bus]),
  allow(["s3:PutObject"], [`${arns.inbox}/${FOUND_PREFIX}*`]),
];

const PERMISSIONS: { readonly [F in FunctionName]: (arns: Arns) => Statement[] } = {
  // The log, what came before the part of it that is read, and the texts that say what is protected.
  population: (arns) => [
    readLedger(arns),
    getArchived(arns, ARCHIVE_PREFIXES.segments),
    ...readLog(arns),
    readPlaces(arns),
    // What was certified and drawn; the bus's policy lets it put nothing else.
    allow(["events:PutEvents"], [arns.bus]),
  ],
  // A page for everybody: what it shows it asks the API for, with its reader's token.
  console: () => [],
  webhook: (arns) => [allow(["events:PutEvents"], [arns.bus]), allow(["s3:PutObject"], [`${arns.inbox}/*`])],
  ingest: (arns) => [
    consume(arns.queues.ingest),
    allow(["s3:GetObject"], [`${arns.inbox}/*`]),
    lockedPut(arns, ARCHIVE_PREFIXES.segments),
    appendLedger(arns),
  ],
  project: (arns) => [
    ...readStream(arns),
    readLedger(arns),
    allow(["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"], [arns.models]),
    // Read models and links are written in batches of PartiQL where that can be, else one by one; nothing is ever deleted.
    allow(["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate"], [arns.models]),
    allow(["sqs:SendMessage"], [arns.queues.lookup, arns.queues.link, arns.queues.seal, arns.queues.assess]),
    // Findings that open and resolve, for whoever subscribes; the bus's policy lets it put nothing else.
    allow(["events:PutEvents"], [arns.bus]),
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
    ...readArtifacts(arns.account, arns.artifacts),
  ],
  link: (arns) => [
    consume(arns.queues.link),
    appendLedger(arns),
    allow(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"], [arns.models]),
  ],
  sequence: (arns) => [...readStream(arns), ...writeLog(arns)],
  // All chains of the ledger, for a comparison.
  reconcile: (arns) => [
    ...writeLog(arns),
    allow(["dynamodb:Scan"], [arns.ledger]),
    // That evidence lies locked as it was recorded: HEAD, which answers as GetObject and tells of the lock to who may read it.
    allow(["s3:GetObjectVersion", "s3:GetObjectRetention"], [`${arns.archive}/${ARCHIVE_PREFIXES.evidence}*`]),
    ...findFor(arns),
  ],
  // What senders list, compared with the ledger; where each comparison has come to lies beside the read models.
  reconcileSenders: (arns) => [
    readLedger(arns),
    allow(["dynamodb:GetItem"], [arns.ledger]),
    allow(["dynamodb:Scan"], [arns.ledger]),
    allow(["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem"], [arns.models]),
    // Look-ups that gave up; deployments, from the index.
    allow(["dynamodb:Query"], [arns.models, `${arns.models}/index/*`]),
    getArchived(arns, ARCHIVE_PREFIXES.segments),
    when(allow(["s3:ListBucket"], [arns.archive]), "StringLike", "s3:prefix", [`${ARCHIVE_PREFIXES.segments}*`]),
    ...findFor(arns),
    // What is missing is described by the function that describes all deployments.
    allow(["sqs:SendMessage"], [arns.queues.lookup]),
    allow(["codedeploy:ListDeployments", "codedeploy:BatchGetDeployments"], [`arn:aws:codedeploy:*:${arns.account}:deploymentgroup:*/*`]),
    allow(["codedeploy:ListDeploymentGroups"], [`arn:aws:codedeploy:*:${arns.account}:application:*`]),
    ...listServiceDeployments(arns.account),
    // These two know no resource (Service Authorization Reference).
    allow(["codedeploy:ListApplications", "servicecatalog:ListRecordHistory"], ["*"]),
  ],
  // Counts what nobody else may see: messages cannot be received with these.
  health: (arns) => [
    allow(["sqs:GetQueueAttributes"], [...arns.deadLetters, arns.streamFailures]),
    readLedger(arns),
    allow(["dynamodb:GetItem"], [arns.models]),
    allow(["dynamodb:Query"], [`${arns.models}/index/*`]),
    // The one item that holds what was found.
    when(allow(["dynamodb:PutItem"], [arns.models]), "ForAllValues:StringEquals", "dynamodb:LeadingKeys", [HEALTH_KEY]),
    ...readLog(arns),
    readPlaces(arns),
    // That the log is late; the bus's policy lets it put nothing else.
    allow(["events:PutEvents"], [arns.bus]),
  ],
  seal: (arns) => [
    consume(arns.queues.seal),
    appendLedger(arns),
    // Where the pushes of a change stand, and which bundles are on record.
    allow(["dynamodb:BatchGetItem", "dynamodb:Query"], [arns.models]),
    getArchived(arns, ARCHIVE_PREFIXES.segments),
    getArchived(arns, ARCHIVE_PREFIXES.evidence),
    lockedPut(arns, ARCHIVE_PREFIXES.evidence),
    // Proofs of what it seals, under a checkpoint whose keys it checks, and its own signature.
    ...readLog(arns),
    readPlaces(arns),
    sign(arns.envelopeKeys, SIGNING.envelope),
    publicKeys(arns),
  ],
  assess: (arns) => [
    consume(arns.queues.assess),
    // What concerns a whole repository becomes work for each of its changes, as does what is due.
    allow(["sqs:SendMessage"], [arns.queues.assess]),
    appendLedger(arns),
    allow(["dynamodb:BatchGetItem", "dynamodb:UpdateItem"], [arns.models]),
    allow(["dynamodb:Query"], [arns.models, `${arns.models}/index/*`]),
    // Texts of offered configurations.
    getArchived(arns, ARCHIVE_PREFIXES.segments),
  ],
  // Summaries come in batches, plans one by one, lists from the index.
  api: (arns) => [
    readLedger(arns),
    // The export of the whole ledger.
    allow(["dynamodb:Scan"], [arns.ledger]),
    allow(["dynamodb:GetItem", "dynamodb:BatchGetItem"], [arns.models]),
    allow(["dynamodb:Query"], [arns.models, `${arns.models}/index/*`]),
    // Texts of offered configurations.
    getArchived(arns, ARCHIVE_PREFIXES.segments),
    ...readLog(arns),
    readPlaces(arns),
    // Who read which evidence goes on record before they get it; the bus's policy lets it put nothing else.
    allow(["events:PutEvents"], [arns.bus]),
    // Whoever holds a pre-signed URL reads as this role.
    allow(["s3:GetObjectVersion"], [`${arns.archive}/${ARCHIVE_PREFIXES.evidence}*`]),
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
