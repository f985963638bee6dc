import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { parseCanonical } from "@change-ledger/model";
import { DEFAULT_SETTINGS, normalise } from "@change-ledger/sources";
import { Octokit } from "@octokit/core";
import { afterEach, describe, expect, it } from "vitest";
import {
  githubAppClient,
  githubAppSchema,
  githubLookups,
  MAX_PULL_REQUEST_COMMITS,
  MAX_PULL_REQUEST_FILES,
} from "../../packages/aws/github.ts";
import { type Answer, type Asked, type Server, serve } from "./wire.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const sha = (n: number) => n.toString(16).padStart(40, "0");

let open: Server[] = [];
afterEach(async () => {
  await Promise.all(open.map((server) => server.close()));
  open = [];
});

/** A GitHub that knows one App installation and answers the rest as told. */
async function github(answer: (asked: Asked) => Answer) {
  const server = await serve((asked) => {
    if (asked.path !== "/app/installations/42/access_tokens") return answer(asked);
    return isSignedByApp(asked)
      ? { status: 201, body: { token: "ghs_token", expires_at: "2099-01-01T00:00:00Z", permissions: {} } }
      : { status: 401, body: {} };
  });
  open.push(server);
  const app = githubAppSchema.parse({ appId: "7", privateKey, installationId: "42", baseUrl: server.url });
  return { lookups: githubLookups(githubAppClient(app)), asked: server.asked };
}

function isSignedByApp(asked: Asked): boolean {
  const [header, claims, signature] = String(asked.headers.authorization)
    .replace(/^bearer /i, "")
    .split(".");
  if (header === undefined || claims === undefined || signature === undefined) return false;
  const { iss } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { iss: unknown };
  return (
    String(iss) === "7" &&
    verify("RSA-SHA256", Buffer.from(`${header}.${claims}`), createPublicKey(publicKey), Buffer.from(signature, "base64url"))
  );
}

function apiCommit(n: number) {
  return {
    sha: sha(n),
    node_id: "x",
    author: n % 2 === 0 ? { login: "anne", id: 11, type: "User" } : null,
    committer: { login: "web-flow", id: 19864447 },
    parents: [{ sha: sha(n - 1), url: "https://…" }],
    commit: { author: { name: "A", email: "jane@example.com", date: "2026-01-01T00:00:00Z" }, committer: null, message: "Say", tree: {} },
    files: [{ filename: "secret" }],
  };
}

/** Pages of a pull request's commits, oldest first, at most 250 as GitHub has it. */
const listing =
  (count: number) =>
  (asked: Asked): Answer => {
    const query = new URL(asked.path, "http://x").searchParams;
    const size = Number(query.get("per_page"));
    const from = (Number(query.get("page")) - 1) * size;
    const all = Array.from({ length: Math.min(count, 250) }, (_, n) => apiCommit(n + 1));
    return { body: all.slice(from, from + size) };
  };

describe("pullRequestCommits", () => {
  it("asks with the App's credentials and gives the body of a look-up delivery that normalises", async () => {
    const { lookups, asked } = await github(listing(2));
    const body = await lookups.pullRequestCommits("acme/cargo", 7, sha(2));
    expect(asked.at(-1)?.path).toBe("/repos/acme/cargo/pulls/7/commits?per_page=100&page=1");
    expect(asked.at(-1)?.headers.authorization).toBe("token ghs_token");
    expect(asked.at(-1)?.headers["x-github-api-version"]).toBe("2022-11-28");
    expect(Buffer.from(body).toString()).not.toContain("2026-01-01");
    const settings = { ...DEFAULT_SETTINGS, identityKey: "k" };
    const fact = normalise({ system: "github-lookup", receivedAt: "2026-11-21T00:00:00.000Z", headers: {}, body }, "api", settings);
    expect(fact).toMatchObject({
      kind: "pull-request-lookup",
      subject: "change:github/acme/cargo/pull/7",
      facts: {
        head: sha(2),
        commits: [
          { sha: sha(1), author: { mail: expect.stringMatching(/^[0-9a-f]{16}$/) }, committer: { login: "web-flow" } },
          { sha: sha(2), author: { id: "11", login: "anne" }, committer: { login: "web-flow" } },
        ],
      },
    });
  });

  it.each([
    [0, 1],
    [99, 1],
    [100, 2],
    [249, 3],
  ])("follows the pages of %i commits", async (count, pages) => {
    const { lookups, asked } = await github(listing(count));
    const value = parseCanonical(await lookups.pullRequestCommits("acme/cargo", 7, sha(count))) as {
      commits: unknown[];
      truncated?: boolean;
    };
    expect(value.commits).toHaveLength(count);
    expect(value.truncated).toBeUndefined();
    expect(asked.filter(({ path }) => path.startsWith("/repos/"))).toHaveLength(pages);
  });

  it("marks an answer that holds as many commits as GitHub lists", async () => {
    const { lookups } = await github(listing(400));
    const value = parseCanonical(await lookups.pullRequestCommits("acme/cargo", 7, sha(400)));
    expect(value).toMatchObject({ truncated: true, head: sha(400) });
    expect((value as { commits: unknown[] }).commits).toHaveLength(MAX_PULL_REQUEST_COMMITS);
  });

  it("says which head GitHub spoke of, when a push moved it since", async () => {
    const { lookups } = await github(listing(3));
    expect(parseCanonical(await lookups.pullRequestCommits("acme/cargo", 7, sha(2)))).toMatchObject({ head: sha(3) });
  });

  it("gives equal bytes for equal answers", async () => {
    const { lookups } = await github(listing(5));
    expect(await lookups.pullRequestCommits("acme/cargo", 7, sha(5))).toEqual(await lookups.pullRequestCommits("acme/cargo", 7, sha(5)));
  });
});

describe("pullRequestFiles", () => {
  const files = (count: number) => (asked: Asked) => {
    const query = new URL(asked.path, "http://x").searchParams;
    const size = Number(query.get("per_page"));
    const from = (Number(query.get("page")) - 1) * size;
    const all = Array.from({ length: Math.min(count, MAX_PULL_REQUEST_FILES) }, (_, n) => ({
      filename: `src/${n}.ts`,
      status: "renamed",
      previous_filename: `old/${n}.ts`,
      patch: "@@ secret",
      sha: sha(n),
    }));
    return { body: all.slice(from, from + size) };
  };

  it("keeps names, former names and what was done, of all pages, and nothing of what is in the files", async () => {
    const { lookups, asked } = await github(files(101));
    const body = await lookups.pullRequestFiles("acme/cargo", 7, sha(2));
    expect(asked.filter(({ path }) => path.startsWith("/repos/")).map(({ path }) => path)).toEqual([
      "/repos/acme/cargo/pulls/7/files?per_page=100&page=1",
      "/repos/acme/cargo/pulls/7/files?per_page=100&page=2",
    ]);
    expect(Buffer.from(body).toString()).not.toContain("secret");
    const value = parseCanonical(body) as { files: unknown[] };
    expect(value).toMatchObject({ kind: "pull-request-files", repository: "acme/cargo", number: 7, head: sha(2) });
    expect(value).not.toHaveProperty("truncated");
    expect(value.files).toHaveLength(101);
    expect(value.files[100]).toEqual({ filename: "src/100.ts", previous_filename: "old/100.ts", status: "renamed" });
  });
  it("marks an answer that holds as many files as GitHub lists, and asks for no more", async () => {
    const { lookups, asked } = await github(files(5000));
    expect(parseCanonical(await lookups.pullRequestFiles("acme/cargo", 7, sha(2)))).toMatchObject({ truncated: true });
    expect(asked.filter(({ path }) => path.startsWith("/repos/"))).toHaveLength(30);
  });
});

describe("ruleSuite", () => {
  const of = { repository: "acme/cargo", ref: "refs/heads/main", before: sha(1), after: sha(2) };
  const suite = (id: number, more: object = {}) => ({
    id,
    result: "pass",
    before_sha: sha(id),
    after_sha: sha(id + 1),
    actor_name: "anne",
    pushed_at: "2026-03-02T10:00:00Z",
    repository_id: 404,
    ...more,
  });

  it("is that of the push, among those of its ref; what was refused before is none of it", async () => {
    const all = [
      ...Array.from({ length: 120 }, (_, n) => suite(200 - n)),
      suite(1, { result: "fail" }),
      suite(1, { id: 9, result: "bypass" }),
    ];
    const { lookups, asked } = await github(({ path }) => {
      const page = Number(new URL(path, "http://x").searchParams.get("page"));
      return { body: all.slice((page - 1) * 100, page * 100) };
    });
    const value = parseCanonical(await lookups.ruleSuite(of));
    expect(asked.filter(({ path }) => path.startsWith("/repos/")).map(({ path }) => path)).toEqual([
      "/repos/acme/cargo/rulesets/rule-suites?ref=refs%2Fheads%2Fmain&time_period=month&per_page=100&page=1",
      "/repos/acme/cargo/rulesets/rule-suites?ref=refs%2Fheads%2Fmain&time_period=month&per_page=100&page=2",
    ]);
    const kept = { id: 9, result: "bypass", before_sha: sha(1), after_sha: sha(2), actor_name: "anne", pushed_at: "2026-03-02T10:00:00Z" };
    expect(value).toEqual({ kind: "rule-suite", ...of, suite: kept });
  });
  it("is not found where GitHub lists none of the push, and ends looking for it", async () => {
    const { lookups } = await github(() => ({ body: [suite(5), suite(1, { before_sha: sha(7) })] }));
    await expect(lookups.ruleSuite(of)).rejects.toMatchObject({ code: "not-found" });
    const { lookups: endless, asked } = await github(() => ({ body: Array.from({ length: 100 }, () => suite(5)) }));
    await expect(endless.ruleSuite(of)).rejects.toMatchObject({ code: "not-found" });
    expect(asked.filter(({ path }) => path.startsWith("/repos/"))).toHaveLength(10);
  });
});

describe("commit", () => {
  it("gives author and parents", async () => {
    const { lookups, asked } = await github(() => ({ body: apiCommit(4) }));
    const body = await lookups.commit("acme/cargo", sha(4));
    expect(asked.at(-1)?.path).toBe(`/repos/acme/cargo/commits/${sha(4)}?per_page=1`);
    const fact = normalise({ system: "github-lookup", receivedAt: "2026-11-21T00:00:00.000Z", headers: {}, body }, "api", DEFAULT_SETTINGS);
    expect(fact).toMatchObject({ kind: "commit-lookup", facts: { parents: [sha(3)], author: { id: "11", login: "anne" } } });
  });
});

describe("a fault of GitHub", () => {
  it.each([
    [404, {}, "not-found"],
    [422, {}, "not-found"],
    [401, {}, "denied"],
    [403, {}, "denied"],
    [403, { "x-ratelimit-remaining": "0" }, "throttled"],
    [403, { "retry-after": "60" }, "throttled"],
    [429, {}, "throttled"],
    [500, {}, "unavailable"],
    [502, {}, "unavailable"],
  ] as const)("%i %j is %s", async (status, headers, code) => {
    const server = await serve(() => ({ status, headers, body: { message: "secret" } }));
    open.push(server);
    // Without an App: its client asks again for a while when a fresh token is refused.
    const lookups = githubLookups(new Octokit({ baseUrl: server.url }));
    for (const ask of [() => lookups.pullRequestCommits("acme/cargo", 7, sha(1)), () => lookups.commit("acme/cargo", sha(1))]) {
      const error = await ask().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ name: "LookupError", code });
      expect(String(error)).not.toContain("secret");
    }
  });
  it("in the shape of its answer is unavailable", async () => {
    const { lookups } = await github(() => ({ body: [{ sha: 5 }] }));
    await expect(lookups.pullRequestCommits("acme/cargo", 7, sha(1))).rejects.toMatchObject({ code: "unavailable" });
  });
  it("asks nobody for a repository that has no owner", async () => {
    const { lookups, asked } = await github(() => ({ body: [] }));
    for (const name of ["cargo", "a/b/c", "/b", ""])
      await expect(lookups.commit(name, sha(1))).rejects.toMatchObject({ code: "not-found" });
    expect(asked).toEqual([]);
  });
});

describe("githubAppSchema", () => {
  it("takes numbers and strings, and nothing unknown", () => {
    expect(githubAppSchema.parse({ appId: 7, privateKey: "k", installationId: 42 })).toEqual({
      appId: 7,
      privateKey: "k",
      installationId: 42,
    });
    expect(githubAppSchema.safeParse({ appId: 7, privateKey: "k", installationId: "x" }).success).toBe(false);
    expect(githubAppSchema.safeParse({ appId: 7, privateKey: "k", installationId: 1, baseurl: "x" }).success).toBe(false);
  });
});
