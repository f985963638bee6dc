/** CloudWatch metrics that functions emit and alarms watch; `service` is the dimension that Powertools adds. */
export const METRICS = {
  namespace: "ChangeLedger",
  service: "change-ledger",
  lookupUnresolved: "LookupUnresolved",
  /** Seconds from the oldest `recordedAt` that a checkpoint covers first to its publishing. */
  checkpointLag: "CheckpointLagSeconds",
  /** Hourly checkpoints written: one an hour, however quiet it was. */
  hoursSealed: "HoursSealed",
  /** Entries in which the reconciler found ledger and log to differ. */
  logDifferences: "LogDifferences",
  /** Faults that the daily check of the whole record found in its chains, its log and its locked evidence. */
  recordFaults: "RecordFaults",
  /** What senders list and the ledger lacked, or the other way round. */
  sendersDiffer: "SendersDiffer",
  /** Comparisons with senders that failed: the next run tries again. */
  notCompared: "NotCompared",
  /** Deployments of the last day that no change explains, a gauge; and how many more they are than the day before. */
  unlinkedDeployments: "UnlinkedDeployments",
  unlinkedGrowth: "UnlinkedGrowth",
} as const;
