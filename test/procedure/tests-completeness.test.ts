import type { FactsOf, Subject } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { CHANGE, deployed, judge, merged, parts, pull, push, restsOn } from "./judged.ts";
import { minute, recorded, sha } from "./recorded.ts";

const MAIN: Subject = "ref:github/acme/shop/refs/heads/main";
const OTHER: Subject = "ref:github/acme/shop/refs/heads/other";
const GROUP = "123456789012/us-east-1/shop/production";
const complete = (entries: readonly Recorded[]) => parts(judge(entries), "T1");
const book = (facts: Partial<FactsOf<"push">> = {}) => [pull(10), push(50, "cd", facts), merged(50)];
const run = (from: number, to: number, more: Partial<FactsOf<"reconciled">> = {}) =>
  recorded(
    "audit:default",
    "reconciled",
    { system: "github", scope: MAIN, from: minute(from), to: minute(to), listed: 1, missing: [], unlisted: [], ...more },
    { at: to + 1000, id: `run ${from} ${to} ${more.scope ?? ""}`, seq: from },
  );

describe("the push before", () => {
  it("is there, or none was before: the branch was made, or its record begins here", () => {
    const first = (entries: readonly Recorded[]) => complete(entries)[0];
    expect(first(book())).toBe("satisfied satisfied: Completeness: the push is the first to refs/heads/main on record here.");
    expect(first(book({ created: true }))).toBe("satisfied satisfied: Completeness: the push made refs/heads/main.");
    expect(first([...book(), push(40, "e", {}, OTHER)])).toMatch(/is the first to refs\/heads\/main/);
    expect(first([...book(), push(60, "e", { before: sha("d") })])).toMatch(/is the first to refs\/heads\/main/);
    expect(first([...book({ before: sha("e") }), push(40, "e")])).toMatch(/begins where the one before it ended/);
  });
  it("is missing where one was before, and ended elsewhere: of a branch that is made again too", () => {
    for (const created of [false, true]) {
      const entries = [...book({ before: sha("a"), created }), push(30, "1"), push(40, "e")];
      expect(complete(entries)[0]).toMatch(/^not-satisfied gap: .* begins at aaaaaaaaaaaa, where no recorded push ended/);
      expect(restsOn(judge(entries), "T1", entries)).toEqual(
        entries.filter((_, nth) => nth === 1 || nth === 4).map((e) => e.entry.source.id),
      );
    }
  });
});

describe("an independent list", () => {
  const listed = (...runs: readonly Recorded[]) => complete([...book(), ...runs])[1];

  it("is one for a time that holds the push, its beginning and end included, and of its branch", () => {
    for (const one of [run(50, 60), run(40, 50)]) expect(listed(one)).toMatch(/^satisfied/);
    expect(listed(run(51, 60))).toMatch(/^not-assessable no-independent-list/);
    expect(listed(run(40, 60, { scope: OTHER }))).toMatch(/^not-assessable no-independent-list/);
    expect(listed(run(40, 60, { system: "codedeploy" }))).toMatch(/^not-assessable no-independent-list/);
    expect(listed(run(40, 49))).toBe(`pending not-reconciled-yet: Completeness: ${MAIN} was not compared with github since ${minute(50)}.`);
    expect(listed(run(40, 49), run(51, 60))).toMatch(/^pending/);
  });
  it("does not hold the push by its last commit, nor by what it goes from and to", () => {
    for (const name of [sha("d"), `${sha("0")}..${sha("d")}`])
      expect(listed(run(40, 60, { unlisted: ["x", name] }))).toBe(
        `not-satisfied not-listed: Completeness: the ledger has ${sha("d")}, and github does not list it.`,
      );
    expect(listed(run(40, 60, { unlisted: [sha("c")] }))).toMatch(/^satisfied/);
  });
  it("of deployments is that of the account, region, application and group", () => {
    const group = (entries: readonly Recorded[], scope: string) =>
      complete([...book(), ...entries, run(90, 110, { system: "codedeploy", scope })])[2];
    expect(group(deployed(100), GROUP)).toMatch(/^satisfied .*codedeploy's list for 123456789012\/us-east-1\/shop\/production matches/);
    expect(group(deployed(100), `${GROUP}-2`)).toMatch(/^not-assessable no-independent-list/);
    const deployment: Subject = "deployment:codedeploy/123456789012/us-east-1/d-1";
    const [link] = deployed(100) as [Recorded, Recorded, Recorded];
    const created = recorded(deployment, "deployment-created", { application: "shop", group: "production", principal: {} }, { at: 99 });
    // What whoever called CreateDeployment asked for is not yet what is there.
    expect(group([link, created], GROUP)).toMatch(
      /^not-assessable no-independent-list: Completeness: 123456789012\/us-east-1\/\?\/\? was never compared/,
    );
  });
  it("of a deployment that nothing explains is asked for as well", () => {
    const change: Subject = "change:codedeploy/123456789012/us-east-1/d-1";
    const entries = [...deployed(100).slice(1), run(90, 110, { system: "codedeploy", scope: GROUP, unlisted: ["d-1"] })];
    expect(parts(judge(entries, {}, change), "T1")).toEqual([
      "not-satisfied not-listed: Completeness: the ledger has deployment:codedeploy/123456789012/us-east-1/d-1, and codedeploy does not list it.",
    ]);
    expect(parts(judge([], {}, change), "T1")[0]).toMatch(/^not-applicable nothing-to-judge/);
  });
  it("is not asked for of what the code host deploys itself", () => {
    const host = recorded(
      CHANGE,
      "host-deployment-status",
      { action: "created", id: "1", environment: "live", commit: sha("c"), state: "success" } as FactsOf<"host-deployment-status">,
      { at: 90, id: "host" },
    );
    const environments = { repository: { deployments: [{ environment: "production", host: { environment: "live" } }] } };
    const said = judge([...book(), host], environments);
    expect(said.tests.find(({ test }) => test === "T14")?.outcome).not.toBe("pending");
    expect(parts(said, "T1")).toHaveLength(2);
  });
});
