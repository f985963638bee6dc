import type { Subject } from "@change-ledger/model";
import {
  type ChangeSummary,
  type CommitSummary,
  changeType,
  type DeploymentSummary,
  decodeCursor,
  dossierSubjects,
  encodeCursor,
  type RefSummary,
  scopeOf,
  type TicketSummary,
  viewChange,
  viewCommit,
  viewDeployment,
  viewRef,
  viewTicket,
} from "@change-ledger/query";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainOf, foldAll, type Told } from "./chain.ts";

const PULL: Subject = "change:github/acme/cargo/pull/7";
const day = (n: number) => `2023-01-0${n}T00:00:00.000Z`;
const sha = (digit: string) => digit.repeat(40);
const change = (told: readonly Told[], subject = PULL) => foldAll(chainOf(subject, told)) as ChangeSummary;

function pull(at: string, id: string, more: object): Told {
  const facts = {
    action: "edited",
    author: { login: "ada" },
    head: sha("a"),
    headRef: "t",
    base: sha("b"),
    baseRef: "main",
    state: "open",
    ...more,
  };
  return { kind: "pull-request", at, id, facts } as Told;
}
const review = (at: string, id: string, login: string, state: string, commit = sha("a")): Told =>
  ({ kind: "review", at, id: `${id}@${at}`, facts: { action: "submitted", id, reviewer: { login }, state, commit } }) as Told;
const link = (kind: "linked" | "unlinked", deployment: Subject, version: number): Told => ({
  kind,
  at: day(9),
  id: `${kind}${version}`,
  facts: { deployment, version },
});

describe("a pull request", () => {
  it("stays merged, with the merge's words, whatever is dated later", () => {
    const merged = pull(day(2), "m", { state: "merged", mergeSha: sha("c"), mergedAt: day(2), labels: ["x"] });
    const late = pull(day(3), "z", { state: "open", head: sha("d") });
    expect(viewChange(change([merged, late]))).toMatchObject({
      state: "merged",
      mergeSha: sha("c"),
      headSha: sha("a"),
      labels: ["x"],
      lastAt: day(3),
    });
  });

  it("is as the latest word leaves it: a label or ticket taken away is gone", () => {
    const view = viewChange(change([pull(day(1), "1", { labels: ["x"], tickets: ["ticket:jira/P-1"] }), pull(day(2), "2", {})]));
    expect(view).toMatchObject({ labels: [], tickets: [], state: "open", openedAt: day(1), chain: { length: 2 } });
  });

  it("opened when its sender says so, not when the first delivery was", () => {
    expect(viewChange(change([pull(day(4), "1", { openedAt: day(1) })])).openedAt).toBe(day(1));
  });

  it("shows each reviewer's latest verdict with its commit", () => {
    const told = [
      review(day(1), "1", "bob", "changes_requested"),
      review(day(2), "2", "bob", "approved", sha("d")),
      review(day(3), "3", "bob", "commented"),
      review(day(1), "4", "eve", "approved"),
      review(day(5), "4", "eve", "dismissed"),
    ];
    expect(viewChange(change(told)).reviews).toEqual([
      { reviewer: { login: "bob" }, state: "approved", commit: sha("d"), at: day(2) },
      { reviewer: { login: "eve" }, state: "dismissed", commit: sha("a"), at: day(5) },
    ]);
  });

  it("keeps a second approval when the first one is dismissed afterwards", () => {
    const told = [review(day(1), "1", "bob", "approved"), review(day(2), "2", "bob", "approved"), review(day(3), "1", "bob", "dismissed")];
    expect(viewChange(change(told)).reviews.map(({ state }) => state)).toEqual(["approved"]);
  });

  it("goes as far as the deployments that carry it", () => {
    const one: Subject = "deployment:codedeploy/1/eu-west-1/d-1";
    const two: Subject = "deployment:codedeploy/1/eu-west-1/d-2";
    const state = change([
      pull(day(1), "1", { state: "merged" }),
      link("linked", one, 1),
      link("linked", two, 1),
      link("unlinked", two, 2),
    ]);
    const deployment = (subject: Subject, said: string, more: Partial<DeploymentSummary> = {}) =>
      ({
        ...foldAll(
          chainOf(subject, [
            { kind: "deployment-state", at: day(2), id: "1", facts: { application: "a", group: "g", state: said } } as Told,
          ]),
        ),
        ...more,
      }) as DeploymentSummary;
    const states = (some: readonly DeploymentSummary[]) => viewChange(state, some).state;
    expect(viewChange(state).deployments).toEqual([one]);
    expect(states([])).toBe("merged");
    expect(states([deployment(one, "Succeeded")])).toBe("deployed");
    expect(states([deployment(one, "InProgress")])).toBe("deploying");
    expect(states([deployment(one, "Failed")])).toBe("failed");
    expect(states([deployment(one, "Failed", { tied: "d-9" })])).toBe("rolledBack");
    expect(states([deployment(two, "Succeeded")])).toBe("merged");
  });
});

describe("a deployment", () => {
  const subject: Subject = "deployment:codedeploy/1/eu-west-1/d-1";
  const about = { application: "cargo", group: "production" };
  const state = (at: string, said: string): Told => ({ kind: "deployment-state", at, id: said, facts: { ...about, state: said } }) as Told;
  const target = (at: string, id: string, said: string): Told =>
    ({ kind: "target-state", at, id: id + said, facts: { ...about, target: id, state: said } }) as Told;
  const lookup = (facts: object): Told =>
    ({
      kind: "deployment-lookup",
      at: day(8),
      id: "look",
      facts: { ...about, state: "Failed", revision: { type: "GitHub", commit: sha("a") }, targets: [], ...facts },
    }) as Told;
  const view = (told: readonly Told[]) => viewDeployment(foldAll(chainOf(subject, told)) as DeploymentSummary);
  const failing = {
    id: "i-2",
    type: "InstanceTarget",
    status: "Failed",
    updatedAt: day(2),
    lifecycle: [
      { name: "Install", status: "Succeeded" },
      { name: "ValidateService", status: "Failed", error: "ScriptFailed", script: "validate.sh" },
    ],
  };

  it("takes times from events and details from the look-up", () => {
    const seen = view([
      lookup({ startedAt: day(2), completedAt: day(5), targets: [failing, { ...failing, id: "i-1", updatedAt: day(1), lifecycle: [] }] }),
      state(day(4), "Failed"),
      target(day(3), "i-2", "Failed"),
      state(day(1), "InProgress"),
    ]);
    expect(seen).toMatchObject({
      state: "Failed",
      startedAt: day(1),
      endedAt: day(4),
      firstFailureAt: day(3),
      failure: { target: "i-2", at: day(3), event: "ValidateService", error: "ScriptFailed", script: "validate.sh" },
      lookedUp: "done",
    });
  });

  it("falls back on the look-up where events are missing", () => {
    const seen = view([lookup({ createdAt: day(1), startedAt: day(1), completedAt: day(3), targets: [failing] })]);
    expect(seen).toMatchObject({
      startedAt: day(1),
      endedAt: day(3),
      firstFailureAt: day(2),
      failure: { target: "i-2", event: "ValidateService" },
    });
  });

  it("says that the look-up gave up, until one comes after all", () => {
    const gaveUp: Told = { kind: "unresolved", at: day(2), id: "u", facts: { asked: "deployment", attempts: 8, reason: "throttled" } };
    expect(view([state(day(1), "InProgress"), gaveUp])).toMatchObject({ lookedUp: "unresolved", unresolved: "throttled" });
    expect(view([gaveUp, lookup({})])).toMatchObject({ lookedUp: "done" });
    expect(view([state(day(1), "InProgress")])).toMatchObject({ lookedUp: "pending", state: "InProgress" });
  });

  it("shows at most 100 targets, and says that there are more", () => {
    const many = Array.from({ length: 150 }, (_, n) => target(day(1), `i-${String(n).padStart(3, "0")}`, "Succeeded"));
    const seen = view(many);
    expect([seen.targets.length, seen.targetsTruncated, seen.targets.at(-1)?.id]).toEqual([100, true, "i-099"]);
    expect(view(many.slice(0, 100)).targetsTruncated).toBe(false);
  });

  it("of the code host has its environment for group and its words for states", () => {
    const host: Told = {
      kind: "host-deployment-status",
      at: day(1),
      id: "1",
      facts: { action: "created", id: "1", environment: "prod", commit: sha("a"), state: "success" },
    };
    const seen = viewDeployment(foldAll(chainOf("deployment:github/acme/cargo/1", [host])) as DeploymentSummary);
    expect(seen).toMatchObject({
      group: "prod",
      state: "Succeeded",
      revision: { repository: "acme/cargo", commit: sha("a") },
      scope: "github/acme/cargo",
    });
  });
});

it("a ticket keeps what a later delivery leaves out, and drops what one clears", () => {
  const told: Told[] = [
    {
      kind: "ticket",
      at: day(1),
      id: "1",
      facts: { action: "created", type: "Bug", status: "Open", assignee: { login: "ada" }, labels: ["x"], fields: { risk: "low" } },
    },
    {
      kind: "ticket",
      at: day(2),
      id: "2",
      facts: { action: "updated", status: "Done", resolution: "Fixed", changes: [{ field: "assignee", from: "ada" }] },
    },
    { kind: "comment", at: day(3), id: "3", facts: { action: "created", id: "9" } },
  ];
  const view = viewTicket(foldAll(chainOf("ticket:jira/PAY-12", told)) as TicketSummary);
  expect(view).toMatchObject({
    type: "Bug",
    status: "Done",
    resolution: "Fixed",
    labels: ["x"],
    fields: [{ name: "risk", value: "low" }],
  });
  expect("assignee" in view).toBe(false);
  expect([view.deleted, view.scope, view.openedAt, view.lastAt]).toEqual([false, "jira/PAY", day(1), day(3)]);
});

it("a commit shows the latest run of each check", () => {
  const run = (at: string, id: string, status: string, conclusion?: string): Told =>
    ({
      kind: "check-run",
      at,
      id: at + id + status,
      facts: { action: status, id, name: "build", status, ...(conclusion && { conclusion }) },
    }) as Told;
  const told = [run(day(2), "2", "completed", "success"), run(day(1), "1", "completed", "failure"), run(day(2), "2", "in_progress")];
  const view = viewCommit(foldAll(chainOf(`commit:github/acme/cargo/${sha("a")}`, told)) as CommitSummary);
  expect(view.checks).toEqual([{ name: "check-run:build", id: "2", status: "completed", conclusion: "success", at: day(2) }]);
});

it("a ref shows its tip and when history was last rewritten", () => {
  const push = (at: string, after: string, forced: boolean): Told =>
    ({ kind: "push", at, id: at, facts: { before: sha("0"), after, commits: [], forced, default: true } }) as Told;
  const view = viewRef(
    foldAll(chainOf("ref:github/acme/cargo/refs/heads/main", [push(day(2), sha("b"), false), push(day(1), sha("a"), true)])) as RefSummary,
  );
  expect(view).toMatchObject({ tip: sha("b"), pushedAt: day(2), forcedAt: day(1), default: true, deleted: false });
});

it("types and scopes follow from the subject alone", () => {
  const cases: readonly (readonly [Subject, string, string])[] = [
    ["change:github/acme/cargo/pull/7", "pullRequest", "github/acme/cargo"],
    ["change:github/acme/cargo/push/abc", "directPush", "github/acme/cargo"],
    ["change:codedeploy/123/eu-west-1/d-1", "unmatchedDeployment", "codedeploy/123/eu-west-1"],
    ["change:servicenow/CHG0030192", "record", "servicenow"],
    ["change:x", "record", "x"],
  ];
  for (const [subject, type, scope] of cases) expect([changeType(subject), scopeOf(subject)]).toEqual([type, scope]);
  expect([scopeOf("ticket:github/acme/cargo/issues/7"), scopeOf("ticket:jira/A-B-12"), scopeOf("ticket:x/")]).toEqual([
    "github/acme/cargo",
    "jira/A-B",
    "x/",
  ]);
});

it("names the chains of a dossier: tickets, deployments, every head, evidence, ref", () => {
  const told = [
    pull(day(1), "1", { tickets: ["ticket:jira/P-1"] }),
    pull(day(2), "2", { head: sha("d"), state: "merged", mergeSha: sha("c"), tickets: ["ticket:jira/P-2"] }),
    review(day(1), "1", "bob", "approved", sha("e")),
    link("linked", "deployment:codedeploy/1/eu-west-1/d-1", 1),
  ];
  expect(dossierSubjects(change(told), chainOf(PULL, told))).toEqual([
    "ticket:jira/P-2",
    "deployment:codedeploy/1/eu-west-1/d-1",
    ...["a", "c", "d", "e"].map((digit) => `commit:github/acme/cargo/${sha(digit)}`),
    "evidence:github/acme/cargo",
    "ref:github/acme/cargo/refs/heads/main",
  ]);
});

it("a cursor names its place again and nothing else does", () => {
  const place = { at: day(1), subject: PULL };
  const cursor = encodeCursor("change", place);
  expect([decodeCursor("change", cursor), decodeCursor("ticket", cursor)]).toEqual([place, undefined]);
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.nat({ max: cursor.length - 1 })), (hostile) => {
      const text = typeof hostile === "number" ? `${cursor.slice(0, hostile)}A${cursor.slice(hostile + 1)}` : hostile;
      const decoded = decodeCursor("change", text);
      if (decoded !== undefined) expect(encodeCursor("change", decoded)).toBe(text);
    }),
  );
});
