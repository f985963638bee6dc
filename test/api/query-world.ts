import { type Api, type ApiPorts, createApi } from "@change-ledger/api";
import { project } from "@change-ledger/ledger";
import type { SealedEntry, Subject } from "@change-ledger/model";
import { directChanges, foldChains, progressIn } from "@change-ledger/query";
import { chainOf, type Told } from "../query/chain.ts";
import { MemoryChains, MemoryModels, MemoryPlans } from "../query/memory.ts";
import { makeWorld } from "./world.ts";

/** A small ledger to be asked: two merged pull requests of a shop, one of a tool, a direct push, three deployments, an incident. It was projected as the pipeline does. */

export const sha = (letter: string) => letter.repeat(40);
export const at = (n: number) => new Date(Date.UTC(2026, 2, 2, 9, n)).toISOString();
export const GOOD: Subject = "change:github/acme/shop/pull/1";
export const BAD: Subject = "change:github/acme/shop/pull/2";
export const TOOL: Subject = "change:github/acme/tool/pull/3";
export const DIRECT: Subject = `change:github/acme/shop/push/${sha("d")}`;
export const [D1, D2, D3] = ["d-1", "d-2", "d-3"].map((id): Subject => `deployment:codedeploy/1/eu-west-1/${id}`) as [
  Subject,
  Subject,
  Subject,
];
export const MAIN: Subject = "ref:github/acme/shop/refs/heads/main";
export const INCIDENT: Subject = "incident:pagerduty/Q1";

const person = (id: string, login: string) => ({ id, login });
const [ADA, BOB] = [person("1", "ada"), person("2", "Bob")];

function pull(n: number, id: string, more: object): Told {
  const facts = { action: "x", headRef: "t", base: sha("0"), baseRef: "main", state: "open", ...more };
  return { kind: "pull-request", at: at(n), id, facts } as Told;
}
const merged = (n: number, id: string, mergeSha: string, more: object): Told =>
  pull(n, id, { state: "merged", mergeSha, mergedAt: at(n), mergedBy: BOB, ...more });
const assessed = (n: number, outcomes: object, more: object = {}): Told =>
  ({
    kind: "assessed",
    at: at(n),
    id: `assessed-${n}`,
    facts: {
      asOf: at(n),
      configuration: "0".repeat(64),
      procedure: "p@1",
      type: "normal",
      digest: "1".repeat(64),
      outcomes,
      opened: [],
      resolved: [],
      ...more,
    },
  }) as Told;
const linked = (n: number, deployment: Subject): Told => ({
  kind: "linked",
  at: at(n),
  id: `linked-${n}`,
  facts: { deployment, version: 1 },
});
const about = { application: "shop", group: "production" };
const state = (n: number, said: string): Told =>
  ({ kind: "deployment-state", at: at(n), id: `state-${n}`, facts: { ...about, state: said } }) as Told;
const lookup = (n: number, said: string, commit: string, more: object = {}): Told =>
  ({
    kind: "deployment-lookup",
    at: at(n),
    id: `look-${n}`,
    facts: {
      ...about,
      creator: "user",
      state: said,
      revision: { type: "GitHub", repository: "acme/shop", commit, by: "revision" },
      targets: [],
      ...more,
    },
  }) as unknown as Told;
const push = (n: number, before: string, commits: readonly string[]): Told =>
  ({
    kind: "push",
    at: at(n),
    id: `push-${n}`,
    facts: {
      before,
      after: commits.at(-1),
      default: true,
      commits: commits.map((one) => ({ sha: one, author: { login: "ada" }, at: at(n) })),
    },
  }) as unknown as Told;
const one = { author: ADA, head: sha("a"), tickets: ["ticket:jira/PAY-1"] };
const two = {
  author: BOB,
  head: sha("b"),
  tickets: ["ticket:jira/PAY-1", "ticket:jira/PAY-2"],
  labels: ['=HYPERLINK("https://x.invalid")', "a,b"],
};

const CHAINS: readonly (readonly [Subject, readonly Told[]])[] = [
  [
    GOOD,
    [
      pull(0, "p0", one),
      { kind: "review", at: at(1), id: "r1", facts: { action: "submitted", id: "5", reviewer: BOB, state: "approved", commit: sha("a") } },
      merged(2, "p2", sha("1"), one),
      linked(11, D1),
      assessed(12, { change: "satisfied", T3: "satisfied", T4: "satisfied" }),
    ],
  ],
  [
    BAD,
    [
      pull(3, "p3", two),
      merged(4, "p4", sha("2"), two),
      linked(21, D2),
      assessed(
        22,
        { change: "not-satisfied", T3: "satisfied", T4: "not-satisfied" },
        { type: "emergency", opened: [{ test: "T4", code: "no-approval", because: "b" }] },
      ),
    ],
  ],
  [
    TOOL,
    [
      pull(5, "p5", { author: person("3", "cy"), head: sha("c") }),
      assessed(6, { change: "not-satisfied", T3: "not-satisfied" }, { opened: [{ test: "T3", code: "no-ticket", because: "b" }] }),
      assessed(7, { change: "pending" }, { resolved: ["T3/no-ticket"] }),
    ],
  ],
  [MAIN, [push(2, sha("0"), [sha("e"), sha("1")]), push(4, sha("1"), [sha("2")]), push(8, sha("2"), [sha("d")])]],
  [D1, [state(10, "InProgress"), state(12, "Succeeded"), lookup(13, "Succeeded", sha("1"))]],
  [
    D2,
    [
      state(20, "InProgress"),
      { kind: "target-state", at: at(21), id: "t", facts: { ...about, target: "i-1", state: "Failed" } },
      state(22, "Failed"),
      lookup(23, "Failed", sha("2"), { rolledBackBy: "d-3" }),
    ],
  ],
  [
    D3,
    [
      state(24, "InProgress"),
      state(26, "Succeeded"),
      lookup(27, "Succeeded", sha("1"), { creator: "codeDeployRollback", rollsBack: "d-2" }),
    ],
  ],
  [
    "ticket:jira/PAY-1",
    [
      {
        kind: "ticket",
        at: at(0),
        id: "t0",
        facts: { action: "created", type: "Bug", status: "Open", reporter: { id: "ada@jira", login: "ada" } },
      },
    ],
  ],
  [
    INCIDENT,
    [
      {
        kind: "incident",
        at: at(25),
        id: "i0",
        facts: { action: "incident.triggered", openedAt: at(25), severity: "high", service: "shop", changes: [BAD] },
      },
      {
        kind: "incident",
        at: at(31),
        id: "i1",
        facts: { action: "incident.resolved", status: "resolved", openedAt: at(25), resolvedAt: at(31) },
      },
    ],
  ],
];

export interface QueryWorld {
  readonly app: Api;
  readonly ports: ApiPorts;
  readonly models: MemoryModels;
  readonly chains: MemoryChains;
  /** Takes in a chain. */
  readonly tell: (subject: Subject, told: readonly Told[]) => Promise<void>;
}

/**
 * @param atOnce each entry is recorded when its sender told it; else all of them at the same time, later
 * @param until what was told later is left out
 */
export async function makeQueryWorld({ atOnce = false, until = "~" } = {}): Promise<QueryWorld> {
  const models = new MemoryModels();
  const chains = new MemoryChains();
  const links = new MemoryPlans();
  const silent = { send: async () => {} };
  const fold = { models, chains, pause: async () => {} };
  const take = async (entries: readonly SealedEntry[]) => {
    chains.add(entries);
    const ports = {
      links,
      direct: directChanges(fold),
      tracked: (_home: string, _ref: string, isDefault: boolean) => isDefault,
      fold: (of: ReadonlyMap<Subject, readonly SealedEntry[]>) => foldChains(fold, of),
      progress: progressIn(fold),
      ...{ lookup: silent, link: silent, assess: silent, seal: silent, bus: { put: async () => {} } },
      now: () => at(59),
      asksGithub: false,
    };
    await project(ports, entries);
  };
  const heard = CHAINS.map(([subject, told]) => [subject, told.filter((one) => one.at <= until)] as const);
  await take(heard.flatMap(([subject, told]) => chainOf(subject, atOnce ? told.map((one) => ({ recordedAt: one.at, ...one })) : told)));
  links.plans.set(D1, { version: 1, carries: [GOOD], since: "previous-revision" });
  links.plans.set(D2, { version: 1, carries: [BAD], since: "previous-revision" });
  const { ports } = await makeWorld();
  // Later than everything was recorded.
  const judging = { ...ports.judging, store: chains, links, now: () => "2026-11-22T00:00:00.000Z" };
  const asked: ApiPorts = { ...ports, models, chains, plans: links, judging };
  const app = createApi(asked);
  return { app, ports: asked, models, chains, tell: (subject, told) => take(chainOf(subject, told)) };
}
