import { type LookupWork, project, type SealWork } from "@change-ledger/ledger";
import type { Subject } from "@change-ledger/model";
import { expect, it } from "vitest";
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
