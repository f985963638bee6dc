import { type LookupWork, project, type SealWork } from "@change-ledger/ledger";
import type { SealedEntry, Subject } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { changesConcerned } from "../../packages/ledger/concerned.ts";
import { commitKey, deploymentKey, namesKey } from "../../packages/ledger/link-keys.ts";
import type { Progress } from "../../packages/ledger/project.ts";
import { chainOf, type Told } from "../query/chain.ts";
import { MemoryLinks } from "./memory.ts";

it("asks CodeDeploy and ECS about their own deployments, at their beginning and end, and about no other system's", async () => {
  const asked: LookupWork[] = [];
  const silent = { send: async () => {} };
  const states = ["InProgress", "Succeeded"].map(
    (state, at): Told => ({
      kind: "deployment-state",
      at: `2026-03-02T10:0${at}:00.000Z`,
      id: state,
      facts: { application: "shop", group: "blue", state: state as "InProgress" },
    }),
  );
  const subjects: Subject[] = [
    "deployment:codedeploy/1/eu-west-1/d-1",
    "deployment:ecs/1/eu-west-1/blue/shop/7",
    "deployment:github/acme/cargo/7",
  ];
  const ports = {
    links: new MemoryLinks(),
    direct: { put: async () => {}, drop: async () => {} },
    tracked: () => true,
    fold: async () => {},
    progress: async () => new Map(),
    lookup: { send: async (work: readonly LookupWork[]) => void asked.push(...work) },
    link: silent,
    assess: silent,
    bus: { put: async () => {} },
    seal: silent,
    now: () => "2026-11-21T00:00:00.000Z",
    asksGithub: true,
  };
  await project(
    ports,
    subjects.flatMap((subject) => chainOf(subject, states)),
  );
  expect(asked).toEqual(subjects.slice(0, 2).map((deployment) => ({ ask: "deployment", deployment })));
});

it("has a deployment's changes judged again when somebody says what it was built from, though nothing else links the two", async () => {
  const deployment: Subject = "deployment:codedeploy/1/eu-west-1/d-1";
  const unmatched: Subject = "change:codedeploy/1/eu-west-1/d-1";
  const location = "s3://releases/a.zip";
  const links = new MemoryLinks();
  const judged: unknown[] = [];
  const silent = { send: async () => {} };
  const ports = {
    links,
    direct: { put: async () => {}, drop: async () => {} },
    tracked: () => true,
    fold: async () => {},
    progress: async () => new Map(),
    lookup: silent,
    link: silent,
    assess: { send: async (work: readonly object[]) => void judged.push(...work) },
    bus: { put: async () => {} },
    seal: silent,
    now: () => "2026-11-21T00:00:00.000Z",
    asksGithub: false,
  };
  const revision = { type: "S3", location, unresolved: "the object's metadata names no full commit id" };
  const facts = {
    application: "shop",
    group: "blue",
    state: "Succeeded" as const,
    revision,
    createdAt: "2026-03-02T10:00:00.000Z",
    targets: [],
  };
  await project(ports, chainOf(deployment, [{ kind: "deployment-lookup", at: "2026-03-02T10:00:00.000Z", id: "look", facts }]));
  await links.putPlan(deployment, 0, { version: 1, carries: [unmatched], since: "not-counted" });
  judged.length = 0;
  const commit = "a".repeat(40);
  const built = { location, repository: "acme/shop", commit, by: "event" as const };
  await project(
    ports,
    chainOf(`commit:github/acme/shop/${commit}`, [{ kind: "artifact", at: "2026-03-02T11:00:00.000Z", id: "built", facts: built }]),
  );
  expect(judged).toContainEqual(
    expect.objectContaining({ change: unmatched, seen: { subject: `commit:github/acme/shop/${commit}`, seq: 0 } }),
  );
});

it("has the changes of a failed deployment sealed again by the rollback that alone names it, and asks nothing twice for that", async () => {
  const failed: Subject = "deployment:codedeploy/1/eu-west-1/d-1";
  const change: Subject = "change:github/acme/shop/pull/1";
  const memory = new MemoryLinks();
  const plans: Subject[] = [];
  const links = Object.assign(Object.create(memory) as MemoryLinks, {
    getPlan: async (deployment: Subject) => {
      plans.push(deployment);
      return await memory.getPlan(deployment);
    },
  });
  await memory.putPlan(failed, 0, { version: 1, carries: [change], since: "not-counted" });
  const sealing: SealWork[] = [];
  const silent = { send: async () => {} };
  const ports = {
    links,
    direct: { put: async () => {}, drop: async () => {} },
    tracked: () => true,
    fold: async () => {},
    progress: async () => new Map(),
    lookup: silent,
    link: silent,
    assess: silent,
    bus: { put: async () => {} },
    seal: { send: async (work: readonly SealWork[]) => void sealing.push(...work) },
    now: () => "2026-11-21T00:00:00.000Z",
    asksGithub: false,
  };
  const facts = {
    application: "shop",
    group: "blue",
    // It is told by whoever began it, before it has ended.
    state: "InProgress" as const,
    revision: { type: "S3", location: "s3://releases/a.zip", commit: "a".repeat(40), repository: "acme/shop" },
    createdAt: "2026-03-02T10:00:00.000Z",
    targets: [],
  };
  const rollback = (id: string, over: object) =>
    chainOf(`deployment:codedeploy/1/eu-west-1/${id}`, [
      { kind: "deployment-lookup", at: facts.createdAt, id: "look", facts: { ...facts, ...over } },
    ]);
  await project(ports, rollback("d-3", {}));
  expect(sealing).toEqual([]);
  plans.length = 0;
  await project(ports, rollback("d-2", { creator: "codeDeployRollback", rollsBack: "d-1" }));
  expect(sealing).toEqual([{ change, seen: { subject: "deployment:codedeploy/1/eu-west-1/d-2", seq: 0 } }]);
  expect(plans.toSorted()).toEqual([failed, "deployment:codedeploy/1/eu-west-1/d-2"]);
});

describe("what comes to a change that has ended", () => {
  const deployment: Subject = "deployment:codedeploy/1/eu-west-1/d-1";
  const change: Subject = "change:github/acme/shop/pull/1";
  const head = "a".repeat(40);
  const review: Told = {
    kind: "review",
    at: "2026-03-03T10:00:00.000Z",
    id: "late",
    facts: { action: "submitted", id: "7", reviewer: { id: "2", login: "lee" }, association: "MEMBER", state: "approved", commit: head },
  };

  /** A projector that knows of one change what `progress` says. */
  async function sealedFor(
    told: SealedEntry[],
    progress: Progress | undefined,
    prepare: (links: MemoryLinks) => Promise<void> = async () => {},
  ) {
    const links = new MemoryLinks();
    await prepare(links);
    const sealing: SealWork[] = [];
    const silent = { send: async () => {} };
    await project(
      {
        links,
        direct: { put: async () => {}, drop: async () => {} },
        tracked: () => true,
        fold: async () => {},
        progress: async () => new Map(progress === undefined ? [] : [[change, progress]]),
        ...{ lookup: silent, link: silent, assess: silent, bus: { put: async () => {} } },
        seal: { send: async (work: readonly SealWork[]) => void sealing.push(...work) },
        now: () => "2026-11-21T00:00:00.000Z",
        asksGithub: false,
      },
      told,
    );
    return sealing;
  }
  const succeeded = async (links: MemoryLinks) => {
    await links.merge(deploymentKey(deployment), { state: ["Succeeded"] });
    await links.putPlan(deployment, 0, { version: 1, carries: [change], since: "previous-revision" });
  };

  it("has it sealed again: its deployment succeeded, its pull request was closed", async () => {
    const again = [{ change, seen: { subject: change, seq: 0 } }];
    expect(await sealedFor(chainOf(change, [review]), { deployments: [deployment], closed: false }, succeeded)).toEqual(again);
    expect(await sealedFor(chainOf(change, [review]), { deployments: [], closed: true })).toEqual(again);
  });

  it("names the last of what it has to see, whichever brought the end", async () => {
    const closed: Told = {
      kind: "pull-request",
      at: review.at,
      id: "closed",
      facts: { action: "closed", author: { login: "ada" }, head, headRef: "topic", base: head, baseRef: "main", state: "closed" },
    };
    const told = chainOf(change, [closed, review]);
    expect(await sealedFor(told, { deployments: [], closed: true })).toEqual([{ change, seen: { subject: change, seq: 1 } }]);
  });

  it("waits for the end where there was none: nothing carries it, or what does is under way, or nothing is known of it", async () => {
    for (const progress of [{ deployments: [], closed: false }, { deployments: [deployment], closed: false }, undefined])
      expect(await sealedFor(chainOf(change, [review]), progress)).toEqual([]);
  });

  it("is also what another chain of its dossier tells: a check of its head, a target of its deployment", async () => {
    const check: Told = {
      kind: "check-suite",
      at: review.at,
      id: "check",
      facts: { action: "completed", id: "9", name: "ci", status: "completed", conclusion: "success", pullRequests: ["1"] },
    };
    const commit: Subject = `commit:github/acme/shop/${head}`;
    const named = async (links: MemoryLinks) => {
      await succeeded(links);
      await links.merge(namesKey(commit), { c: [change] });
    };
    const progress = { deployments: [deployment], closed: false };
    expect(await sealedFor(chainOf(commit, [check]), progress, named)).toEqual([{ change, seen: { subject: commit, seq: 0 } }]);

    const target: Told = {
      kind: "target-state",
      at: review.at,
      id: "target",
      facts: { application: "shop", group: "blue", target: "i-1", state: "Succeeded" },
    };
    const told = chainOf(deployment, [target]);
    expect(await sealedFor(told, progress, succeeded)).toEqual([{ change, seen: { subject: deployment, seq: 0 } }]);
    expect(
      await sealedFor(told, progress, (links) =>
        links.putPlan(deployment, 0, { version: 1, carries: [change], since: "previous-revision" }).then(() => {}),
      ),
    ).toEqual([]);
  });

  it("is a word about the commit of a deployment that nothing explains, too", async () => {
    const unmatched: Subject = "change:codedeploy/1/eu-west-1/d-1";
    const artifact: Told = {
      kind: "artifact",
      at: review.at,
      id: "built",
      facts: { location: "s3://releases/a.zip", repository: "acme/shop", commit: head, by: "event" },
    };
    const judged: unknown[] = [];
    const links = new MemoryLinks();
    await links.merge(commitKey("github/acme/shop", head), { wait: [deployment] });
    await links.putPlan(deployment, 0, { version: 1, carries: [unmatched, change], since: "not-counted" });
    const asked = { links, tracked: () => true, plan: (of: Subject) => links.getPlan(of) };
    const entries = chainOf(`commit:github/acme/shop/${head}`, [artifact]).map(({ entry }) => entry);
    for (const work of await changesConcerned(asked, entries, new Map())) judged.push("change" in work ? work.change : work);
    expect(judged).toEqual([unmatched]);
  });
});
