import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Count } from "@change-ledger/ledger";
import type { Meter } from "./meter.ts";

const SERVICE = "change-ledger";

/** The level comes from `POWERTOOLS_LOG_LEVEL`. Payload text is never logged: what is logged are codes, counts and ids. */
export const logger = new Logger({ serviceName: SERVICE });
export const metrics = new Metrics({ namespace: "ChangeLedger", serviceName: SERVICE });

/** CloudWatch's names of what is counted. `LookupUnresolved` has an alarm. */
const METRIC = {
  accepted: "DeliveriesAccepted",
  rejected: "DeliveriesRejected",
  "too-large": "DeliveriesTooLarge",
  unparsed: "DeliveriesUnparsed",
  duplicates: "Duplicates",
  appended: "EntriesAppended",
  failed: "RecordingsFailed",
  unresolved: "LookupUnresolved",
  bundles: "BundlesWritten",
} as const satisfies Record<Parameters<Count>[0], string>;

/** What is measured of the log and of comparisons: CloudWatch's names and units. All but `UnlinkedDeployments` have alarms. */
const LOG_METRIC = {
  checkpointLag: ["CheckpointLagSeconds", MetricUnit.Seconds],
  hoursSealed: ["HoursSealed", MetricUnit.Count],
  logDifferences: ["LogDifferences", MetricUnit.Count],
  recordFaults: ["RecordFaults", MetricUnit.Count],
  sendersDiffer: ["SendersDiffer", MetricUnit.Count],
  notCompared: ["NotCompared", MetricUnit.Count],
  unlinkedDeployments: ["UnlinkedDeployments", MetricUnit.Count],
  unlinkedGrowth: ["UnlinkedGrowth", MetricUnit.Count],
} as const;

/** `checkpointLag`: from the oldest entry's `recordedAt` to its first checkpoint. */
export function measure(name: keyof typeof LOG_METRIC, value: number): void {
  const [metric, unit] = LOG_METRIC[name];
  metrics.addMetric(metric, unit, value);
}

interface Watcher {
  readonly count?: Count;
  readonly meter?: Meter;
}
const watchers = new Set<Watcher>();

/** Tells `watcher` of everything that the functions in this process count and consume, until the returned function is called: for whoever runs them and measures. */
export function watch(watcher: Watcher): () => void {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}

export const count: Count = (name, by) => {
  if (by === 0) return;
  metrics.addMetric(METRIC[name], MetricUnit.Count, by);
  for (const watcher of watchers) watcher.count?.(name, by);
};

export const meter: Meter = (table, operation, readUnits, writeUnits) => {
  for (const watcher of watchers) watcher.meter?.(table, operation, readUnits, writeUnits);
};
