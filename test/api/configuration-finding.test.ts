import { createApi } from "@change-ledger/api";
import { sha256Hex } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { Judging } from "../evidence/judging.ts";
import { at, BAD, makeQueryWorld } from "./query-world.ts";

const GOOD = JSON.stringify({ people: [{ id: "ada", accounts: { github: ["ada"] } }] });
const WRONG = JSON.stringify({ people: [{ id: "ada", roles: ["king"] }] });

/** The query world, and a configuration that was refused after a good one. */
const world = await makeQueryWorld({ atOnce: true });
const ledger = new Judging();
await ledger.judge(await ledger.offer(GOOD));
const before = ledger.now();
await ledger.judge(await ledger.offer(WRONG));
const refusedAt = ledger.own("config:default").at(-1)?.entry.recordedAt;
const then = ledger.now();
const { ports } = world;
const app = createApi({
  ...ports,
  judging: { ...ports.judging, configurations: ledger.ports().configurations, now: () => "2026-11-22T00:00:00.000Z" },
});

async function ask(path: string, claims: object = {}) {
  const jwt = { claims: { sub: "x", scope: "ledger:read", ...claims }, scopes: null };
  const response = await app.request(path, {}, { event: { requestContext: { authorizer: { jwt } } } });
  return JSON.parse(await response.text());
}
const changes = async (query: string, claims?: object) =>
  (await ask(`/v1/findings?${query}`, claims)).items.map((one: { change: string }) => one.change);

describe("a configuration that was refused", () => {
  it("is a finding among the open ones, in their order, while the last good one is in force", async () => {
    const { items } = await ask("/v1/findings");
    expect(items).toMatchObject([
      {
        change: "config:default",
        at: refusedAt,
        outcome: "not-satisfied",
        findings: [{ id: "config:default#configuration/refused", test: "configuration", code: "refused", state: "open", since: refusedAt }],
      },
      { change: BAD },
    ]);
    expect(await changes("sort=oldest")).toEqual([BAD, "config:default"]);
    expect([await changes("test=configuration"), await changes("test=T4")]).toEqual([["config:default"], [BAD]]);
    expect([await changes("repository=github/acme/shop"), await changes(`to=${at(59)}`)]).toEqual([[BAD], [BAD]]);
  });

  it("has its place on the pages", async () => {
    for (const sort of ["newest", "oldest"]) {
      const first = await ask(`/v1/findings?limit=1&sort=${sort}`);
      const second = await ask(`/v1/findings?limit=1&sort=${sort}&cursor=${first.next}`);
      const seen = [...first.items, ...second.items].map(({ change }: { change: string }) => change);
      expect([seen.toSorted(), second.next]).toEqual([[BAD, "config:default"], undefined]);
    }
  });

  it("was open then, and was not before", async () => {
    expect(await changes(`as-of=${then}`)).toEqual(["config:default", BAD]);
    expect(await changes(`as-of=${before}`)).toEqual([BAD]);
    const first = await ask(`/v1/findings?as-of=${then}&limit=1`);
    expect(
      (await ask(`/v1/findings?as-of=${then}&limit=1&cursor=${first.next}`)).items.map(({ change }: { change: string }) => change),
    ).toEqual([BAD]);
  });

  it("is told to nobody who is restricted, whatever their patterns cover", async () => {
    for (const repositories of ["github/acme/*", "default", "*"])
      expect(await changes("", { repositories })).not.toContain("config:default");
  });

  it("is counted among the open findings", async () => {
    const count = async (claims?: object) => (await ask(`/v1/metrics?from=${at(0)}&to=${at(59)}`, claims)).findings.changes;
    expect([await count(), await count({ repositories: "github/acme/*" })]).toEqual([2, 1]);
  });

  it("stands in the configuration's history, and what was in force by then", async () => {
    const history = async (asOf: string) => await ask(`/v1/configuration?as-of=${asOf}`);
    const [good, refused] = [await history(before), await history(then)];
    expect(good.items.map(({ status }: { status: string }) => status)).toEqual(["offered", "in-force"]);
    expect(refused.items.at(-1)).toMatchObject({ status: "refused", faults: [{ line: 1, field: "people.0.roles.0" }] });
    expect([good.inForce, refused.inForce]).toEqual([sha256Hex(GOOD), sha256Hex(GOOD)]);
  });

  it("is resolved when a later version comes into force, and stays on record as it was", async () => {
    await ledger.judge(await ledger.offer(GOOD.replace("ada", "eve")));
    expect([await changes(""), await changes("state=resolved&test=configuration")]).toEqual([[BAD], ["config:default"]]);
    expect((await ask("/v1/findings?state=resolved&test=configuration")).items).toMatchObject([
      { outcome: "satisfied", findings: [{ state: "resolved", resolvedAt: ledger.own("config:default").at(-1)?.entry.recordedAt }] },
    ]);
    expect(await changes(`as-of=${then}`)).toEqual(["config:default", BAD]);
  });
});
