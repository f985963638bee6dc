import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { CONSOLE_SCOPE, ENTRY_STREAM_FILTER, FUNCTIONS, type FunctionName, type ScheduleName } from "../../stacks/definitions.ts";
import { ArtifactRecords } from "./artifact-records.ts";
import { codeDeployService, DeploymentRecords } from "./codedeploy.ts";
import { createTables, foreignEngine, startDynamoDb } from "./dynamodb.ts";
import { ecrService, layerAnswer } from "./ecr.ts";
import { ecsService } from "./ecs.ts";
import { applyEnvironment, type Endpoints, environmentOf } from "./environment.ts";
import { type BusEvent, EventBuses } from "./event-bus.ts";
import type { EventSource } from "./event-source.ts";
import { eventBridgeService } from "./eventbridge.ts";
import { LocalError } from "./fault.ts";
import { startGateway } from "./gateway.ts";
import type { Listener } from "./http.ts";
import { type Authorize, startHttpSource } from "./http-source.ts";
import type { Issuer } from "./issuer.ts";
import { kmsService, openKeys } from "./kms.ts";
import { type FunctionCounts, Functions, type Handlers } from "./lambda.ts";
import { lambdaAnswer } from "./lambda-api.ts";
import { bucketName, OWN_BUS, queueName, tableName } from "./names.ts";
import { ObjectStore } from "./object-store.ts";
import type { QueueDepth } from "./queue.ts";
import { QueueSource } from "./queue-source.ts";
import { QueueStore } from "./queue-store.ts";
import { type Flow, quiet } from "./quiet.ts";
import { createBuckets, createQueues, createRules, DEAD_LETTERS, deliverTo, streamDeadLetters } from "./resources.ts";
import { S3, type S3Counts } from "./s3.ts";
import { ScheduleSource } from "./schedule-source.ts";
import { CatalogueRecords, serviceCatalogService } from "./service-catalog.ts";
import { sqsService } from "./sqs.ts";
import { openStackFile } from "./stack-file.ts";
import { StreamSource } from "./stream-source.ts";

/** How long `close` waits for handlers that run. */
const SETTLE_LIMIT_MS = 10_000;

export interface LocalStackOptions {
  /** Everything that is kept lies here; made when it is missing. */
  readonly dataDir: string;
  /** Of the HTTP API; 0 or absent takes any free one. */
  readonly port?: number;
  readonly handlers: Handlers;
  /** What CodeDeploy shall answer: JSON by deployment id, `{deploymentInfo, deploymentTargets}` each. */
  readonly codedeployFile?: string;
  /** More for the functions' environment; wins over what the stack sets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Stands for the JWT authoriser of the API; absent lets everybody pass. */
  readonly authorize?: Authorize;
  /** An identity provider on the API's own origin, made when its URL is known and the data folder is held; it stands for the authoriser too. */
  readonly issuer?: (url: string) => Promise<Issuer>;
  /** A DynamoDB engine that runs already; else AWS_ENDPOINT_URL_DYNAMODB, else the stack starts its own. */
  readonly dynamoDbEndpoint?: string;
  /** Batches in a function's hands at once, by function; 2 unless said. */
  readonly concurrency?: Partial<Readonly<Record<FunctionName, number>>>;
  /** How often a record of the stream is tried before it is given up, by function; as in the definitions unless said. */
  readonly streamTries?: Partial<Readonly<Record<FunctionName, number>>>;
  /** Whether the clock drives the schedules; else `fire` alone does. */
  readonly schedules?: boolean;
  readonly progress?: (step: string) => void;
  /** Told of each failed invocation; retries follow by themselves. */
  readonly onFunctionError?: (name: FunctionName, error: unknown) => void;
}

export interface LocalStackStats {
  readonly functions: Readonly<Partial<Record<FunctionName, FunctionCounts>>>;
  readonly s3: Readonly<Record<string, S3Counts>>;
  /** Messages in dead-letter queues, and events that neither a target nor its dead-letter queue took. */
  readonly deadLettered: number;
}

export interface LocalStack {
  /** Of the HTTP API. */
  readonly url: string;
  readonly endpoints: Endpoints;
  readonly codedeploy: DeploymentRecords;
  /** What ECS, a registry and Lambda answer of what was deployed. */
  readonly artifacts: ArtifactRecords;
  /** What was asked of the Service Catalog. */
  readonly catalogue: CatalogueRecords;
  /** Puts an event on the default bus as AWS's own services do: id, time and account stay as they are. */
  injectDefaultBus(event: BusEvent): void;
  queueDepths(): Record<string, QueueDepth>;
  /** Gives the archived events of our bus, by their time, to the rules again. Answers how many. */
  replayArchive(fromMs: number, toMs: number): Promise<number>;
  /** Invokes the functions of a schedule as if its time had come; resolves when they have ended. What they fail, `onFunctionError` is told. */
  fire(schedule: ScheduleName): Promise<void>;
  /**
   * Resolves when no event is under way: no request open, no handler running, all queues but the dead letters empty (in flight and delayed
   * ones included), the stream read to its end. The caller sends nothing meanwhile, so batch windows are cut short when only they are left.
   * @throws LocalError `engine-failed`, `closed`
   */
  quiet(): Promise<void>;
  stats(): LocalStackStats;
  close(): Promise<void>;
}

/**
 * Starts everything in this process, on loopback, kept in `dataDir`.
 * @throws LocalError `already-running`, `bad-keys-file`, `port-in-use`, `engine-missing`, `engine-failed`, `bad-codedeploy-file`
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { dataDir, progress = () => {} } = options;
  const undo: (() => void | Promise<void>)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const database = openStackFile(dataDir);
    undo.push(() => database.close());
    const keys = openKeys(dataDir, Date.now());
    const records = new DeploymentRecords();
    const artifacts = new ArtifactRecords();
    const catalogue = new CatalogueRecords();
    if (options.codedeployFile !== undefined) records.load(options.codedeployFile);

    progress("starting the DynamoDB engine");
    let failure: LocalError | undefined;
    const dynamoDb = await startDynamoDb(dataDir, options.dynamoDbEndpoint ?? foreignEngine(), (error) => {
      failure = error;
    });
    undo.push(() => dynamoDb.close());
    await createTables(dynamoDb.endpoint);

    progress("opening queues, buckets and buses");
    const queues = new QueueStore(database, Date.now);
    undo.push(() => queues.close());
    createQueues(queues);
    const objects = new ObjectStore(join(dataDir, "s3"), Date.now);
    undo.push(() => objects.close());
    await createBuckets(objects);
    const buses = new EventBuses(deliverTo(queues), join(dataDir, "events.jsonl"));
    undo.push(() => buses.close());
    createRules(buses);
    const s3 = new S3(objects);
    const gateway: Listener = await startGateway(
      {
        AmazonSQS: sqsService(queues, () => gateway.url),
        AWSEvents: eventBridgeService(buses, Date.now),
        CodeDeploy_20141006: codeDeployService(records),
        AmazonEC2ContainerServiceV20141113: ecsService(artifacts),
        AmazonEC2ContainerRegistry_V20150921: ecrService(artifacts, () => gateway.url),
        AWS242ServiceCatalogService: serviceCatalogService(catalogue),
        TrentService: kmsService(keys),
      },
      s3,
      (path) => layerAnswer(artifacts, path) ?? lambdaAnswer(artifacts, path),
    );
    undo.push(() => gateway.close());

    const endpoints: Endpoints = { dynamodb: dynamoDb.endpoint, aws: gateway.url };
    undo.push(applyEnvironment({ ...environmentOf(endpoints, dataDir, keys), ...options.environment }));
    const functions = new Functions(options.handlers, options.onFunctionError ?? (() => {}));
    undo.push(() => functions.settled(SETTLE_LIMIT_MS));
    progress("starting the functions' event sources");
    const http = await startHttpSource(functions, { port: options.port ?? 0, authorize: options.authorize, issuer: options.issuer });
    // Whoever opens the console signs in here; the function reads it when it is first called.
    undo.push(
      applyEnvironment({
        CONSOLE_SIGN_IN: JSON.stringify({ issuer: http.url, clientId: "console", scope: CONSOLE_SCOPE }),
        CONSOLE_LINKS: JSON.stringify([gateway.url]),
      }),
    );
    s3.readers = {
      buckets: new Set([bucketName("archive"), bucketName("log")]),
      origins: new Set([http.url, http.url.replace("127.0.0.1", "localhost")]),
    };
    const sources: EventSource[] = [];
    undo.push(async () => {
      await http.close();
      await Promise.all(sources.map((source) => source.close()));
    });
    const schedules = new ScheduleSource(functions, options.schedules === true ? Date.now : undefined);
    sources.push(schedules, ...startSources(options, endpoints, database, queues, functions));

    const flow: Flow = { functions, queues, sources, openRequests: http.open, failure: () => failure };
    let closed: Promise<void> | undefined;
    return {
      url: http.url,
      endpoints,
      codedeploy: records,
      artifacts,
      catalogue,
      injectDefaultBus: (event) => buses.accept("default", [event]),
      queueDepths: () => Object.fromEntries(queues.names().map((name) => [name, queues.depth(name)])),
      replayArchive: (fromMs, toMs) => buses.replay(OWN_BUS, fromMs, toMs),
      fire: (schedule) => schedules.fire(schedule, Date.now()),
      quiet: () => quiet(flow),
      stats: () => ({
        functions: Object.fromEntries(functions.counts),
        s3: Object.fromEntries(s3.counts),
        deadLettered: buses.lost + DEAD_LETTERS.reduce((sum, name) => sum + queues.depth(name).visible + queues.depth(name).inFlight, 0),
      }),
      close: () => {
        failure ??= new LocalError("closed", "the local stack is closed");
        closed ??= close();
        return closed;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function startSources(
  options: LocalStackOptions,
  endpoints: Endpoints,
  database: DatabaseSync,
  queues: QueueStore,
  functions: Functions,
): EventSource[] {
  const sources: EventSource[] = [];
  for (const [name, definition] of Object.entries(FUNCTIONS) as [FunctionName, (typeof FUNCTIONS)[FunctionName]][]) {
    if ("queue" in definition) {
      const { batch, windowSeconds } = definition;
      const concurrency = options.concurrency?.[name] ?? ("inHand" in definition ? definition.inHand : 2);
      sources.push(
        new QueueSource({ function: name, queue: queueName(definition.queue), batch, windowSeconds, concurrency }, queues, functions),
      );
    } else if ("stream" in definition) {
      const { batch, windowSeconds, retries } = definition;
      const settings = {
        function: name,
        endpoint: endpoints.dynamodb,
        table: tableName(definition.stream),
        batch,
        windowSeconds,
        filter: ENTRY_STREAM_FILTER,
        tries: options.streamTries?.[name] ?? 1 + retries,
        onFailure: (body: string) => queues.send(streamDeadLetters(name), [{ body }]),
      };
      sources.push(new StreamSource(settings, database, functions));
    }
  }
  return sources;
}
