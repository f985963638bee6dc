import { describe, expect, it } from "vitest";
import { at, BAD, D1, D2, D3, DIRECT, GOOD, INCIDENT, MAIN, makeQueryWorld, sha, TOOL } from "./query-world.ts";
import { HEALTH } from "./world.ts";

const world = await makeQueryWorld();
const claims = (more: object) => ({
  event: { requestContext: { authorizer: { jwt: { claims: { sub: "x", scope: "ledger:read", ...more }, scopes: null } } } },
});
const ALL = claims({});
const TOOL_ONLY = claims({ repositories: "github/acme/tool" });

async function ask(path: string, env: object = ALL) {
  const response = await world.app.request(path, {}, env);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: /json$/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : undefined,
  };
}
const subjects = async (query: string, env: object = ALL) => {
  const { body } = await ask(`/v1/changes?${query}`, env);
  return body.items.map((item: { subject: string }) => item.subject);
};

describe("changes", () => {
  it.each<[string, readonly string[]]>([
    ["", [DIRECT, TOOL, BAD, GOOD]],
    ["sort=oldest", [GOOD, BAD, TOOL, DIRECT]],
    [`from=${at(3)}&to=${at(5)}`, [BAD]],
    [`from=${at(3)}`, [DIRECT, TOOL, BAD]],
    [`to=${at(3)}`, [GOOD]],
    [`from=${at(9)}&to=${at(3)}`, []],
    ["repository=github/acme/tool", [TOOL]],
    ["type=directPush", [DIRECT]],
    ["state=deployed", [GOOD]],
    ["state=rolledBack", [BAD]],
    ["service=shop", [BAD, GOOD]],
    ["service=shop/production", [BAD, GOOD]],
    ["service=shop/staging", []],
    ["judged=emergency", [BAD]],
    ["outcome=satisfied", [GOOD]],
    ["test=T4", [BAD]],
    ["test=T4:satisfied", [GOOD]],
    ["test=T4:not-applicable", [TOOL]],
    ["control=soc2/CC8.1/approves", [BAD]],
    ["control=soc2/CC8.1/approves:satisfied", [GOOD]],
    ["person=ada", [GOOD]],
    ["person=BOB", [BAD, GOOD]],
    ["person=2", [BAD, GOOD]],
    ["person=nobody", []],
    ["ticket=jira/PAY-1", [BAD, GOOD]],
    ["ticket=ticket:jira/PAY-2", [BAD]],
    ["ticket=jira/PAY-1&person=ada", [GOOD]],
    ["ticket=jira/PAY-1&sort=oldest&limit=1", [GOOD]],
    [`ticket=jira/PAY-1&from=${at(3)}`, [BAD]],
    ["ticket=jira/NO-1", []],
    [`commit=${sha("a")}`, [GOOD]],
    [`commit=${sha("1")}`, [GOOD]],
    // A commit that the push of the merge brought, and that is nobody's head.
    [`commit=${sha("e")}`, [GOOD]],
    [`commit=${sha("d")}`, [DIRECT]],
    [`commit=${sha("f")}`, []],
    ["commit=2222222", [BAD]],
    ["commit=ddddddddd", [DIRECT]],
    [`deployment=${D2}`, [BAD]],
    ["deployment=codedeploy/1/eu-west-1/d-1", [GOOD]],
    [`deployment=${D1}&ticket=jira/PAY-2`, []],
    ["incident=pagerduty/Q1", [BAD]],
    ["incident=pagerduty/Q9", []],
  ])("asked for %s", async (query, expected) => {
    expect(await subjects(query)).toEqual(expected);
  });

  it.each([
    ["test=T99", "test"],
    ["test=T4:bad", "test"],
    ["control=soc3/x", "control"],
    ["commit=abc", "commit"],
    ["commit=ABCDEF0", "commit"],
    ["from=yesterday", "from"],
    ["sort=up", "sort"],
    ["deployment=%00", "deployment"],
    ["format=pdf", "format"],
  ])("refuses %s", async (query, field) => {
    const { status, body } = await ask(`/v1/changes?${query}`);
    if (query === "deployment=%00") return expect(status).toBe(200);
    expect([status, body.errors[0].field]).toEqual([400, field]);
  });

  it("shows each once from page to page in either order, while new ones come", async () => {
    const busy = await makeQueryWorld();
    for (const sort of ["newest", "oldest"]) {
      const seen: string[] = [];
      let cursor = "";
      for (let n = 0; n < 9; n++) {
        const response = await busy.app.request(`/v1/changes?sort=${sort}&limit=1&to=${at(9)}${cursor}`, {}, ALL);
        const page = (await response.json()) as { items: { subject: string }[]; next?: string };
        seen.push(...page.items.map(({ subject }) => subject));
        await busy.tell(`ticket:jira/NEW-${n}`, []);
        await busy.tell(`change:github/acme/shop/pull/${sort === "newest" ? 100 + n : 200 + n}`, [
          {
            kind: "pull-request",
            at: at(40 + n),
            id: `n${n}`,
            facts: {
              action: "opened",
              author: { login: "x" },
              head: sha("9"),
              headRef: "t",
              base: sha("0"),
              baseRef: "main",
              state: "open",
            },
          },
        ]);
        if (page.next === undefined) break;
        cursor = `&cursor=${page.next}`;
      }
      expect(seen).toEqual(sort === "newest" ? [DIRECT, TOOL, BAD, GOOD] : [GOOD, BAD, TOOL, DIRECT]);
    }
  });

  it("shows who is restricted what is theirs, whichever way they ask", async () => {
    expect(await subjects("", TOOL_ONLY)).toEqual([TOOL]);
    for (const query of [
      "ticket=jira/PAY-1",
      `commit=${sha("a")}`,
      "commit=2222222",
      `deployment=${D2}`,
      "incident=pagerduty/Q1",
      "person=ada",
    ])
      expect([query, await subjects(query, TOOL_ONLY)]).toEqual([query, []]);
    expect((await ask(`/v1/commits/${sha("a")}`, TOOL_ONLY)).status).toBe(404);
    expect((await ask(`/v1/refs/${MAIN}`, TOOL_ONLY)).status).toBe(404);
    expect((await ask("/v1/people/ada/activity", TOOL_ONLY)).body.items).toEqual([]);
    expect((await ask("/v1/findings", TOOL_ONLY)).body.items).toEqual([]);
    for (const q of ["acme/shop#1", "d-2", "PAY-1", "Q1", "shop", "ada", sha("1"), "2222222", "1"])
      expect([q, (await ask(`/v1/search?q=${encodeURIComponent(q)}`, TOOL_ONLY)).body.items]).toEqual([q, []]);
    const { body } = await ask(`/v1/metrics?from=${at(0)}&to=${at(59)}`, TOOL_ONLY);
    expect([body.changes.total, body.findings.changes, body.figures.find((one: { name: string }) => one.name === "incidents")]).toEqual([
      1,
      0,
      undefined,
    ]);
    expect(body.figures.find((one: { name: string }) => one.name === "deployments").value).toBe(0);
    const controls = await ask(`/v1/controls?from=${at(0)}&to=${at(59)}`, TOOL_ONLY);
    expect([controls.body.changes, controls.text.includes("acme/shop")]).toEqual([1, false]);
  });
});

describe("other things", () => {
  it("deployments: those that failed before all others, page by page", async () => {
    const seen: string[] = [];
    let cursor = "";
    for (;;) {
      const { body } = await ask(`/v1/deployments?sort=failed-first&limit=1${cursor}`);
      seen.push(...body.items.map((item: { subject: string }) => item.subject));
      if (body.next === undefined) break;
      cursor = `&cursor=${body.next}`;
    }
    expect(seen).toEqual([D2, D3, D1]);
    expect((await ask("/v1/deployments?outcome=good&sort=oldest")).body.items.map((item: { subject: string }) => item.subject)).toEqual([
      D1,
      D3,
    ]);
    expect((await ask("/v1/deployments?environment=staging")).body.items).toEqual([]);
    expect((await ask("/v1/deployments?commit=1111111&environment=production")).body.items).toHaveLength(2);
  });

  it("a commit: its change, who approved it, where it went", async () => {
    const { body } = await ask(`/v1/commits/${sha("a")}`);
    expect(body.repositories).toEqual(["github/acme/shop"]);
    expect(
      body.changes.map((one: { change: { subject: string }; as: string[]; approvedBy: object[] }) => [
        one.change.subject,
        one.as,
        one.approvedBy,
      ]),
    ).toEqual([[GOOD, ["head", "reviewed"], [{ id: "2", login: "Bob" }]]]);
    expect(body.deployments).toMatchObject([{ deployment: D1, state: "Succeeded", exactly: false }]);
    const brought = (await ask(`/v1/commits/github/acme/shop/${sha("e")}`)).body;
    expect(brought.changes).toMatchObject([{ change: { subject: GOOD }, as: ["brought"], approvedBy: [] }]);
    expect((await ask(`/v1/commits/${sha("1")}`)).body.deployments).toMatchObject([{ deployment: D1, exactly: true }]);
    expect([(await ask(`/v1/commits/${sha("f")}`)).status, (await ask("/v1/commits/abcdef0")).status]).toEqual([404, 400]);
  });

  it("what a person did", async () => {
    const { body } = await ask("/v1/people/bob/activity");
    expect(body.items.map((one: { subject: string; did: { as: string }[] }) => [one.subject, one.did.map(({ as }) => as)])).toEqual([
      [BAD, ["author", "merger"]],
      [GOOD, ["reviewer", "merger"]],
    ]);
    expect((await ask("/v1/people/ada/activity?of=tickets")).body.items).toMatchObject([
      { subject: "ticket:jira/PAY-1", did: [{ as: "reporter" }] },
    ]);
    expect((await ask("/v1/people/user/activity?of=deployments")).body.items).toHaveLength(2);
  });

  it("a branch over a period", async () => {
    const { body } = await ask(`/v1/refs/${MAIN}?from=${at(3)}&to=${at(9)}`);
    expect(body.updates.map((one: { after: string }) => one.after)).toEqual([sha("d"), sha("2")]);
    expect([body.whole, body.completeness[0].outcome, body.continuity[0].code]).toEqual([true, "satisfied", "protection-unknown"]);
    // Nothing of it had been recorded by then.
    expect((await ask(`/v1/refs/${MAIN}?as-of=${at(59)}&from=${at(3)}&to=${at(9)}`)).body.updates).toEqual([]);
  });

  it.each<[string, readonly (readonly [string, string])[]]>([
    [
      sha("a"),
      [
        ["commit", sha("a")],
        ["change", GOOD],
      ],
    ],
    ["2222222", [["change", BAD]]],
    ["acme/shop#2", [["change", BAD]]],
    ["#3", [["change", TOOL]]],
    ["d-2", [["deployment", D2]]],
    ["PAY-1", [["ticket", "ticket:jira/PAY-1"]]],
    ["pay-1", [["ticket", "ticket:jira/PAY-1"]]],
    ["Q1", [["incident", INCIDENT]]],
    ["ada", [["person", "ada"]]],
    ["acme/tool", [["repository", "github/acme/tool"]]],
    ["shop/prod", [["service", "shop/production"]]],
    [GOOD, [["change", GOOD]]],
    ["nothing-of-the-kind", []],
  ])("a search for %s", async (q, expected) => {
    const { body } = await ask(`/v1/search?q=${encodeURIComponent(q)}`);
    expect(body.items.map(({ kind, id }: { kind: string; id: string }) => [kind, id])).toEqual(expected);
    for (const { href } of body.items) expect((await ask(href)).status).toBe(200);
  });

  it("findings by age, open and resolved", async () => {
    const { body } = await ask("/v1/findings");
    expect(body.items).toMatchObject([{ change: BAD, findings: [{ id: `${BAD}#T4/no-approval`, state: "open", since: at(22) }] }]);
    expect((await ask("/v1/findings?state=resolved&test=T3")).body.items).toMatchObject([
      { change: TOOL, findings: [{ test: "T3", state: "resolved", resolvedAt: at(7) }] },
    ]);
    expect((await ask(`/v1/findings?to=${at(22)}`)).body.items).toEqual([]);
    expect((await ask("/v1/findings?test=T9")).body.items).toEqual([]);
  });

  it("findings as they were open then, before what has been said since", async () => {
    const then = async (at_: string, more = "") => (await ask(`/v1/findings?as-of=${at_}${more}`)).body;
    const [now, before] = [await then("2026-11-22T00:00:00.000Z"), await then("2000-01-01T00:00:00.000Z")];
    expect(now.items).toMatchObject([{ change: BAD, findings: [{ id: `${BAD}#T4/no-approval`, state: "open", since: at(22) }] }]);
    expect(before.items).toEqual([]);
    expect((await then("2026-11-22T00:00:00.000Z", "&test=T9")).items).toEqual([]);
    for (const more of ["&state=resolved", `&from=${at(1)}`]) expect(await then(at(6), more)).toMatchObject({ status: 400 });
  });

  it("controls over a period, page by page, each change once", async () => {
    const counts = new Map<string, number>();
    let cursor = "";
    let changes = 0;
    for (;;) {
      const { body } = await ask(`/v1/controls?from=${at(0)}&to=${at(59)}&limit=1&control=soc2${cursor}`);
      changes += body.changes;
      for (const { control, counts: of } of body.items)
        counts.set(control, (counts.get(control) ?? 0) + Object.values<number>(of).reduce((a, b) => a + b, 0));
      if (body.next === undefined) break;
      cursor = `&cursor=${body.next}`;
    }
    expect([changes, new Set(counts.values())]).toEqual([4, new Set([4])]);
    const whole = (await ask(`/v1/controls?from=${at(0)}&to=${at(59)}`)).body.items;
    const approves = whole.find(({ control }: { control: string }) => control === "soc2/CC8.1/approves");
    expect(approves.outcome).toBe("not-satisfied");
    expect(approves.exceptions.map(({ change }: { change: string }) => change)).toContain(DIRECT);
    expect(whole.find(({ control }: { control: string }) => control === "chi/SR82").outcome).toBe("not-evidenced");
    expect((await ask(`/v1/controls?from=${at(0)}&to=${at(59)}&as-of=${at(59)}`)).body.changes).toBe(0);
    expect((await ask(`/v1/controls?from=${at(9)}&to=${at(3)}`)).status).toBe(400);
  });

  it("figures of a period, each beside its definition", async () => {
    const { body } = await ask(`/v1/metrics?from=${at(0)}&to=${at(59)}`);
    const value = (name: string) => body.figures.find((one: { name: string }) => one.name === name);
    expect(value("deployments")).toMatchObject({ value: 2, unit: "count", over: 2 });
    expect(value("changeFailureRate")).toMatchObject({ value: 0.5, over: 2 });
    // From the first failed target to the success of the rollback: five minutes, as the sketch has them.
    expect(value("timeToRestore").value / 300).toBeCloseTo(1, 1);
    expect(value("leadTime")).toMatchObject({ over: 1 });
    expect(value("leadTime").value / 720).toBeCloseTo(1, 1);
    expect(value("incidents")).toMatchObject({ value: 1 });
    expect(body.changes).toMatchObject({
      total: 4,
      judged: { normal: 2, standard: 0, emergency: 1 },
      byType: { pullRequest: 3, directPush: 1 },
    });
    expect(body.findings).toMatchObject({
      changes: 1,
      whole: true,
      byAge: [{ underDays: 1 }, {}, {}, { underDays: 90, changes: 0 }, { changes: 1 }],
    });
    // Which entry waits is not for everybody.
    expect(body.ledger.looked).toEqual({ asOf: HEALTH.asOf, deadLetters: HEALTH.deadLetters, checkpointLateSince: HEALTH.late?.since });
    const none = (await ask(`/v1/metrics?from=${at(0)}&to=${at(59)}&application=other`)).body;
    expect(none.figures.find((one: { name: string }) => one.name === "deployments").value).toBe(0);
    expect((await ask(`/v1/metrics?from=${at(9)}&to=${at(3)}`)).status).toBe(400);
  });
});

describe("lists in other formats", () => {
  it("are lines of JSON, the next cursor beside", async () => {
    const { headers, text } = await ask("/v1/changes?limit=2&format=jsonl");
    expect([
      headers.get("content-type"),
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).subject),
    ]).toEqual(["application/jsonl", [DIRECT, TOOL]]);
    const rest = await ask(`/v1/changes?limit=2&cursor=${headers.get("x-next-cursor")}`);
    expect(rest.body.items.map((item: { subject: string }) => item.subject)).toEqual([BAD, GOOD]);
  });

  it("are CSV that no spreadsheet runs", async () => {
    const response = await world.app.request(`/v1/changes?ticket=jira/PAY-2`, { headers: { accept: "text/csv" } }, ALL);
    const [names = "", line = "", end] = (await response.text()).split("\r\n");
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect(names.split(",").slice(0, 7)).toEqual(["subject", "type", "repository", "number", "state", "author.id", "author.login"]);
    expect([line.startsWith(`${BAD},pullRequest,github/acme/shop,2,rolledBack,2,Bob`), end]).toEqual([true, ""]);
    expect(line).toContain(`"'=HYPERLINK(""https://x.invalid""); a,b"`);
  });

  it("of findings have a line each", async () => {
    const { text } = await ask("/v1/findings?format=csv");
    expect(text.split("\r\n")).toEqual([
      "change,at,outcome,type,id,test,code,state,since,resolvedAt",
      `${BAD},${at(22)},not-satisfied,emergency,${BAD}#T4/no-approval,T4,no-approval,open,${at(22)},`,
      "",
    ]);
  });

  it("are OSCAL where there is something to assess, the same document for the same answer", async () => {
    const path = `/v1/controls?from=${at(0)}&to=${at(59)}&format=oscal`;
    const [first, second] = [await ask(path), await ask(path)];
    expect(first.text).toBe(second.text);
    expect(first.headers.get("content-type")).toBe("application/oscal+json");
    const [result] = first.body["assessment-results"].results;
    const ids = new Set(result.observations.map(({ uuid }: { uuid: string }) => uuid));
    const approves = result.findings.find(
      (one: { target: { props: { value: string }[] } }) => one.target.props[0]?.value === "soc2/CC8.1/approves",
    );
    expect(approves.target).toMatchObject({ "target-id": "soc2_CC8.1_approves", status: { state: "not-satisfied" } });
    for (const { "observation-uuid": id } of approves["related-observations"]) expect(ids).toContain(id);
    expect((await ask("/v1/tickets?format=oscal")).status).toBe(400);
  });
});
