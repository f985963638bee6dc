import type { FactsOf, Subject } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { continuityOf } from "../../packages/procedure/dossier/protection.ts";
import { minute, recorded } from "./recorded.ts";

const HOME = "github/acme/shop";
const MAIN = "refs/heads/main";
type Settings = FactsOf<"branch-protection">["settings"];

const rule = (at: number, action: string, settings: Settings = {}, pattern = "main", subject: Subject = `ref:${HOME}/refs/heads/main`) =>
  recorded(subject, "branch-protection", { action, id: "1", pattern, settings }, { at, id: `p${at}` });
const set = (at: number, more: Partial<FactsOf<"ruleset">> = {}, subject: Subject = `ref:${HOME}/rulesets/5`) =>
  recorded(subject, "ruleset", { action: "edited", id: "5", enforcement: "active", ...more }, { at, id: `r${at}` });
const of = (
  protections: readonly ReturnType<typeof rule>[],
  rulesets: readonly ReturnType<typeof set>[] = [],
  {
    ref = MAIN,
    isDefault = true,
    required = {},
  }: { ref?: string; isDefault?: boolean; required?: Readonly<Record<string, string | number | boolean>> } = {},
) => continuityOf({ protections, rulesets }, HOME, ref, isDefault, required);
/** Lapses as `guard: why from-until`, in minutes' instants. */
const lapses = (...given: Parameters<typeof of>) => of(...given).lapses.map(({ guard, why, from, until }) => [guard, why, from, until]);

describe("a branch's protection over time", () => {
  it("lapses when its rule is deleted, until it is back", () => {
    const [made, gone, again, later] = [rule(1, "created"), rule(2, "deleted"), rule(5, "created"), rule(6, "edited")];
    const { lapses: found, since, told } = of([made, gone, again, later]);
    expect(found).toEqual([
      { guard: "branch protection main", why: "it was deleted", from: minute(2), until: minute(5), began: gone, ended: again },
    ]);
    expect([since, told]).toEqual([minute(1), [made, gone, again, later]]);
  });
  it("lapses once however often it is said, by the first reason, and lasts while nobody puts it back", () => {
    expect(lapses([rule(1, "edited", { allow_deletions_enforcement_level: "everyone" }), rule(2, "deleted")])).toEqual([
      ["branch protection main", "the branch may be deleted", minute(1), undefined],
    ]);
    expect(lapses([rule(1, "deleted"), rule(2, "created"), rule(3, "deleted"), rule(4, "created")])).toEqual([
      ["branch protection main", "it was deleted", minute(1), minute(2)],
      ["branch protection main", "it was deleted", minute(3), minute(4)],
    ]);
  });
  it.each<[Settings, string | undefined]>([
    [{ pull_request_reviews_enforcement_level: "off" }, "pull requests need no review"],
    [{ pull_request_reviews_enforcement_level: "everyone" }, undefined],
    [{ required_approving_review_count: 0 }, "no approval is required"],
    [{ required_approving_review_count: 1 }, undefined],
    [{ allow_force_pushes_enforcement_level: "non_admins" }, "forced pushes are allowed"],
    [{ allow_force_pushes_enforcement_level: "off" }, undefined],
    [{ allow_deletions_enforcement_level: "everyone" }, "the branch may be deleted"],
    [{ allow_deletions_enforcement_level: "off" }, undefined],
  ])("of %o is weak because: %s", (settings, why) => {
    expect(lapses([rule(1, "edited", settings)])).toEqual(why === undefined ? [] : [["branch protection main", why, minute(1), undefined]]);
  });
  it.each<[string, string | number | boolean, Settings, string | undefined]>([
    ["count", 2, { count: 2 }, undefined],
    ["count", 2, { count: 3 }, undefined],
    ["count", 2, { count: 1 }, "count is 1 where 2 is required"],
    ["count", 2, { count: "3" }, "count is 3 where 2 is required"],
    ["count", 2, {}, "count is not told where 2 is required"],
    ["strict", true, { strict: true }, undefined],
    ["strict", true, { strict: false }, "strict is false where true is required"],
    ["level", "everyone", { level: "off" }, "level is off where everyone is required"],
  ])("where the configuration asks %s: %s, of %o is weak because: %s", (name, wanted, settings, why) => {
    expect(lapses([rule(1, "edited", settings)], [], { required: { [name]: wanted } })).toEqual(
      why === undefined ? [] : [["branch protection main", why, minute(1), undefined]],
    );
  });
  it("is that of rules whose pattern matches the branch, of this repository", () => {
    const guards = (pattern: string, ref: string, subject?: Subject) =>
      lapses([rule(1, "deleted", {}, pattern, subject)], [], { ref }).length;
    expect([guards("main", MAIN), guards("ma*", MAIN), guards("*", MAIN), guards("release/*", "refs/heads/release/1")]).toEqual([
      1, 1, 1, 1,
    ]);
    expect([guards("other", MAIN), guards("mai", MAIN), guards("x*", MAIN), guards("refs/heads/main", MAIN), guards("m.in", MAIN)]).toEqual(
      [0, 0, 0, 0, 0],
    );
    expect([guards("refs/tags/v1", "refs/tags/v1"), guards("v1", "refs/tags/v1")]).toEqual([1, 0]);
    expect(guards("main", MAIN, "ref:github/acme/shop-two/refs/heads/main")).toBe(0);
    expect(guards("main", MAIN, `ref:${HOME}/refs/heads/other`)).toBe(1);
  });
  it("lapses when the rule's pattern is changed, so that it covers the branch no longer", () => {
    const NO_LONGER = "it covers the branch no longer";
    expect(lapses([rule(1, "created"), rule(2, "edited", {}, "release/*")])).toEqual([
      ["branch protection main", NO_LONGER, minute(2), undefined],
    ]);
    expect(lapses([rule(1, "created"), rule(2, "edited", {}, "release/*"), rule(4, "edited")])).toEqual([
      ["branch protection main", NO_LONGER, minute(2), minute(4)],
    ]);
    expect(lapses([rule(1, "created", {}, "ma*"), rule(2, "edited", {}, "x")])).toEqual([
      ["branch protection ma*", NO_LONGER, minute(2), undefined],
    ]);
    expect(lapses([rule(1, "created", {}, "release/*"), rule(2, "edited", {}, "x")])).toEqual([]);
  });
  it("is unknown when nobody spoke of it", () => {
    expect(of([])).toEqual({ lapses: [], since: undefined, told: [] });
    expect(of([rule(3, "created")]).since).toBe(minute(3));
  });
});

describe("a rule set over time", () => {
  it("lapses when it is deleted or not enforced, each set by itself", () => {
    expect(lapses([], [set(1), set(2, { enforcement: "evaluate" }), set(3), set(4, { action: "deleted" })])).toEqual([
      ["rule set 5", "its enforcement is evaluate", minute(2), minute(3)],
      ["rule set 5", "it was deleted", minute(4), undefined],
    ]);
    expect(lapses([rule(9, "created")], [set(1, { enforcement: "disabled" })])).toHaveLength(1);
  });
  it("lapses when a rule is taken out of it, until it is back, or when it covers the branch no longer", () => {
    const rules = (at: number, ...held: readonly string[]) => set(at, { rules: [...held] });
    const why = (...sets: readonly ReturnType<typeof set>[]) => lapses([], sets).map(([, words, from, until]) => [words, from, until]);
    const lost = "its rule pull_request was taken out";
    expect(why(rules(1, "deletion", "pull_request"), rules(2, "pull_request", "deletion"))).toEqual([]);
    expect(why(rules(1, "deletion"), rules(2, "deletion", "pull_request"), rules(3, "deletion"))).toEqual([[lost, minute(3), undefined]]);
    expect(why(rules(1, "deletion", "pull_request"), rules(2, "deletion"), rules(3), rules(5, "deletion", "pull_request"))).toEqual([
      [lost, minute(2), minute(5)],
    ]);
    expect(why(rules(1, "deletion", "pull_request"), rules(2, "deletion"), rules(3, "deletion"))).toEqual([[lost, minute(2), undefined]]);
    // What it held when nobody enforced it, it has to hold when it is enforced.
    const off = set(1, { enforcement: "disabled", rules: ["deletion", "pull_request"] });
    expect(why(off, rules(2, "deletion"))).toEqual([["its enforcement is disabled", minute(1), undefined]]);
    expect(why(off, rules(2, "deletion", "pull_request"))).toEqual([["its enforcement is disabled", minute(1), minute(2)]]);
    expect(why(rules(1, "pull_request"), set(2))).toEqual([[lost, minute(2), undefined]]);
    expect(why(set(1), rules(2, "deletion"), set(3))).toEqual([["its rule deletion was taken out", minute(3), undefined]]);
    const elsewhere = (at: number) => set(at, { include: ["refs/heads/x"] });
    expect(why(set(1), elsewhere(2), set(4))).toEqual([["it covers the branch no longer", minute(2), minute(4)]]);
    expect(why(set(1, { enforcement: "disabled" }), elsewhere(2))).toEqual([["its enforcement is disabled", minute(1), undefined]]);
    expect(why(elsewhere(1), set(2))).toEqual([]);
    expect(why(rules(1, "pull_request"), set(2, { id: "6", rules: [] }))).toEqual([]);
  });
  it("is the repository's or the organisation's, of branches", () => {
    const own = (subject: Subject) => lapses([], [set(1, { action: "deleted" }, subject)]).length;
    expect([own(`ref:${HOME}/rulesets/5`), own("ref:github/acme/rulesets/5")]).toEqual([1, 1]);
    expect([own("ref:github/acme/other/rulesets/5"), own("ref:github/acm/rulesets/5"), own(`ref:${HOME}/refs/heads/main`)]).toEqual([
      0, 0, 0,
    ]);
    expect(lapses([], [set(1, { action: "deleted", target: "branch" })])).toHaveLength(1);
    expect(lapses([], [set(1, { action: "deleted", target: "tag" })])).toEqual([]);
  });
  it("concerns the refs that it includes and does not exclude; all of them when it names none", () => {
    const concerned = (include: readonly string[] | undefined, exclude: readonly string[] | undefined, isDefault = false) =>
      lapses([], [set(1, { action: "deleted", ...(include && { include: [...include] }), ...(exclude && { exclude: [...exclude] }) })], {
        isDefault,
      }).length === 1;
    for (const list of [undefined, [], ["~ALL"], [MAIN], ["refs/heads/*"], ["refs/heads/x", "refs/**"]])
      expect([list, concerned(list, undefined)]).toEqual([list, true]);
    for (const list of [["main"], ["refs/heads/x*"], ["refs/heads/mai"], ["~DEFAULT_BRANCH"]])
      expect([list, concerned(list, undefined)]).toEqual([list, false]);
    expect(concerned(["~DEFAULT_BRANCH"], undefined, true)).toBe(true);
    for (const list of [["~ALL"], [MAIN], ["refs/heads/m*"]]) expect([list, concerned(undefined, list)]).toEqual([list, false]);
    for (const list of [[], ["refs/heads/other"], ["~DEFAULT_BRANCH"]]) expect([list, concerned(undefined, list)]).toEqual([list, true]);
    expect(concerned(["~ALL"], ["~DEFAULT_BRANCH"], true)).toBe(false);
  });
});

describe("lapses of several guards", () => {
  it("stand in order of time, then of name, and what was told in order of the senders' clocks", () => {
    const [a, b, c, d] = [
      rule(2, "deleted", {}, "m*"),
      rule(2, "deleted"),
      set(1, { action: "deleted" }),
      set(2, { action: "deleted", id: "4" }),
    ];
    const { lapses: found, told, since } = of([a, b], [c, d]);
    const names = ["rule set 5", "branch protection m*", "branch protection main", "rule set 4"];
    expect(found.map(({ guard }) => guard)).toEqual(names);
    expect(of([b, a], [d, c]).lapses.map(({ guard }) => guard)).toEqual(names);
    expect(told.map(({ entry }) => entry.occurredAt)).toEqual([1, 2, 2, 2].map(minute));
    expect(since).toBe(minute(1));
  });
  it("are the same in whatever order words of one guard are given", () => {
    const words = [rule(1, "created"), rule(2, "deleted"), rule(3, "created"), rule(4, "edited", { required_approving_review_count: 0 })];
    expect(of(words.toReversed())).toEqual(of(words));
  });
});
