import { afterEach, describe, expect, it } from "vitest";
import { githubAsker } from "../../packages/aws/github.ts";
import type { Asking } from "../../packages/aws/github-hooks.ts";
import { githubLists } from "../../packages/aws/github-lists.ts";
import { githubPages } from "../../packages/aws/github-pages.ts";
import { type GithubStub, type GithubStubOptions, startGithubStub } from "../../packages/local/github-stub.ts";

const OURS = "https://ledger.example.com/webhooks/github";
const open: GithubStub[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((stub) => stub.close()));
});

async function github(hook: GithubStubOptions["hook"], asking: Omit<Asking, "as">) {
  const repository = { full_name: "acme/shop", default_branch: "main" };
  const push = {
    channel: "webhook" as const,
    source: "github",
    at: undefined,
    headers: { "x-github-event": "push", "x-github-delivery": "lost-1" },
    body: JSON.stringify({ ref: "refs/heads/main", before: "0".repeat(40), after: "1".repeat(40), repository }),
  };
  const sent: string[] = [];
  const stub = await startGithubStub({
    deliveries: [push],
    lost: [push],
    triedAt: new Date().toISOString(),
    ...(hook !== undefined && { hook }),
    redeliver: async ({ headers }) => {
      sent.push(headers["x-github-delivery"] ?? "");
      return 202;
    },
  });
  open.push(stub);
  const asker = githubAsker({ GITHUB_APP: JSON.stringify({ token: "t", baseUrl: stub.url }) });
  if (asker === undefined) throw new Error("expected credentials");
  return { lists: githubLists(githubPages(asker.octokit, undefined), { as: asker.as, ...asking }), stub, sent };
}

describe("webhooks that are no App's", () => {
  const since = "2026-01-01T00:00:00.000Z";

  it.each([
    ["a repository's", "acme/shop", "acme/shop/hooks/7"],
    ["an organisation's", "acme", "acme/hooks/7"],
  ])("%s own is found by its URL; what failed on it is sent again, and has not failed then", async (_whose, owner, name) => {
    const { lists, sent, stub } = await github({ owner, url: OURS }, { webhookUrl: OURS });
    expect(await lists.repositories()).toEqual([]);
    expect(await lists.hooks(["acme/shop"])).toEqual([name]);
    expect(await lists.failedDeliveries(name, since)).toEqual({ listed: 1, failed: [{ id: "1", guid: "lost-1" }] });
    await lists.redeliver(name, "1");
    expect([sent, stub.redelivered]).toEqual([["lost-1"], ["1"]]);
    expect(await lists.failedDeliveries(name, since)).toEqual({ listed: 2, failed: [] });
  });

  it("are found by their ids too, where nobody lists them", async () => {
    const { lists } = await github({ owner: "acme/shop", url: OURS }, { hooks: ["acme/shop/hooks/7"] });
    expect(await lists.hooks(["acme/shop"])).toEqual(["acme/shop/hooks/7"]);
    expect((await lists.failedDeliveries("acme/shop/hooks/7", since)).failed).toHaveLength(1);
  });

  it("that post elsewhere are not ours; that there is none of ours is a fault", async () => {
    const { lists } = await github({ owner: "acme/shop", url: "https://elsewhere.example/" }, { webhookUrl: OURS });
    await expect(lists.hooks(["acme/shop", "acme/gone"])).rejects.toMatchObject({ code: "not-found" });
    await expect(lists.failedDeliveries("acme/gone/hooks/9", since)).rejects.toMatchObject({ code: "not-found" });
  });
});
