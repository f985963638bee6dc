import { createHash } from "node:crypto";
import type { LinkPlan } from "@change-ledger/ledger";
import type { Subject } from "@change-ledger/model";
import type { ChangeSummary, DeploymentSummary } from "@change-ledger/query";

/** A company's read models, made up: the same rate of changes whatever their number, so that a longer record is an older one. */

const REPOSITORIES = 8;
const CHANGES_A_DAY = 50;
const CHANGES_A_DEPLOYMENT = 10;
/** One deployment of so many fails, and one change of so many has a finding. */
const ONE_FAILS = 3;
const ONE_FINDING = 20;
/** Findings of the latest so many changes are open; those of the others are resolved. */
const FRESH = 1000;
const PEOPLE = 40;
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2020, 0, 1);
const SCOPE = "codedeploy/123456789012/us-east-1";

export const sha = (what: string, n: number): string => createHash("sha1").update(`${what} ${n}`).digest("hex");
const at = (n: number, minutes = 0): string => new Date(START_MS + (n * DAY_MS) / CHANGES_A_DAY + minutes * 60_000).toISOString();
export const repositoryOf = (n: number): string => `github/acme/repo-${n % REPOSITORIES}`;
export const changeAt = (n: number): Subject => `change:${repositoryOf(n)}/pull/${n}`;
export const ticketAt = (n: number): Subject => `ticket:jira/PAY-${n}`;
export const deploymentAt = (n: number): Subject => `deployment:${SCOPE}/d-${n}`;
/** The day on which the change came. */
export const dayOf = (n: number): { readonly from: string; readonly to: string } => {
  const day = Math.floor(n / CHANGES_A_DAY);
  return { from: new Date(START_MS + day * DAY_MS).toISOString(), to: new Date(START_MS + (day + 1) * DAY_MS).toISOString() };
};

/** How much of it there is. */
export interface Made {
  readonly changes: number;
}

export function deploymentsOf({ changes }: Made): number {
  return Math.ceil(changes / CHANGES_A_DEPLOYMENT);
}

export function madeChange(n: number, { changes }: Made): ChangeSummary {
  const deployment = deploymentAt(Math.floor(n / CHANGES_A_DEPLOYMENT));
  const author = { id: String(1000 + (n % PEOPLE)), login: `person-${n % PEOPLE}` };
  const reviewer = { id: String(1000 + ((n + 7) % PEOPLE)), login: `person-${(n + 7) % PEOPLE}` };
  const found = n % ONE_FINDING === 0;
  const open = found && n >= changes - FRESH;
  return {
    type: "change",
    subject: changeAt(n),
    next: 6,
    head: sha("entry", n).padEnd(64, "0"),
    firstAt: at(n),
    lastAt: at(n, 90),
    pull: {
      at: at(n, 60),
      id: `delivery-${n}`,
      author,
      head: sha("head", n),
      baseRef: "main",
      state: "merged",
      mergeSha: sha("merge", n),
      mergedAt: at(n, 60),
      mergedBy: reviewer,
      tickets: [ticketAt(n)],
    },
    reviews: [
      [String(n), { by: reviewer, at: at(n, 30), said: { at: at(n, 30), id: `review-${n}`, state: "approved", commit: sha("head", n) } }],
    ],
    links: [[deployment, { version: 1, on: true }]],
    judged: {
      at: at(n, 95),
      outcome: open ? "not-satisfied" : "satisfied",
      type: n % 40 === 0 ? "emergency" : "normal",
      open: open ? ["T4/no-approval"] : [],
      ...(open && { since: [at(n, 95)] }),
      ...(found && !open && { resolved: [["T4/no-approval", at(n, 600)]] }),
      outcomes: { T3: "satisfied", T4: open ? "not-satisfied" : "satisfied", T5: "satisfied", T8: "satisfied" },
    },
  };
}

export function madeDeployment(n: number): DeploymentSummary {
  const last = (n + 1) * CHANGES_A_DEPLOYMENT - 1;
  const failed = n % ONE_FAILS === 0;
  const state = failed ? "Failed" : "Succeeded";
  const revision = { type: "GitHub", repository: "acme/repo-0", commit: sha("merge", last), by: "revision" } as const;
  return {
    type: "deployment",
    subject: deploymentAt(n),
    next: 8,
    head: sha("deployment", n).padEnd(64, "0"),
    firstAt: at(last, 70),
    lastAt: at(last, 85),
    about: { at: at(last, 70), id: "state", application: "shop", group: n % 2 === 0 ? "production" : "canary" },
    state,
    startedAt: at(last, 70),
    ended: { state, at: at(last, 85) },
    lookup: {
      at: at(last, 86),
      id: "look",
      application: "shop",
      group: n % 2 === 0 ? "production" : "canary",
      state,
      revision,
      creator: "user",
    },
    ...(failed && { failed: { at: at(last, 80), target: "i-1" } }),
  };
}

export function madePlan(n: number, { changes }: Made): LinkPlan {
  const first = n * CHANGES_A_DEPLOYMENT;
  const carries = Array.from({ length: Math.min(CHANGES_A_DEPLOYMENT, changes - first) }, (_, index) => changeAt(first + index));
  return { version: 2, carries, since: "previous-revision" };
}
