import { performance } from "node:perf_hooks";
import type { Count } from "@change-ledger/ledger";
import { type Disorder, disordered, idOf, type RecordedDelivery } from "./deliveries.ts";
import { functionEnvironment } from "./handlers.ts";
import { type LogHead, readLogHead } from "./log-head.ts";
import { missingOf, type ReconcileOptions, standIn } from "./replay-reconciled.ts";
import { Senders } from "./sender.ts";
import { type LocalStack, startLocalStack } from "./stack.ts";
import { readLedger, type Survey, survey } from "./survey.ts";
import { type Watched, workerHandlers } from "./worker-handlers.ts";

/** GitHub's documented example secret: what recorded corpora are signed with. */
export const EXAMPLE_SECRET = "It's a Secret to Everybody";

/** POSTs under way at once. */
const SENDERS = 24;

export interface ReplayOptions extends Disorder {
  readonly deliveries: readonly RecordedDelivery[];
  readonly codedeployFile?: string | undefined;
  readonly dataDir: string;
  /** What each sender's webhooks are signed with. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
  readonly settings?: unknown;
  /** Afterwards the reconcilers run so often, against stand-ins that know everything. */
  readonly reconcile?: ReconcileOptions | undefined;
  /** Sent first and not counted: what a process does for the first time it does slowly. */
  readonly warmUp?: readonly RecordedDelivery[];
  /** Told of each delivery sent, and of each step besides. */
  readonly onSent?: () => void;
  readonly onStep?: (step: string) => void;
}

type Units = Record<string, Record<string, number>>;

interface S3Requests {
  readonly puts: number;
  readonly gets: number;
}

export interface ReplayReport extends Survey {
  /** What was left out, by the sender's id of the delivery. */
  readonly lost: readonly string[];
  /** When the reconcilers began; undefined when none ran. RFC 3339. */
  readonly reconciledFrom: string | undefined;
  /** How many deliveries GitHub was asked to send again. */
  readonly redelivered: number;
  /** Sent, doubles included. */
  readonly deliveries: number;
  readonly dropped: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Accepted but already on record. */
  readonly duplicates: number;
  /** Entries of every kind that this run added. */
  readonly added: number;
  readonly deadLettered: number;
  /** What the functions consumed, by table and operation, and per delivery accepted. */
  readonly dynamo: {
    readonly writeUnits: Units;
    readonly readUnits: Units;
    readonly perEvent: Readonly<Record<string, { readonly write: number; readonly read: number }>>;
  };
  readonly s3: S3Requests & { readonly byBucket: Readonly<Record<string, S3Requests>> };
  /** The log at the end; undefined when nothing ever was in it. */
  readonly log: LogHead | undefined;
  readonly counts: Readonly<Partial<Record<Parameters<Count>[0], number>>>;
  readonly seconds: number;
  readonly eventsPerSecond: number;
}

/**
 * Sends every delivery through the real path of a local stack (HTTP for webhooks; events of the default bus go onto it with their ids as AWS would deliver
 * them), waits until nothing is under way, and tells what stands in the ledger.
 * @throws LocalError
 */
export async function replay(options: ReplayOptions): Promise<ReplayReport> {
  const { deliveries, codedeployFile, dataDir, secrets, settings } = options;
  const sent = disordered(deliveries, options);
  const lost = missingOf(deliveries, sent);
  let stackUrl = "";
  const github = options.reconcile === undefined ? undefined : await standIn(deliveries, lost, options.reconcile, () => stackUrl);
  let meter = newMeter();
  const functions = workerHandlers({ count: (...args) => meter.count(...args), meter: (...args) => meter.meter(...args) });
  const stack = await startLocalStack({
    dataDir,
    handlers: functions.handlers,
    environment: { ...functionEnvironment({ secrets, settings }), ...github?.environment },
    ...(codedeployFile === undefined ? {} : { codedeployFile }),
    ...(options.onStep === undefined ? {} : { progress: options.onStep }),
  });
  stackUrl = stack.url;
  try {
    if (options.warmUp !== undefined) {
      await sendAll(stack, options.warmUp, () => {});
      await stack.quiet();
      meter = newMeter();
    }
    // A copy: the stack goes on counting in its own.
    const s3Before = structuredClone(stack.stats().s3);
    const before = await readLedger(stack.endpoints.dynamodb);
    const stopWatching = await watchHere(meter);
    const startedMs = performance.now();
    const answers = await sendAll(stack, sent, options.onSent ?? (() => {}));
    options.onStep?.("waiting until nothing is under way");
    await stack.quiet();
    const seconds = (performance.now() - startedMs) / 1000;
    stopWatching();
    const reconciledFrom = options.reconcile === undefined ? undefined : new Date().toISOString();
    for (let run = 1; run <= (options.reconcile?.runs ?? 0); run++) {
      options.onStep?.(`reconcilers, run ${run}`);
      await stack.fire("hour");
      await stack.quiet();
    }
    const { s3, deadLettered } = stack.stats();
    const ledger = await readLedger(stack.endpoints.dynamodb);
    const log = await readLogHead(stack.endpoints.aws);
    const found = survey(ledger);
    const accepted = answers.filter((status) => status === 202).length;
    return {
      lost: lost.map(idOf),
      reconciledFrom,
      redelivered: github?.stub.redelivered.length ?? 0,
      deliveries: sent.length,
      dropped: deliveries.length - new Set(sent).size,
      accepted,
      rejected: answers.length - accepted,
      duplicates: accepted - (found.entries - survey(before).entries),
      ...found,
      added: ledger.length - before.length,
      deadLettered,
      dynamo: { ...meter.units, perEvent: perEvent(meter.units, accepted) },
      s3: requestsSince(s3Before, s3),
      log,
      counts: meter.counts,
      seconds: round(seconds),
      eventsPerSecond: round(answers.length / seconds),
    };
  } finally {
    await stack.close();
    await functions.close();
    await github?.stub.close();
  }
}

interface Metered extends Watched {
  readonly units: { readonly writeUnits: Units; readonly readUnits: Units };
  readonly counts: Partial<Record<Parameters<Count>[0], number>>;
}

function newMeter(): Metered {
  const units: Metered["units"] = { writeUnits: {}, readUnits: {} };
  const counts: Metered["counts"] = {};
  const add = (to: Units, table: string, operation: string, by: number) => {
    if (by === 0) return;
    to[table] = { ...to[table], [operation]: (to[table]?.[operation] ?? 0) + by };
  };
  return {
    units,
    counts,
    count: (name, by) => {
      counts[name] = (counts[name] ?? 0) + by;
    },
    meter: (table, operation, readUnits, writeUnits) => {
      add(units.readUnits, table, operation, readUnits);
      add(units.writeUnits, table, operation, writeUnits);
    },
  };
}

/** Watches the functions of this thread too. Their module is loaded only now: it reads the environment that the stack has set. */
async function watchHere(watched: Watched): Promise<() => void> {
  const { watch } = await import("@change-ledger/aws/observe.ts");
  return watch(watched);
}

async function sendAll(stack: LocalStack, deliveries: readonly RecordedDelivery[], onSent: () => void): Promise<number[]> {
  const answers: number[] = [];
  const waiting = deliveries.values();
  const senders = new Senders(stack.url);
  const send = async () => {
    for (const delivery of waiting) {
      if (delivery.channel === "bus") {
        stack.injectDefaultBus(delivery.event);
        answers.push(202);
      } else answers.push(await senders.post(`/webhooks/${encodeURIComponent(delivery.source)}`, delivery.headers, delivery.body));
      onSent();
    }
  };
  try {
    await Promise.all(Array.from({ length: SENDERS }, send));
  } finally {
    senders.close();
  }
  return answers;
}

function perEvent(
  { writeUnits, readUnits }: { writeUnits: Units; readUnits: Units },
  events: number,
): Record<string, { write: number; read: number }> {
  const sum = (of: Record<string, number> | undefined) => round(Object.values(of ?? {}).reduce((a, b) => a + b, 0) / Math.max(1, events));
  const tables = new Set([...Object.keys(writeUnits), ...Object.keys(readUnits)]);
  return Object.fromEntries([...tables].map((table) => [table, { write: sum(writeUnits[table]), read: sum(readUnits[table]) }]));
}

function requestsSince(before: Readonly<Record<string, S3Requests>>, now: Readonly<Record<string, S3Requests>>): ReplayReport["s3"] {
  const byBucket = Object.fromEntries(
    Object.entries(now).map(([bucket, { puts, gets }]) => {
      const were = before[bucket] ?? { puts: 0, gets: 0 };
      return [bucket, { puts: puts - were.puts, gets: gets - were.gets }];
    }),
  );
  const total = (what: "puts" | "gets"): number => Object.values(byBucket).reduce((sum, counts) => sum + counts[what], 0);
  return { puts: total("puts"), gets: total("gets"), byBucket };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
