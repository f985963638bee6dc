/** The functions' ports, made from their environment (see `ENVIRONMENT` of the stacks' definitions). Each reads only what its function has. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiPorts, PopulationPorts } from "@change-ledger/api";
import {
  type AssessPorts,
  Configurations,
  type JudgePorts,
  type ReadOffer,
  readOfferedText,
  readOfferedValue,
  type SealPorts,
} from "@change-ledger/evidence";
import {
  type AppendPorts,
  ChainMemory,
  type IngestMessagesPorts,
  type LinkPorts,
  type LookUpPorts,
  lookupRulesOf,
  type ProjectPorts,
  type ReceivePorts,
} from "@change-ledger/ledger";
import type { ModelStore } from "@change-ledger/query";
import { DEFAULT_SETTINGS, type Settings, settingsSchema } from "@change-ledger/sources";
import * as z from "zod";
import { principalsOf } from "./api-principals.ts";
import { auditBus } from "./audit-bus.ts";
import { awsSources } from "./aws-sources.ts";
import { dynamoClient, eventBridgeClient, s3Client, sqsClient } from "./clients.ts";
import { dynamoChains } from "./dynamo-chains.ts";
import { dynamoDue } from "./dynamo-due.ts";
import { dynamoExport } from "./dynamo-export.ts";
import { dynamoHealth } from "./dynamo-health.ts";
import { dynamoLinks } from "./dynamo-links.ts";
import { dynamoModels } from "./dynamo-models.ts";
import { archive, type Environment, need } from "./environment.ts";
import { eventBridgeBus } from "./eventbridge-bus.ts";
import { keptLog, sealingLog } from "./log-wiring.ts";
import { count, logger, meter } from "./observe.ts";
import { pause } from "./pause.ts";
import { projection } from "./projection.ts";
import { s3Bundles } from "./s3-bundles.ts";
import { s3Inbox } from "./s3-inbox.ts";
import { s3Links } from "./s3-links.ts";
import { s3Raw } from "./s3-raw.ts";
import { s3Segments } from "./s3-segments.ts";
import { sqsQueue } from "./sqs-queue.ts";

/** Seconds that seals and links wait in their queue, so that what belongs together is done once. */
const GATHER_SECONDS = { link: 0, seal: 30, assess: 20 } as const;
/** Changes of a repository handed on at once. */
const HANDED_ON = 500;
/** Between the first two looks at a log that has yet to take in what is sealed; it gathers entries for two seconds, so each pause is half as long again, up to the most. */
const LOG_PAUSE_MS = { first: 150, most: 2_000 };

const secretsSchema = z.record(z.string(), z.array(z.string().min(1)));

function secretsOf(environment: Environment): Readonly<Record<string, readonly string[]>> {
  const text = environment["WEBHOOK_SECRETS"];
  return text === undefined || text === "" ? {} : secretsSchema.parse(JSON.parse(text));
}

export function settingsOf(environment: Environment): Settings {
  const text = environment["SETTINGS"];
  const settings = text === undefined || text === "" ? DEFAULT_SETTINGS : settingsSchema.parse(JSON.parse(text));
  return { ...settings, identityKey: environment["IDENTITY_KEY"] ?? settings.identityKey };
}

const now = (): string => new Date().toISOString();

/** One a process: what one of its functions wrote, another need not read. */
const memory = new ChainMemory();

function appendPorts(environment: Environment): AppendPorts {
  return {
    store: dynamoChains({ client: dynamoClient(), table: need(environment, "LEDGER_TABLE"), meter }),
    now,
    pause,
    memory,
  };
}

export function receivePorts(environment: Environment = process.env): ReceivePorts {
  return {
    bus: eventBridgeBus({ client: eventBridgeClient(), name: need(environment, "BUS_NAME") }),
    inbox: s3Inbox({ client: s3Client(), bucket: need(environment, "INBOX_BUCKET") }),
    now,
    count,
    secrets: secretsOf(environment),
  };
}

export function ingestPorts(environment: Environment = process.env): IngestMessagesPorts {
  return {
    ...appendPorts(environment),
    archive: s3Segments(archive(environment)),
    inbox: s3Inbox({ client: s3Client(), bucket: need(environment, "INBOX_BUCKET") }),
    count,
    settings: settingsOf(environment),
    secrets: secretsOf(environment),
  };
}

/** @param github how to ask GitHub */
export function lookUpPorts(
  github: Pick<LookUpPorts["sources"], "pullRequestCommits" | "pullRequestFiles" | "ruleSuite" | "attestations">,
  environment: Environment = process.env,
): LookUpPorts {
  return {
    ...appendPorts(environment),
    archive: s3Segments(archive(environment)),
    count,
    settings: settingsOf(environment),
    secrets: {},
    sources: { ...awsSources(environment), ...github },
  };
}

export function projectPorts(environment: Environment = process.env): ProjectPorts {
  const client = dynamoClient();
  const table = need(environment, "MODELS_TABLE");
  const { store } = appendPorts(environment);
  const settings = settingsOf(environment);
  const queue = <T>(name: "LOOKUP_QUEUE_URL" | "LINK_QUEUE_URL" | "SEAL_QUEUE_URL" | "ASSESS_QUEUE_URL", delaySeconds: number) =>
    sqsQueue<T>({ client: sqsClient(), url: need(environment, name), delaySeconds });
  return {
    ...projection({ client, table, meter, pause }, store, settings),
    lookup: queue("LOOKUP_QUEUE_URL", 0),
    link: queue("LINK_QUEUE_URL", GATHER_SECONDS.link),
    seal: queue("SEAL_QUEUE_URL", Number(environment["SEAL_DELAY_SECONDS"] ?? GATHER_SECONDS.seal)),
    assess: queue("ASSESS_QUEUE_URL", Number(environment["ASSESS_DELAY_SECONDS"] ?? GATHER_SECONDS.assess)),
    bus: eventBridgeBus({ client: eventBridgeClient(), name: need(environment, "BUS_NAME") }),
    entered: new Set(),
    now,
    ...lookupRulesOf(settings),
  };
}

export function apiPorts(environment: Environment = process.env): ApiPorts {
  const client = dynamoClient();
  const table = need(environment, "MODELS_TABLE");
  const ledger = { client, table: need(environment, "LEDGER_TABLE"), meter };
  const chains = dynamoChains(ledger);
  const plans = dynamoLinks({ client, table, meter, pause });
  const { places, store } = keptLog(environment);
  return {
    models: dynamoModels({ client, table, meter, pause }),
    chains,
    plans,
    log: store,
    places,
    health: dynamoHealth({ client, table, meter }),
    ledger: dynamoExport(ledger),
    audit: auditBus(eventBridgeBus({ client: eventBridgeClient(), name: need(environment, "BUS_NAME") }), now),
    principals: principalsOf(environment),
    raw: s3Raw({ client: s3Client(), bucket: need(environment, "ARCHIVE_BUCKET") }),
    links: s3Links({ client: s3Client(), archive: need(environment, "ARCHIVE_BUCKET"), log: need(environment, "LOG_BUCKET") }),
    judging: {
      store: chains,
      links: plans,
      configurations: configurations(environment, { store: chains }, readOfferedValue),
      now,
    },
    onFault,
  };
}

function onFault(error: unknown): void {
  logger.error("not answered", { reason: error instanceof Error ? error.name : "unknown" });
}

export function populationPorts(environment: Environment = process.env): PopulationPorts {
  const chains = dynamoChains({ client: dynamoClient(), table: need(environment, "LEDGER_TABLE"), meter });
  const { places, store } = keptLog(environment);
  return {
    chains,
    log: store,
    places,
    audit: auditBus(eventBridgeBus({ client: eventBridgeClient(), name: need(environment, "BUS_NAME") }), now),
    principals: principalsOf(environment),
    judging: { configurations: configurations(environment, { store: chains }, readOfferedValue), now },
    onFault,
  };
}

export function linkPorts(environment: Environment = process.env): LinkPorts {
  return { ...appendPorts(environment), links: dynamoLinks({ client: dynamoClient(), table: need(environment, "MODELS_TABLE"), meter }) };
}

export function sealPorts(environment: Environment = process.env): SealPorts {
  const once = archive(environment);
  const client = dynamoClient();
  const table = need(environment, "MODELS_TABLE");
  const models = dynamoModels({ client, table, meter, pause });
  const ports = appendPorts(environment);
  return {
    ...ports,
    links: dynamoLinks({ client, table, meter, pause }),
    raw: s3Raw({ client: once.client, bucket: once.bucket }),
    bundles: s3Bundles(once),
    async sealed(changes) {
      const stored = await models.get(changes);
      return new Map([...stored].map(([change, { state }]) => [change, state?.type === "change" ? (state.bundles ?? []) : []]));
    },
    judge: { ...ports, configurations: configurations(environment, ports, readOfferedValue), claimed: claimedBy(models) },
    ...sealingLog(environment),
    awaitLog: (round) => sleep(Math.min(LOG_PAUSE_MS.most, LOG_PAUSE_MS.first * 1.5 ** round)),
    count,
  };
}

export function assessPorts(environment: Environment = process.env): AssessPorts {
  const client = dynamoClient();
  const table = need(environment, "MODELS_TABLE");
  const models = dynamoModels({ client, table, meter, pause });
  const ports = appendPorts(environment);
  return {
    ...ports,
    links: dynamoLinks({ client, table, meter, pause }),
    configurations: configurations(environment, ports, readOfferedText),
    claimed: claimedBy(models),
    due: dynamoDue({ client, table, meter }),
    scopes: () => models.scopes("change"),
    async changesOf(scope, after) {
      const found = await models.places("change", scope, HANDED_ON, after);
      const last = found.length < HANDED_ON ? undefined : found.at(-1);
      return { changes: found.map(({ subject }) => subject), ...(last !== undefined && { next: last }) };
    },
    again: sqsQueue({ client: sqsClient(), url: need(environment, "ASSESS_QUEUE_URL") }),
  };
}

/** Direct pushes of which the read models say that a merge claims them. */
function claimedBy(models: Pick<ModelStore, "get">): JudgePorts["claimed"] {
  return async (changes) => {
    const stored = await models.get(changes);
    return new Set([...stored].flatMap(([change, { state }]) => (state?.type === "change" && state.claimed === true ? [change] : [])));
  };
}

/** The configuration in force: its text comes out of the archive. */
function configurations(environment: Environment, { store }: Pick<AppendPorts, "store">, read: ReadOffer): Configurations {
  return new Configurations({ store, raw: s3Raw({ client: s3Client(), bucket: need(environment, "ARCHIVE_BUCKET") }), read });
}
