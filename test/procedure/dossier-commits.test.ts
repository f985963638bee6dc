import type { CommitFact, FactsOf, Subject } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { behindLast, commitsOf, mergingPush, ownShare } from "../../packages/procedure/dossier/commits.ts";
import { firstToldOfHead, type Pull, pullOf, ticketsNamed } from "../../packages/procedure/dossier/pull.ts";
import { type Push, pushesOf, refName } from "../../packages/procedure/dossier/pushes.ts";
import type { Of } from "../../packages/procedure/dossier/recorded.ts";
import { minute, recorded, sha } from "./recorded.ts";

const HOME = "github/acme/shop";
const CHANGE: Subject = `change:${HOME}/pull/1`;
const BASE: Subject = `ref:${HOME}/refs/heads/main`;
const BRANCH: Subject = `ref:${HOME}/refs/heads/topic`;
const commit = (digit: string): CommitFact => ({ sha: sha(digit), author: { login: `author-${digit}` } });
const digits = (list: readonly CommitFact[]) => list.map((one) => one.sha[0]).join("");

const event = (at: number, facts: Partial<FactsOf<"pull-request">> = {}, subject = CHANGE): Of<"pull-request"> =>
  recorded(
    subject,
    "pull-request",
    {
      action: "opened",
      author: { login: "ada" },
      head: sha("c"),
      headRef: "topic",
      base: sha("0"),
      baseRef: "main",
      state: "open",
      ...facts,
    },
    { at, id: `${at}` },
  );
const closed = (at: number, facts: Partial<FactsOf<"pull-request">> = {}) =>
  event(at, { action: "closed", state: "merged", mergeSha: sha("d"), ...facts });
const PULL = pullOf({ pulls: [event(1), closed(9)] }) as Pull;
const push = (
  at: number,
  list: string,
  facts: Partial<FactsOf<"push">> = {},
  ref: Subject = BASE,
  more: Parameters<typeof recorded>[3] = {},
) =>
  recorded(
    ref,
    "push",
    { before: sha("0"), after: sha(list.at(-1) ?? "0"), commits: [...list].map(commit), ...facts },
    { at, id: `push ${at}`, ...more },
  );
const answer = (list: string, facts: Partial<FactsOf<"pull-request-lookup">> = {}, more: Parameters<typeof recorded>[3] = {}) =>
  recorded(CHANGE, "pull-request-lookup", { head: sha("c"), commits: [...list].map(commit), ...facts }, { at: 10, id: "look-up", ...more });
const other = (mergeSha: string) => event(8, { action: "closed", state: "merged", mergeSha: sha(mergeSha) }, `change:${HOME}/pull/2`);

interface Given {
  readonly lists?: readonly Of<"pull-request-lookup">[];
  readonly pushes?: readonly Of<"push">[];
  readonly others?: readonly Of<"pull-request">[];
  readonly pull?: Pull;
  readonly trusted?: boolean;
}
const known = ({ lists = [], pushes = [], others = [], pull = PULL, trusted = false }: Given) => {
  const { list, by, complete } = commitsOf(
    pull,
    { commitLists: lists, otherPulls: others } as never,
    pushesOf(pushes),
    BASE,
    BRANCH,
    trusted,
  );
  return [by, digits(list), complete];
};

describe("a pull request's commits", () => {
  it("are GitHub's own list for the head, when it is whole", () => {
    expect(known({ lists: [answer("abc")], pushes: [push(5, "bcd")] })).toEqual(["look-up", "abc", true]);
    expect(known({ lists: [answer("abc", { head: sha("b") })] })).toEqual(["nothing", "", false]);
    const parts = [answer("ab", {}, { part: { index: 0, of: 2 } }), answer("c", {}, { part: { index: 1, of: 2 } })] as const;
    expect(known({ lists: parts })).toEqual(["look-up", "abc", true]);
    expect(known({ lists: [parts[0]] })).toEqual(["look-up", "ab", false]);
    expect(known({ lists: [parts[1]] })).toEqual(["look-up", "c", false]);
    expect(known({ lists: [answer("abc", { truncated: true })] })).toEqual(["look-up", "abc", false]);
    expect(known({ lists: [answer("ab")] })).toEqual(["look-up", "ab", false]);
  });
  it("are those of the whole answer, where there are several", () => {
    expect(known({ lists: [answer("ab"), answer("abc", {}, { id: "again" })] })).toEqual(["look-up", "abc", true]);
    expect(known({ lists: [answer("ab"), answer("b", {}, { id: "again" })] })).toEqual(["look-up", "ab", false]);
  });
  it("are those of the push that merged it and holds its head, without the merge", () => {
    expect(known({ pushes: [push(5, "abcd")] })).toEqual(["merge", "abc", true]);
    expect(known({ pushes: [push(5, "abcd", { truncated: true })] })).toEqual(["merge", "abc", false]);
    expect(known({ lists: [answer("ab")], pushes: [push(5, "abcd")] })).toEqual(["merge", "abc", true]);
    expect(known({ lists: [answer("ab")], pushes: [push(5, "abcd", { truncated: true })] })).toEqual(["look-up", "ab", false]);
    expect(known({ pushes: [push(5, "abc")], pull: pullOf({ pulls: [closed(9, { mergeSha: sha("c") })] }) as Pull })).toEqual([
      "merge",
      "abc",
      true,
    ]);
  });
  it("are, of a push of several merges, what came after the merge before", () => {
    expect(known({ pushes: [push(5, "12abcd34")], others: [other("2"), other("4")] })).toEqual(["merge", "abc", true]);
    expect(known({ pushes: [push(5, "12abcd34")], others: [other("9")] })).toEqual(["merge", "12abc", true]);
    expect(known({ pushes: [push(5, "12abcd34")] })).toEqual(["merge", "12abc", true]);
    const [found] = pushesOf([push(5, "12d")]);
    if (found === undefined) throw new Error("expected a push");
    expect(digits(ownShare({ push: found, at: 2 }, [other("1"), other("d")]))).toBe("2d");
    expect(digits(ownShare({ push: found, at: 0 }, [other("1")]))).toBe("1");
  });
  it("leave what lies behind the last merge of its push to nobody", () => {
    const behind = (...others: readonly string[]) => {
      const [found] = pushesOf([push(5, "12d34")]);
      return digits(behindLast({ push: found as Push, at: 2 }, others.map(other)));
    };
    expect([behind(), behind("2"), behind("3"), behind("4"), behind("2", "3")]).toEqual(["34", "34", "", "", ""]);
  });
  it("are those of its branch from the head back to the push that made it", () => {
    const made = push(1, "a", { created: true }, BRANCH);
    const rest = [push(2, "b", { before: sha("a") }, BRANCH), push(3, "c", { before: sha("b") }, BRANCH)];
    expect(known({ pushes: [made, ...rest] })).toEqual(["branch", "cba", true]);
    expect(known({ pushes: rest })).toEqual(["branch", "cb", false]);
    expect(known({ pushes: [made, ...rest.slice(0, 1)] })).toEqual(["nothing", "", false]);
    expect(known({ pushes: [made, rest[0] as Of<"push">, push(3, "c", { before: sha("b"), truncated: true }, BRANCH)] })).toEqual([
      "branch",
      "cba",
      false,
    ]);
    expect(known({ pushes: [push(1, "a", { created: true, truncated: true }, BRANCH), ...rest] })).toEqual(["branch", "cba", false]);
    // Of a branch that was made at a commit which was there before, nobody tells whose work that is.
    expect(known({ pushes: [push(3, "", { created: true, after: sha("c") }, BRANCH)] })).toEqual(["branch", "", false]);
    expect(known({ pushes: [push(3, "ab", { created: true, after: sha("c") }, BRANCH)] })).toEqual(["branch", "ab", false]);
    expect(known({ pushes: [push(3, "c", { before: sha("c") }, BRANCH)] })).toEqual(["branch", "cc", false]);
    const elsewhere: Subject = `ref:${HOME}/refs/heads/other`;
    expect(known({ pushes: [push(3, "c", { created: true }, elsewhere)] })).toEqual(["nothing", "", false]);
    const fork = pullOf({ pulls: [closed(9, { headRepository: "eve/shop" })] }) as Pull;
    expect(known({ pushes: [made, ...rest], pull: fork })).toEqual(["nothing", "", false]);
  });
  it("are what a squash says of them, whole where that is trusted", () => {
    expect(known({ pushes: [push(5, "d")] })).toEqual(["squash", "d", false]);
    expect(known({ pushes: [push(5, "d")], trusted: true })).toEqual(["squash", "d", true]);
    expect(known({ pushes: [push(5, "d", { truncated: true })], trusted: true })).toEqual(["squash", "d", false]);
    expect(known({ pushes: [push(5, "d"), push(3, "c", {}, BRANCH)] })).toEqual(["branch", "c", false]);
    expect(known({ pushes: [push(5, "d"), push(3, "c", { created: true }, BRANCH)] })).toEqual(["branch", "c", true]);
  });
  it("are nothing while nothing says so", () => {
    expect(known({ pull: pullOf({ pulls: [event(1)] }) as Pull, pushes: [push(5, "abd")] })).toEqual(["nothing", "", false]);
    expect(known({ pushes: [push(5, "abcd", {}, `ref:${HOME}/refs/heads/other`)] })).toEqual(["nothing", "", false]);
  });
});

describe("the push that brought the merge", () => {
  it("is the first to the base that holds it, at its last place", () => {
    const [first, second] = pushesOf([push(5, "ad"), push(6, "bd")]);
    expect(mergingPush(PULL, [first, second] as never, BASE)).toEqual({ push: first, at: 1, sha: sha("d") });
    expect(mergingPush(PULL, pushesOf([push(5, "d")]), BASE)?.at).toBe(0);
    expect(mergingPush(PULL, pushesOf([push(5, "dad")]), BASE)?.at).toBe(2);
    expect(mergingPush(PULL, pushesOf([push(5, "abc"), push(6, "d", {}, BRANCH)]), BASE)).toBeUndefined();
    const open = pullOf({ pulls: [event(1)] }) as Pull;
    expect(mergingPush(open, pushesOf([push(5, "d")]), BASE)).toBeUndefined();
  });
});

describe("pushes", () => {
  it("are put together from their parts, and know when one is missing", () => {
    const part = (index: number, list: string) => push(5, list, {}, BASE, { part: { index, of: 3 } });
    const [whole, later] = pushesOf([part(0, "a"), part(1, "b"), part(2, "c"), push(6, "d")]);
    expect([digits(whole?.commits ?? []), whole?.complete, whole?.told.length, digits(later?.commits ?? [])]).toEqual([
      "abc",
      true,
      3,
      "d",
    ]);
    expect(pushesOf([part(0, "a"), part(2, "c")]).map(({ complete }) => complete)).toEqual([false]);
    expect(pushesOf([part(0, "a")]).map(({ complete }) => complete)).toEqual([false]);
  });
  it("of one event on two refs are two", () => {
    const part = (ref: Subject, at: number) => push(at, "a", {}, ref, { part: { index: 0, of: 1 }, id: "same" });
    expect(pushesOf([part(BASE, 1), part(BRANCH, 1)]).map(({ ref }) => ref)).toEqual([BASE, BRANCH]);
    expect(pushesOf([push(2, "b"), part(BASE, 3), push(7, "c")]).map(({ at }) => at)).toEqual([2, 3, 7].map(minute));
  });
  it("say what they are; what is not told is not so", () => {
    const flags = (facts: Partial<FactsOf<"push">>) => {
      const [one] = pushesOf([push(5, "a", facts)]);
      return [one?.forced, one?.created, one?.deleted, one?.isDefault, one?.complete];
    };
    expect(flags({})).toEqual([false, false, false, false, true]);
    expect(flags({ forced: true, created: true, deleted: true, default: true, truncated: true })).toEqual([true, true, true, true, false]);
    expect(flags({ forced: false, created: false, deleted: false, default: false, truncated: false })).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
    expect([refName(BASE), refName("ref:github/a/refs/refs/heads/x")]).toEqual(["refs/heads/main", "refs/refs/heads/x"]);
  });
});

describe("a pull request", () => {
  it("is what the event says that closed it, else the first that calls it merged, else the last", () => {
    const [open, told, end, late] = [
      event(1),
      event(2, { action: "labeled", state: "merged" }),
      closed(3),
      event(4, { action: "edited", state: "merged", head: sha("f") }),
    ];
    expect(pullOf({ pulls: [open, told, end, late] })?.told).toBe(end);
    expect(pullOf({ pulls: [open, told, late] })?.told).toBe(told);
    expect(pullOf({ pulls: [open, event(2, { action: "closed", state: "closed" }), event(5)] })?.told.entry.occurredAt).toBe(minute(5));
    expect(pullOf({ pulls: [] })).toBeUndefined();
  });
  it("was opened and merged when the sender says, else when its events were", () => {
    expect(pullOf({ pulls: [event(2), closed(9)] })).toMatchObject({ openedAt: minute(2), mergedAt: minute(9), fork: false });
    expect(pullOf({ pulls: [event(2), closed(9, { openedAt: minute(1), mergedAt: minute(8), headRepository: "x/y" })] })).toMatchObject({
      openedAt: minute(1),
      mergedAt: minute(8),
      fork: true,
    });
    expect(pullOf({ pulls: [event(2, { mergedAt: minute(8) })] })?.mergedAt).toBeUndefined();
  });
  it("names the tickets that its latest event until then names, and shows its head first where it is first told", () => {
    const named = (at: number, ...tickets: readonly Subject[]) => event(at, { tickets: [...tickets], head: sha(at < 3 ? "a" : "c") });
    const pull = pullOf({ pulls: [named(1, "ticket:jira/A-1"), named(3, "ticket:jira/B-1"), event(5)] }) as Pull;
    const until = (at: number | undefined) => ticketsNamed(pull, at === undefined ? undefined : minute(at)).tickets;
    expect([until(0), until(1), until(2), until(3), until(4), until(undefined)]).toEqual([
      [],
      ["ticket:jira/A-1"],
      ["ticket:jira/A-1"],
      ["ticket:jira/B-1"],
      ["ticket:jira/B-1"],
      [],
    ]);
    expect(ticketsNamed(pull, minute(0)).told).toBeUndefined();
    expect(firstToldOfHead(pull).entry.occurredAt).toBe(minute(3));
    expect(firstToldOfHead({ ...pull, head: sha("9") })).toBe(pull.told);
  });
});
