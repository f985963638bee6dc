import type { CommitFact, FactsOf, Subject } from "@change-ledger/model";
import { type Assessment, assess, type Recorded, type TestId } from "@change-ledger/procedure";
import { PEOPLE } from "../../packages/local/demonstration/index.ts";
import { configured, type Patch } from "../scenarios/configured.ts";
import { minute, recorded, sha } from "./recorded.ts";

export const HOME = "github/acme/shop";
export const CHANGE: Subject = `change:${HOME}/pull/1`;
const MAIN: Subject = `ref:${HOME}/refs/heads/main`;
const DEPLOYMENT: Subject = "deployment:codedeploy/123456789012/us-east-1/d-1";

/** Entries judged as the scenarios' company judges, two weeks after the beginning of what is told unless told otherwise. */
export function judge(entries: readonly Recorded[], configuration: Patch = {}, change: Subject = CHANGE, at = 14 * 24 * 60): Assessment {
  return assess({ change, entries }, configured(configuration), minute(at));
}

/** `outcome code: sentence` of a test. */
export function said({ tests }: Assessment, id: TestId): string {
  const found = tests.find(({ test }) => test === id);
  return `${found?.outcome} ${found?.code}: ${found?.because}`;
}

/** `outcome code: sentence` of each part of a test, or of the test itself. */
export function parts({ tests }: Assessment, id: TestId): string[] {
  const found = tests.find(({ test }) => test === id);
  return (found?.parts ?? (found === undefined ? [] : [found])).map(({ outcome, code, because }) => `${outcome} ${code}: ${because}`);
}

/** The senders' ids of the entries that a test rests on, in the order of `entries`. */
export function restsOn({ tests }: Assessment, id: TestId, entries: readonly Recorded[]): string[] {
  const places = new Set(tests.find(({ test }) => test === id)?.restsOn.map(({ subject, seq, hash }) => `${subject} ${seq} ${hash}`));
  return entries.filter(({ entry, hash }) => places.has(`${entry.subject} ${entry.seq} ${hash}`)).map(({ entry }) => entry.source.id);
}

type Pull = Partial<FactsOf<"pull-request">>;
let events = 0;

/** An event of the pull request: of ada, head `c`, opened. */
export function pull(at: number, facts: Pull = {}) {
  const base = {
    action: "opened",
    author: { login: "ada" },
    head: sha("c"),
    headRef: "topic",
    base: sha("0"),
    baseRef: "main",
    state: "open",
  };
  return recorded(CHANGE, "pull-request", { ...base, ...facts } as FactsOf<"pull-request">, { at, id: `pull ${++events}`, seq: events });
}

/** Its merge as `d`. */
export function merged(at: number, facts: Pull = {}) {
  return pull(at, { action: "closed", state: "merged", mergeSha: sha("d"), mergedAt: minute(at), ...facts });
}

export function push(at: number, list: string, facts: Partial<FactsOf<"push">> = {}, ref: Subject = MAIN) {
  const commits = [...list].map((digit): CommitFact => ({ sha: sha(digit), author: { login: "ada" } }));
  return recorded(
    ref,
    "push",
    { before: sha("0"), after: sha(list.at(-1) ?? "0"), default: true, commits, ...facts },
    { at, id: `push ${++events}`, seq: events },
  );
}

export function review(at: number, login: string, facts: Partial<FactsOf<"review">> = {}) {
  const said = {
    action: "submitted",
    id: `${++events}`,
    reviewer: { login },
    state: "approved",
    commit: sha("c"),
    ...facts,
  } as FactsOf<"review">;
  return recorded(CHANGE, "review", said, { at, id: `review ${events}`, seq: events });
}

export function ticket(
  at: number,
  facts: Partial<FactsOf<"ticket">>,
  who: keyof typeof PEOPLE = "lee",
  subject: Subject = "ticket:jira/PAY-1",
) {
  return recorded(
    subject,
    "ticket",
    { action: "updated", ...facts },
    { at, id: `ticket ${++events}`, seq: events, actor: { system: "jira", id: PEOPLE[who].jiraAccount } },
  );
}

export function record(at: number, facts: Partial<FactsOf<"record">>, subject: Subject = "change:servicenow/CHG1") {
  return recorded(subject, "record", { action: "updated", ...facts }, { at, id: `record ${++events}`, seq: events });
}

export function attested(at: number, facts: Partial<FactsOf<"attested">>, subject: Subject = CHANGE) {
  const word = { what: "authorisation", outcome: "passed", ...facts } as FactsOf<"attested">;
  return recorded(subject, "attested", word, { at, id: `attested ${++events}`, seq: events, system: "bus" });
}

const GROUP = { application: "shop", group: "production" } as const;
export const deploymentOf = (id: string, region = "us-east-1"): Subject => `deployment:codedeploy/123456789012/${region}/${id}`;

/** A deployment's states, each at its time. */
export function ran(
  id: string,
  states: Partial<Record<FactsOf<"deployment-state">["state"], number>>,
  more: Partial<FactsOf<"deployment-state">> = {},
  region?: string,
): Recorded[] {
  return Object.entries(states).map(([state, at], nth) =>
    recorded(
      deploymentOf(id, region),
      "deployment-state",
      { ...GROUP, state: state as keyof typeof states, ...more },
      { at, id: `${id} ${state} ${++events}`, seq: nth },
    ),
  );
}

/** What CodeDeploy answered of a deployment. */
export function lookedUp(at: number, id: string, facts: Partial<FactsOf<"deployment-lookup">> = {}, region?: string): Recorded {
  const said = { ...GROUP, state: "Succeeded", revision: { type: "S3" }, targets: [], ...facts } as FactsOf<"deployment-lookup">;
  return recorded(deploymentOf(id, region), "deployment-lookup", said, { at, id: `${id} look-up ${++events}`, seq: 9 });
}

/** The change is carried by a deployment. */
export function carried(at: number, id: string, region?: string): Recorded {
  const link = { deployment: deploymentOf(id, region), version: 1 } as FactsOf<"linked">;
  return recorded(CHANGE, "linked", link, { at, id: `link ${++events}`, seq: events });
}

/** The change went to production, and well. */
export function deployed(at: number): Recorded[] {
  const group = { application: "shop", group: "production" };
  return [
    recorded(CHANGE, "linked", { deployment: DEPLOYMENT, version: 1 } as FactsOf<"linked">, {
      at: at + 2,
      id: `link ${++events}`,
      seq: events,
    }),
    recorded(DEPLOYMENT, "deployment-state", { ...group, state: "InProgress" }, { at, id: `run ${events}`, seq: 0 }),
    recorded(DEPLOYMENT, "deployment-state", { ...group, state: "Succeeded" }, { at: at + 1, id: `end ${events}`, seq: 1 }),
  ];
}
