import { normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { githubDelivery, githubFact, ofKind, RECEIVED_AT, SETTINGS } from "./fixtures/deliveries.ts";
import { ANNE, BEN, HEAD, REPOSITORY } from "./fixtures/github.ts";

const at = "2026-03-02T10:00:00Z";
const AT = "2026-03-02T10:00:00.000Z";
const COMMIT = `commit:github/Acme/Cargo/${HEAD}`;
const around = { repository: REPOSITORY, sender: ANNE };

describe("events of a commit", () => {
  it("check_run", () => {
    const run = {
      id: 5,
      name: "lint",
      head_sha: HEAD,
      status: "completed",
      conclusion: "failure",
      started_at: "2026-03-02T09:00:00Z",
      completed_at: at,
    };
    const sent = githubFact("check_run", {
      action: "completed",
      check_run: { ...run, pull_requests: [{ number: 7 }], output: { text: "secret" } },
      ...around,
    });
    expect(sent).toMatchObject({ kind: "check-run", subject: COMMIT, occurredAt: AT });
    expect(sent.facts).toEqual({
      action: "completed",
      id: "5",
      name: "lint",
      status: "completed",
      conclusion: "failure",
      pullRequests: ["7"],
    });
    const made = githubFact("check_run", {
      action: "created",
      check_run: { ...run, conclusion: null, completed_at: null, status: "queued" },
      ...around,
    });
    expect(made.occurredAt).toBe("2026-03-02T09:00:00.000Z");
    expect(githubFact("check_run", { action: "rerequested", check_run: run, ...around }).occurredAt).toBe(RECEIVED_AT);
  });
  it("check_suite, named after its app", () => {
    const suite = {
      id: 6,
      head_sha: HEAD,
      status: "completed",
      conclusion: "success",
      updated_at: at,
      app: { slug: "builder", name: "The Builder" },
    };
    const sent = githubFact("check_suite", { action: "completed", check_suite: suite, ...around });
    expect(sent).toMatchObject({ kind: "check-suite", subject: COMMIT, occurredAt: AT, facts: { name: "builder", conclusion: "success" } });
    const requested = githubFact("check_suite", {
      action: "requested",
      check_suite: { id: 6, head_sha: HEAD, status: null, app: null },
      ...around,
    });
    expect(requested.facts).toEqual({ action: "requested", id: "6", name: "check-suite", status: "requested" });
  });
  it("status", () => {
    const sent = githubFact("status", {
      id: 8,
      sha: HEAD,
      context: "ci/build",
      state: "success",
      description: "secret",
      updated_at: at,
      ...around,
    });
    expect(sent).toMatchObject({ kind: "status", subject: COMMIT, occurredAt: AT });
    expect(sent.facts).toEqual({ id: "8", context: "ci/build", state: "success" });
  });
  it("workflow_run", () => {
    const run = {
      id: 9,
      name: "Build",
      head_sha: HEAD,
      event: "push",
      status: "completed",
      conclusion: "success",
      run_attempt: 2,
      updated_at: at,
    };
    const sent = githubFact("workflow_run", { action: "completed", workflow_run: run, ...around });
    expect(sent).toMatchObject({ kind: "workflow-run", subject: COMMIT, occurredAt: AT });
    expect(sent.facts).toEqual({
      action: "completed",
      id: "9",
      attempt: "2",
      name: "Build",
      event: "push",
      status: "completed",
      conclusion: "success",
    });
  });
  it("deployment and deployment_status, with and without an action", () => {
    const deployment = { id: 10, sha: HEAD, ref: "main", task: "deploy", environment: "production", creator: ANNE, updated_at: at };
    expect(githubFact("deployment", { deployment, ...around })).toMatchObject({
      kind: "host-deployment",
      subject: COMMIT,
      occurredAt: AT,
      facts: { action: "created", id: "10", environment: "production", commit: HEAD, ref: "main", creator: { login: "anne" } },
    });
    const status = { state: "success", environment: "production", creator: BEN, created_at: at };
    expect(githubFact("deployment_status", { action: "created", deployment, deployment_status: status, ...around })).toMatchObject({
      kind: "host-deployment-status",
      subject: COMMIT,
      occurredAt: AT,
      facts: { id: "10", state: "success", creator: { login: "ben" } },
    });
  });
});

describe("events of a ticket", () => {
  const issue = {
    number: 4,
    state: "closed",
    state_reason: "completed",
    title: "secret",
    user: ANNE,
    assignee: BEN,
    labels: [{ name: "bug" }],
    updated_at: at,
  };
  it("issues", () => {
    const sent = githubFact("issues", { action: "closed", issue: { ...issue, type: { name: "Bug" } }, ...around });
    expect(sent).toMatchObject({ kind: "ticket", subject: "ticket:github/Acme/Cargo/issues/4", occurredAt: AT });
    expect(sent.facts).toEqual({
      action: "closed",
      type: "Bug",
      status: "closed",
      statusCategory: "done",
      reporter: { id: "11", login: "anne" },
      assignee: { id: "12", login: "ben" },
      labels: ["bug"],
      resolution: "completed",
    });
    expect(githubFact("issues", { action: "deleted", issue, ...around }).occurredAt).toBe(RECEIVED_AT);
  });
  it("issue_comment, on an issue and on a pull request", () => {
    const comment = { id: 20, user: BEN, body: "secret", updated_at: at };
    const on = (pull: object) => githubFact("issue_comment", { action: "created", issue: { ...issue, ...pull }, comment, ...around });
    expect(on({})).toMatchObject({ kind: "comment", subject: "ticket:github/Acme/Cargo/issues/4", occurredAt: AT });
    expect(on({})).toMatchObject({ facts: { action: "created", id: "20", author: { id: "12", login: "ben" } } });
    expect(on({ pull_request: { url: "https://api.github.com/…" } }).subject).toBe("change:github/Acme/Cargo/pull/4");
  });
});

describe("events of protection", () => {
  it("branch_protection_rule keeps settings and what they were", () => {
    const rule = {
      id: 30,
      name: "release/*",
      updated_at: "2021-08-19T12:16:32.000-04:00",
      admin_enforced: false,
      required_approving_review_count: 1,
      required_status_checks: ["ci"],
      authorized_actor_names: [],
      nothing: null,
      nested: { a: 1 },
      __proto__: "x",
    };
    const changes = { admin_enforced: { from: true }, required_approving_review_count: { from: 2 }, odd: 5, gone: { from: null } };
    const sent = ofKind("branch-protection", githubFact("branch_protection_rule", { action: "edited", rule, changes, ...around }));
    expect(sent).toMatchObject({ subject: "ref:github/Acme/Cargo/refs/heads/release/*", occurredAt: "2021-08-19T16:16:32.000Z" });
    expect(sent.facts).toEqual({
      action: "edited",
      id: "30",
      pattern: "release/*",
      settings: { admin_enforced: false, required_approving_review_count: 1, required_status_checks: ["ci"], authorized_actor_names: [] },
      from: { admin_enforced: true, required_approving_review_count: 2 },
    });
  });
  it("repository_ruleset", () => {
    const set = {
      id: 40,
      name: "secret",
      source: "Acme/Cargo",
      enforcement: "active",
      target: "branch",
      updated_at: at,
      conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
      rules: [{ type: "pull_request", parameters: {} }, { type: "deletion" }],
      bypass_actors: [
        { actor_id: 5, actor_type: "Team", bypass_mode: "always" },
        { actor_id: null, actor_type: "DeployKey" },
      ],
    };
    const sent = githubFact("repository_ruleset", { action: "edited", repository_ruleset: set, ...around });
    expect(sent).toMatchObject({ kind: "ruleset", subject: "ref:github/Acme/Cargo/rulesets/40", occurredAt: AT });
    expect(sent.facts).toEqual({
      action: "edited",
      id: "40",
      enforcement: "active",
      target: "branch",
      include: ["~DEFAULT_BRANCH"],
      rules: ["pull_request", "deletion"],
      bypass: ["Team/5/always", "DeployKey/-/always"],
    });
    const ofOrganisation = {
      action: "created",
      repository_ruleset: { id: 41, source: "Acme", enforcement: "evaluate" },
      organization: { login: "Acme" },
    };
    expect(githubFact("repository_ruleset", ofOrganisation).subject).toBe("ref:github/Acme/rulesets/41");
  });
});

describe("all other events", () => {
  it("are recorded where they happened", () => {
    expect(githubFact("ping", { zen: "x", hook: {}, ...around })).toMatchObject({
      kind: "ping",
      subject: "audit:github/Acme/Cargo",
      facts: {},
    });
    expect(githubFact("ping", { organization: { login: "Acme" } }).subject).toBe("audit:github/Acme");
    expect(githubFact("star", { action: "created", ...around })).toMatchObject({ kind: "other", source: { event: "star.created" } });
    expect(githubFact("security_advisory", { enterprise: { slug: "acme-corp" } }).subject).toBe("audit:github/enterprises/acme-corp");
    expect(githubFact("installation", { installation: { account: { login: "acme" } } }).subject).toBe("audit:github/acme");
    expect(githubFact("security_advisory", {}).subject).toBe("audit:github");
    expect(githubFact("not_invented_yet", {}).kind).toBe("other");
  });
  it("name no action that is free text", () => {
    expect(githubFact("repository_dispatch", { action: "what ever\nyou like", ...around }).source.event).toBe("repository_dispatch");
  });
  it("are unparsed without the name of an event", () => {
    for (const name of ["", "Push", "a b", "x".repeat(100)])
      expect(ofKind("unparsed", githubFact(name, {})).facts.field, name).toBe("x-github-event");
  });
  it("are known by their body's digest without a delivery id that can name them", () => {
    for (const id of ["", "a b", "x".repeat(300), "ü"]) {
      const sent = normalise(githubDelivery("ping", "{}", { "x-github-delivery": id }), "hmac-sha256", SETTINGS);
      expect(sent.source.id).toBe("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    }
  });
});
