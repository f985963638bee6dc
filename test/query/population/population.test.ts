import type { SealedEntry, Subject } from "@change-ledger/model";
import { itemBytes, type PopulationItem, PopulationTally, parseItem, population, QueryError } from "@change-ledger/query";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainOf, type Told } from "../chain.ts";
import {
  AS_OF,
  at,
  configured,
  deployed,
  drawn,
  GROUP,
  inLog,
  linked,
  lookup,
  MAIN,
  merged,
  PERIOD,
  pull,
  push,
  QUESTION,
  STORY,
  sha,
  state,
} from "./trial.ts";

const idOf = (item: { readonly id: string }): string => item.id.replace(/^.*(refs|eu-west-1)\//, "");
const update = (from: string, to: string) => `${MAIN} ${sha(from)}..${sha(to)}`;
const itemsOf = (...chains: readonly (readonly SealedEntry[])[]): readonly PopulationItem[] => drawn(chains.flat()).items;

describe("the population of a period", () => {
  it("is production deployments and updates of protected branches, each once, by time", () => {
    const { items, leftOut } = drawn();
    expect(items.map(({ kind, id, at: when, datedBy, type, changes }) => [kind, id, when, datedBy, type, changes])).toEqual([
      ["ref-update", update("a", "b"), at(3), "pushed", "standard", [pull(1)]],
      ["deployment", deployed("d-1"), at(4, 11), "created", "standard", [pull(1)]],
      ["ref-update", update("b", "c"), at(5), "pushed", "emergency", [pull(2)]],
      ["deployment", deployed("d-2"), at(6), "first-told", "emergency", [pull(2)]],
      ["deployment", deployed("d-3"), at(7, 11), "created", "rollback", []],
      ["ref-update", update("c", "d"), at(9), "pushed", "unassessed", [`change:github/acme/cargo/push/${sha("d")}`]],
    ]);
    expect(leftOut).toEqual({ staging: 1, other: 0, hostUnnamed: 0 });
    expect(items[0]).toMatchObject({ system: "github", scope: MAIN, before: sha("a"), after: sha("b"), restsOn: { seq: 0, leaf: 0 } });
    expect(items[1]).toMatchObject({ system: "codedeploy", scope: GROUP, environment: "production" });
    for (const item of items) expect(parseItem(itemBytes(item))).toEqual(item);
  });

  it("is the same for every order of the entries, however often they come", () => {
    const entries = inLog(STORY);
    const expected = drawn();
    fc.assert(
      fc.property(fc.shuffledSubarray(entries, { minLength: entries.length }), fc.subarray(entries), (shuffled, again) => {
        expect(population(QUESTION, [...shuffled, ...again])).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it("holds from its beginning on, up to and not including its end", () => {
    const told: Told[] = [
      { ...push(1, "a", "b"), at: PERIOD.from },
      { ...push(2, "b", "c"), at: PERIOD.to },
    ];
    const { items, outsiders } = drawn(chainOf(MAIN, told));
    expect(items.map(({ id }) => id)).toEqual([update("a", "b")]);
    expect(outsiders).toMatchObject([{ id: update("b", "c"), because: "outside-the-period", before: sha("b"), after: sha("c") }]);
  });

  it("knows what was recorded by then, and says what came late", () => {
    const chain = chainOf(MAIN, [push(3, "a", "b"), { ...push(20, "b", "c"), at: "2026-11-20T23:00:00.000Z" }]);
    expect(itemsOf(chain)).toMatchObject([{ late: true }, {}]);
    const soon = chain.map((one) => ({ ...one, entry: { ...one.entry, recordedAt: one.entry.occurredAt } }));
    expect(itemsOf(soon).map(({ late }) => late)).toEqual([undefined, undefined]);
    expect(population({ ...QUESTION, asOf: at(10) }, soon).items).toHaveLength(1);
    expect(population({ ...QUESTION, asOf: at(10) }, chain).items).toEqual([]);
  });

  it("takes a branch as protected by the configuration in force, or as its repository's default", () => {
    const branch = (name: string): Subject => `ref:github/acme/cargo/refs/heads/${name}`;
    const plain = { default: undefined };
    const told = (name: string) => chainOf(branch(name), [push(3, "a", "b", plain)]);
    expect(itemsOf(told("topic"), told("release/1"), chainOf(branch("old-main"), [push(3, "a", "b")])).map(idOf)).toHaveLength(2);
    expect(itemsOf(chainOf("ref:github/acme/cargo/refs/tags/v1", [push(3, "a", "b")]))).toEqual([]);
    // Of a repository that nobody configured every branch counts.
    expect(itemsOf(chainOf("ref:github/acme/unknown/refs/heads/topic", [push(3, "a", "b", plain)]))).toHaveLength(1);
    const later = configured("format: 1\nrepositories:\n  - match: github/acme/cargo\n    protectedBranches: [topic]\n");
    const moved = { ...QUESTION, configuration: (when: string) => (when < at(4) ? configured() : later) };
    const pushes = chainOf(branch("topic"), [push(3, "a", "b", plain), push(5, "b", "c", plain)]);
    const found = population(moved, pushes);
    expect(found.items.map(({ at: when }) => when)).toEqual([at(5)]);
    expect(found.configurations).toEqual([configured().version, later.version].sort());
  });

  it("takes what the configuration does not name as production, and says so", () => {
    const unnamed = chainOf(deployed("d-9"), [state(4, "InProgress", "elsewhere")]);
    const onlyCreated = chainOf(deployed("d-8"), [
      { at: at(5), id: "created", kind: "deployment-created", facts: { application: "cargo", principal: { name: "ada" } } },
    ]);
    expect(itemsOf(unnamed, onlyCreated)).toMatchObject([
      { environment: "unnamed", scope: "111122223333/eu-west-1/cargo/elsewhere" },
      { environment: "unnamed", scope: "111122223333/eu-west-1/?", datedBy: "created", at: at(5) },
    ]);
  });

  it("knows ECS's deployments, and the code host's where the configuration names them", () => {
    const ecs = chainOf("deployment:ecs/111122223333/eu-west-1/shop/web/1", [
      { at: at(3), id: "e", kind: "deployment-state", facts: { application: "web", group: "shop", state: "Succeeded", restores: "0" } },
    ]);
    const host = (environment: string, id: string): Told =>
      ({ at: at(4), id, kind: "host-deployment", facts: { action: "created", id, environment, commit: sha("b") } }) as Told;
    const commit = chainOf(`commit:github/acme/cargo/${sha("b")}`, [host("live", "7"), host("preview", "8")]);
    const { items, leftOut } = drawn([...ecs, ...commit]);
    expect(items).toMatchObject([
      { system: "ecs", scope: "111122223333/eu-west-1/shop/web", environment: "production", type: "rollback" },
      {
        id: "host-deployment:github/acme/cargo/7",
        system: "github",
        scope: "github/acme/cargo/deployments/live",
        environment: "production",
      },
    ]);
    expect(leftOut).toEqual({ staging: 0, other: 0, hostUnnamed: 1 });
  });

  it("dates a deployment by its creation, else by the first that a sender told, else by our clock", () => {
    const gaveUp = { at: at(22), id: "u", kind: "unresolved", facts: { asked: "deployment", attempts: 8, reason: "gone" } } as Told;
    const chain = (told: readonly Told[]) => itemsOf(chainOf(deployed("d-5"), told))[0];
    expect(chain([state(7, "Succeeded"), state(6, "InProgress")])).toMatchObject({ at: at(6), datedBy: "first-told", restsOn: { seq: 1 } });
    expect(chain([state(7, "Succeeded"), lookup(5)])).toMatchObject({ at: at(5, 11), datedBy: "created" });
    expect(chain([gaveUp])).toBeUndefined();
    const wider = { ...QUESTION, period: { from: PERIOD.from, to: "2026-12-01T00:00:00.000Z" } };
    expect(population(wider, chainOf(deployed("d-5"), [gaveUp])).items[0]).toMatchObject({
      at: "2026-11-21T22:14:45.000Z",
      datedBy: "recorded",
    });
  });

  it("counts an update once, whoever tells it and how often, and twice when the branch went there twice", () => {
    const twice = { ...push(3, "a", "b"), id: "again" };
    expect(itemsOf(chainOf(MAIN, [push(3, "a", "b"), twice]))).toHaveLength(1);
    const there = [push(3, "a", "b"), push(4, "b", "a", { forced: true }), push(5, "a", "b")];
    expect(itemsOf(chainOf(MAIN, there)).map(({ id }) => id)).toEqual([update("a", "b"), update("b", "a"), `${update("a", "b")}#2`]);
    // History that was filled in later dates pushes a little differently: it joins what the webhooks told.
    const filled = chainOf(
      MAIN,
      there.map((told) => ({ ...told, id: `api ${told.id}`, at: told.at.replace(":00.000Z", ":03.000Z") })),
    ).map((one) => ({
      ...one,
      entry: { ...one.entry, source: { ...one.entry.source, auth: "api" as const } },
    }));
    const both = itemsOf(chainOf(MAIN, there), filled);
    expect(both.map(({ id, at: when }) => [id, when])).toEqual([
      [update("a", "b"), at(3)],
      [update("b", "a"), at(4)],
      [`${update("a", "b")}#2`, at(5)],
    ]);
    const early = filled.map((one) => ({
      ...one,
      entry: { ...one.entry, occurredAt: one.entry.occurredAt.replace(/T12.*/, "T11:59:57.000Z") },
    }));
    expect(itemsOf(early, chainOf(MAIN, there)).map(({ at: when }) => when)).toEqual([at(3), at(4), at(5)]);
    expect(itemsOf(chainOf(MAIN, there.slice(0, 1)), filled)).toHaveLength(3);
  });

  it("counts a long push and a body that came again under another id once", () => {
    const body = { sha256: "5".repeat(64), archive: "a", offset: 0, length: 1 };
    const parts = [0, 1].map((index) => ({
      ...push(3, "a", "b", { commits: [{ sha: sha(`c${index}`), author: {} }] }),
      id: "long",
      part: { index, of: 2 },
    }));
    const again = { ...push(3, "a", "b"), id: "replayed", at: at(9) };
    const chain = chainOf(MAIN, [...parts, again]).map((one) => ({ ...one, entry: { ...one.entry, payload: body } }));
    const found = itemsOf(chain, chainOf(pull(1), [merged(1, "c1")]));
    expect(found).toMatchObject([{ at: at(3), changes: [pull(1)] }]);
  });

  it("follows the last word on which changes a deployment carries", () => {
    const deployment = chainOf(deployed("d-1"), [state(4, "InProgress")]);
    const changesAfter = (...told: readonly Told[]) => itemsOf(deployment, chainOf(pull(1), told))[0]?.changes;
    const to = deployed("d-1");
    expect(changesAfter(linked(to))).toEqual([pull(1)]);
    expect(changesAfter(linked(to), linked(to, 1, "unlinked"))).toEqual([]);
    expect(changesAfter(linked(to, 2), linked(to, 1, "unlinked"))).toEqual([pull(1)]);
  });

  it("knows which pull request a branch was made at", () => {
    const made = push(3, "a", "b", { created: true, commits: [] });
    expect(itemsOf(chainOf(MAIN, [made]), chainOf(pull(1), [merged(1, "b")]))).toMatchObject([{ created: true, changes: [pull(1)] }]);
  });

  it("tells a deleted branch's update, which brings nothing", () => {
    expect(itemsOf(chainOf(MAIN, [push(3, "a", "b", { deleted: true, commits: [] })]))).toMatchObject([
      { deleted: true, changes: [], type: "none" },
    ]);
  });

  it("has another root as soon as one item is another", () => {
    const rootOf = (items: readonly PopulationItem[]) => {
      const tally = new PopulationTally();
      for (const item of items) tally.add(item, itemBytes(item));
      return tally.head().root;
    };
    const { items } = drawn();
    const changed = items.map((_, nth) => items.map((item, at) => (at === nth ? { ...item, recordedAt: AS_OF } : item)));
    const fewer = items.map((_, nth) => items.filter((_item, at) => at !== nth));
    expect(new Set([items, ...changed, ...fewer].map(rootOf)).size).toBe(1 + 2 * items.length);
  });

  it("refuses what is no period, and lines that are no items", () => {
    for (const period of [
      { from: PERIOD.to, to: PERIOD.from },
      { from: PERIOD.from, to: PERIOD.from },
      { from: "2026-11-01", to: PERIOD.to },
    ])
      expect(() => population({ ...QUESTION, period }, [])).toThrow(QueryError);
    expect(() => population({ ...QUESTION, asOf: "now" }, [])).toThrow(QueryError);
    const [line = new Uint8Array()] = drawn().items.map(itemBytes);
    for (const bad of ["{}", "", `${Buffer.from(line)}\n`, Buffer.from(line).toString().replace("pushed", "guessed")])
      expect(() => parseItem(Buffer.from(bad)), bad.slice(0, 20)).toThrow(expect.objectContaining({ code: "not-an-item" }));
  });
});
