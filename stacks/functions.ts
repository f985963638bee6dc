import type { DeploymentConfig } from "./config.ts";
import { ENTRY_STREAM_FILTER, FUNCTIONS, type FunctionName } from "./definitions.ts";
import { type EnvironmentSources, environmentOf } from "./environment.ts";
import type { Events } from "./events.ts";
import { type Arns, LEDGER_WRITERS, permissionsOf } from "./permissions.ts";
import { busPolicy, ledgerTablePolicy } from "./policies.ts";
import type { Storage } from "./storage.ts";

/** Batches in work at once for each queue: the writers that can compete on one chain, and how hard we press on the APIs that we ask. */
const MAX_CONCURRENCY = { ingest: 8, lookup: 4, link: 8, seal: 4 } as const;

const CONSUMERS = ["ingest", "lookup", "link", "seal"] as const satisfies readonly FunctionName[];

/** The Lambda functions, their event sources, and the policies that need their roles. */
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
    seal: lambda("seal"),
    api: lambda("api"),
  };

  for (const name of CONSUMERS) queueSource(name, all[name], e);
  streamSource(all.project, s, e);

  new aws.dynamodb.ResourcePolicy("LedgerPolicy", {
    resourceArn: s.ledger.arn,
    policy: $jsonStringify(
      $util.all([s.ledger.arn, LEDGER_WRITERS.map((name) => roleOf(all[name]))]).apply(([table, roles]) => ledgerTablePolicy(table, roles)),
    ),
  });
  new aws.cloudwatch.EventBusPolicy("BusPolicy", {
    eventBusName: e.bus.name,
    policy: $jsonStringify($util.all([e.bus.arn, roleOf(all.webhook)]).apply(([bus, role]) => busPolicy(bus, role, config.eventAccounts))),
  });
  return all;
}

export type Functions = ReturnType<typeof functions>;

function createFunction(
  name: FunctionName,
  config: DeploymentConfig,
  arns: $util.Output<Arns>,
  sources: $util.Output<EnvironmentSources>,
): sst.aws.Function {
  const { handler, timeoutSeconds, memoryMb } = FUNCTIONS[name];
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
    logging: { format: "json", logGroup: logGroup.name },
    environment: sources.apply((known) => environmentOf(name, known)),
    // No `link`: it would grant dynamodb:*, s3:* and sqs:*.
    permissions: $util.all([arns, logGroup.arn]).apply(([known, logs]) => permissionsOf(name, known, logs)),
    nodejs: { format: "esm", minify: true, sourcemap: false },
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

function streamSource(lambda: sst.aws.Function, s: Storage, e: Events) {
  const { batch, windowSeconds, retries } = FUNCTIONS.project;
  new aws.lambda.EventSourceMapping("projectSource", {
    eventSourceArn: s.ledger.nodes.table.streamArn,
    functionName: lambda.arn,
    // From the first entry that the stream still holds: LATEST would skip what came before the source was ready.
    startingPosition: "TRIM_HORIZON",
    batchSize: batch,
    maximumBatchingWindowInSeconds: windowSeconds,
    parallelizationFactor: 2,
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
    archive: s.archive.arn,
    inbox: s.inbox.arn,
    bus: e.bus.arn,
    queues: { ingest: e.ingest.queue.arn, lookup: e.lookup.queue.arn, link: e.link.queue.arn, seal: e.seal.queue.arn },
    streamFailures: e.streamFailures.arn,
    revisionBuckets: config.revisionBuckets.map((bucket) => `arn:aws:s3:::${bucket}`),
  });
}

function environmentSources(config: DeploymentConfig, s: Storage, e: Events): $util.Output<EnvironmentSources> {
  // An empty placeholder makes a secret optional; the identity key has none, so that a deployment without it stops.
  const optional = (name: string) => new sst.Secret(name, "").value;
  return $util.output({
    tables: { ledger: s.ledger.name, models: s.models.name },
    buckets: { archive: s.archive.bucket, inbox: s.inbox.name },
    queues: { lookup: e.lookup.queue.url, link: e.link.queue.url, seal: e.seal.queue.url },
    bus: e.bus.name,
    account: aws.getCallerIdentityOutput().accountId,
    retention: config.retention,
    settings: config.settings,
    secrets: {
      github: optional("GithubWebhookSecrets"),
      jira: optional("JiraWebhookSecrets"),
      identityKey: new sst.Secret("IdentityKey").value,
      githubApp: optional("GithubApp"),
    },
  });
}

function roleOf(lambda: sst.aws.Function) {
  return lambda.nodes.role.arn;
}
