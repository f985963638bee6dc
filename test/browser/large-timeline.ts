import { sha256Hex } from "@change-ledger/model";

const CHANGES = 500;
const TARGETS = 200;
const ENTRIES = 10_000;
const START_MS = Date.parse("2026-11-16T17:00:00.000Z");

const hashOf = (name: string) => sha256Hex(name);
const at = (ms: number) => new Date(START_MS + ms).toISOString();

/** The view of a very large deployment, as the API gives it: what it shows is made up, its shape and size are not. */
export function largeTimeline(deployment: string): object {
  const change = (number: number) => `change:github/acme/large/pull/${number}`;
  const told = (subject: string, seq: number) => ({ subject, seq, hash: hashOf(`${subject}${seq}`) });
  const targets = Array.from({ length: TARGETS }, (_, index) => ({
    id: `i-${String(index).padStart(17, "0")}`,
    type: "InstanceTarget",
    state: index < 3 ? "Failed" : "Succeeded",
    startedAt: at(60_000),
    endedAt: at(120_000 + index * 100),
    ...(index < 3 && { failedAt: at(120_000 + index * 100) }),
    lifecycle: ["ApplicationStop", "DownloadBundle", "BeforeInstall", "Install", "AfterInstall", "ApplicationStart", "ValidateService"].map(
      (name) => ({
        name,
        status: "Succeeded",
        start: at(61_000),
        end: at(62_000),
      }),
    ),
    told: told(deployment, index),
  }));
  const carries = Array.from({ length: CHANGES }, (_, index) => ({
    change: change(index + 1),
    type: "pullRequest",
    number: String(index + 1),
    author: { id: String(index), login: `developer-${index % 40}` },
    approvedBy: [{ id: String(index + 1), login: `reviewer-${index % 30}` }],
    tickets: [`ticket:jira/PAY-${index + 1}`],
    approval: { outcome: index % 9 === 0 ? "not-satisfied" : "satisfied", because: "T4 satisfied, T5 satisfied." },
    retried: index % 7 === 0,
  }));
  const lanes = ["ticket", "code", "review", "checks", "deployment", "targets", "rollback", "incident"].map((lane, which) => ({
    lane,
    marks: Array.from({ length: ENTRIES / 8 }, (_, index) => ({
      ...told(which < 4 ? change((index % CHANGES) + 1) : deployment, which * 10_000 + index),
      at: at(which < 4 ? -index * 60_000 - 1 : index * 500),
      recordedAt: at(index * 500 + 1_000),
      kind: "push",
      event: "push",
      what: `entry ${index} of ${lane}`,
      tone: index % 50 === 0 ? "bad" : "neutral",
      by: `developer-${index % 40}`,
    })).toSorted((a, b) => (a.at < b.at ? -1 : 1)),
  }));
  const revision = { revision: { type: "GitHub", repository: "acme/large", commit: "a".repeat(40) }, deployment };
  return {
    deployment,
    asOf: at(700_000),
    application: "large",
    group: "production",
    state: "Failed",
    outcome: "failed",
    rollback: false,
    startedAt: at(0),
    endedAt: at(600_000),
    lookedUp: "done",
    blastRadius: {
      total: TARGETS,
      failed: 3,
      succeeded: TARGETS - 3,
      skipped: 0,
      touched: TARGETS,
      shareFailed: 0.015,
      shareTouched: 1,
      counted: true,
      definitions: {},
    },
    deployed: revision,
    previous: revision,
    carries,
    authors: [],
    difference: { by: "previous-revision", sameRevision: false, changes: { carried: CHANGES, fresh: 428, retried: 72 } },
    figures: [],
    lineage: [],
    targets,
    incidents: [],
    lanes,
    omitted: 0,
  };
}
