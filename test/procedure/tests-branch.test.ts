import type { FactsOf, Subject } from "@change-ledger/model";
import type { Recorded, TestId } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { PEOPLE } from "../../packages/local/demonstration/index.ts";
import type { Patch } from "../scenarios/configured.ts";
import { CHANGE, HOME, judge, merged, pull, push, restsOn, review, said } from "./judged.ts";
import { minute, recorded, sha } from "./recorded.ts";

type Author = FactsOf<"pull-request-lookup">["commits"][number]["author"];
const MAIN: Subject = `ref:${HOME}/refs/heads/main`;
const BOT = { system: "github", login: PEOPLE.bot.login };
const bot = { login: PEOPLE.bot.login };
/** GitHub's list of the commits: `list` names each by a digit, `c` is the head. */
const listed = (list: string, ...authors: readonly Author[]) =>
  recorded(
    CHANGE,
    "pull-request-lookup",
    { head: sha("c"), commits: [...list].map((digit, nth) => ({ sha: sha(digit), author: authors[nth] ?? { login: "ada" } })) },
    { at: 12, id: "look-up", seq: 900 },
  );
const by = (event: Recorded, actor = BOT): Recorded => ({ ...event, entry: { ...event.entry, actor } as Recorded["entry"] });
const test = (id: TestId, entries: readonly Recorded[], configuration: Patch = {}, change = CHANGE) =>
  said(judge(entries, configuration, change), id);
const based = (id: TestId, entries: readonly Recorded[], configuration: Patch = {}) => restsOn(judge(entries, configuration), id, entries);
const ids = (...entries: readonly (Recorded | undefined)[]) => entries.map((one) => one?.entry.source.id);
const book = (...more: readonly Recorded[]) => [pull(10), ...more, push(50, "cd"), merged(50)];

describe("four eyes", () => {
  const eyes = (...more: readonly Recorded[]) => test("T4", book(...more));

  it("are not there where several authors cannot be named, each of whom is", () => {
    expect(eyes(listed("0c", { login: "zoe" }, { login: "eve" }), review(30, "ben"))).toMatch(
      /^not-satisfied unknown-identity: .* who the author of cccccccccccc \(eve\) and the author of 000000000000 \(zoe\) is, so/,
    );
    expect(eyes(listed("0c", bot), review(30, "ben"))).toContain(
      `who the author of 000000000000 (only the author string says ${bot.login}) is, so`,
    );
  });
  it("are by whoever covers an author; an author's own approval is not named", () => {
    const entries = book(review(30, "ada"), review(31, "ben"));
    expect(test("T4", entries)).toBe("satisfied satisfied: Four eyes: ada is covered by the approval of ben.");
    expect(based("T4", entries)).not.toContain(entries[1]?.entry.source.id);
  });
  it("are of the people beside an exempt bot: its own work needs none", () => {
    const opened = [by(pull(10, { author: bot })), listed("0c", bot, { login: "ada" })];
    const rest = [push(50, "cd"), merged(50, { author: bot })];
    expect(test("T4", [...opened, review(30, "ben"), ...rest])).toBe(
      "satisfied satisfied: Four eyes: ada is covered by the approval of ben.",
    );
    const alone = [by(pull(10, { author: bot })), listed("0c", bot, bot), ...rest];
    expect(test("T4", alone)).toBe(
      `not-applicable exempt-bot: Four eyes: all of it is the work of the exempt bot ${bot.login}, by its own account.`,
    );
  });
  it("are nobody's whose approval does not count, though the configuration lets them stand for a person", () => {
    const configuration = { unlistedAccounts: "own-person" };
    expect(test("T4", book(review(30, "zoe")), configuration)).toContain("counts. zoe approved, and is nobody whose approval counts.");
    expect(test("T4", book(review(30, bot.login)))).toContain(`${bot.login} approved, and is nobody whose approval counts.`);
  });
});

describe("the final revision", () => {
  it("is held to the approvals where nobody can name the authors: that is four eyes' finding", () => {
    const by = { author: { login: "eve" } };
    const commits = ["c", "d"].map((digit) => ({ sha: sha(digit), ...by }));
    const entries = (commit: string) => [
      pull(10, by),
      review(30, "ben", { commit: sha(commit) }),
      push(50, "cd", { commits }),
      merged(50, by),
    ];
    expect(test("T4", entries("c"))).toMatch(/^not-satisfied unknown-identity/);
    expect(test("T5", entries("c"))).toMatch(/^satisfied satisfied: Final revision: ben approved cccccccccccc/);
    expect(test("T5", entries("b"))).toMatch(/^not-satisfied stale-approval/);
  });
  it("is stopped by anybody of the company, whatever the sender calls them", () => {
    const asked = { state: "changes_requested", association: "NONE" } as const;
    expect(test("T5", book(review(30, "ben"), review(31, "lee", asked)))).toMatch(/^not-satisfied change-request-stands: .*lee asked/);
  });
});

describe("a merge that brings more than its pull request", () => {
  const parents = (of: string, ...list: readonly string[]) =>
    recorded(`commit:${HOME}/${sha(of)}`, "commit-lookup", { parents: list.map(sha) }, { at: 52, id: `parents ${of}` });
  const brought = (list: string, ...more: readonly Recorded[]) => test("T6", [pull(10), push(50, list), merged(50), ...more]);

  it("is no rebase where one of its own commits came along", () => {
    expect(brought("bed", listed("b2c"))).toMatch(/^not-satisfied foreign-commit: .*came eeeeeeeeeeee, which belongs/);
    expect(brought("fed", listed("b2c"))).toMatch(/^satisfied/);
  });
  it("is no rebase where an account or an address differs, though the rest is the same", () => {
    const rebased = (author: Author) => brought("ed", listed("bc", author));
    expect(rebased({ login: "ada" })).toMatch(/^satisfied/);
    for (const other of [{ login: "ada", id: "9" }, { login: "ada", mail: "m" }, { login: "ben" }])
      expect(rebased(other)).toMatch(/^not-satisfied foreign-commit/);
  });
  it("is told of what lies behind the merge, though nobody can tell of what lies before it", () => {
    expect(brought("edf")).toMatch(/^not-satisfied foreign-commit: .*came ffffffffffff, which belongs/);
  });
  it("is told by the parents of its own merge", () => {
    expect(brought("ecd", parents("e", "e", "c"))).toMatch(/^satisfied/);
    expect(brought("ecd", parents("e", "0", "c"), parents("d", "e", "c"))).toMatch(/^not-satisfied foreign-commit/);
  });
});

describe("a way round the rules", () => {
  const suite = (id: string, result: string, after: string) =>
    recorded(MAIN, "rule-suite-lookup", { id, result, after: sha(after) }, { at: 51, id, seq: 800 });

  it("is one of this push, also where that came to be known without it", () => {
    expect(test("T7", [...book(review(30, "ben")), suite("1", "pass", "d"), suite("2", "bypass", "e")])).toMatch(/^satisfied/);
    expect(test("T7", [...book(review(30, "ben")), suite("1", "pass", "d"), suite("2", "bypass", "d")])).toMatch(
      /^not-satisfied rule-bypass/,
    );
    const unseen = [pull(10), review(30, "ben"), merged(50), suite("1", "bypass", "d")];
    expect(test("T7", unseen)).toMatch(/^not-satisfied rule-bypass/);
  });
  it("is a merge before somebody else had approved, of each author who had none", () => {
    const entries = book(listed("0c", { login: "ada" }, { login: "omar" }), review(60, "ben"));
    expect(test("T7", entries)).toBe(
      `not-satisfied approved-after-merge: Bypass: it was merged at ${minute(50)}, before anybody else had approved what ada and omar wrote.`,
    );
  });
  it("cannot be told of where four eyes cannot", () => {
    const entries = [pull(10), review(30, "ben"), push(50, "d"), merged(50)];
    const [four, bypass] = ["T4", "T7"].map((id) => judge(entries).tests.find(({ test }) => test === id));
    expect([bypass?.code, bypass?.remedy]).toEqual(["approvals-unknown", four?.remedy]);
    expect(based("T7", entries)).toEqual(ids(entries[3]));
  });
});

describe("a branch that was made", () => {
  it("and made again is told as that, not as two pushes from one commit", () => {
    const made = [pull(10), push(50, "cd", { created: true }), merged(50)];
    expect(test("T8", made)).toMatch(/^satisfied/);
    expect(test("T8", [...made, push(40, "e", { created: true })])).toMatch(/^not-satisfied made-again/);
  });
});

describe("bots", () => {
  it("whose name was borrowed are told, each commit of them", () => {
    const second = { id: "second", exempt: true, accounts: { github: ["second[bot]"] } };
    const first = { id: "first", exempt: true, accounts: { github: [bot.login] } };
    const entries = book(listed("01c", bot, { login: "second[bot]" }));
    expect(test("T16", entries, { bots: [first, second] })).toMatch(
      /^not-satisfied bot-by-name: Bots: 0{12} bears the name of \S+ and 1{12} bears the name of second\[bot\], whose account/,
    );
  });
  it("are known by the events that gave the pull request its heads", () => {
    const author = { author: bot };
    const entries = [
      by(pull(10, { ...author, head: sha("a") })),
      by(pull(11, { ...author, action: "labeled" })),
      by(pull(12, { ...author, action: "synchronize" })),
      by(pull(13, { ...author, action: "reopened" })),
      listed("c", bot),
      push(50, "cd"),
      merged(50, author),
    ];
    expect(test("T16", entries)).toMatch(
      /^satisfied satisfied: Bots: \S+ is known by its own account, which opened .* and pushed all of it\.$/,
    );
    expect(based("T16", entries)).toEqual(ids(entries[0], entries[2], entries[3], entries[6]));
  });
  it("have no part in what was pushed without a pull request", () => {
    expect(test("T16", [push(50, "d")], {}, `change:${HOME}/push/${sha("d")}`)).toBe(
      "not-applicable no-bot: Bots: no pull request, and so no bot's.",
    );
  });
});

describe("the guards of a branch", () => {
  const guard = (at: number, action = "edited", count = 2) =>
    recorded(
      MAIN,
      "branch-protection",
      { action, id: "1", pattern: "main", settings: { required_approving_review_count: count } } as FactsOf<"branch-protection">,
      { at, id: `guard ${at}`, seq: at },
    );
  const kept = (...guards: readonly Recorded[]) => test("T17", [...book(), ...guards]);

  it("are known from the first word on them, at that very instant", () => {
    expect(kept(guard(50))).toMatch(/^satisfied/);
    expect(kept(guard(51))).toMatch(/^not-assessable protection-unknown/);
  });
  it("lapse from the instant of the word, and are back at that of the next", () => {
    expect(kept(guard(1), guard(50, "deleted"))).toMatch(/^not-satisfied lapsed: .*\(it was deleted\) from .* and is not back/);
    expect(kept(guard(1), guard(51, "deleted"))).toMatch(/^satisfied/);
    expect(kept(guard(1), guard(40, "deleted"), guard(50))).toMatch(/^satisfied/);
    expect(kept(guard(1), guard(40, "deleted"), guard(51))).toMatch(/^not-satisfied lapsed/);
  });
  it("are told by what was said of them until the change came", () => {
    const guards = [guard(1), guard(50), guard(60)];
    const entries = [...book(), ...guards];
    expect(based("T17", entries)).toEqual(ids(entries[1], entries[2], guards[0], guards[1]));
  });
  it("are those of the default branch where the push that brought the change is not on record", () => {
    const facts = { action: "created", id: "5", enforcement: "active", include: ["~DEFAULT_BRANCH"], rules: [] };
    const set = recorded(`ref:${HOME}/rulesets/5`, "ruleset", facts as unknown as FactsOf<"ruleset">, { at: 1, id: "set" });
    expect(test("T17", [pull(10), merged(50), set])).toMatch(/^satisfied/);
    expect(test("T17", [pull(10), push(50, "cd", { default: false }), merged(50), set])).toMatch(/^not-applicable not-protected/);
  });
  it("are not asked for of another branch, however the change came there", () => {
    const OTHER: Subject = `ref:${HOME}/refs/heads/other`;
    const change: Subject = `change:${HOME}/push/${sha("d")}`;
    expect(test("T17", [push(50, "cd", { default: false }, OTHER)], {}, change)).toBe(
      "not-applicable not-protected: Continuity: refs/heads/other is no protected branch.",
    );
    const unseen = [pull(10, { baseRef: "other" }), merged(50, { baseRef: "other" })];
    expect(test("T17", unseen)).toMatch(
      /^not-assessable protection-unknown: Continuity: nothing is on record of what protected refs\/heads\/other/,
    );
  });
});
