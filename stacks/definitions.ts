/**
 * What both the SST stacks and the local stack are made from: tables, buckets, queues, the bus and its rules.
 * Pure data and pure functions; no SST, no SDK.
 */

export { LEFT_OUT_OF_BUNDLES } from "./left-out.ts";
export { METRICS } from "./metrics.ts";
export { HEALTH_DETAIL_TYPES, TOLD_DETAIL_TYPES, TOLD_SOURCE } from "./told.ts";

export const TABLES = {
  /** The ledger: entries (`pk` = subject, `sk` = seq) and deduplication markers (`pk` = `seen:…`, `sk` = 0). Insert-only. */
  ledger: { hash: "pk", range: "sk", fields: { pk: "S", sk: "N" }, stream: "NEW_IMAGE", indexes: {} },
  /** Read models and links: mutable, rebuilt from the ledger at any time. */
  models: {
    hash: "pk",
    range: "sk",
    fields: { pk: "S", sk: "S", gsi1pk: "S", gsi1sk: "S" },
    stream: undefined,
    indexes: { gsi1: { hash: "gsi1pk", range: "gsi1sk", projection: "KEYS_ONLY" } },
  },
  /** The log's lock row (`pk` = `lock`, `sk` = 0), which decides what the log is, and where each chain's entries lie in it (`pk` = subject, `sk` = seq). */
  log: { hash: "pk", range: "sk", fields: { pk: "S", sk: "N" }, stream: undefined, indexes: {} },
} as const;
export type TableName = keyof typeof TABLES;

export const BUCKETS = {
  /** Segments of raw payloads, evidence bundles, and of the log the full tiles and hourly checkpoints, under Object Lock. */
  archive: { locked: true },
  /** Bodies too large for the bus (claim check); expire after they were ingested. */
  inbox: { locked: false, expireDays: 14 },
  /** Of the log what is replaced: partial tiles, stages, the current checkpoint, the trust file. */
  log: { locked: false, keepFormerDays: 30 },
} as const;
export type BucketName = keyof typeof BUCKETS;

/** Where in the archive bucket what lies: a role may write one prefix and not the other. */
export const ARCHIVE_PREFIXES = { segments: "segments/", evidence: "evidence/", log: "log/" } as const;

/**
 * Object Lock of the archive. Seven years hold at most two leap days: 7 × 365 + 2. COMPLIANCE cannot be shortened by anybody, the
 * account's root included; outside production a day of GOVERNANCE shows the same behaviour and can be cleared away.
 */
export const RETENTION = {
  production: { mode: "COMPLIANCE", days: 2557 },
  other: { mode: "GOVERNANCE", days: 1 },
} as const;
export type Retention = (typeof RETENTION)[keyof typeof RETENTION];

/** `visibilitySeconds` is six times the consuming function's timeout, as AWS advises. */
export const QUEUES = {
  ingest: { visibilitySeconds: 360, maxReceive: 5 },
  lookup: { visibilitySeconds: 180, maxReceive: 8 },
  link: { visibilitySeconds: 180, maxReceive: 8 },
  seal: { visibilitySeconds: 360, maxReceive: 8 },
  assess: { visibilitySeconds: 360, maxReceive: 8 },
} as const;
export type QueueName = keyof typeof QUEUES;

export const FUNCTIONS = {
  webhook: { handler: "functions/webhook.handler", timeoutSeconds: 10, memoryMb: 512 },
  ingest: { handler: "functions/ingest.handler", timeoutSeconds: 60, memoryMb: 1024, queue: "ingest", batch: 100, windowSeconds: 1 },
  /** `retries`: a record of the stream that fails alone comes so often again before it is given up and kept among the stream's dead letters. */
  project: {
    handler: "functions/project.handler",
    timeoutSeconds: 60,
    memoryMb: 1024,
    stream: "ledger",
    batch: 400,
    windowSeconds: 2,
    retries: 20,
  },
  lookup: { handler: "functions/lookup.handler", timeoutSeconds: 30, memoryMb: 512, queue: "lookup", batch: 10, windowSeconds: 0 },
  link: { handler: "functions/link.handler", timeoutSeconds: 30, memoryMb: 512, queue: "link", batch: 10, windowSeconds: 1 },
  /**
   * One at a time (reserved concurrency): two would only lose swaps of the lock row to each other. Nothing of a record itself can fail here: it is tried
   * for most of the day that the stream remembers it.
   */
  sequence: {
    handler: "functions/sequence.handler",
    timeoutSeconds: 60,
    memoryMb: 1024,
    stream: "ledger",
    batch: 1000,
    windowSeconds: 2,
    retries: 1000,
    concurrency: 1,
    schedule: "hour",
  },
  reconcile: { handler: "functions/reconcile.handler", timeoutSeconds: 600, memoryMb: 1024, schedule: "day" },
  /** One at a time: two runs would find the same. */
  reconcileSenders: {
    handler: "functions/reconcile-senders.handler",
    timeoutSeconds: 600,
    memoryMb: 1024,
    concurrency: 1,
    schedule: "hour",
  },
  /** Looks after the ledger itself; what it finds is kept for the overview. */
  health: { handler: "functions/health.handler", timeoutSeconds: 30, memoryMb: 512, schedule: "minute" },
  seal: { handler: "functions/seal.handler", timeoutSeconds: 60, memoryMb: 1024, queue: "seal", batch: 100, windowSeconds: 5 },
  /**
   * What comes to a change within the window is judged once. `inHand`: batches at once; who judged before something came that another one judged must not have the
   * last word, and what comes waits for longer than a judgement takes.
   */
  assess: {
    handler: "functions/assess.handler",
    timeoutSeconds: 60,
    memoryMb: 1024,
    queue: "assess",
    batch: 1000,
    windowSeconds: 60,
    inHand: 1,
    schedule: "quarter",
  },
  api: { handler: "functions/api.handler", timeoutSeconds: 15, memoryMb: 512 },
  population: { handler: "functions/population.handler", timeoutSeconds: 29, memoryMb: 1024 },
  console: { handler: "functions/console.handler", timeoutSeconds: 10, memoryMb: 256 },
} as const;
export type FunctionName = keyof typeof FUNCTIONS;

/** The console: where it is served, where its build lies, and where that is put beside the function's code. */
export const CONSOLE = { path: "/console", built: "packages/console/dist", folder: "console" } as const;
/** What a console's reader asks the sign-in service for; it decides what is given. */
export const CONSOLE_SCOPE = "openid ledger:read evidence:read population:read";

/** EventBridge schedules, by name, in UTC; each invokes the functions that name it with EventBridge's scheduled event. An hour is sealed just after it ended. */
export const SCHEDULES = {
  minute: "cron(* * * * ? *)",
  quarter: "cron(0/15 * * * ? *)",
  hour: "cron(1 * * * ? *)",
  day: "cron(23 3 * * ? *)",
} as const;
export type ScheduleName = keyof typeof SCHEDULES;

/** Source and detail type of what the receiving function puts on our own bus. */
export const DELIVERY_SOURCE = "change-ledger.webhook";
export const DELIVERY_DETAIL_TYPE = "Delivery received";

/** How often the API may be asked before it answers 429. `route`: of each of API Gateway's routes, whoever asks. `local`: of each caller of the local stack. */
export const API_RATE = { route: { perSecond: 100, burst: 200 }, local: { perSecond: 500, burst: 5_000 } } as const;

/** Before the paths of the API for machines, which sign their requests: a route of the gateway has one authoriser. */
export const MACHINE_PATH = "/machine";

/** Paths of the API that a function of its own answers, with all that lies below them. */
export const POPULATION_PATHS = ["/v1/population", "/v1/samples"] as const;

/** Paths of the API that are read without a token: they say nothing of the ledger's content. */
export const OPEN_PATHS = ["/", "/openapi.json", "/v1/health", "/v1/log/trust", "/v1/log/trust.json"] as const;

/** Source and detail type of what reconcilers and backfills hand in: the bus's policy leaves it to their roles. */
export const FOUND_SOURCE = "change-ledger.reconciler";
export const FOUND_DETAIL_TYPE = "Delivery found";

/** What CodeDeploy says, and what CloudTrail says of who asked it to. */
const STATE_CHANGES = {
  source: ["aws.codedeploy"],
  "detail-type": ["CodeDeploy Deployment State-change Notification", "CodeDeploy Instance State-change Notification"],
} as const;
const CREATIONS = {
  source: ["aws.codedeploy"],
  "detail-type": ["AWS API Call via CloudTrail"],
  detail: { eventSource: ["codedeploy.amazonaws.com"], eventName: ["CreateDeployment"] },
} as const;
/** Requests to the Service Catalog: standard changes. */
const CATALOGUE_REQUESTS = {
  source: ["aws.servicecatalog"],
  "detail-type": ["AWS API Call via CloudTrail"],
  detail: {
    eventSource: ["servicecatalog.amazonaws.com"],
    eventName: ["ProvisionProduct", "UpdateProvisionedProduct", "TerminateProvisionedProduct"],
  },
} as const;
/** The detail type under which a version of the configuration is put on our bus: the bus's policy leaves it to named roles. */
export const CONFIGURATION_OFFERED = "configuration.offered";
/** The source under which the query API puts what it does on record: the bus's policy leaves it to the API's role. */
export const API_SOURCE = "change-ledger.api";
/** What other systems put on our bus in our own words: see docs/formats.md. */
const PUT_BY_OTHERS = {
  "detail-type": [
    "qa.signed-off",
    "security.reviewed",
    "tests.completed",
    "change.authorised",
    "change.reviewed-afterwards",
    "attested",
    "artifact.built",
    "artifact.attested",
    "artifact.described",
    CONFIGURATION_OFFERED,
  ],
} as const;
/** ECS's own rolling deployments; of what else befalls a service only what may explain a failure: a steady state is reported every few hours. */
const ECS_DEPLOYMENTS = { source: ["aws.ecs"], "detail-type": ["ECS Deployment State Change"] } as const;
const ECS_TROUBLE = { source: ["aws.ecs"], "detail-type": ["ECS Service Action"], detail: { eventType: ["WARN", "ERROR"] } } as const;

/**
 * EventBridge rules: which bus, which pattern; every one of them targets the ingest queue. AWS puts a region's own events on the default bus; a rule of
 * another account or region forwards its own to our bus, as they are.
 */
export const RULES = {
  delivery: { bus: "own", pattern: { source: [DELIVERY_SOURCE], "detail-type": [DELIVERY_DETAIL_TYPE] } },
  found: { bus: "own", pattern: { source: [FOUND_SOURCE], "detail-type": [FOUND_DETAIL_TYPE] } },
  codedeploy: { bus: "default", pattern: STATE_CHANGES },
  cloudtrail: { bus: "default", pattern: CREATIONS },
  ecs: { bus: "default", pattern: ECS_DEPLOYMENTS },
  ecsTrouble: { bus: "default", pattern: ECS_TROUBLE },
  catalogue: { bus: "default", pattern: CATALOGUE_REQUESTS },
  codedeployForwarded: { bus: "own", pattern: STATE_CHANGES },
  cloudtrailForwarded: { bus: "own", pattern: CREATIONS },
  ecsForwarded: { bus: "own", pattern: ECS_DEPLOYMENTS },
  ecsTroubleForwarded: { bus: "own", pattern: ECS_TROUBLE },
  catalogueForwarded: { bus: "own", pattern: CATALOGUE_REQUESTS },
  put: { bus: "own", pattern: PUT_BY_OTHERS },
  apiAudit: { bus: "own", pattern: { source: [API_SOURCE] } },
} as const;

/**
 * Stream records that concern nobody: deduplication markers. The filter of the stream's event source, in Lambda's filter language
 * (an entry has the attribute `b`, its canonical bytes; a marker has none).
 */
export const ENTRY_STREAM_FILTER = { eventName: ["INSERT"], dynamodb: { NewImage: { b: { B: [{ exists: true }] } } } } as const;

/**
 * Environment variables that every function reads (a subset each):
 * LEDGER_TABLE, MODELS_TABLE, ARCHIVE_BUCKET, INBOX_BUCKET, BUS_NAME, LOOKUP_QUEUE_URL, LINK_QUEUE_URL, SEAL_QUEUE_URL, ASSESS_QUEUE_URL,
 * RETENTION_MODE (COMPLIANCE | GOVERNANCE), RETENTION_DAYS, WEBHOOK_SECRETS (JSON: {"github":["current","previous"],…}),
 * IDENTITY_KEY (keyed hash of e-mail addresses), SETTINGS (JSON: see packages/sources/settings.ts), GITHUB_APP (JSON, optional),
 * API_PRINCIPALS (JSON: see packages/api/principals.ts: machines that sign their requests, and what they may read),
 * DEAD_LETTER_QUEUES (JSON {name: url}: what the function that looks after the ledger counts),
 * CONSOLE_FOLDER (where the built console lies), CONSOLE_SIGN_IN (JSON {issuer, clientId, scope}: how its readers sign in), CONSOLE_LINKS (JSON, a list of origins: where the API's links lead),
 * LOOKUP_ACCOUNT (the account whose deployments our credentials can ask about; absent: any), SEAL_DELAY_SECONDS (how long work for the seal waits
 * for more of its kind, at most 900; absent: 30), ASSESS_DELAY_SECONDS (likewise; absent: 20), LOG_ORIGIN (name of the log and of its keys: a host name and a path, no scheme), NOTE_KEYS and ENVELOPE_KEYS
 * (JSON: see packages/aws/log-keys.ts: KMS keys that sign, and public keys that once did, each with the time from which and until which it holds).
 */
export const ENVIRONMENT = {
  tables: { ledger: "LEDGER_TABLE", models: "MODELS_TABLE", log: "LOG_TABLE" },
  buckets: { archive: "ARCHIVE_BUCKET", inbox: "INBOX_BUCKET", log: "LOG_BUCKET" },
  queues: { lookup: "LOOKUP_QUEUE_URL", link: "LINK_QUEUE_URL", seal: "SEAL_QUEUE_URL", assess: "ASSESS_QUEUE_URL" },
  bus: "BUS_NAME",
} as const;
