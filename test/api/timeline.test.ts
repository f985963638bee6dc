import { createApi } from "@change-ledger/api";
import type { SealedEntry, Subject } from "@change-ledger/model";
import { foldChains, type Timeline } from "@change-ledger/query";
import { describe, expect, it } from "vitest";
import { MemoryChains, MemoryModels, MemoryPlans } from "../query/memory.ts";
import { change, deploy, deployment, fact, minute, sha } from "../query/timeline/group.ts";
import { FAILED, GOOD, MERGED, makeWorld, READER, ROLLBACK } from "./world.ts";

type Answer = Timeline & { readonly omitted: number };
const world = await makeWorld();
const pathOf = (subject: Subject) => `/v1/deployments/${encodeURIComponent(subject.slice("deployment:".length))}/timeline`;

async function read(app: typeof world.app, path: string, env: object = READER) {
  const response = await app.request(path, {}, env);
  return { status: response.status, body: (await response.json()) as Answer & { errors?: { field: string }[] } };
}

/** A ledger of these chains and plans, counting what is asked of it. */
async function ledgerOf(chains: readonly SealedEntry[][], carries: Readonly<Record<string, readonly Subject[]>> = {}) {
  const asked = { reads: 0, places: 0, gets: 0 };
  class Models extends MemoryModels {
    override async places(...args: Parameters<MemoryModels["places"]>) {
      asked.places++;
      return await super.places(...args);
    }
    override async get(...args: Parameters<MemoryModels["get"]>) {
      asked.gets++;
      return await super.get(...args);
    }
  }
  class Chains extends MemoryChains {
    override async read(...args: Parameters<MemoryChains["read"]>) {
      asked.reads++;
      return await super.read(...args);
    }
  }
  const models = new Models();
  const store = new Chains();
  const plans = new MemoryPlans();
  store.add(chains.flat());
  await foldChains(
    { models, chains: store, pause: async () => {} },
    Map.groupBy(chains.flat(), ({ entry }) => entry.subject),
  );
  for (const [id, some] of Object.entries(carries))
    plans.plans.set(deployment(id), { version: 1, carries: some, since: "previous-revision" });
  const app = createApi({ ...world.ports, models, chains: store, plans });
  Object.assign(asked, { reads: 0, places: 0, gets: 0 });
  return { app, asked };
}
const pull = (n: string): Subject => `change:github/acme/shop/pull/${n}`;

describe("GET /v1/deployments/{id}/timeline", () => {
  it("tells the story of a failed deployment: lanes, first failure, what it carried, who restored it and how fast", async () => {
    const { status, body } = await read(world.app, pathOf(FAILED));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      deployment: FAILED,
      outcome: "failed",
      firstFailure: { target: "i-1", event: "ValidateService", error: "ScriptFailed", script: "validate.sh" },
      failure: { class: "script-failed", consequence: { class: "health-constraints" } },
      carries: [{ change: MERGED, approvedBy: [{ login: "bob" }] }],
      restored: { deployment: ROLLBACK },
      omitted: 0,
    });
    expect(body.figures.find(({ name }) => name === "timeToRestore")).toMatchObject({ seconds: 300 });
    expect(body.lanes.filter(({ marks }) => marks.length > 0).map(({ lane }) => lane)).toEqual([
      "ticket",
      "code",
      "review",
      "checks",
      "deployment",
      "targets",
      "rollback",
    ]);
    expect(body.lineage.map(({ deployment: one }) => one)).toEqual([FAILED, ROLLBACK, GOOD]);
  });

  it("answers the same each time, whatever the hour: the latest entry's clock is the default", async () => {
    const [first, second] = [await read(world.app, pathOf(FAILED)), await read(world.app, pathOf(FAILED))];
    expect(second).toEqual(first);
    expect(first.body.asOf).toBe("2026-11-21T22:14:45.000Z");
    const later = await read(world.app, `${pathOf(FAILED)}?as-of=2027-01-01T00:00:00.000Z`);
    expect({ ...later.body, asOf: first.body.asOf }).toEqual(first.body);
  });

  it("refuses what is not asked rightly, and does not know what is not on record", async () => {
    expect((await read(world.app, `${pathOf(FAILED)}?as-of=yesterday`)).body.errors?.map(({ field }) => field)).toEqual(["as-of"]);
    expect((await read(world.app, `${pathOf(FAILED)}?asof=2027-01-01T00:00:00.000Z`)).status).toBe(400);
    expect((await read(world.app, `${pathOf(FAILED)}?as-of=2020-01-01T00:00:00.000Z`)).status).toBe(404);
    expect((await read(world.app, pathOf("deployment:codedeploy/1/eu-west-1/d-404"))).status).toBe(404);
    expect((await read(world.app, pathOf(FAILED), {})).status).toBe(401);
  });

  it("knows approval of what runs, ran and was put back by the changes that were merged as it", async () => {
    const outcomes = { T4: "satisfied", T5: "satisfied" };
    const facts = {
      asOf: minute(1),
      configuration: "0".repeat(64),
      procedure: "ENG-PROC-003",
      type: "normal",
      digest: "0".repeat(64),
      outcomes,
      opened: [],
      resolved: [],
    };
    const { app } = await ledgerOf(
      [
        deploy("d-0", { start: 0, end: 2, state: "Succeeded", commit: "a" }),
        deploy("d-1", { start: 10, end: 15, state: "Failed", commit: "b", previous: "a" }),
        deploy("d-2", { start: 17, end: 20, state: "Succeeded", commit: "a", rollsBack: "d-1" }),
        change("1", "a", -9, ["d-0"], [fact(minute(1), "assessed", facts)]),
        change("2", "b", 5, ["d-1"]),
      ],
      { "d-0": [pull("1")], "d-1": [pull("2")] },
    );
    const { body } = await read(app, pathOf(deployment("d-1")));
    for (const state of [body.previous, body.restored, body.running])
      expect(state?.approval).toMatchObject({ outcome: "satisfied", change: pull("1") });
    expect(body.deployed).not.toHaveProperty("approval");
    expect(body.carries.map(({ change: one }) => one)).toEqual([pull("2")]);
  });

  it("finds its group among a busy account's deployments at the same cost, and what runs now", async () => {
    const noise = Array.from({ length: 400 }, (_, n) =>
      deploy(`d-n${n}`, {
        start: n * 3,
        end: n * 3 + 1,
        state: "Succeeded",
        commit: "f",
        about: { application: `other-${n % 7}`, group: "production" },
      }),
    );
    const own = [
      deploy("d-0", { start: 500, end: 502, state: "Succeeded", commit: "a" }),
      deploy("d-1", { start: 510, end: 515, state: "Failed", commit: "b", previous: "a" }),
      deploy("d-2", { start: 517, end: 520, state: "Succeeded", commit: "a", rollsBack: "d-1" }),
      deploy("d-3", { start: 530, end: 532, state: "Succeeded", commit: "c" }),
      deploy("d-4", { start: 1190, end: 1195, state: "Succeeded", commit: "d" }),
    ];
    const quiet = await ledgerOf(own);
    const busy = await ledgerOf([...noise, ...own]);
    const [calm, loud] = [await read(quiet.app, pathOf(deployment("d-1"))), await read(busy.app, pathOf(deployment("d-1")))];
    expect(loud.body.lineage).toEqual(calm.body.lineage);
    expect(loud.body.running).toMatchObject({ deployment: deployment("d-4"), revision: { commit: sha("d") }, unsure: false });
    expect(calm.body.running).toEqual(loud.body.running);
    expect(busy.asked).toEqual(quiet.asked);
    // Between those found soon after it and the latest there may be others of the group: that is said.
    expect([calm.body.omitted, loud.body.omitted]).toEqual([0, 1]);
  });

  it("says how much of a huge story it left out, and stays below what Lambda can answer", async () => {
    const targets = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`i-${at}`, at === 7 ? { at: 20 } : undefined]));
    const numbers = Array.from({ length: 520 }, (_, at) => String(at));
    const chains = [
      deploy("d-1", { start: 10, end: 900, state: "Failed", commit: "b", targets }),
      ...numbers.map((number, at) =>
        change(
          number,
          (at + 1).toString(16).padStart(40, "0"),
          -at,
          ["d-1"],
          Array.from({ length: 40 }, (_, nth) => fact(minute(nth), "comment", { action: "created", id: `${at}-${nth}` })),
        ),
      ),
    ];
    const { app } = await ledgerOf(chains, { "d-1": numbers.map(pull) });
    const response = await app.request(pathOf(deployment("d-1")), {}, READER);
    const text = await response.text();
    expect(text.length).toBeLessThan(6_000_000);
    const body = JSON.parse(text) as Answer;
    expect(body.targets).toHaveLength(200);
    expect(body.firstFailure?.target).toBe("i-7");
    expect(body.omitted).toBeGreaterThan(20);
    expect(body.lanes.flatMap(({ marks }) => marks).length).toBeGreaterThan(8_000);
  });
});
