import type { Fact, SealedEntry, Subject } from "@change-ledger/model";
import { type Timeline, type TimelineOptions, timelineOf } from "@change-ledger/query";
import { chainOf, type Told } from "../chain.ts";

/** Deployments of one group, told as CodeDeploy and ECS tell them, minute by minute. */

const AS_OF = "2026-11-22T00:00:00.000Z";
const ABOUT = { application: "shop", group: "production" };
const PREFIX = "deployment:codedeploy/1/eu-west-1/";
/** A commit by one digit, or as it is. */
export const sha = (given: string): string => (given.length === 1 ? given.repeat(40) : given);
export const minute = (n: number): string => new Date(Date.UTC(2026, 1, 5, 0, n)).toISOString();
export const deployment = (id: string): Subject => `${PREFIX}${id}` as Subject;

let count = 0;
/** @param source of the entry, where it matters */
export function fact(at: string, kind: Fact["kind"], facts: object, source?: object): Told {
  return { at, id: `e${count++}`, kind, facts, ...(source && { source }) } as unknown as Told;
}

export interface DeployGiven {
  readonly start: number;
  readonly end?: number;
  readonly state?: "Succeeded" | "Failed" | "Stopped";
  /** Digit of the commit. */
  readonly commit: string;
  readonly previous?: string;
  readonly rollsBack?: string;
  readonly rolledBackBy?: string;
  readonly error?: string;
  /** Target → minute of its failure and the lifecycle event at which it failed; undefined: it succeeded. */
  readonly targets?: Readonly<Record<string, { readonly at: number; readonly event?: string; readonly error?: string } | undefined>>;
  readonly skipped?: readonly string[];
  readonly config?: string;
  readonly about?: { readonly application: string; readonly group: string };
}

/** A deployment's chain: events, and the look-up's answer once it has ended. */
export function deploy(id: string, given: DeployGiven): SealedEntry[] {
  const { start, end, state, targets = {}, about = ABOUT } = given;
  const revision = (commit: string) => ({ type: "GitHub", repository: "acme/shop", commit: sha(commit), by: "revision" });
  const told: Told[] = [fact(minute(start), "deployment-state", { ...about, state: "InProgress" })];
  for (const [target, failed] of Object.entries(targets)) {
    told.push(fact(minute(start), "target-state", { ...about, target, state: "InProgress" }));
    told.push(fact(minute(failed?.at ?? start + 1), "target-state", { ...about, target, state: failed ? "Failed" : "Succeeded" }));
  }
  if (end === undefined || state === undefined) return chainOf(deployment(id), told);
  told.push(fact(minute(end), "deployment-state", { ...about, state }));
  told.push(
    fact(minute(end), "deployment-lookup", {
      ...about,
      state,
      config: given.config ?? "CodeDeployDefault.OneAtATime",
      creator: given.rollsBack === undefined ? "user" : "codeDeployRollback",
      revision: revision(given.commit),
      ...(given.previous && { previousRevision: revision(given.previous) }),
      ...(given.rollsBack && { rollsBack: given.rollsBack }),
      ...(given.rolledBackBy && { rolledBackBy: given.rolledBackBy }),
      ...(given.error && { error: given.error }),
      createdAt: minute(start),
      startedAt: minute(start),
      completedAt: minute(end),
      targets: [
        ...Object.entries(targets).map(([target, failed]) => ({
          id: target,
          type: "InstanceTarget",
          status: failed ? "Failed" : "Succeeded",
          updatedAt: minute(failed?.at ?? start + 1),
          lifecycle: failed
            ? [{ name: failed.event ?? "ValidateService", status: "Failed", error: failed.error ?? "ScriptFailed", script: "check.sh" }]
            : [],
        })),
        ...(given.skipped ?? []).map((target) => ({ id: target, type: "InstanceTarget", status: "Skipped", lifecycle: [] })),
      ],
    }),
  );
  return chainOf(deployment(id), told);
}

const pull = (n: string): Subject => `change:github/acme/shop/pull/${n}`;

/** A merged pull request that these deployments carry, with its commits' checks and its ticket. */
export function change(
  number: string,
  commit: string,
  at: number,
  carriers: readonly string[],
  extra: readonly Told[] = [],
): SealedEntry[] {
  const head = sha(commit);
  const facts = {
    action: "opened",
    author: { id: "1", login: "ada" },
    head,
    headRef: "t",
    base: sha("0"),
    baseRef: "main",
    state: "open",
    tickets: [`ticket:jira/PAY-${number}`],
  };
  const own = chainOf(pull(number), [
    fact(minute(at), "pull-request", facts),
    fact(minute(at + 1), "review", {
      action: "submitted",
      id: number,
      reviewer: { id: "2", login: "bob" },
      state: "approved",
      commit: head,
    }),
    fact(minute(at + 2), "pull-request", { ...facts, action: "closed", state: "merged", mergeSha: head, mergedAt: minute(at + 2) }),
    ...carriers.map((id) => fact(minute(at + 3), "linked", { deployment: deployment(id), version: 1 })),
    ...extra,
  ]);
  const check = fact(minute(at + 1), "check-run", {
    action: "completed",
    id: number,
    name: "build",
    status: "completed",
    conclusion: "success",
  });
  return [
    ...own,
    ...chainOf(`commit:github/acme/shop/${head}`, [check]),
    ...chainOf(`ticket:jira/PAY-${number}`, [fact(minute(at), "ticket", { action: "created", status: "Open" })]),
  ];
}

export function timeline(id: string | Subject, chains: readonly SealedEntry[][], options: Partial<TimelineOptions> = {}): Timeline {
  const of = id.startsWith("deployment:") ? (id as Subject) : deployment(id);
  const found = timelineOf({ deployment: of, entries: chains.flat() }, { asOf: AS_OF, ...options });
  if (found === undefined) throw new Error(`expected a timeline of ${of}`);
  return found;
}

export const seconds = (of: Timeline): Record<string, number | string | undefined> =>
  Object.fromEntries(of.figures.map((figure) => [figure.name, figure.seconds ?? figure.missing]));
export const roles = (of: Timeline): (readonly [string, string])[] =>
  of.lineage.map(({ deployment: one, role }) => [one.slice(one.lastIndexOf("/") + 1), role] as const);
