import type { Subject } from "@change-ledger/model";
import fc from "fast-check";
import type { Told } from "./chain.ts";

/** Arbitrary facts, with few distinct times, ids and values, so that ties and contradictions are common. */

const sha = fc.constantFrom("a", "b", "c").map((digit) => digit.repeat(40));
const at = fc.constantFrom("2023-01-01T00:00:00.000Z", "2023-01-01T00:00:01.000Z", "2023-02-05T00:03:00.000Z");
const id = fc.constantFrom("e1", "e2", "e3", "e4");
const person = fc.constantFrom({ id: "1", login: "ada" }, { id: "2", login: "bob" }, { login: "eve" }, { mail: "00ff" }, {});
const name = fc.constantFrom("build", "test", "__proto__");
const when = { at, id };
const optional = <T>(value: fc.Arbitrary<T>, key: string) =>
  fc.oneof(
    fc.constant({}),
    value.map((one) => ({ [key]: one })),
  );
const record = (kind: string, required: Record<string, fc.Arbitrary<unknown>>, extras: readonly fc.Arbitrary<object>[] = []) =>
  fc
    .tuple(fc.record(when), fc.record(required), fc.tuple(...extras))
    .map(([stamp, facts, more]) => ({ ...stamp, kind, facts: Object.assign({}, facts, ...more) as object }) as unknown as Told);

const tickets = fc.uniqueArray(fc.constantFrom<Subject>("ticket:jira/PAY-1", "ticket:jira/PAY-2"));
const labels = fc.uniqueArray(fc.constantFrom("bug", "urgent"));

const pullRequest = record(
  "pull-request",
  {
    action: fc.constant("opened"),
    author: person,
    head: sha,
    headRef: fc.constant("topic"),
    base: sha,
    baseRef: fc.constantFrom("main", "next"),
    state: fc.constantFrom("open", "closed", "merged"),
  },
  [
    optional(at, "openedAt"),
    optional(sha, "mergeSha"),
    optional(at, "mergedAt"),
    optional(tickets, "tickets"),
    optional(labels, "labels"),
    optional(fc.boolean(), "draft"),
  ],
);
const review = record(
  "review",
  {
    action: fc.constant("submitted"),
    id: fc.constantFrom("9", "10", "11"),
    reviewer: person,
    state: fc.constantFrom("approved", "changes_requested", "commented", "dismissed", "pending"),
  },
  [optional(sha, "commit")],
);
const link = (kind: "linked" | "unlinked") =>
  record(kind, {
    deployment: fc.constantFrom("deployment:codedeploy/1/eu-west-1/d-1", "deployment:codedeploy/1/eu-west-1/d-2"),
    version: fc.integer({ min: 1, max: 3 }),
  });
export const changeFacts = fc.array(fc.oneof(pullRequest, review, link("linked"), link("unlinked")), { minLength: 1, maxLength: 12 });

const about = { application: fc.constant("cargo"), group: fc.constantFrom("production", "staging") };
const revision = fc.constantFrom(
  { type: "GitHub", repository: "acme/cargo", commit: "a".repeat(40) },
  { type: "S3", unresolved: "no-metadata" },
);
const deploymentStates = fc.constantFrom("Created", "Queued", "InProgress", "Baking", "Succeeded", "Failed", "Stopped", "Ready");
const target = fc.record({
  id: fc.constantFrom("i-1", "i-2", "__proto__"),
  type: fc.constant("InstanceTarget"),
  status: fc.constantFrom("Failed", "Succeeded", "Skipped", "toString"),
  lifecycle: fc.array(
    fc.record({
      name: fc.constantFrom("Install", "ValidateService"),
      status: fc.constantFrom("Failed", "Succeeded"),
      error: fc.constant("ScriptFailed"),
    }),
    { maxLength: 2 },
  ),
});
const lookup = record("deployment-lookup", { ...about, state: deploymentStates, revision, targets: fc.array(target, { maxLength: 3 }) }, [
  optional(fc.constantFrom("user", "codeDeployRollback"), "creator"),
  optional(fc.constant("d-9"), "rollsBack"),
  optional(fc.constantFrom("d-8", "d-7"), "rolledBackBy"),
  optional(at, "startedAt"),
  optional(at, "completedAt"),
]);
const host = (state: fc.Arbitrary<string> | undefined) =>
  record(state === undefined ? "host-deployment" : "host-deployment-status", {
    action: fc.constant("created"),
    id: fc.constant("1"),
    environment: fc.constantFrom("production", "staging"),
    commit: sha,
    ...(state && { state }),
  });
export const deploymentFacts = fc.array(
  fc.oneof(
    record("deployment-state", { ...about, state: deploymentStates }, [
      optional(fc.constantFrom("ECS_ALARM", "ECS_TASKS_FAILED"), "error"),
      optional(fc.constantFrom("7", "8"), "restores"),
    ]),
    record("target-state", {
      ...about,
      target: fc.constantFrom("i-1", "i-2"),
      state: fc.constantFrom("Pending", "InProgress", "Failed", "Succeeded", "Ready"),
    }),
    record("deployment-created", { application: fc.constant("cargo"), principal: fc.constantFrom({ arn: "arn:1" }, { name: "ada" }, {}) }),
    record("unresolved", { asked: fc.constant("deployment"), attempts: fc.constant(8), reason: fc.constantFrom("throttled", "gone") }),
    lookup,
    host(undefined),
    host(fc.constantFrom("success", "failure", "in_progress", "inactive", "toString")),
  ),
  { minLength: 1, maxLength: 12 },
);

const change = fc.record({ field: fc.constantFrom("assignee", "resolution", "status"), from: fc.constant("x") });
export const ticketFacts = fc.array(
  record("ticket", { action: fc.constantFrom("jira:issue_created", "jira:issue_updated", "jira:issue_deleted") }, [
    optional(fc.constantFrom("Bug", "Task"), "type"),
    optional(fc.constantFrom("Open", "Done"), "status"),
    optional(fc.constantFrom("Fixed"), "resolution"),
    optional(person, "assignee"),
    optional(labels, "labels"),
    optional(fc.array(change, { maxLength: 2 }), "changes"),
    optional(fc.dictionary(name, fc.constantFrom("yes", "no"), { maxKeys: 2 }), "fields"),
  ]),
  { minLength: 1, maxLength: 12 },
);

const conclusion = fc.constantFrom("success", "failure");
const run = { action: fc.constant("completed"), id: fc.constantFrom("1", "2"), name, status: fc.constantFrom("queued", "completed") };
export const commitFacts = fc.array(
  fc.oneof(
    record("check-run", run, [optional(conclusion, "conclusion")]),
    record("check-suite", run, [optional(conclusion, "conclusion")]),
    record("workflow-run", run, [optional(conclusion, "conclusion")]),
    record("status", { id: fc.constantFrom("1", "2"), context: name, state: fc.constantFrom("pending", "success", "error") }),
  ),
  { minLength: 1, maxLength: 12 },
);

export const refFacts = fc.array(
  fc.oneof(
    record("push", { before: sha, after: sha, commits: fc.constant([]) }, [
      optional(fc.boolean(), "forced"),
      optional(fc.boolean(), "default"),
      optional(fc.boolean(), "deleted"),
    ]),
    record("ref-change", { action: fc.constant("created"), refType: fc.constant("branch") }),
  ),
  { minLength: 1, maxLength: 12 },
);
