import { describe, expect, it } from "vitest";
import type { Told } from "../query/chain.ts";
import { at, BAD, D1, D2, D3, DIRECT, GOOD, makeQueryWorld, sha, TOOL } from "./query-world.ts";

/** As of an instant: each entry was recorded in the minute in which its sender told it. */
const world = await makeQueryWorld({ atOnce: true });
const ENV = { event: { requestContext: { authorizer: { jwt: { claims: { sub: "x", scope: "ledger:read" }, scopes: null } } } } };
async function ask(path: string, app = world.app) {
  const response = await app.request(path, {}, ENV);
  return { status: response.status, body: JSON.parse(await response.text()) };
}
const subjects = async (path: string) => (await ask(path)).body.items.map((one: { subject: string }) => one.subject);
const id = (subject: string) => subject.slice(subject.indexOf(":") + 1);

describe("changes as known then", () => {
  it.each<[string, number, readonly string[]]>([
    ["", 1, [GOOD]],
    ["", 4, [BAD, GOOD]],
    ["", 8, [DIRECT, TOOL, BAD, GOOD]],
    ["sort=oldest", 5, [GOOD, BAD, TOOL]],
    // What became of them later is not known yet.
    ["state=open", 1, [GOOD]],
    ["state=merged", 2, [GOOD]],
    ["state=merged", 10, [BAD, GOOD]],
    ["state=deploying", 11, [GOOD]],
    ["state=deployed", 12, [GOOD]],
    ["state=failed", 22, [BAD]],
    ["state=rolledBack", 23, [BAD]],
    ["service=shop", 20, [GOOD]],
    // Judged otherwise then, and now.
    ["test=T3", 5, []],
    ["test=T3", 6, [TOOL]],
    ["test=T3", 7, []],
    ["outcome=not-satisfied", 6, [TOOL]],
    ["outcome=pending", 7, [TOOL]],
    ["outcome=satisfied", 11, []],
    ["outcome=satisfied", 12, [GOOD]],
    ["judged=emergency", 21, []],
    ["judged=emergency", 22, [BAD]],
    ["control=soc2/CC8.1/approves", 21, []],
    ["control=soc2/CC8.1/approves", 22, [BAD]],
    ["person=2", 0, []],
    ["person=2", 1, [GOOD]],
    ["ticket=incident:pagerduty/Q1", 59, []],
    ["ticket=jira/PAY-1", 2, [GOOD]],
    ["ticket=jira/PAY-1", 3, [BAD, GOOD]],
    [`commit=${sha("1")}`, 59, [GOOD]],
    [`deployment=${D1}`, 10, []],
    [`deployment=${D1}`, 11, [GOOD]],
    ["repository=github/acme/tool", 59, [TOOL]],
    ["repository=github/acme/tool", 4, []],
    [`from=${at(3)}&to=${at(5)}`, 59, [BAD]],
  ])("asked for %s as of minute %i", async (query, minute, expected) => {
    expect(await subjects(`/v1/changes?as-of=${at(minute)}&${query}`)).toEqual(expected);
  });

  it.each([0, 1, 3, 6, 8, 11, 21, 22, 23, 31])("are what was shown in minute %i, when nothing later was there", async (minute) => {
    const past = await makeQueryWorld({ atOnce: true, until: at(minute) });
    for (const path of ["/v1/changes?", "/v1/changes?sort=oldest&", "/v1/deployments?", "/v1/people/bob/activity?", "/v1/findings?"]) {
      const [then, shown] = [(await ask(`${path}as-of=${at(minute)}`)).body, (await ask(path, past.app)).body];
      // Which of those with findings comes first is told by when they began.
      expect([path, then]).toEqual([path, path.startsWith("/v1/findings") ? { items: expect.arrayContaining(shown.items) } : shown]);
      expect([path, then.items.length]).toEqual([path, shown.items.length]);
    }
  });

  it("are judged in every form as they were judged then", async () => {
    const lines = async (format: string) =>
      (await world.app.request(`/v1/changes?as-of=${at(6)}&format=${format}&test=T3`, {}, ENV)).text();
    expect(JSON.parse(await lines("jsonl"))).toMatchObject({
      subject: TOOL,
      assessment: { at: at(6), outcome: "not-satisfied", findings: [`${TOOL}#T3/no-ticket`], tests: { T3: "not-satisfied" } },
    });
    expect(await lines("csv")).toContain(`${TOOL}#T3/no-ticket`);
    const { results } = JSON.parse(await lines("oscal"))["assessment-results"];
    expect(results[0].findings).toMatchObject([{ title: TOOL, target: { "target-id": "procedure", status: { state: "not-satisfied" } } }]);
    expect((await ask("/v1/changes?test=T3")).body.items).toEqual([]);
  });

  it("leave out what was told late", async () => {
    const late = await makeQueryWorld({ atOnce: true });
    await late.tell("change:github/acme/shop/pull/9", [{ ...opened("late", 3), recordedAt: at(30) }]);
    const then = async (minute: number) =>
      (await ask(`/v1/changes?as-of=${at(minute)}&limit=100`, late.app)).body.items.map((one: { subject: string }) => one.subject);
    expect([(await then(29)).length, await then(30)]).toEqual([4, [DIRECT, TOOL, "change:github/acme/shop/pull/9", BAD, GOOD]]);
  });

  it("are all that there are as of the last instant, and none as of the first", async () => {
    expect(await subjects("/v1/changes?as-of=9999-12-31T23:59:59.999Z")).toEqual([DIRECT, TOOL, BAD, GOOD]);
    expect(await subjects("/v1/changes?as-of=0000-01-01T00:00:00.000Z")).toEqual([]);
  });

  it("cost a bounded number of reads a page, however many there are", async () => {
    const many = await makeQueryWorld({ atOnce: true });
    for (let n = 0; n < 450; n++)
      await many.tell(`change:github/acme/shop/pull/${1000 + n}`, [{ ...opened(`n${n}`, 30), recordedAt: at(30) }]);
    const seen: string[] = [];
    let cursor = "";
    for (let page = 1; ; page++) {
      many.chains.reads = 0;
      const { body } = await ask(`/v1/changes?as-of=${at(40)}&outcome=satisfied${cursor}`, many.app);
      // Two rounds of a hundred changes, and of the few that stand deployed their deployments.
      expect(many.chains.reads).toBeLessThan(220);
      seen.push(...body.items.map((one: { subject: string }) => one.subject));
      if (body.next === undefined) {
        expect(page).toBe(3);
        break;
      }
      cursor = `&cursor=${body.next}`;
    }
    expect(seen).toEqual([GOOD]);
  });
});

describe("whatever holds a judgement", () => {
  it("takes as-of", async () => {
    const { paths, components } = (await ask("/openapi.json")).body;
    const judges = (schema: unknown, seen = new Set<string>()): boolean => {
      if (typeof schema !== "object" || schema === null) return false;
      const { $ref, enum: values } = schema as { $ref?: string; enum?: string[] };
      if ($ref !== undefined) {
        const name = $ref.slice($ref.lastIndexOf("/") + 1);
        return !seen.has(name) && judges(components.schemas[name], seen.add(name));
      }
      if (values?.includes("not-assessable") === true) return true;
      return Object.values(schema).some((one) => judges(one, seen));
    };
    type Operation = { parameters?: { name: string }[]; responses: { 200?: object } };
    const judging = Object.entries(paths as Record<string, { get?: Operation }>).flatMap(([path, { get }]) =>
      get !== undefined && judges(get.responses[200]) ? [[path, get.parameters?.some(({ name }) => name === "as-of")]] : [],
    );
    const found = Object.fromEntries(judging);
    for (const path of ["/v1/changes", "/v1/changes/{id}", "/v1/changes/{id}/dossier", "/v1/findings", "/v1/controls", "/v1/refs/{id}"])
      expect(Object.keys(found)).toContain(path);
    expect(Object.keys(found).filter((path) => found[path] !== true)).toEqual([]);
  });
});

describe("other answers as known then", () => {
  it("one change, and its dossier", async () => {
    const one = async (minute: number, follower = "") => await ask(`/v1/changes/${id(BAD)}${follower}?as-of=${at(minute)}`);
    expect((await one(2)).status).toBe(404);
    expect((await one(3)).body).toMatchObject({ state: "open", chain: { length: 1 } });
    expect((await one(21)).body).toMatchObject({ state: "deploying", deployments: [D2] });
    expect((await one(21)).body.assessment).toBeUndefined();
    expect((await one(22)).body.assessment).toMatchObject({ at: at(22), outcome: "not-satisfied" });
    const chains = async (minute: number) =>
      (await one(minute, "/dossier")).body.chains.map(({ subject, entries }: { subject: string; entries: object[] }) => [
        subject,
        entries.length,
      ]);
    expect(await chains(21)).toContainEqual([BAD, 3]);
    expect(await chains(21)).toContainEqual([D2, 2]);
    expect(await chains(59)).toContainEqual([D2, 4]);
    const refs = (await one(4, "/dossier")).body.chains.find((one: { subject: string }) => one.subject.startsWith("ref:"));
    expect(refs.head.length).toBe(2);
  });

  it("a commit's changes", async () => {
    const { body } = await ask(`/v1/commits/${sha("a")}?as-of=${at(1)}`);
    expect(body.changes).toMatchObject([{ change: { subject: GOOD, state: "open" }, approvedBy: [{ login: "Bob" }] }]);
    expect(body.deployments).toEqual([]);
    expect((await ask(`/v1/commits/${sha("a")}?as-of=${at(0)}`)).body.changes[0].approvedBy).toEqual([]);
  });

  it("what a person had done", async () => {
    const did = async (minute: number) =>
      (await ask(`/v1/people/bob/activity?as-of=${at(minute)}`)).body.items.map((one: { subject: string; did: { as: string }[] }) => [
        one.subject,
        one.did.map(({ as }) => as),
      ]);
    expect([await did(0), await did(1)]).toEqual([[], [[GOOD, ["reviewer"]]]]);
  });

  it("deployments, of which one had not failed yet", async () => {
    expect(await subjects(`/v1/deployments?as-of=${at(20)}`)).toEqual([D2, D1]);
    expect([
      await subjects(`/v1/deployments?as-of=${at(20)}&outcome=failed`),
      await subjects(`/v1/deployments?as-of=${at(22)}&outcome=failed`),
    ]).toEqual([[], [D2]]);
    expect(await subjects(`/v1/deployments?as-of=${at(25)}&sort=failed-first&limit=100`)).toEqual([D2]);
    expect(await subjects(`/v1/deployments?as-of=${at(25)}`)).toEqual([D3, D2, D1]);
  });

  it("figures, with what was judged and open then", async () => {
    const then = async (minute: number, more = "") => (await ask(`/v1/metrics?from=${at(0)}&to=${at(59)}&as-of=${at(minute)}${more}`)).body;
    const figure = (body: { figures: { name: string; value: number }[] }, name: string) =>
      body.figures.find((one) => one.name === name)?.value;
    const [early, failed, all] = [await then(12), await then(22), await then(59)];
    expect([early, failed, all].map((one) => [one.asOf, one.changes.total, one.findings.changes])).toEqual([
      [at(12), 4, 0],
      [at(22), 4, 1],
      [at(59), 4, 1],
    ]);
    expect([early.changes.outcomes, failed.changes.judged.emergency]).toEqual([{ satisfied: 1, pending: 1 }, 1]);
    expect([figure(early, "deployments"), figure(early, "changeFailureRate"), figure(failed, "changeFailureRate")]).toEqual([1, 0, 0.5]);
    expect([(await then(6)).findings, (await then(6, "&repository=github/acme/shop")).findings.changes]).toMatchObject([
      { changes: 1, whole: true },
      0,
    ]);
    const { ledger } = await ask(`/v1/metrics?from=${at(0)}&to=${at(59)}`).then(({ body }) => body);
    expect(early.ledger).toEqual(ledger);
  });

  it("findings that were open, each since it was first said", async () => {
    const open = async (minute: number) => (await ask(`/v1/findings?as-of=${at(minute)}`)).body.items;
    expect(await open(5)).toEqual([]);
    expect(await open(6)).toMatchObject([{ change: TOOL, at: at(6), findings: [{ test: "T3", code: "no-ticket", since: at(6) }] }]);
    expect(await open(7)).toEqual([]);
    expect(await open(22)).toMatchObject([{ change: BAD, type: "emergency", findings: [{ test: "T4", since: at(22) }] }]);
  });
});

function opened(name: string, minute: number): Told {
  const author = { login: "x" };
  const facts = { action: "opened", author, head: sha("9"), headRef: "t", base: sha("0"), baseRef: "main", state: "open" } as const;
  return { kind: "pull-request", at: at(minute), id: name, facts };
}
