import { mailHash, settingsSchema } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { MAX_CO_AUTHORS } from "../../packages/sources/github/commit.ts";
import { githubFact, ofKind, RECEIVED_AT, SETTINGS } from "./fixtures/deliveries.ts";
import { BASE, commit, HEAD, MERGE, push, REPOSITORY, ZERO } from "./fixtures/github.ts";

const fact = (body: object) => ofKind("push", githubFact("push", body));
const hash = (mail: string) => mailHash(mail, SETTINGS.identityKey);
const signed = (own: object) => ({ author: { name: "A", ...own }, committer: { name: "A", ...own } });

describe("push", () => {
  it("is a fact of its ref, oldest commit first, with as little as tells who wrote them", () => {
    const sent = fact(push());
    expect(sent).toMatchObject({ subject: "ref:github/Acme/Cargo/refs/heads/main", occurredAt: "2026-03-02T12:30:00.000Z" });
    expect(sent.facts).toEqual({
      before: BASE,
      after: MERGE,
      default: true,
      commits: [
        { sha: HEAD, author: { login: "anne" } },
        { sha: MERGE, author: { login: "anne" } },
      ],
    });
  });
  it("says what is out of the ordinary", () => {
    const sent = fact(push({ ref: "refs/heads/x y", forced: true, created: true, before: ZERO, commits: [] }));
    expect(sent.subject).toBe("ref:github/Acme/Cargo/refs/heads/x%20y");
    expect(sent.facts).toEqual({ before: ZERO, after: MERGE, forced: true, created: true, commits: [] });
    expect(fact(push({ deleted: true, after: ZERO, commits: [], head_commit: null })).facts.deleted).toBe(true);
    expect(fact(push({ ref: "refs/tags/v1" })).facts.default).toBeUndefined();
  });
  it("knows an author without an account by the keyed hash of the address, whatever its case", () => {
    const [first] = fact(push({ commits: [commit(HEAD, signed({ email: " Jane@Example.com" }))] })).facts.commits;
    expect(first).toEqual({ sha: HEAD, author: { mail: hash("jane@example.com") } });
    expect(hash("jane@example.com")).toMatch(/^[0-9a-f]{16}$/);
    expect(mailHash("jane@example.com", "another key")).not.toBe(hash("jane@example.com"));
  });
  it("is on record whatever length and form a committer gives to address, message and date", () => {
    const long = "x".repeat(100_000);
    const commits = [commit(HEAD, { ...signed({ email: `${long}@example.com` }), message: long, timestamp: long })];
    const sent = fact(push({ commits, head_commit: { timestamp: { not: "a date" } } }));
    expect(sent.facts.commits[0]?.author).toEqual({ mail: hash(`${long}@example.com`) });
    expect(sent.occurredAt).toBe("2026-03-02T12:30:00.000Z");
  });
  it("leaves an author unknown without key, account or address", () => {
    const commits = [commit(HEAD, signed({ email: null }))];
    expect(fact(push({ commits })).facts.commits[0]?.author).toEqual({});
    const unkeyed = githubFact("push", push({ commits: [commit(HEAD, signed({ email: "jane@example.com" }))] }), settingsSchema.parse({}));
    expect(ofKind("push", unkeyed).facts.commits[0]?.author).toEqual({});
  });
  it("names a committer only when it is another", () => {
    const other = commit(HEAD, { committer: { name: "GitHub", email: "noreply@github.com", username: "web-flow" } });
    expect(fact(push({ commits: [other] })).facts.commits[0]).toEqual({
      sha: HEAD,
      author: { login: "anne" },
      committer: { login: "web-flow" },
    });
  });
  it("finds co-authors in the message's trailers", () => {
    const message =
      "Title\n\nCo-authored-by: not at <all\n text Co-authored-by: No <no@example.com>\nco-authored-by: Jo <Jo@Example.com>\nCo-Authored-By: Kim <kim@example.com> \nCo-authored-by: Jo <jo@example.com>";
    expect(fact(push({ commits: [commit(HEAD, { message })] })).facts.commits[0]?.coAuthors).toEqual([
      { mail: hash("jo@example.com") },
      { mail: hash("kim@example.com") },
    ]);
  });
  it("lets a commit with too many co-authors end in one whom nobody knows", () => {
    const message = Array.from({ length: 500 }, (_, n) => `Co-authored-by: X <x${n}@example.com>`).join("\n");
    const found = fact(push({ commits: [commit(HEAD, { message })] })).facts.commits[0]?.coAuthors;
    expect(found).toHaveLength(MAX_CO_AUTHORS + 1);
    expect(found?.at(-1)).toEqual({});
  });
  it("says that a list of 2,048 commits may not be all", () => {
    const commits = Array.from({ length: 2048 }, (_, n) => commit(n.toString(16).padStart(40, "0")));
    expect(fact(push({ commits })).facts.truncated).toBe(true);
    expect(fact(push({ commits: commits.slice(1) })).facts.truncated).toBeUndefined();
  });
  it("never takes a commit's date for its time", () => {
    expect(fact(push({}, { pushed_at: "2026-03-02T12:30:00Z" })).occurredAt).toBe("2026-03-02T12:30:00.000Z");
    expect(fact(push({}, { pushed_at: null })).occurredAt).toBe(RECEIVED_AT);
    const stale = push({ head_commit: commit(MERGE, { timestamp: "2026-03-09T00:00:00Z" }) });
    expect(fact(stale).occurredAt, "a pushed_at of an earlier push").toBe(RECEIVED_AT);
    expect(fact(push({ head_commit: commit(MERGE, { timestamp: "nonsense" }) })).occurredAt).toBe("2026-03-02T12:30:00.000Z");
  });
});

describe("create and delete", () => {
  it.each([
    ["create", "branch", "refs/heads/topic", "created"],
    ["delete", "branch", "refs/heads/topic", "deleted"],
    ["create", "tag", "refs/tags/topic", "created"],
  ] as const)("%s of a %s is a fact of %s", (event, refType, ref, action) => {
    const sent = githubFact(event, { ref: "topic", ref_type: refType, repository: REPOSITORY });
    expect(sent).toMatchObject({
      kind: "ref-change",
      subject: `ref:github/Acme/Cargo/${ref}`,
      facts: { action, refType },
      occurredAt: RECEIVED_AT,
    });
  });
  it("of a repository has no ref", () => {
    const sent = githubFact("create", { ref: null, ref_type: "repository", repository: REPOSITORY });
    expect(sent).toMatchObject({ kind: "ref-change", subject: "audit:github/Acme/Cargo" });
  });
});

describe("merge_group", () => {
  it("is a fact of the base branch", () => {
    const group = { head_sha: HEAD, head_ref: "refs/heads/gh-readonly-queue/main/pr-7", base_sha: BASE, base_ref: "refs/heads/main" };
    const sent = githubFact("merge_group", { action: "destroyed", reason: "merged", merge_group: group, repository: REPOSITORY });
    expect(sent).toMatchObject({
      kind: "merge-group",
      subject: "ref:github/Acme/Cargo/refs/heads/main",
      facts: { action: "destroyed", head: HEAD, headRef: group.head_ref, base: BASE, baseRef: "refs/heads/main", reason: "merged" },
    });
  });
});
