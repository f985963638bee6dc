import type { Subject } from "@change-ledger/model";
import type { RequiredCheck } from "../configuration/in-force.ts";
import type { Buckets } from "./buckets.ts";
import { EVER, type Recorded } from "./recorded.ts";

/** One run of a check as it stood at some time. */
export interface Run {
  readonly name: string;
  readonly done: boolean;
  readonly succeeded: boolean;
  readonly conclusion: string;
  readonly at: string;
  readonly told: Recorded;
}

type Checked = Buckets["checks"][number];

/**
 * The latest run of a check on one of the commits, as far as it was told until then. A run that was completed stays so; running it again is a new run, and counts instead.
 * @param checks in order
 * @param commits subjects of commits
 */
export function latestRun(checks: readonly Checked[], wanted: RequiredCheck, commits: readonly Subject[], until = EVER): Run | undefined {
  const completed = new Set<string>();
  let latest: Run | undefined;
  for (const recorded of checks) {
    const { entry } = recorded;
    if (wanted.kind !== undefined && wanted.kind !== entry.kind) continue;
    const { name, id, done, conclusion } = readCheck(recorded);
    if (name !== wanted.name) continue;
    if (entry.occurredAt > until) break;
    if (!commits.includes(entry.subject)) continue;
    const key = `${entry.kind} ${id}`;
    if (done) completed.add(key);
    else if (completed.has(key)) continue;
    latest = { name, done, succeeded: done && conclusion === "success", conclusion, at: entry.occurredAt, told: recorded };
  }
  return latest;
}

function readCheck({ entry }: Checked): {
  readonly name: string;
  readonly id: string;
  readonly done: boolean;
  readonly conclusion: string;
} {
  switch (entry.kind) {
    case "status":
      // The older API has no runs: each status is one.
      return { name: entry.facts.context, id: entry.facts.id, done: entry.facts.state !== "pending", conclusion: entry.facts.state };
    case "workflow-run":
      return {
        name: entry.facts.name ?? entry.facts.id,
        id: `${entry.facts.id}/${entry.facts.attempt ?? "1"}`,
        done: entry.facts.status === "completed",
        conclusion: entry.facts.conclusion ?? entry.facts.status,
      };
    default:
      return {
        name: entry.facts.name,
        id: entry.facts.id,
        done: entry.facts.status === "completed",
        conclusion: entry.facts.conclusion ?? entry.facts.status,
      };
  }
}
