import { aroundOf, readAssessWork } from "@change-ledger/ledger";
import type { Entry, Fact, FactKind, FactsOf, Subject } from "@change-ledger/model";
import { beforeEach, describe, expect, it } from "vitest";
import { changesConcerned } from "../../packages/ledger/concerned.ts";
import { pushKey } from "../../packages/ledger/link-keys.ts";
import { MemoryLinks } from "./memory.ts";

const HOME = "github/acme/shop";
const PULL: Subject = `change:${HOME}/pull/7`;
const SHA = "a".repeat(40);
const COMMIT: Subject = `commit:${HOME}/${SHA}`;
const DEPLOYMENT: Subject = "deployment:codedeploy/111122223333/eu-west-1/d-1";

function entryOf<K extends FactKind>(subject: Subject, kind: K, facts: FactsOf<K>, seq = 3): Entry {
  return {
    v: 1,
    subject,
    seq,
    prev: "0".repeat(64),
    occurredAt: "2026-11-21T10:00:00.000Z",
    recordedAt: "2026-11-21T10:00:00.000Z",
    source: { system: "github", event: kind, id: `${subject} ${seq}`, auth: "ledger", norm: 1 },
    ...({ kind, facts } as Fact),
  } as Entry;
}
const pull = (over: Partial<FactsOf<"pull-request">> = {}): FactsOf<"pull-request"> => ({
  action: "opened",
  author: { login: "ada" },
  head: SHA,
  headRef: "fix",
  base: "0".repeat(40),
  baseRef: "main",
  state: "open",
  ...over,
});
const push = (over: Partial<FactsOf<"push">> = {}): FactsOf<"push"> => ({
  before: "0".repeat(40),
  after: SHA,
  commits: [],
  ...over,
});

let links: MemoryLinks;
let entered: Set<string>;
beforeEach(() => {
  links = new MemoryLinks();
  entered = new Set();
});
const tracked = (_home: string, _ref: string, isDefault: boolean) => isDefault;

/** What the entries concern, as words; those that come with `brought` are pushes with the pull requests that claim them. */
async function concerned(entries: readonly Entry[], brought: ReadonlyMap<Entry, ReadonlySet<string>> = new Map()): Promise<string[]> {
  const plan = (deployment: Subject) => links.getPlan(deployment);
  const work = await changesConcerned({ links, plan, tracked, entered }, entries, brought);
  return work.map((one) => ("home" in one ? `home ${one.home}` : one.change)).sort();
}

describe("what an entry concerns", () => {
  it("is the change that it is of, with the entry to be seen", async () => {
    const plan = async () => undefined;
    const work = await changesConcerned({ links, plan, tracked }, [entryOf(PULL, "pull-request", pull(), 9)], new Map());
    expect(work).toEqual([{ change: PULL, seen: { subject: PULL, seq: 9 } }]);
  });

  it("is never what the ledger said of its own judgement", async () => {
    const word = { asOf: "2026-11-21T10:00:00.000Z", configuration: "0".repeat(64), procedure: "p@1", type: "normal" as const };
    const facts = { ...word, digest: "0".repeat(64), outcomes: {}, opened: [], resolved: [] };
    expect(await concerned([entryOf(PULL, "assessed", facts), entryOf(`evidence:${HOME}`, "sealed", { bundles: [] })])).toEqual([]);
  });

  it.each([
    ["ticket", "ticket:jira/PAY-12", { tickets: ["ticket:jira/PAY-12"] }, entryOf("ticket:jira/PAY-12", "ticket", { action: "updated" })],
    ["record", "its number", { tickets: ["change:servicenow/CHG1"] }, entryOf("change:servicenow/CHG1", "record", { action: "updated" })],
    ["incident", "its id", { tickets: ["incident:pagerduty/Q1"] }, entryOf("incident:pagerduty/Q1", "incident", { action: "triggered" })],
    ["commit", "its head", {}, entryOf(COMMIT, "status", { context: "ci", state: "success" } as FactsOf<"status">)],
  ] as const)("is whoever names a %s by %s, whichever came first", async (_what, _name, over, entry) => {
    const naming = entryOf(PULL, "pull-request", pull(over as Partial<FactsOf<"pull-request">>));
    await concerned([naming]);
    expect(await concerned([entry])).toContain(PULL);
    links = new MemoryLinks();
    entered.clear();
    await concerned([entry]);
    expect(await concerned([naming])).toContain(PULL);
    links = new MemoryLinks();
    entered.clear();
    expect(await concerned([entry, naming])).toContain(PULL);
  });

  it("is the record that answers to an incident, and the changes that the incident names", async () => {
    await concerned([entryOf("change:servicenow/CHG1", "record", { action: "inserted", incident: "incident:servicenow/INC1" })]);
    expect(await concerned([entryOf("incident:servicenow/INC1", "incident", { action: "updated", changes: [PULL] })])).toEqual(
      [PULL, "change:servicenow/CHG1"].sort(),
    );
  });

  it("is the change that an attestation names, beside the commit's", async () => {
    const attested = entryOf(COMMIT, "attested", { what: "qa-sign-off", outcome: "passed", change: PULL });
    expect(await concerned([attested])).toEqual([PULL]);
  });

  it("is what a deployment carries, and what the deployment carries that it rolls back", async () => {
    links.plans.set(DEPLOYMENT, { version: 1, carries: [PULL], since: "previous-revision" });
    const state = { application: "shop", group: "blue", state: "Failed" as const };
    expect(await concerned([entryOf(DEPLOYMENT, "deployment-state", state)])).toEqual([PULL]);
    expect(await concerned([entryOf(DEPLOYMENT, "target-state", { ...state, target: "i-1" })])).toEqual([]);
    const rollback = { ...state, state: "Succeeded" as const, revision: { type: "S3" }, targets: [], rollsBack: "d-1" };
    expect(await concerned([entryOf("deployment:codedeploy/111122223333/eu-west-1/d-2", "deployment-lookup", rollback)])).toEqual([PULL]);
  });

  it("is what a push brought: its pull requests, or itself; of a branch that is not tracked nothing", async () => {
    const main = entryOf(`ref:${HOME}/refs/heads/main`, "push", push({ default: true }));
    expect(await concerned([main], new Map([[main, new Set(["7", "9"])]]))).toEqual([PULL, `change:${HOME}/pull/9`]);
    expect(await concerned([main], new Map([[main, new Set<string>()]]))).toEqual([`change:${HOME}/push/${SHA}`]);
    expect(await concerned([entryOf(`ref:${HOME}/refs/heads/fix`, "push", push())])).toEqual([]);
  });

  it("is a whole repository, or an organisation, where the guards of branches change or history is rewritten", async () => {
    const rules = { id: "1", action: "edited", enforcement: "disabled" } as FactsOf<"ruleset">;
    expect(await concerned([entryOf(`ref:${HOME}/rulesets/1`, "ruleset", rules)])).toEqual([`home ${HOME}`]);
    expect(await concerned([entryOf("ref:github/acme/rulesets/1", "ruleset", rules)])).toEqual(["home github/acme"]);
    const forced = entryOf(`ref:${HOME}/refs/heads/main`, "push", push({ default: true, forced: true }));
    expect(await concerned([forced], new Map([[forced, new Set(["7"])]]))).toEqual([PULL, `home ${HOME}`]);
    const elsewhere = entryOf(`ref:${HOME}/refs/heads/fix`, "push", push({ forced: true }));
    expect(await concerned([elsewhere])).toEqual([]);
  });

  it("is the configuration itself when one is offered, everything when another is in force, nothing when it is refused", async () => {
    const of = (status: "offered" | "in-force" | "refused") =>
      concerned([entryOf("config:default", "configuration", { status, version: "0".repeat(64) })]);
    expect(await of("offered")).toEqual(["config:default"]);
    expect(await of("in-force")).toEqual(["home *"]);
    expect(await of("refused")).toEqual([]);
  });

  it("is asked once for what several entries of a batch say", async () => {
    const ticket = (seq: number) => entryOf("ticket:jira/PAY-12", "ticket", { action: "updated" }, seq);
    await concerned([entryOf(PULL, "pull-request", pull({ tickets: ["ticket:jira/PAY-12"] }))]);
    const work = await changesConcerned({ links, plan: async () => undefined, tracked }, [1, 3, 2].map(ticket), new Map());
    expect(work).toEqual([{ change: PULL, seen: { subject: "ticket:jira/PAY-12", seq: 3 } }]);
  });
});

describe("work out of the queue", () => {
  const work = { change: PULL, seen: { subject: PULL, seq: 1 }, at: "2026-11-21T10:00:00.000Z" };
  it("may be left out the first time that it comes, and is done when it comes again", () => {
    expect(readAssessWork(JSON.stringify(work), 1)).toEqual(work);
    const { at: _at, ...again } = work;
    expect(readAssessWork(JSON.stringify(work), 2)).toEqual(again);
    expect(readAssessWork(JSON.stringify({ change: PULL }), 1)).toEqual({ change: PULL });
  });

  describe("of a comparison", () => {
    const REF: Subject = `ref:${HOME}/refs/heads/main`;
    const window = { from: "2026-11-20T10:00:00.000Z", to: "2026-11-21T10:00:00.000Z", listed: 2, missing: [], unlisted: [] };
    const [merge, direct, lost] = ["b", "c", "d"].map((digit) => digit.repeat(40)) as [string, string, string];
    const updates = { form: "updates" as const, askedAt: window.to, updates: [merge, direct].map((after) => ({ before: SHA, after })) };
    const run = (over: Partial<FactsOf<"reconciled">>, scope: string = REF) =>
      entryOf("audit:default", "reconciled", { system: "github", scope, ...window, ...over });

    beforeEach(async () => {
      await links.merge(`push:${HOME}/refs/heads/main/${merge}`, { r: ["{}"], pr: [`${merge} 7`] });
      await links.merge(`push:${HOME}/refs/heads/main/${direct}`, { r: ["{}"] });
      await links.putPlan(DEPLOYMENT, 0, { version: 1, carries: [PULL], since: "not-counted" });
    });

    it("are the changes of its time, as long as something is missing and when nothing is any more", async () => {
      const both = [PULL, `change:${HOME}/push/${direct}`];
      expect(await concerned([run({ list: updates, missing: [`${direct}..${lost}`] })])).toEqual(both);
      expect(await concerned([run({ list: updates, missingBefore: 1 })])).toEqual(both);
      expect(await concerned([run({ list: updates })])).toEqual([]);
      expect(await concerned([run({ list: { ...updates, updates: [] }, unlisted: [`${SHA}..${merge}`] })])).toEqual([PULL]);
    });

    it("are all pull requests that claim a push, however many, each once though it claims several commits", async () => {
      const numbers = Array.from({ length: 25 }, (_, n) => `${100 + n}`);
      const claims = numbers.flatMap((number) => [`${lost} ${number}`, `${SHA} ${number}`]);
      await links.merge(`push:${HOME}/refs/heads/main/${lost}`, { r: ["{}"], pr: claims });
      const list = { ...updates, updates: [{ before: SHA, after: lost }] };
      expect(await concerned([run({ list, missingBefore: 1 })])).toEqual(numbers.map((number) => `change:${HOME}/pull/${number}`));
    });

    it("are all of a repository whose server keeps no list", async () => {
      expect(await concerned([run({ missing: [`${direct}..${lost}`] })])).toEqual([`home ${HOME}`]);
      expect(await concerned([run({ missingBefore: 1 })])).toEqual([`home ${HOME}`]);
    });

    it("are those that the deployments of its time carry", async () => {
      const list = { form: "deployments" as const, askedAt: window.to, deployments: [{ id: DEPLOYMENT }] };
      const scope = "111122223333/eu-west-1/shop/blue";
      expect(await concerned([run({ system: "codedeploy", list, missingBefore: 2 }, scope)])).toEqual([PULL]);
      expect(await concerned([run({ system: "codedeploy", list }, scope)])).toEqual([]);
    });
  });
});

describe("how the host's rules judged a push", () => {
  const main: Subject = `ref:${HOME}/refs/heads/main`;
  const judged = () => entryOf(main, "rule-suite-lookup", { id: "1", result: "bypass", after: SHA }, 5);
  const key = pushKey(HOME, "refs/heads/main", SHA);

  it("concerns what the push brought: the pull requests that claim it, or the push itself", async () => {
    await links.merge(key, { r: ["{}"], pr: [`${SHA} 7`, `${SHA} 8`] });
    expect(await concerned([judged()])).toEqual([`change:${HOME}/pull/7`, `change:${HOME}/pull/8`]);
    // What was entered already is asked for.
    expect(await concerned([judged()])).toEqual([`change:${HOME}/pull/7`, `change:${HOME}/pull/8`]);
    links = new MemoryLinks();
    entered = new Set();
    await links.merge(key, { r: ["{}"] });
    expect(await concerned([judged()])).toEqual([`change:${HOME}/push/${SHA}`]);
  });
  it("concerns twenty of the pull requests that claim the push at most", async () => {
    const numbers = Array.from({ length: 25 }, (_, n) => `${100 + n}`);
    await links.merge(key, { r: ["{}"], pr: numbers.map((number) => `${SHA} ${number}`) });
    expect(await concerned([judged()])).toEqual(numbers.slice(0, 20).map((number) => `change:${HOME}/pull/${number}`));
  });
  it("concerns nobody where the push is not on record, and is found beside the push", async () => {
    expect(await concerned([judged()])).toEqual([]);
    const piece = { home: HOME, ref: "refs/heads/main", before: "b".repeat(40), after: SHA, at: "2026-11-21T10:00:00.000Z", seq: 4 };
    expect(await aroundOf(links, [piece])).toEqual([{ entries: [{ ref: main, seq: 5 }], claims: [] }]);
  });
});
