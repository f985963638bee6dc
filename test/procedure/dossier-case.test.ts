import type { FactsOf, Subject } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { Case } from "../../packages/procedure/dossier/case.ts";
import { configured } from "../scenarios/configured.ts";
import { CHANGE, deployed, HOME, merged, pull, push } from "./judged.ts";
import { minute, recorded, sha } from "./recorded.ts";

const of = (change: Subject, ...entries: readonly Recorded[]) => new Case({ change, entries }, configured(), minute(9999));
const other = (facts: Partial<FactsOf<"pull-request">>, subject: Subject = `change:${HOME}/pull/2`) => {
  const { entry, hash } = merged(50, facts);
  return { entry: { ...entry, subject }, hash };
};

describe("what a change is", () => {
  it.each<readonly [Subject, string, string]>([
    [CHANGE, "pull-request", HOME],
    [`change:${HOME}/push/${sha("d")}`, "direct-push", HOME],
    ["change:codedeploy/123456789012/us-east-1/d-1", "unmatched-deployment", ""],
    ["change:ecs/123456789012/us-east-1/shop/x", "unmatched-deployment", ""],
    ["change:servicenow/CHG1", "record", ""],
    ["change:service-catalog/123456789012/us-east-1/rec-1", "record", ""],
    ["change:gitlab/acme/shop/pull/1", "record", ""],
    [`change:${HOME}/tag/1`, "record", ""],
    [`change:${HOME}/pull/1/x`, "record", ""],
    ["change:github/acme/pull/1", "record", ""],
    ["change:x/change:github/acme/shop/pull/1", "record", ""],
  ])("%s is of kind %s, in the repository %s", (change, kind, home) => {
    expect([of(change).kind, of(change).home]).toEqual([kind, home]);
  });
  it("names itself, and the tickets that it names now or named at its release", () => {
    const named = (...at: readonly (readonly [number, Subject])[]) => [
      ...of(CHANGE, ...at.map(([when, ticket]) => pull(when, { tickets: [ticket] })), push(5, "cd"), merged(5), ...deployed(60)).named,
    ];
    expect(named([1, "ticket:jira/A-1"])).toEqual([CHANGE]);
    expect(named([1, "ticket:jira/A-1"], [70, "ticket:jira/B-1"])).toEqual([CHANGE, "ticket:jira/B-1"]);
    expect(named([1, "ticket:jira/A-1"], [60, "ticket:jira/B-1"], [70, "ticket:jira/C-1"])).toEqual([
      CHANGE,
      "ticket:jira/C-1",
      "ticket:jira/B-1",
    ]);
    const waiting = of(CHANGE, pull(1, { tickets: ["ticket:jira/A-1"] }), pull(70, { tickets: ["ticket:jira/B-1"] }));
    expect([...waiting.named]).toEqual([CHANGE, "ticket:jira/B-1"]);
    expect([...of("change:servicenow/CHG1").named]).toEqual(["change:servicenow/CHG1"]);
  });
  it("has no commits to answer for without a pull request, and nobody whose work or approval it is", () => {
    const { commits, coverage } = of("change:servicenow/CHG1");
    expect(commits).toEqual({ list: [], complete: false, by: "nothing", told: [] });
    expect(coverage).toEqual({ authors: [], complete: false, approvals: [] });
  });
});

describe("how a change came to its branch", () => {
  const direct: Subject = `change:${HOME}/push/${sha("d")}`;

  it("is by the push that ends with it, as its last commit", () => {
    const own = push(5, "cd");
    expect(of(direct, push(4, "cb"), own).arrival).toMatchObject({ push: { told: [own] }, at: 1 });
    expect(of(direct, push(4, "cb")).arrival).toBeUndefined();
  });
  it("is by the push to the protected branch, where others had it first", () => {
    const [first, main] = [push(4, "cd", { default: false }, `ref:${HOME}/refs/heads/topic`), push(5, "cd")];
    expect(of(direct, first, main).arrival?.push.told).toEqual([main]);
    expect(of(direct, first).arrival?.push.told).toEqual([first]);
  });
  it("may be a merge after all: of a pull request that was merged as one of its commits", () => {
    const claim = (facts: Partial<FactsOf<"pull-request">>, change: Subject = direct) =>
      of(change, other(facts), push(50, "cd"), ...(change === CHANGE ? [pull(1), merged(50)] : [])).claim?.entry.subject;
    expect(claim({ mergeSha: sha("c") })).toBe(`change:${HOME}/pull/2`);
    expect(claim({ mergeSha: sha("d") })).toBe(`change:${HOME}/pull/2`);
    expect(claim({ mergeSha: sha("e") })).toBeUndefined();
    // The code host tries merges of open pull requests out, and says as what.
    expect(claim({ mergeSha: sha("c"), state: "open", action: "synchronize" })).toBeUndefined();
    expect(claim({ mergeSha: sha("c") }, CHANGE)).toBeUndefined();
    expect(of(direct, other({ mergeSha: sha("c") })).claim).toBeUndefined();
  });
});

describe("a change's deployments to production", () => {
  const deployment = (id: string, at: number, state: FactsOf<"deployment-state">["state"] = "InProgress") => {
    const subject: Subject = `deployment:codedeploy/123456789012/us-east-1/${id}`;
    return [
      recorded(CHANGE, "linked", { deployment: subject, version: 1 } as FactsOf<"linked">, { at: 200, id: `link ${id}` }),
      recorded(subject, "deployment-state", { application: "shop", group: "production", state }, { at, id: `run ${id}` }),
    ];
  };
  const released = (...entries: readonly (readonly Recorded[])[]) => {
    const found = of(CHANGE, pull(1), push(5, "cd"), merged(5), ...entries.flat());
    return [found.releasedAt, ...found.releases.map((one) => one.deployment.subject.slice(-3))];
  };

  it("stand in the order in which they started, of one instant in that of their names", () => {
    expect(released(deployment("d-1", 60), deployment("d-2", 70))).toEqual([minute(60), "d-1", "d-2"]);
    expect(released(deployment("d-1", 70), deployment("d-2", 60))).toEqual([minute(60), "d-2", "d-1"]);
    for (const pair of [
      ["d-1", "d-2"],
      ["d-2", "d-1"],
    ])
      expect(released(...pair.map((id) => deployment(id, 60)))).toEqual([minute(60), "d-1", "d-2"]);
    expect(released()).toEqual([undefined]);
  });
  it("had started by the first word on them, where nothing tells when", () => {
    expect(released(deployment("d-1", 70, "Succeeded"), deployment("d-2", 80))).toEqual([minute(70), "d-1", "d-2"]);
    expect(released(deployment("d-1", 90, "Succeeded"), deployment("d-2", 80))).toEqual([minute(80), "d-2", "d-1"]);
    expect(of(CHANGE, ...deployment("d-1", 70, "Succeeded")).startUnknown?.subject).toMatch(/d-1$/);
    expect(of(CHANGE, ...deployment("d-1", 70)).startUnknown).toBeUndefined();
  });
});

describe("what was deployed without a push on record", () => {
  const unmatched: Subject = "change:codedeploy/123456789012/us-east-1/d-1";
  const state = recorded("deployment:codedeploy/123456789012/us-east-1/d-1", "deployment-state", {
    application: "shop",
    group: "production",
    state: "Succeeded",
  });

  it("is the deployment that the change is called after", () => {
    expect(of(unmatched, state).unmatched?.state).toBe("Succeeded");
    expect(of(CHANGE, state).unmatched).toBeUndefined();
    expect(of(unmatched).unmatched).toBeUndefined();
  });
  it("is of no commit that anybody knows while the deployment is not on record", () => {
    expect([of(unmatched).resolution, of(CHANGE, state).resolution]).toEqual([undefined, undefined]);
  });
});
