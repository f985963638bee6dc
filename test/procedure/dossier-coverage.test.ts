import type { CommitFact, FactsOf, Identity, Subject } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { Case } from "../../packages/procedure/dossier/case.ts";
import { type Author, coverageOf, covers, isExempt, uncovered } from "../../packages/procedure/dossier/coverage.ts";
import type { Pull } from "../../packages/procedure/dossier/pull.ts";
import type { Review } from "../../packages/procedure/dossier/reviews.ts";
import { configured, type Patch } from "../scenarios/configured.ts";
import { CHANGE, HOME, push, review } from "./judged.ts";
import { minute, recorded, sha } from "./recorded.ts";

const BOT: Identity = { login: "dependabot[bot]" };
const ADA: Identity = { login: "ada" };
const BRANCH: Subject = `ref:${HOME}/refs/heads/topic`;

const event = (at: number, action: string, actor: Identity | undefined = ADA, facts: Partial<FactsOf<"pull-request">> = {}) =>
  recorded(
    CHANGE,
    "pull-request",
    { action, author: ADA, head: sha("c"), headRef: "topic", base: sha("0"), baseRef: "main", state: "open", ...facts },
    { at, id: `${action} ${at}`, actor: { system: "github", ...actor } },
  );
const closed = (facts: Partial<FactsOf<"pull-request">> = {}) =>
  event(50, "closed", { login: "ben" }, { state: "merged", mergeSha: sha("d"), ...facts });
/** The code host's list of commits, the last of them the head. */
const listed = (...commits: readonly Omit<CommitFact, "sha">[]) =>
  recorded(
    CHANGE,
    "pull-request-lookup",
    { head: sha("c"), commits: commits.map((one, nth) => ({ ...one, sha: sha(nth === commits.length - 1 ? "c" : `${nth}`) })) },
    { at: 12, id: "look-up" },
  );
const coverage = (entries: readonly Recorded[], configuration: Patch = {}) => {
  const of = new Case({ change: CHANGE, entries }, configured(configuration), minute(9999));
  return coverageOf(of, of.pull as Pull);
};
const named = (...entries: readonly Recorded[]) => coverage([event(1, "opened"), ...entries, closed()]).authors.map((one) => one.named);

describe("whose work a pull request is", () => {
  it("is its opener's and that of each author and co-author, each once, by name", () => {
    expect(named()).toEqual(["ada"]);
    expect(named(listed({ author: { login: "omar" } }, { author: ADA }))).toEqual(["ada", "omar"]);
    expect(named(listed({ author: { login: "ben" }, coAuthors: [{ login: "omar" }, ADA] }))).toEqual(["ada", "ben", "omar"]);
    expect(named(listed({ author: ADA, coAuthors: [{ login: "zoe" }] }, { author: { login: "ben" } }))).toEqual(["ada", "ben", "zoe"]);
  });
  it("is, of whom nobody can name, that of one for each name, and of the first commit", () => {
    const eve = { login: "eve" };
    const unknown = listed({ author: eve }, { author: { id: "7" } }, { author: { mail: "x" } }, { author: eve });
    expect(named(unknown)).toEqual(["7", "ada", "eve", "the address x"]);
    const { authors } = coverage([event(1, "opened"), unknown, closed()]);
    expect(authors.find((one) => one.named === "eve")).toMatchObject({ who: undefined, unknown: "nobody", commit: sha("0") });
    expect(authors.find((one) => one.named === "ada")).toMatchObject({ who: { id: "ada" }, commit: undefined });
  });
  it("is a co-author's too whom only the squash names, where the branch's pushes tell the rest", () => {
    const squash = (coAuthors: Identity[]) => {
      const { entry, hash } = push(50, "d");
      return { entry: { ...entry, facts: { ...entry.facts, commits: [{ sha: sha("d"), author: ADA, coAuthors }] } }, hash } as Recorded;
    };
    const branch = push(2, "c", { created: true }, BRANCH);
    expect(named(branch, squash([{ login: "omar" }]))).toEqual(["ada", "omar"]);
    // Anybody can write a name that nobody knows there.
    expect(named(branch, squash([{ login: "eve" }]))).toEqual(["ada"]);
    expect(named(branch)).toEqual(["ada"]);
    expect(named(listed({ author: ADA }), squash([{ login: "omar" }]))).toEqual(["ada"]);
  });
});

describe("a bot's own work", () => {
  const own = { author: BOT };
  const renovate = {
    bots: [
      { id: "dependabot", exempt: true, accounts: { github: [BOT.login] } },
      { id: "renovate", accounts: { github: ["renovate"] } },
    ],
  };
  const exempt = (entries: readonly Recorded[], configuration: Patch = renovate) => {
    const { authors } = coverage([...entries, closed(own)], configuration);
    return authors.map((one) => `${one.named} ${one.exempt ? "exempt" : (one.unknown ?? "-")}`).join(", ");
  };
  const opened = event(1, "opened", BOT, own);
  const bots = listed({ author: BOT });

  it("is exempt where its account opened the pull request and pushed all of it", () => {
    expect(exempt([opened, bots])).toBe("dependabot[bot] exempt");
    expect(exempt([event(1, "opened", BOT, { ...own, head: sha("b") }), event(2, "synchronize", BOT, own), bots])).toBe(
      "dependabot[bot] exempt",
    );
    expect(exempt([opened, event(2, "labeled", ADA, own), event(3, "reopened", BOT, own), bots])).toBe("dependabot[bot] exempt");
    expect(exempt([opened, bots, push(2, "c", {}, `ref:${HOME}/refs/heads/other`)])).toBe("dependabot[bot] exempt");
  });
  it("is not where somebody else gave it a head, or nobody is known to have given it the one that was merged", () => {
    for (const entries of [
      [opened, event(2, "synchronize", ADA, own)],
      [opened, event(2, "reopened", ADA, own)],
      [event(1, "opened", {}, own)],
      [event(1, "synchronize", BOT, own)],
      [event(1, "opened", BOT, { ...own, head: sha("b") })],
      [event(1, "opened", BOT, { ...own, head: sha("b") }), event(2, "reopened", BOT, own)],
      [opened, push(2, "c", {}, BRANCH)],
      [opened, push(2, "9c", {}, BRANCH)],
      [],
    ])
      expect(exempt([...entries, bots]), entries.map(({ entry }) => entry.source.id).join()).toBe(
        "dependabot[bot] -, dependabot[bot] bot-by-name",
      );
  });
  it("lets a branch of that name in another repository be pushed to by anybody", () => {
    const fork = { ...own, headRepository: "x/shop" };
    const entries = [event(1, "opened", BOT, fork), bots, push(2, "c", {}, BRANCH), closed(fork)];
    expect(coverage(entries, renovate).authors.map((one) => one.exempt)).toEqual([true]);
  });
  it("is not that of another bot whose name the commits bear, nor of a bot that is not exempt, nor a person's", () => {
    expect(exempt([opened, listed({ author: { login: "renovate" } }, { author: BOT })])).toBe(
      "dependabot[bot] exempt, renovate bot-by-name",
    );
    const notExempt = { bots: [{ id: "dependabot", accounts: { github: [BOT.login] } }] };
    expect(exempt([opened, bots], notExempt)).toBe("dependabot[bot] -");
    expect(coverage([event(1, "opened"), listed({ author: ADA }), closed()]).authors).toMatchObject([{ named: "ada", exempt: false }]);
    expect(coverage([event(1, "opened"), listed({ author: BOT }, { author: ADA }), closed()]).authors).toMatchObject([
      { named: "ada", exempt: false },
      { named: "dependabot[bot]", who: undefined, exempt: false, unknown: "bot-by-name" },
    ]);
  });
});

describe("whose approval counts", () => {
  const approvers = (configuration: Patch, ...logins: readonly string[]) =>
    coverage([event(1, "opened"), ...logins.map((login, nth) => review(20 + nth, login)), closed()], configuration).approvals.map(
      ({ reviewer }) => reviewer.login,
    );
  const teams = [
    { id: "payments", members: ["ben", "omar"] },
    { id: "shipping", members: ["lee"] },
    { id: "others", members: ["quinn"] },
  ];

  it("is that of people who hold a role of a step that approves", () => {
    expect(approvers({}, "ben", "omar", "lee", "quinn", "eve", "dependabot[bot]")).toEqual(["ben", "lee"]);
  });
  it("is, where teams review the repository, that of a member of any of them", () => {
    expect(approvers({ teams, repository: { reviewTeams: ["payments", "shipping"] } }, "ben", "omar", "lee", "ada")).toEqual([
      "ben",
      "lee",
    ]);
    expect(approvers({ teams, repository: { reviewTeams: ["others"] } }, "ben", "lee", "quinn")).toEqual([]);
  });
});

describe("covering", () => {
  const who = (id: string) => ({ kind: "person" as const, id, roles: new Set<string>(), teams: new Set<string>(), exempt: false });
  const by = (id: string | undefined) =>
    ({ who: id === undefined ? undefined : who(id) }) as Review & { readonly who: ReturnType<typeof who> };
  const author = (id: string | undefined, exempt = false) => ({ who: id === undefined ? undefined : who(id), exempt }) as Author;

  it("takes somebody else, of whom it is known that they are", () => {
    expect([covers(by("ben"), author("ada")), covers(by("ada"), author("ada")), covers(by("ben"), author(undefined))]).toEqual([
      true,
      false,
      false,
    ]);
    expect([covers(by(undefined), author("ada")), covers(by(undefined), author(undefined))]).toEqual([false, false]);
  });
  it("lacks for authors whom nobody else approved; an exempt bot asks for nobody", () => {
    const authors = [author("ada"), author("ben"), author("robot", true)];
    expect(uncovered(authors, [by("ben")])).toEqual([authors[1]]);
    expect(uncovered(authors, [by("ada"), by("ben")])).toEqual([]);
    expect(uncovered(authors, [])).toEqual(authors.slice(0, 2));
  });
  it("is not asked for where all of it is known, and all of that an exempt bot's", () => {
    const of = (complete: boolean, ...authors: readonly Author[]) => isExempt({ authors, complete, approvals: [] });
    expect(of(true, author("robot", true))).toBe(true);
    expect(of(false, author("robot", true))).toBe(false);
    expect(of(true, author("robot", true), author("ada"))).toBe(false);
  });
});
