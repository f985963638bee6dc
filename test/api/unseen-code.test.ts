import { describe, expect, it } from "vitest";
import { at, BAD, D1, D2, D3, DIRECT, GOOD, makeQueryWorld, sha, TOOL } from "./query-world.ts";
import { id } from "./requests.ts";

const world = await makeQueryWorld();
const claims = (more: object) => ({
  event: { requestContext: { authorizer: { jwt: { claims: { sub: "x", scope: "ledger:read", ...more }, scopes: null } } } },
});
const ALL = claims({});
const TOOL_ONLY = claims({ repositories: "github/acme/tool" });

async function ask(path: string, env: object = ALL) {
  const response = await world.app.request(path, {}, env);
  const text = await response.text();
  return { status: response.status, text, body: text.startsWith("{") ? JSON.parse(text) : undefined };
}

describe("unseen code", () => {
  const PERIOD = `/v1/unseen-code?from=${at(0)}&to=${at(59)}`;
  const pushed = { change: DIRECT, unseen: 1, commits: [{ sha: sha("d"), author: "ada", because: "direct-push" }] };
  const unknown = (change: string, digit: string) => ({ change, unseen: 1, commits: [{ sha: sha(digit), because: "commits-unknown" }] });

  it("of a period is told change by change; changes without any are counted alone", async () => {
    const { body } = await ask(PERIOD);
    expect(body.changes).toBe(4);
    expect(body.items).toMatchObject([pushed, unknown(BAD, "2"), unknown(GOOD, "1")]);
    expect(body.items[0].restsOn).toMatchObject([{ subject: "ref:github/acme/shop/refs/heads/main", seq: 2 }]);
    // By nothing that was on record then.
    expect((await ask(`${PERIOD}&as-of=${at(59)}`)).body).toMatchObject({ changes: 0, items: [] });
    expect((await ask(`/v1/unseen-code?from=${at(9)}&to=${at(3)}`)).status).toBe(400);
  });
  it("comes page by page, each change once, and to each caller of what they may read", async () => {
    const found: string[] = [];
    let [changes, cursor] = [0, ""];
    for (;;) {
      const { body } = await ask(`${PERIOD}&limit=1${cursor}`);
      changes += body.changes;
      found.push(...body.items.map((item: { change: string }) => item.change));
      if (body.next === undefined) break;
      cursor = `&cursor=${body.next}`;
    }
    expect([changes, found]).toEqual([4, [DIRECT, BAD, GOOD]]);
    const { body, text } = await ask(PERIOD, TOOL_ONLY);
    expect([body.changes, text.includes("acme/shop")]).toEqual([1, false]);
  });
  it("is a commit a line for a spreadsheet", async () => {
    const lines = (await ask(`${PERIOD}&format=csv`)).text.trim().split("\r\n");
    expect(lines.slice(0, 2)).toEqual(["change,sha,author,because", `${DIRECT},${sha("d")},ada,direct-push`]);
    expect(lines).toHaveLength(4);
  });
  it("of one change is told to whoever may read it", async () => {
    expect((await ask(`/v1/changes/${id(DIRECT)}/unseen-code`)).body).toMatchObject(pushed);
    expect((await ask(`/v1/changes/${id(TOOL)}/unseen-code`)).body).toEqual({ change: TOOL, unseen: 0, commits: [], restsOn: [] });
    expect((await ask(`/v1/changes/${id(DIRECT)}/unseen-code`, TOOL_ONLY)).status).toBe(404);
    expect((await ask(`/v1/changes/${id(GOOD)}/unseen-code?as-of=${at(1)}`)).status).toBe(404);
  });
});

describe("what a rollback put back", () => {
  const of = async (one: string, more = "") => (await ask(`/v1/deployments/${id(one)}${more}`)).body.restoration;

  it("is judged by the change that was merged as it", async () => {
    expect(await of(D3)).toMatchObject({ outcome: "not-satisfied", code: "restored-unapproved", change: GOOD });
    expect((await of(D3)).because).toContain("T4 is not-satisfied");
    for (const one of [D1, D2]) expect(await of(one)).toBeUndefined();
  });
  it("is not told to whoever may not read that change", async () => {
    const { body, status } = await ask(`/v1/deployments/${id(D3)}`, claims({ repositories: "github/acme/tool codedeploy/1/eu-west-1" }));
    expect([status, body?.restoration]).toEqual([200, undefined]);
  });
});
