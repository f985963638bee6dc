import type { Subject } from "@change-ledger/model";
import {
  type DeploymentLists,
  type GithubLists,
  type ListedUpdate,
  pushDelivery,
  reconcileSenders,
  type ServiceLists,
} from "@change-ledger/query";
import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

const sha = (n: number): string => n.toString(16).padStart(40, "0");
const at = (day: number): string => `2026-03-0${day}T10:00:00.000Z`;
const MAIN = "refs/heads/main";
const REF: Subject = "ref:github/acme/shop/refs/heads/main";
const BRANCH = { repository: "acme/shop", ref: MAIN, defaultBranch: "main" };
const update = (n: number): ListedUpdate => ({
  before: sha(n),
  after: sha(n + 1),
  at: at(n),
  forced: false,
  created: false,
  deleted: false,
});

const github = (updates: readonly ListedUpdate[] | undefined, over: Partial<GithubLists> = {}): GithubLists => ({
  repositories: async () => ["acme/shop"],
  defaultBranch: async () => "main",
  refs: async () => [],
  updates: async () => updates,
  head: async () => sha(9),
  commits: async (_repository, _before, after) => ({
    commits: [{ sha: after, author: { login: "ada" }, committer: { login: "ada" }, commit: { message: "x" } }],
    truncated: false,
  }),
  hooks: async () => ["app"],
  failedDeliveries: async () => ({ listed: 0, failed: [] }),
  redeliver: async () => {},
  ...over,
});

const webhook = (one: ListedUpdate) => ({
  ...pushDelivery(BRANCH, one, { commits: [], truncated: false }, { finder: "backfill", receivedAt: one.at }),
  headers: {},
});

describe("GitHub's list of a branch", () => {
  it("brings in what is missing with its commits, says so, and next time says that nothing is", async () => {
    const world = new World();
    world.record([webhook(update(1)), webhook(update(3))]);
    const ports = { ...world.ports, github: github([update(1), update(2), update(3)]) };
    expect((await reconcileSenders(ports, undefined)).compared[`github ${REF}`]).toEqual({ listed: 3, missing: 1, unlisted: 0, found: 1 });
    const first = world.take();
    expect(first.results).toEqual([
      expect.objectContaining({
        kind: "reconciled",
        subject: "audit:default",
        system: "github",
        scope: REF,
        from: "2026-03-01T00:00:00.000Z",
        to: "2026-03-10T11:45:00.000Z",
        listed: 3,
        missing: [`${sha(2)}..${sha(3)}`],
        unlisted: [],
      }),
    ]);
    const entry = world.chains.get(REF)?.at(-1)?.entry;
    expect(entry).toMatchObject({
      occurredAt: at(2),
      source: { system: "github-history", event: "reconciler.push", auth: "api" },
      facts: { before: sha(2), after: sha(3), default: true, commits: [{ sha: sha(3), author: { login: "ada" } }] },
    });
    await reconcileSenders(ports, undefined);
    expect(world.take()).toMatchObject({ results: [{ missing: [], missingBefore: 1, listed: 3 }], found: [] });
    // Nothing happened since: nothing is said.
    await reconcileSenders(ports, undefined);
    expect(world.take()).toEqual({ results: [], found: [] });
    expect(world.faults).toEqual([]);
  });

  it("names what we have and it has not", async () => {
    const world = new World();
    world.record([webhook(update(1)), webhook(update(2))]);
    await reconcileSenders({ ...world.ports, github: github([update(1)]) }, undefined);
    expect(world.take().results).toMatchObject([{ listed: 1, missing: [], unlisted: [`${sha(2)}..${sha(3)}`] }]);
  });

  it("that does not exist: what the head shows is one push, and nothing of ours is unlisted", async () => {
    const world = new World();
    world.record([webhook(update(1))]);
    const ports = { ...world.ports, github: github(undefined) };
    await reconcileSenders(ports, undefined);
    const { results } = world.take();
    expect(results).toMatchObject([{ missing: [`${sha(2)}..${sha(9)}`], unlisted: [] }]);
    expect(results[0]).not.toHaveProperty("list");
    world.now = "2026-03-10T12:10:00.000Z";
    await reconcileSenders(ports, undefined);
    expect(world.take().found).toEqual([]);
  });

  it("is left to the next run where it cannot be asked, and others are compared all the same", async () => {
    const world = new World();
    const failing = github([], { updates: () => Promise.reject(new Error("down")) });
    const codedeploy: DeploymentLists = { groups: async () => [], deployments: async () => [], known: async () => new Set() };
    const done = await reconcileSenders({ ...world.ports, github: failing, codedeploy }, undefined);
    expect(done).toMatchObject({ failed: 1, left: 0, compared: { deliveries: { missing: 0 } } });
    expect(world.faults).toEqual([`github ${REF}`]);
    expect([...world.cursors.keys()]).toEqual(["deliveries"]);
  });

  it("has failed deliveries of each webhook sent again, and fails for one alone", async () => {
    const world = new World();
    const again: string[] = [];
    const asked: string[] = [];
    const lists = github([], {
      hooks: async (repositories) => {
        asked.push(...repositories);
        return ["app", "acme/shop/hooks/7", "acme/hooks/8"];
      },
      failedDeliveries: async (hook) => {
        if (hook === "acme/hooks/8") throw new Error("down");
        return { listed: 5, failed: [{ id: "7", guid: "g" }] };
      },
      redeliver: async (hook, id) => void again.push(`${hook} ${id}`),
    });
    const { compared } = await reconcileSenders({ ...world.ports, github: lists }, undefined);
    expect([asked, again.toSorted()]).toEqual([["acme/shop"], ["acme/shop/hooks/7 7", "app 7"]]);
    const one = { listed: 5, missing: 1, unlisted: 0, found: 1 };
    expect(compared).toMatchObject({ deliveries: one, "deliveries acme/shop/hooks/7": one });
    expect(world.faults).toEqual(["deliveries acme/hooks/8"]);
  });

  it("is asked of branches that the configuration alone protects, of repositories that it alone names, and of none besides", async () => {
    const world = new World();
    world.configure(`repositories:
  - match: github/acme/shop
    protectedBranches: [main, hotfix, "release/*", "release/2/*"]
  - match: github/acme/till
  - match: github/other/*
    protectedBranches: ["**"]
`);
    const listed: string[] = [];
    const lists = github([], {
      refs: async (_repository, prefix) => {
        listed.push(prefix);
        return ["refs/heads/release/1", "refs/heads/release/2", "refs/heads/release/2/x", "refs/heads/release/3/y"];
      },
    });
    const { compared } = await reconcileSenders({ ...world.ports, github: lists }, undefined);
    const refs = ["hotfix", "main", "release/1", "release/2", "release/2/x"].map((one) => `github ref:github/acme/shop/refs/heads/${one}`);
    expect(
      Object.keys(compared)
        .filter((name) => name !== "deliveries")
        .toSorted(),
    ).toEqual([...refs, "github ref:github/acme/till/refs/heads/main"]);
    expect(listed).toEqual(["refs/heads/release/", "refs/heads/release/2/"]);
    // Each goes on record as T1 asks for it, though nothing happened.
    expect(
      world
        .take()
        .results.map(({ scope }) => `github ${scope}`)
        .toSorted(),
    ).toEqual([...refs, "github ref:github/acme/till/refs/heads/main"]);
  });

  it("waits for the next run when time is short", async () => {
    const world = new World();
    world.remainingMs = 1000;
    expect(await reconcileSenders({ ...world.ports, github: github([]) }, undefined)).toEqual({ compared: {}, left: 2, failed: 0 });
  });
});

describe("CodeDeploy's list of a group", () => {
  const id = (name: string): Subject => `deployment:codedeploy/123456789012/eu-west-1/${name}`;
  const lists = (ids: readonly string[], elsewhere: readonly string[] = []): DeploymentLists => ({
    groups: async () => [{ application: "shop", group: "production" }],
    deployments: async () => ids.map((one, nth) => ({ id: one, createdAt: at(nth + 1), ended: true })),
    known: async (_at, some) => new Set(some.filter((one) => elsewhere.includes(one))),
  });
  const knows = (world: World, name: string, ended: boolean) => {
    const facts = { application: "shop", group: "production" };
    const state = {
      type: "deployment",
      subject: id(name),
      next: 1,
      head: "",
      about: { at: at(5), ...facts },
      ...(ended && { ended: { state: "Succeeded", at: at(6) } }),
    };
    world.models.set(id(name), { state: state as never, version: 1 });
    world.chains.set(id(name), [{ entry: { occurredAt: at(5) } } as never]);
  };

  it("has those described that no event told of, and those whose end none did", async () => {
    const world = new World();
    knows(world, "d-1", true);
    knows(world, "d-2", false);
    await reconcileSenders({ ...world.ports, codedeploy: lists(["d-1", "d-2", "d-3"]) }, undefined);
    expect(world.asked).toEqual(["d-3", "d-2"].map((one) => ({ ask: "deployment", deployment: id(one), finder: "reconciler" })));
    expect(world.take().results).toMatchObject([
      {
        scope: "123456789012/eu-west-1/shop/production",
        listed: 3,
        missing: [id("d-3")],
        unlisted: [],
        list: { form: "deployments", deployments: ["d-1", "d-2", "d-3"].map((one, nth) => ({ id: id(one), at: at(nth + 1) })) },
      },
    ]);
  });

  it("shows what it does not know of ours, unless it knows it after all", async () => {
    const world = new World();
    knows(world, "d-8", true);
    knows(world, "d-9", true);
    await reconcileSenders({ ...world.ports, codedeploy: lists([], ["d-9"]) }, undefined);
    expect(world.take().results).toMatchObject([{ missing: [], unlisted: [id("d-8")] }]);
  });
});

describe("ECS's list of a service", () => {
  const scope = "123456789012/eu-west-1/main/shop";
  const id = (number: number): Subject => `deployment:ecs/${scope}/${number}`;
  const listing = (of: Readonly<Record<string, readonly (readonly [number, string])[]>>): ServiceLists => ({
    deployments: async (_at, cluster, service, { from, to }) =>
      of[`${cluster}/${service}`]
        ?.filter(([, createdAt]) => from <= createdAt && createdAt < to)
        .map(([number, createdAt]) => ({ id: String(number), createdAt, ended: true })),
  });
  const knows = (world: World, number: number, createdAt: string, ended = true) => {
    const facts = { application: "shop", group: "main" };
    const state = {
      type: "deployment",
      subject: id(number),
      next: 1,
      head: "",
      about: { at: createdAt, ...facts },
      lookup: { ...facts, createdAt },
      ...(ended && { ended: { state: "Succeeded", at: createdAt } }),
    };
    world.models.set(id(number), { state: state as never, version: 1 });
    world.chains.set(id(number), [{ entry: { occurredAt: createdAt } } as never]);
  };
  const configuration = `repositories:
  - match: github/acme/shop
    deployments:
      - { environment: production, ecs: { cluster: main, service: shop } }
      - { environment: staging, ecs: { cluster: main, service: elsewhere } }
`;

  it("goes on record of the services that the configuration names; what no event told of is described", async () => {
    const world = new World();
    world.configure(configuration);
    const ecs = listing({
      "main/shop": [
        [1, at(1)],
        [2, at(2)],
      ],
    });
    const { compared } = await reconcileSenders({ ...world.ports, ecs }, undefined);
    const list = { form: "deployments", askedAt: world.now, deployments: [1, 2].map((one) => ({ id: id(one), at: at(one) })) };
    // A service that is not there, or is none that ECS rolls out, has no list.
    expect(world.take().results).toEqual([
      expect.objectContaining({ system: "ecs", scope, listed: 2, missing: [id(1), id(2)], unlisted: [], list }),
    ]);
    expect(Object.keys(compared)).toContain("ecs 123456789012/eu-west-1/main/elsewhere");
    expect(world.asked).toEqual([1, 2].map((one) => ({ ask: "deployment", deployment: id(one), finder: "reconciler" })));
    expect([...world.cursors.keys()]).toEqual([`ecs ${scope}`]);
    knows(world, 1, at(1));
    knows(world, 2, at(2));
    await reconcileSenders({ ...world.ports, ecs }, undefined);
    expect(world.take().results).toMatchObject([{ listed: 2, missing: [] }]);
  });

  it("shows what it does not know of ours; of what is older than its memory nothing is said", async () => {
    const world = new World();
    world.configure(configuration);
    world.ports.settings.since = "2025-01-01T00:00:00Z";
    knows(world, 1, at(1));
    knows(world, 7, "2025-06-01T00:00:00.000Z");
    await reconcileSenders({ ...world.ports, ecs: listing({ "main/shop": [] }) }, undefined);
    expect(world.take().results).toMatchObject([{ from: "2025-12-11T12:00:00.000Z", listed: 0, missing: [], unlisted: [id(1)] }]);
  });

  it("is the ledger's under another number where the look-up's time says so; of one that no event ended the answer tells it", async () => {
    const world = new World();
    world.configure(configuration);
    knows(world, 901, at(1), false);
    await reconcileSenders({ ...world.ports, ecs: listing({ "main/shop": [[1, at(1)]] }) }, undefined);
    expect(world.take().results).toMatchObject([{ listed: 1, missing: [], unlisted: [], list: { deployments: [{ id: id(901) }] } }]);
    expect(world.asked).toEqual([{ ask: "deployment", deployment: id(901), finder: "reconciler" }]);
  });
});
