import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { Tracer } from "@aws-lambda-powertools/tracer";
import type { Count } from "@change-ledger/ledger";
import type { Meter } from "./meter.ts";

/** Service, namespace and level come from `POWERTOOLS_*`. Payload text is never logged: what is logged are codes, counts and ids. */
export const logger = new Logger();
export const metrics = new Metrics();
export const tracer = new Tracer();

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
