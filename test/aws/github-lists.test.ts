import { Octokit } from "@octokit/core";
import { afterEach, describe, expect, it } from "vitest";
import { githubHistory } from "../../packages/aws/github-history.ts";
import { githubLists } from "../../packages/aws/github-lists.ts";
import { githubPages } from "../../packages/aws/github-pages.ts";
import { type Answer, type Asked, type Server, serve } from "./wire.ts";

const sha = (n: number): string => n.toString(16).padStart(40, "0");
const open: Server[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function github(answer: (asked: Asked, url: string) => Answer, wait?: (ms: number) => Promise<void>) {
  let url = "";
  const server = await serve((asked) => answer(asked, url));
  url = server.url;
  open.push(server);
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  return { pages: githubPages(new Octokit({ baseUrl: server.url, log: silent }), wait), asked: server.asked };
}

const activity = (n: number, at: string, over: object = {}) => ({
  id: n,
  before: sha(n),
  after: sha(n + 1),
  timestamp: at,
  activity_type: "push",
  actor: { id: 7, login: "ada", type: "User" },
  ...over,
});

describe("a branch's activity", () => {
  it("is read page by page, back to the time that was asked for, and told in order of time", async () => {
    const { pages, asked } = await github(({ path }, url) =>
      path.includes("after=next")
        ? { body: [activity(2, "2026-03-02T00:00:00Z", { activity_type: "force_push" }), activity(1, "2026-03-01T00:00:00Z")] }
        : {
            body: [activity(3, "2026-03-03T00:00:00Z", { actor: null })],
            headers: { link: `<${url}/elsewhere?after=next&per_page=1>; rel="next"` },
          },
    );
    const found = await githubLists(pages).updates("acme/shop", "refs/heads/main", "2026-03-01T12:00:00.000Z");
    expect(found).toEqual([
      {
        before: sha(2),
        after: sha(3),
        at: "2026-03-02T00:00:00.000Z",
        forced: true,
        created: false,
        deleted: false,
        actor: { id: "7", login: "ada" },
      },
      { before: sha(3), after: sha(4), at: "2026-03-03T00:00:00.000Z", forced: false, created: false, deleted: false },
    ]);
    // The server says where to go on, and cannot lead elsewhere.
    expect(asked.map(({ path }) => path)).toEqual([
      "/repos/acme/shop/activity?per_page=100&ref=refs%2Fheads%2Fmain&direction=desc",
      "/repos/acme/shop/activity?per_page=100&ref=refs%2Fheads%2Fmain&direction=desc&after=next",
    ]);
  });

  it("is undefined where the server keeps none, and a fault where it fails", async () => {
    const none = await github(() => ({ status: 404, body: {} }));
    expect(await githubLists(none.pages).updates("acme/shop", "refs/heads/main", "")).toBeUndefined();
    const down = await github(() => ({ status: 502, body: {} }));
    await expect(githubLists(down.pages).updates("acme/shop", "refs/heads/main", "")).rejects.toMatchObject({ code: "unavailable" });
    const odd = await github(() => ({ body: [{ before: "x" }] }));
    await expect(githubLists(odd.pages).updates("acme/shop", "refs/heads/main", "")).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("deliveries", () => {
  const attempt = (id: number, guid: string, status_code: number, delivered_at = "2026-03-02T00:00:00Z") => ({
    id,
    guid,
    status_code,
    delivered_at,
  });
  it("failed where no attempt got through, within the time", async () => {
    const list = [
      attempt(5, "b", 200),
      attempt(4, "c", 500),
      attempt(3, "b", 500),
      attempt(2, "c", 0),
      attempt(1, "a", 500, "2026-02-01T00:00:00Z"),
    ];
    const { pages, asked } = await github(({ method }) => (method === "POST" ? { status: 202, body: {} } : { body: list }));
    const lists = githubLists(pages);
    expect(await lists.failedDeliveries("app", "2026-03-01T00:00:00.000Z")).toEqual({ listed: 4, failed: [{ id: "4", guid: "c" }] });
    await lists.redeliver("app", "4");
    expect(asked.at(-1)).toMatchObject({ method: "POST", path: "/app/hook/deliveries/4/attempts" });
  });

  it.each([
    ["ours", "https://ledger.example.com/webhooks/github", ["app"]],
    ["another system's", "https://elsewhere.example/", ["acme/shop/hooks/7"]],
    ["none", null, ["acme/shop/hooks/7"]],
  ])("are the App's own where its webhook is ours: %s", async (_whose, own, found) => {
    const webhookUrl = "https://ledger.example.com/webhooks/github";
    const hook = { id: 7, active: true, config: { url: own === webhookUrl ? "https://elsewhere.example/" : webhookUrl } };
    const { pages } = await github(({ path }) => {
      if (path.startsWith("/app/hook/config")) return { body: { url: own } };
      // Its owner is no organisation.
      return path.startsWith("/repos/acme/shop/hooks") ? { body: [hook] } : { status: 404, body: {} };
    });
    expect(await githubLists(pages, { as: "app", webhookUrl }).hooks(["acme/shop"])).toEqual(found);
  });
});

describe("limits", () => {
  it("are waited out as the server says, where somebody waits", async () => {
    const waits: number[] = [];
    const limited: Answer[] = [
      { status: 429, headers: { "retry-after": "7" }, body: {} },
      { status: 403, headers: { "retry-after": "60" }, body: {} },
      { status: 502, body: {} },
    ];
    const { pages } = await github(
      () => limited.shift() ?? { body: { default_branch: "main" } },
      async (ms) => {
        waits.push(ms);
      },
    );
    expect(await githubLists(pages).defaultBranch("acme/shop")).toBe("main");
    expect(waits).toEqual([7_000, 60_000, 4_000]);
  });

  it("are the next run's where nobody waits; what may not be read is not asked for again", async () => {
    const limited = await github(() => ({ status: 429, headers: { "retry-after": "7" }, body: {} }));
    await expect(githubLists(limited.pages).defaultBranch("acme/shop")).rejects.toMatchObject({ code: "throttled" });
    const denied = await github(
      () => ({ status: 403, body: {} }),
      () => Promise.reject(new Error("waited")),
    );
    await expect(githubLists(denied.pages).defaultBranch("acme/shop")).rejects.toMatchObject({ code: "denied" });
    expect(denied.asked).toHaveLength(1);
  });
});

describe("a repository's past", () => {
  it("keeps of an answer what its webhook is read for, and takes what is gone for nothing", async () => {
    const side = { sha: sha(1), ref: "a", repo: { full_name: "acme/shop", owner: {} }, label: "x" };
    const pull = {
      number: 7,
      state: "closed",
      merged: true,
      head: side,
      base: side,
      created_at: "2026-03-01T00:00:00Z",
      updated_at: "2026-03-02T00:00:00Z",
      diff_url: "https://…",
    };
    const { pages } = await github(({ path }) =>
      path.includes("check-runs") ? { status: 422, body: {} } : path.includes("reviews") ? { body: [] } : { body: pull },
    );
    const host = githubHistory(pages, { pullRequestCommits: async () => new Uint8Array() });
    const found = await host.pull("acme/shop", 7);
    expect(found).toMatchObject({ number: 7, merged: true, head: { sha: sha(1), repo: { full_name: "acme/shop" } } });
    expect(JSON.stringify(found)).not.toMatch(/diff_url|owner/);
    expect(await Array.fromAsync(host.checkRuns("acme/shop", sha(1)))).toEqual([]);
  });
});
