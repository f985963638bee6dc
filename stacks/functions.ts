import type { DeploymentConfig } from "./config.ts";
import { CONSOLE, CONSOLE_SCOPE, ENTRY_STREAM_FILTER, FUNCTIONS, type FunctionName, LEFT_OUT_OF_BUNDLES } from "./definitions.ts";
import { type EnvironmentSources, environmentOf } from "./environment.ts";
import type { Events } from "./events.ts";
import { permissionsOf } from "./permissions.ts";
import { scheduleTargets } from "./schedules.ts";
import type { Arns } from "./statements.ts";
import type { Storage } from "./storage.ts";

/** Batches in work at once for each queue: the writers that can compete on one chain, and how hard we press on the APIs that we ask. */
const MAX_CONCURRENCY = { ingest: 8, lookup: 4, link: 8, seal: 4, assess: 2 } as const;

const CONSUMERS = ["ingest", "lookup", "link", "seal", "assess"] as const satisfies readonly FunctionName[];
/** Readers of the ledger's stream (it bears two), and the batches of a shard that each may have in work at once: the sequencer would only get into its own way. */
const STREAM_READERS = { project: 2, sequence: 1 } as const;

/** The Lambda functions, and what invokes them. */
export function functions(config: DeploymentConfig, s: Storage, e: Events) {
  const arns = arnsOf(config, s, e);
  const sources = environmentSources(config, s, e);
  const lambda = (name: FunctionName) => createFunction(name, config, arns, sources);
  const all = {
    webhook: lambda("webhook"),
    ingest: lambda("ingest"),
    project: lambda("project"),
    lookup: lambda("lookup"),
    link: lambda("link"),
    sequence: lambda("sequence"),
    reconcile: lambda("reconcile"),
    reconcileSenders: lambda("reconcileSenders"),
    health: lambda("health"),
    seal: lambda("seal"),
    assess: lambda("assess"),
    api: lambda("api"),
    population: lambda("population"),
    console: lambda("console"),
  } satisfies Record<FunctionName, sst.aws.Function>;

  for (const name of CONSUMERS) queueSource(name, all[name], e);
  for (const name of Object.keys(STREAM_READERS) as (keyof typeof STREAM_READERS)[]) streamSource(name, all[name], s, e);
  scheduleTargets(all, e);
  return all;
}

export type Functions = ReturnType<typeof functions>;

function createFunction(
  name: FunctionName,
  config: DeploymentConfig,
  arns: $util.Output<Arns>,
  sources: $util.Output<EnvironmentSources>,
): sst.aws.Function {
  const definition = FUNCTIONS[name];
  const { handler, timeoutSeconds, memoryMb } = definition;
  const logicalName = name.slice(0, 1).toUpperCase() + name.slice(1);
  // A log group of our own lets the role name it; SST's comes with a managed policy for all of the account's.
  const logGroup = new aws.cloudwatch.LogGroup(
    `${logicalName}Logs`,
    { name: `/${$app.name}/${$app.stage}/${name}`, retentionInDays: config.logDays },
    { retainOnDelete: config.production },
  );
  return new sst.aws.Function(logicalName, {
    handler,
    description: `Change Ledger: ${name}`,
    runtime: "nodejs24.x",
    architecture: "arm64",
    timeout: `${timeoutSeconds} seconds`,
    memory: `${memoryMb} MB`,
    ...(name === "console" && { copyFiles: [{ from: CONSOLE.built, to: CONSOLE.folder }] }),
    ...("concurrency" in definition && { concurrency: { reserved: definition.concurrency } }),
    logging: { format: "json", logGroup: logGroup.name },
    environment: sources.apply((known) => environmentOf(name, known)),
    // No `link`: it would grant dynamodb:*, s3:* and sqs:*.
    permissions: $util.all([arns, logGroup.arn]).apply(([known, logs]) => permissionsOf(name, known, logs)),
    nodejs: { format: "esm", minify: true, sourcemap: false, esbuild: { external: [...LEFT_OUT_OF_BUNDLES] } },
    transform: {
      function: { tracingConfig: { mode: "Active" } },
      role: { managedPolicyArns: [] },
    },
  });
}

function queueSource(name: (typeof CONSUMERS)[number], lambda: sst.aws.Function, e: Events) {
  const { batch, windowSeconds } = FUNCTIONS[name];
  new aws.lambda.EventSourceMapping(`${name}Source`, {
    eventSourceArn: e[name].queue.arn,
    functionName: lambda.arn,
    batchSize: batch,
    maximumBatchingWindowInSeconds: windowSeconds,
    functionResponseTypes: ["ReportBatchItemFailures"],
    scalingConfig: { maximumConcurrency: MAX_CONCURRENCY[name] },
  });
}

function streamSource(name: keyof typeof STREAM_READERS, lambda: sst.aws.Function, s: Storage, e: Events) {
  const { batch, windowSeconds, retries } = FUNCTIONS[name];
  new aws.lambda.EventSourceMapping(`${name}Source`, {
    eventSourceArn: s.ledger.nodes.table.streamArn,
    functionName: lambda.arn,
    // From the first entry that the stream still holds: LATEST would skip what came before the source was ready.
    startingPosition: "TRIM_HORIZON",
    batchSize: batch,
    maximumBatchingWindowInSeconds: windowSeconds,
    parallelizationFactor: STREAM_READERS[name],
    filterCriteria: { filters: [{ pattern: JSON.stringify(ENTRY_STREAM_FILTER) }] },
    functionResponseTypes: ["ReportBatchItemFailures"],
    bisectBatchOnFunctionError: true,
    maximumRetryAttempts: retries,
    destinationConfig: { onFailure: { destinationArn: e.streamFailures.arn } },
  });
}

function arnsOf(config: DeploymentConfig, s: Storage, e: Events): $util.Output<Arns> {
  return $util.output({
    account: aws.getCallerIdentityOutput().accountId,
    ledger: s.ledger.arn,
    ledgerStream: s.ledger.nodes.table.streamArn,
    models: s.models.arn,
    log: s.log.arn,
    logBucket: s.logBucket.bucket.arn,
    archive: s.archive.bucket.arn,
    inbox: s.inbox.arn,
    bus: e.bus.arn,
    queues: {
      ingest: e.ingest.queue.arn,
      lookup: e.lookup.queue.arn,
      link: e.link.queue.arn,
      seal: e.seal.queue.arn,
      assess: e.assess.queue.arn,
    },
    streamFailures: e.streamFailures.arn,
    deadLetters: [...CONSUMERS.map((name) => e[name].dlq.arn), e.targetDlq.arn],
    revisionBuckets: config.revisionBuckets.map((bucket) => `arn:aws:s3:::${bucket}`),
    artifacts: [...config.artifacts],
    noteKeys: s.noteKeys.flatMap((key) => key?.arn ?? []),
    envelopeKeys: s.envelopeKeys.flatMap((key) => key?.arn ?? []),
  });
}

function environmentSources(config: DeploymentConfig, s: Storage, e: Events): $util.Output<EnvironmentSources> {
  // An empty placeholder makes a secret optional; the identity key has none, so that a deployment without it stops.
  const optional = (name: string) => new sst.Secret(name, "").value;
  return $util.output({
    tables: { ledger: s.ledger.name, models: s.models.name, log: s.log.name },
    buckets: { archive: s.archive.bucket.bucket, inbox: s.inbox.name, log: s.logBucket.bucket.bucket },
    queues: { lookup: e.lookup.queue.url, link: e.link.queue.url, seal: e.seal.queue.url, assess: e.assess.queue.url },
    deadLetters: {
      ingest: e.ingest.dlq.url,
      lookup: e.lookup.dlq.url,
      link: e.link.dlq.url,
      seal: e.seal.dlq.url,
      assess: e.assess.dlq.url,
      target: e.targetDlq.url,
      stream: e.streamFailures.url,
    },
    bus: e.bus.name,
    account: aws.getCallerIdentityOutput().accountId,
    retention: config.retention,
    settings: config.settings,
    principals: config.principals,
    signIn: JSON.stringify({ issuer: config.jwt.issuer, clientId: config.consoleClient, scope: CONSOLE_SCOPE }),
    links: $util
      .all([s.archive.bucket.bucketRegionalDomainName, s.logBucket.bucket.bucketRegionalDomainName])
      .apply((hosts) => JSON.stringify(hosts.map((host) => `https://${host}`))),
    log: {
      origin: config.log.origin,
      noteKeys: config.log.noteKeys.map((one, at) => keyOf(one, s.noteKeys[at])),
      envelopeKeys: config.log.envelopeKeys.map((one, at) => keyOf(one, s.envelopeKeys[at])),
    },
    secrets: {
      webhooks: {
        github: optional("GithubWebhookSecrets"),
        jira: optional("JiraWebhookSecrets"),
        servicenow: optional("ServicenowWebhookSecrets"),
        pagerduty: optional("PagerdutyWebhookSecrets"),
      },
      identityKey: new sst.Secret("IdentityKey").value,
      githubApp: optional("GithubApp"),
    },
  });
}

/** A key as the functions are told of it: ours by its ARN, a former one by itself. */
function keyOf<K extends object>(configured: K, ours: aws.kms.Key | undefined) {
  return ours === undefined ? configured : { ...configured, kms: ours.arn };
}
