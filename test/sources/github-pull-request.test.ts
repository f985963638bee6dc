import { normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { githubDelivery, githubFact, ofKind, RECEIVED_AT, SETTINGS } from "./fixtures/deliveries.ts";
import { ANNE, BASE, BEN, HEAD, MERGE, pullRequest, REPOSITORY, review } from "./fixtures/github.ts";

const fact = (body: object) => ofKind("pull-request", githubFact("pull_request", body));

describe("pull_request", () => {
  it("becomes a fact of the change, with nothing in it that was not told", () => {
    expect(fact(pullRequest("opened"))).toEqual({
      kind: "pull-request",
      subject: "change:github/Acme/Cargo/pull/7",
      occurredAt: "2026-03-01T10:00:00.000Z",
      actor: { system: "github", id: "11", login: "anne" },
      source: {
        system: "github",
        event: "pull_request.opened",
        id: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        auth: "hmac-sha256",
        norm: 1,
      },
      facts: {
        action: "opened",
        openedAt: "2026-03-01T10:00:00.000Z",
        author: { id: "11", login: "anne" },
        association: "MEMBER",
        head: HEAD,
        headRef: "hello",
        base: BASE,
        baseRef: "main",
        state: "open",
      },
    });
  });

  it("is merged when GitHub says so, and then only has a merge commit: an open one's is that of a test merge", () => {
    const open = fact(pullRequest("synchronize", { merge_commit_sha: MERGE }, { before: BASE }));
    expect(open.facts).toMatchObject({ state: "open", before: BASE });
    expect(open.facts.mergeSha).toBeUndefined();
    const abandoned = fact(pullRequest("closed", { state: "closed", merge_commit_sha: MERGE, closed_at: "2026-03-03T10:00:00Z" }));
    expect(abandoned.facts.state).toBe("closed");
    expect(abandoned.facts.mergeSha).toBeUndefined();
    expect(abandoned.occurredAt).toBe("2026-03-03T10:00:00.000Z");
    const at = "2026-03-04T10:00:00Z";
    const merged = fact(
      pullRequest("closed", { state: "closed", merged: true, merge_commit_sha: MERGE, merged_at: at, closed_at: at, merged_by: BEN }),
    );
    expect(merged.facts).toMatchObject({
      state: "merged",
      mergeSha: MERGE,
      mergedAt: "2026-03-04T10:00:00.000Z",
      mergedBy: { id: "12", login: "ben" },
    });
    expect(merged.occurredAt).toBe("2026-03-04T10:00:00.000Z");
  });

  it("takes the time of the update for what happens in between", () => {
    for (const action of ["edited", "synchronize", "labeled", "reopened", "ready_for_review", "converted_to_draft"])
      expect(fact(pullRequest(action)).occurredAt, action).toBe("2026-03-02T10:00:00.000Z");
  });

  it("says what a label, a review request or an assignment is about", () => {
    expect(fact(pullRequest("labeled", { labels: [{ name: "bug" }] }, { label: { name: "bug" } })).facts).toMatchObject({
      about: "bug",
      labels: ["bug"],
    });
    expect(fact(pullRequest("unlabeled", {}, { label: { name: "bug" } })).facts.about).toBe("bug");
    expect(fact(pullRequest("review_requested", {}, { requested_reviewer: BEN })).facts.about).toBe("ben");
    expect(fact(pullRequest("review_requested", {}, { requested_team: { name: "Sec Ops", slug: "sec-ops" } })).facts.about).toBe("sec-ops");
    expect(fact(pullRequest("assigned", {}, { assignee: ANNE })).facts.about).toBe("anne");
    expect(fact(pullRequest("edited", {}, { label: { name: "bug" } })).facts.about).toBeUndefined();
  });

  it("survives deleted accounts and deleted forks", () => {
    const ghost = fact(pullRequest("opened", { user: null, head: { sha: HEAD, ref: "hello", repo: null } }));
    expect(ghost.facts.author).toEqual({});
    const fork = fact(pullRequest("opened", { head: { sha: HEAD, ref: "hello", repo: { full_name: "ben/Cargo" } } }));
    expect(fork.facts.headRepository).toBe("ben/Cargo");
  });

  it("takes ids beyond 2^53 with all their digits", () => {
    const text = JSON.stringify(pullRequest("opened")).replace('"number":7,"state"', '"number":90071992547409931,"state"');
    const big = ofKind("pull-request", normalise(githubDelivery("pull_request", text), "hmac-sha256", SETTINGS));
    expect(big.subject).toBe("change:github/Acme/Cargo/pull/90071992547409931");
  });

  it("comes as a form too", () => {
    const form = `payload=${encodeURIComponent(JSON.stringify(pullRequest("opened", { title: "a+b & c=d ü" }))).replaceAll("%20", "+")}`;
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const sent = normalise(githubDelivery("pull_request", form, headers), "hmac-sha256", SETTINGS);
    expect(sent).toEqual(fact(pullRequest("opened")));
    for (const [wrong, field] of [
      ["payload=%", "payload"],
      ["payload=%FF", "payload"],
      ["other=1", "payload"],
      ["payload={", "body"],
    ] as const) {
      expect(ofKind("unparsed", normalise(githubDelivery("pull_request", wrong, headers), "hmac-sha256", SETTINGS)).facts.field).toBe(
        field,
      );
    }
  });

  it.each([
    ["pull_request.head.sha", pullRequest("opened", { head: { sha: "abc", ref: "x", repo: null } })],
    ["pull_request.number", pullRequest("opened", { number: -1 })],
    ["pull_request.updated_at", pullRequest("edited", { updated_at: "yesterday" })],
    ["pull_request.merged_at", pullRequest("closed", { merged: true, merged_at: "10000-01-01T00:00:00Z" })],
    ["repository.full_name", { ...pullRequest("opened"), repository: { full_name: "../x" } }],
    ["repository", { ...pullRequest("opened"), repository: null }],
    ["pull_request", { action: "opened", repository: REPOSITORY }],
    ["body", []],
    ["body", null],
  ])("that breaks a rule is unparsed and names the field %s", (field, body) => {
    const broken = ofKind("unparsed", githubFact("pull_request", body));
    expect(broken).toMatchObject({ subject: "audit:github/unparsed", occurredAt: RECEIVED_AT });
    expect(broken.source.id).toBe("72d3162e-cc78-11e3-81ab-4c9367dc0958");
    expect(broken.facts.field).toBe(field);
  });
});

describe("pull_request_review", () => {
  it("binds the reviewer to the commit, at the time of submission", () => {
    const sent = ofKind("review", githubFact("pull_request_review", review("submitted")));
    expect(sent).toMatchObject({ subject: "change:github/Acme/Cargo/pull/7", occurredAt: "2026-03-02T11:00:00.000Z" });
    expect(sent.facts).toEqual({
      action: "submitted",
      id: "900",
      reviewer: { id: "12", login: "ben" },
      association: "MEMBER",
      state: "approved",
      commit: HEAD,
    });
  });
  it("reads upper-case states, and a review whose commit is gone", () => {
    expect(ofKind("review", githubFact("pull_request_review", review("submitted", { state: "CHANGES_REQUESTED" }))).facts.state).toBe(
      "changes_requested",
    );
    expect(ofKind("review", githubFact("pull_request_review", review("submitted", { commit_id: null }))).facts.commit).toBeUndefined();
  });
  it("is dismissed when the pull request says so, not when it was submitted", () => {
    const sent = ofKind("review", githubFact("pull_request_review", review("dismissed", { state: "dismissed" })));
    expect(sent.occurredAt).toBe("2026-03-02T12:00:00.000Z");
  });
  it("with a state that nobody knows is unparsed: it must not pass for an approval", () => {
    expect(ofKind("unparsed", githubFact("pull_request_review", review("submitted", { state: "rubber-stamped" }))).facts.field).toBe(
      "review.state",
    );
  });
});
