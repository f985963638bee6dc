import { sha256Hex } from "@change-ledger/model";
import { mailHash, normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { bytes, delivery, ofKind, RECEIVED_AT, SETTINGS } from "./fixtures/deliveries.ts";
import { ANNE, BASE, HEAD, MERGE } from "./fixtures/github.ts";

const factOf = (body: unknown) => normalise(delivery("github-lookup", body), "api", SETTINGS);
const hash = (mail: string) => mailHash(mail, SETTINGS.identityKey);
const by = (author: unknown, email: string, message = "secret") => ({
  author,
  committer: author,
  parents: [{ sha: BASE }],
  commit: { author: { email }, committer: { email }, message },
});
const question = { kind: "pull-request-commits", repository: "Acme/Cargo", number: 7, head: HEAD };

describe("commits of a pull request", () => {
  it("become a fact of the change: accounts where GitHub knows them, hashed addresses where not", () => {
    const commits = [
      { sha: MERGE, ...by(ANNE, "anne@example.com", "secret\n\nCo-authored-by: Jo <jo@example.com>") },
      { sha: HEAD, ...by(null, "Jane@example.com"), committer: { login: "web-flow", id: 19864447 } },
    ];
    const body = { ...question, commits };
    const fact = factOf(body);
    expect(fact).toEqual({
      kind: "pull-request-lookup",
      subject: "change:github/Acme/Cargo/pull/7",
      occurredAt: RECEIVED_AT,
      source: {
        system: "github-lookup",
        event: "pull-request-commits",
        id: `lookup/pull/7/${sha256Hex(bytes(body)).slice(0, 32)}`,
        auth: "api",
        norm: 1,
      },
      facts: {
        head: HEAD,
        commits: [
          { sha: MERGE, author: { id: "11", login: "anne" }, coAuthors: [{ mail: hash("jo@example.com") }] },
          { sha: HEAD, author: { mail: hash("jane@example.com") }, committer: { id: "19864447", login: "web-flow" } },
        ],
      },
    });
    expect(ofKind("pull-request-lookup", factOf({ ...body, truncated: true })).facts.truncated).toBe(true);
  });
  it("that nobody could tell are unresolved", () => {
    expect(factOf({ ...question, unresolved: { reason: "not-found", attempts: 3 } })).toMatchObject({
      kind: "unresolved",
      subject: "change:github/Acme/Cargo/pull/7",
      facts: { asked: "pull-request-commits", attempts: 3, reason: "not-found" },
    });
  });
});

describe("a commit", () => {
  it("becomes a fact of the commit", () => {
    const fact = factOf({ kind: "commit", repository: "Acme/Cargo", sha: HEAD, commit: { sha: HEAD, ...by(ANNE, "a@example.com") } });
    expect(fact).toMatchObject({ kind: "commit-lookup", subject: `commit:github/Acme/Cargo/${HEAD}` });
    expect(fact.facts).toEqual({ parents: [BASE], author: { id: "11", login: "anne" } });
    const unresolved = factOf({ kind: "commit", repository: "Acme/Cargo", sha: HEAD, unresolved: { reason: "denied", attempts: 1 } });
    expect(unresolved).toMatchObject({ kind: "unresolved", subject: `commit:github/Acme/Cargo/${HEAD}`, facts: { asked: "commit" } });
  });
});

describe("what breaks a rule", () => {
  it.each([
    ["kind", { ...question, kind: "tags" }],
    ["head", { ...question, head: "main", commits: [] }],
    ["commits", question],
    ["commit", { kind: "commit", repository: "Acme/Cargo", sha: HEAD }],
    ["commits.0.sha", { ...question, commits: [{ sha: "x" }] }],
  ])("is unparsed and names %s", (field, body) => {
    expect(ofKind("unparsed", factOf(body)).facts.field).toBe(field);
  });
});
