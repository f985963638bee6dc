import type { FactsOf, Subject } from "@change-ledger/model";
import { inForce, readConfiguration } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { carriersOf, deploymentsOf } from "../../packages/procedure/dossier/deployments.ts";
import { hostReleases } from "../../packages/procedure/dossier/host-releases.ts";
import { minute, recorded, sha } from "./recorded.ts";

const HOME = "github/acme/shop";
const DEPLOYMENT: Subject = "deployment:codedeploy/1/eu/d-1";
const target = (environment: string, more: object) => ({ environment, ...more });
const read = readConfiguration(
  JSON.stringify({
    repositories: [
      {
        match: HOME,
        deployments: [
          target("staging", { codedeploy: { application: "shop", group: "staging" } }),
          target("production", { codedeploy: { application: "shop", group: "production" } }),
          target("other", { ecs: { cluster: "shop", service: "staging" } }),
          target("production", { host: { environment: "live" } }),
          target("staging", { host: { environment: "test" } }),
        ],
      },
    ],
  }),
  minute(0),
);
if (!read.ok) throw new Error(JSON.stringify(read.faults));
const rules = inForce(read);

const GROUP = { application: "shop", group: "staging" };
const state = (
  at: number,
  said: FactsOf<"deployment-state">["state"],
  more: Partial<FactsOf<"deployment-state">> = {},
  subject = DEPLOYMENT,
) => recorded(subject, "deployment-state", { ...GROUP, state: said, ...more }, { at, id: `${at}` });
const lookUp = (at: number, said: FactsOf<"deployment-lookup">["state"], more: Partial<FactsOf<"deployment-lookup">> = {}) =>
  recorded(
    DEPLOYMENT,
    "deployment-lookup",
    { ...GROUP, state: said, revision: { type: "GitHub" }, targets: [], ...more },
    { at, id: `${at}` },
  );
const created = (at: number, error?: string) =>
  recorded(
    DEPLOYMENT,
    "deployment-created",
    { application: "shop", principal: { arn: "arn/x" }, ...(error !== undefined && { error }) },
    { at, id: `${at}` },
  );
const unresolved = (at: number, asked: string, reason: string) =>
  recorded(DEPLOYMENT, "unresolved", { asked, reason } as FactsOf<"unresolved">, { at, id: `${at}` });

type Told = Parameters<typeof deploymentsOf>[0]["deployed"][number];
const of = (...deployed: readonly Told[]) => deploymentsOf({ deployed }, rules).get(DEPLOYMENT);

describe("a deployment", () => {
  it("starts, runs and ends when its events say", () => {
    const [queued, running, done] = [state(1, "Created"), state(2, "InProgress"), state(3, "Succeeded")];
    expect(of(queued, running, done)).toMatchObject({
      state: "Succeeded",
      startedAt: minute(2),
      endedAt: minute(3),
      told: running,
      endTold: done,
    });
    expect(of(queued, running)).toMatchObject({ state: "InProgress", startedAt: minute(2), endedAt: undefined, endTold: undefined });
    expect(of(queued)).toMatchObject({
      state: "Created",
      startedAt: undefined,
      told: queued,
      rollback: false,
      gaveUp: undefined,
      unanswered: [],
      created: [],
    });
  });
  it("never goes back, and of two ends takes the one that calls for attention", () => {
    expect(of(state(1, "Succeeded"), state(2, "InProgress"))).toMatchObject({
      state: "Succeeded",
      startedAt: minute(2),
      endedAt: minute(1),
    });
    expect(of(state(1, "Succeeded"), state(2, "Failed"))).toMatchObject({ state: "Failed", endedAt: minute(2) });
    expect(of(state(1, "Failed"), state(2, "Succeeded"))).toMatchObject({ state: "Failed", endedAt: minute(1) });
    expect(of(state(1, "Succeeded"), state(2, "Succeeded"))).toMatchObject({ endedAt: minute(1) });
    for (const end of ["Succeeded", "Stopped", "Failed"] as const) expect(of(state(1, end))?.endedAt).toBe(minute(1));
    for (const going of ["Ready", "Baking", "Queued"] as const) expect(of(state(1, going))?.endedAt).toBeUndefined();
  });
  it("started when the earliest word on it says: an event, a look-up; else when it was made", () => {
    expect(of(state(5, "InProgress"), lookUp(6, "InProgress", { startedAt: minute(3) }))?.startedAt).toBe(minute(3));
    expect(of(state(2, "InProgress"), lookUp(6, "InProgress", { startedAt: minute(3) }))?.startedAt).toBe(minute(2));
    expect(of(lookUp(6, "Created", { createdAt: minute(1) }), created(2))?.startedAt).toBe(minute(1));
    expect(of(lookUp(6, "Created"), created(2))?.startedAt).toBe(minute(2));
    expect(of(lookUp(6, "InProgress", { createdAt: minute(1), startedAt: minute(4) }))?.startedAt).toBe(minute(4));
    const asked = lookUp(6, "Created");
    expect(of(state(5, "Created"), asked)).toMatchObject({ startedAt: undefined, told: { entry: { occurredAt: minute(5) } } });
    const second = state(4, "InProgress");
    expect(of(second, state(7, "InProgress"))?.told).toBe(second);
  });
  it("is made by whoever was let", () => {
    const made = created(1);
    expect(of(made, created(2, "AccessDenied"))?.created).toEqual([made]);
    expect(of(created(1, "AccessDenied"))).toMatchObject({ created: [], startedAt: undefined });
  });
  it("is told by the look-up of its end, else by the later one", () => {
    const [running, again, ended] = [lookUp(1, "InProgress"), lookUp(2, "InProgress"), lookUp(3, "Succeeded", { completedAt: minute(3) })];
    expect(of(running, again)?.lookup).toBe(again);
    expect(of(ended, again)?.lookup).toBe(ended);
    expect(of(running, ended)?.lookup).toBe(ended);
    expect(of(running, ended)).toMatchObject({ endedAt: minute(3), endTold: ended, revision: { type: "GitHub" } });
    expect(of(state(1, "Created"))?.revision).toBeUndefined();
  });
  it("is a rollback by its creator, by what it rolls back or by what it restores", () => {
    expect(of(lookUp(1, "Succeeded", { creator: "codeDeployRollback" }))?.rollback).toBe(true);
    expect(of(lookUp(1, "Succeeded", { creator: "ecsRollback" }))?.rollback).toBe(true);
    expect(of(lookUp(1, "Succeeded", { rollsBack: "d-0" }))).toMatchObject({ rollback: true, rollsBack: "d-0" });
    expect(of(state(1, "InProgress", { restores: "d-0" }), state(2, "Succeeded"))).toMatchObject({ rollback: true, restores: "d-0" });
    expect(of(lookUp(1, "Succeeded", { creator: "user", rolledBackBy: "d-2" }), lookUp(2, "Succeeded"))).toMatchObject({
      rollback: false,
      rolledBackBy: "d-2",
    });
    expect(of(lookUp(1, "Succeeded", { rollsBack: "d-0" }), lookUp(2, "Succeeded", { rollsBack: "d-9" }))?.rollsBack).toBe("d-0");
  });
  it("has look-ups that gave up, while none answered", () => {
    expect(of(state(1, "Failed"), unresolved(2, "deployment", "no such"), unresolved(3, "deployment", "later"))?.gaveUp).toBe("no such");
    expect(of(unresolved(2, "deployment", "no such"), lookUp(3, "Failed"))?.gaveUp).toBeUndefined();
    const artifact = unresolved(4, "artifact", "no metadata");
    expect(of(artifact)).toMatchObject({ gaveUp: undefined, unanswered: [artifact] });
  });
  it("goes where the configuration says of its group or service; else it counts as production", () => {
    expect(of(state(1, "Created"))).toMatchObject({ environment: "staging", named: true });
    expect(of(state(1, "Created", { group: "production" }))).toMatchObject({ environment: "production", named: true });
    expect(of(state(1, "Created", { group: "elsewhere" }))).toMatchObject({ environment: "production", named: false });
    expect(of(created(1))).toMatchObject({ environment: "production", named: false });
    const unnamed = (facts: object) =>
      of(recorded(DEPLOYMENT, "deployment-state", { state: "Created", ...facts } as FactsOf<"deployment-state">));
    for (const half of [{ application: "shop" }, { group: "staging" }])
      expect(unnamed(half)).toMatchObject({ environment: "production", named: false });
    expect(of(lookUp(1, "Created"))).toMatchObject({ environment: "staging", named: true });
    expect(of(lookUp(1, "Created", { group: "production" }), state(2, "Created"))).toMatchObject({ environment: "production" });
    const ecs: Subject = "deployment:ecs/1/eu/shop/x";
    const found = deploymentsOf(
      { deployed: [state(1, "Created", { application: "staging", group: "shop" }, ecs as typeof DEPLOYMENT)] },
      rules,
    );
    expect(found.get(ecs)).toMatchObject({ environment: "other", named: true });
  });
  it("is one a chain, of deployments alone", () => {
    const found = deploymentsOf(
      {
        deployed: [
          state(1, "Created"),
          state(2, "Created", {}, "deployment:x/2" as typeof DEPLOYMENT),
          state(3, "Failed"),
          state(1, "Created", {}, "change:x" as never),
        ],
      },
      rules,
    );
    expect([...found].map(([subject, one]) => [subject, one.state])).toEqual([
      [DEPLOYMENT, "Failed"],
      ["deployment:x/2", "Created"],
    ]);
  });
});

describe("which deployments carry a change", () => {
  const link = (kind: "linked" | "unlinked", version: number, at = 1, deployment: Subject = DEPLOYMENT) =>
    recorded("change:github/acme/shop/pull/1", kind, { deployment, version } as FactsOf<"linked">, { at, id: `${kind} ${version} ${at}` });
  const carried = (...links: readonly ReturnType<typeof link>[]) =>
    [...carriersOf({ links: links as never })].map(([deployment, by]) => [deployment, by.entry.source.id]);

  it("is what the newest version of its link says, and of one version the taking back", () => {
    expect(carried(link("linked", 1))).toEqual([[DEPLOYMENT, "linked 1 1"]]);
    for (const pair of [
      [link("linked", 1), link("unlinked", 2)],
      [link("linked", 1), link("unlinked", 1)],
    ])
      for (const links of [pair, pair.toReversed()]) expect(carried(...links)).toEqual([]);
    for (const links of [
      [link("unlinked", 1), link("linked", 2)],
      [link("linked", 2), link("unlinked", 1)],
    ])
      expect(carried(...links)).toEqual([[DEPLOYMENT, "linked 2 1"]]);
  });
  it("is told by the first of the same word", () => {
    expect(carried(link("linked", 1, 1), link("linked", 1, 2))).toEqual([[DEPLOYMENT, "linked 1 1"]]);
    expect(carried(link("linked", 1), link("linked", 1, 1, "deployment:x/2"))).toHaveLength(2);
  });
});

describe("deployments that the code host keeps", () => {
  const made = (at: number, id: string, environment = "live", commit = sha("a")) =>
    recorded(`commit:${HOME}/${commit}`, "host-deployment", { action: "created", id, environment, commit }, { at, id: `${id} ${at}` });
  const said = (at: number, id: string, word: string, environment = "live", commit = sha("a")) =>
    recorded(
      `commit:${HOME}/${commit}`,
      "host-deployment-status",
      { action: "created", id, environment, commit, state: word },
      { at, id: `${id} ${at}` },
    );
  const releases = (...hostDeployments: readonly (ReturnType<typeof made> | ReturnType<typeof said>)[]) =>
    hostReleases({ hostDeployments }, [sha("a"), sha("b")], HOME, rules);

  it("are releases where the environment is named production, of these commits", () => {
    expect(
      releases(
        made(1, "7"),
        made(1, "8", "test"),
        made(1, "9", "unnamed"),
        made(1, "6", "live", sha("c")),
        made(1, "5", "live", sha("b")),
      ).map(({ subject }) => subject),
    ).toEqual([`deployment:${HOME}/7`, `deployment:${HOME}/5`]);
  });
  it("start and end as their statuses say", () => {
    const [first, waiting, running, done, later] = [
      made(1, "7"),
      said(2, "7", "queued"),
      said(3, "7", "in_progress"),
      said(4, "7", "success"),
      said(5, "7", "failure"),
    ];
    expect(releases(first, waiting, running, done)).toEqual([
      {
        subject: `deployment:${HOME}/7`,
        environment: "production",
        named: true,
        state: "Succeeded",
        startedAt: minute(3),
        endedAt: minute(4),
        rollback: false,
        rollsBack: undefined,
        rolledBackBy: undefined,
        revision: { type: "GitHub", commit: sha("a"), by: "revision" },
        gaveUp: undefined,
        unanswered: [],
        restores: undefined,
        created: [],
        told: running,
        endTold: done,
        lookup: undefined,
      },
    ]);
    expect(releases(first, running, done, later)[0]).toMatchObject({ state: "Succeeded", endedAt: minute(4) });
    expect(releases(first, later)[0]).toMatchObject({ state: "Failed", startedAt: minute(1), endedAt: minute(5), told: first });
    expect(releases(first)[0]).toMatchObject({ state: "Created", endedAt: undefined, endTold: undefined });
    expect(releases(first, said(2, "7", "inactive"))[0]).toMatchObject({ state: "Created" });
    expect(releases(first, running, said(9, "7", "in_progress"))[0]).toMatchObject({ state: "InProgress", startedAt: minute(3) });
  });
});
