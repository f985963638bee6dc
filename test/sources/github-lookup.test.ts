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

describe("files of a pull request", () => {
  const asked = { ...question, kind: "pull-request-files" };
  const files = [
    { filename: "src/b.ts", status: "modified", patch: "@@ secret" },
    { filename: "src/new.ts", previous_filename: "src/auth/old.ts", status: "renamed" },
    { filename: "src/auth/old.ts", status: "added" },
  ];

  it("become paths, each once, with what a moved one was called before, and nothing of what is in them", () => {
    const fact = factOf({ ...asked, files });
    expect(fact).toMatchObject({
      kind: "files-lookup",
      subject: "change:github/Acme/Cargo/pull/7",
      source: { event: "pull-request-files", auth: "api" },
    });
    expect(fact.source.id).toMatch(/^lookup\/pull\/7\/files\/[0-9a-f]{32}$/);
    expect(fact.facts).toEqual({ head: HEAD, paths: ["src/b.ts", "src/new.ts", "src/auth/old.ts"] });
  });
  it("are cut off where GitHub cuts them off, and where a path is longer than an entry may say", () => {
    expect(factOf({ ...asked, files: [], truncated: true }).facts).toEqual({ head: HEAD, paths: [], truncated: true });
    const long = [...files, { filename: `a/${"b".repeat(1023)}`, status: "added" }];
    expect(factOf({ ...asked, files: long }).facts).toEqual({
      head: HEAD,
      paths: ["src/b.ts", "src/new.ts", "src/auth/old.ts"],
      truncated: true,
    });
    expect(ofKind("files-lookup", factOf({ ...asked, files: [{ filename: "b".repeat(1024) }] })).facts.truncated).toBeUndefined();
  });
  it("are as many as GitHub lists, though no one entry holds them", () => {
    const many = Array.from({ length: 3000 }, (_, n) => ({
      filename: `${"d".repeat(500)}/${n}`,
      previous_filename: `${"e".repeat(500)}/${n}`,
    }));
    expect(ofKind("files-lookup", factOf({ ...asked, files: many, truncated: true })).facts.paths).toHaveLength(6000);
  });
  it("that nobody could tell are unresolved", () => {
    expect(factOf({ ...asked, unresolved: { reason: "denied", attempts: 5 } })).toMatchObject({
      kind: "unresolved",
      subject: "change:github/Acme/Cargo/pull/7",
      facts: { asked: "pull-request-files", reason: "denied" },
    });
  });
});

describe("how the rules judged a push", () => {
  const asked = { kind: "rule-suite", repository: "Acme/Cargo", ref: "refs/heads/main", before: BASE, after: MERGE };
  const suite = {
    id: 21,
    result: "bypass",
    before_sha: BASE,
    after_sha: MERGE,
    actor_id: 11,
    actor_name: "anne",
    pushed_at: "2026-03-02T10:00:00Z",
  };

  it("is a fact of the ref, by whoever pushed, at the push's own time", () => {
    const fact = factOf({ ...asked, suite });
    expect(fact).toMatchObject({
      kind: "rule-suite-lookup",
      subject: "ref:github/Acme/Cargo/refs/heads/main",
      occurredAt: "2026-03-02T10:00:00.000Z",
      actor: { system: "github", id: "11", login: "anne" },
      facts: { id: "21", result: "bypass", before: BASE, after: MERGE },
    });
    expect(fact.source.id.startsWith(`lookup/rule-suite/${MERGE}/`)).toBe(true);
  });
  it("may come without a time and without an account", () => {
    const fact = factOf({ ...asked, suite: { id: 21, result: "pass", after_sha: MERGE } });
    expect(fact).toMatchObject({ occurredAt: RECEIVED_AT, facts: { id: "21", result: "pass", after: MERGE } });
    expect(fact.actor).toBeUndefined();
  });
  it("that nobody could tell is unresolved", () => {
    expect(factOf({ ...asked, unresolved: { reason: "not-found", attempts: 5 } })).toMatchObject({
      kind: "unresolved",
      subject: "ref:github/Acme/Cargo/refs/heads/main",
      facts: { asked: "rule-suite", reason: "not-found" },
    });
  });
});

describe("what breaks a rule", () => {
  it.each([
    ["kind", { ...question, kind: "tags" }],
    ["head", { ...question, head: "main", commits: [] }],
    ["commits", question],
    ["commit", { kind: "commit", repository: "Acme/Cargo", sha: HEAD }],
    ["files", { ...question, kind: "pull-request-files" }],
    ["files.0.filename", { ...question, kind: "pull-request-files", files: [{ filename: "" }] }],
    ["suite", { kind: "rule-suite", repository: "Acme/Cargo", ref: "refs/heads/main", before: BASE, after: MERGE }],
    ["commits.0.sha", { ...question, commits: [{ sha: "x" }] }],
  ])("is unparsed and names %s", (field, body) => {
    expect(ofKind("unparsed", factOf(body)).facts.field).toBe(field);
  });
});
