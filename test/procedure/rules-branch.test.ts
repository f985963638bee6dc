import type { FactsOf } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { CHANGE, deployed, HOME, judge, merged, pull, push, review, said } from "./judged.ts";
import { minute, recorded, sha } from "./recorded.ts";

const approved = [review(30, "ben"), review(31, "lee")];
const book = [pull(10), ...approved, push(50, "cd"), merged(50)];
const test = (id: Parameters<typeof said>[1], entries: readonly Recorded[], configuration = {}) => said(judge(entries, configuration), id);
const suite = (result: string, after: string, actor?: { system: string; id?: string; login?: string }) =>
  recorded(
    "ref:github/acme/shop/refs/heads/main",
    "rule-suite-lookup",
    { id: "1", result, after: sha(after) },
    { at: 51, ...(actor && { actor }) },
  );

describe("a branch that is rewritten", () => {
  it("is one of a forced push, a later one, or one that was deleted", () => {
    expect(test("T8", book)).toMatch(/^satisfied/);
    expect(test("T8", [...book.slice(0, 3), push(50, "cd", { forced: true }), merged(50)])).toMatch(
      /^not-satisfied forced-push: Rewrite: the push to refs\/heads\/main was forced: 000000000000 is no ancestor of dddddddddddd\.$/,
    );
    expect(test("T8", [...book, push(60, "e", { forced: true, before: sha("d") })])).toMatch(
      /^not-satisfied rewritten-later: .* was rewritten by a forced push at /,
    );
    expect(test("T8", [...book, push(60, "e", { deleted: true, before: sha("d") })])).toMatch(
      /^not-satisfied rewritten-later: .* was deleted at /,
    );
    expect(test("T8", [...book, push(50, "e", { forced: true, before: sha("d") })])).toMatch(/rewritten-later/);
    expect(test("T8", [...book, push(40, "0", { forced: true, before: sha("1") })])).toMatch(/^satisfied/);
    expect(test("T8", [...book, push(60, "e", { forced: true, before: sha("d") }, "ref:github/acme/shop/refs/heads/other")])).toMatch(
      /^satisfied/,
    );
  });
  it("is one that two pushes go on from, or that was made again", () => {
    expect(test("T8", [...book, push(40, "e")])).toMatch(/^not-satisfied two-successors: .* begin at 000000000000/);
    expect(test("T8", [...book, push(60, "e", { before: sha("d") })])).toMatch(/^satisfied/);
    const made = [...book.slice(0, 3), push(50, "cd", { created: true }), merged(50)];
    expect(test("T8", made)).toMatch(/^satisfied/);
    expect(test("T8", [...made, push(40, "e", { before: sha("1") })])).toMatch(/^not-satisfied made-again/);
    expect(test("T8", [...made, push(60, "e", { before: sha("d") })])).toMatch(/^satisfied/);
    expect(test("T8", [...made, push(40, "e", { before: sha("1") }, "ref:github/acme/shop/refs/heads/other")])).toMatch(/^satisfied/);
  });
});

describe("a way round the branch's rules", () => {
  it("is one that the code host itself calls so, of this push", () => {
    const by = (actor?: { system: string; id?: string; login?: string }) => test("T7", [...book, suite("bypass", "d", actor)]);
    expect(by({ system: "github", id: "7", login: "omar" })).toMatch(/^not-satisfied rule-bypass: Bypass: omar passed/);
    expect(by({ system: "github", id: "7" })).toMatch(/^not-satisfied rule-bypass: Bypass: 7 passed/);
    expect(by()).toMatch(/^not-satisfied rule-bypass: Bypass: somebody passed/);
    expect(test("T7", [...book, suite("pass", "d"), suite("bypass", "e")])).toMatch(/^satisfied/);
  });
  it("is inferred where the approvals were not there, or came after the merge", () => {
    expect(test("T7", [pull(10), push(50, "cd"), merged(50)])).toMatch(
      /^not-satisfied inferred-bypass: Bypass: it was merged although T4 is not satisfied/,
    );
    expect(test("T7", [pull(10), review(30, "ben", { commit: sha("b") }), push(50, "cd"), merged(50)])).toMatch(
      /although T5 is not satisfied/,
    );
    const late = [pull(10), review(51, "ben"), push(50, "cd"), merged(50)];
    expect(test("T7", late)).toBe(
      `not-satisfied approved-after-merge: Bypass: it was merged at ${minute(50)}, before anybody else had approved what ada wrote.`,
    );
    expect(test("T7", [pull(10), review(50, "ben"), push(50, "cd"), merged(50)])).toMatch(/^satisfied/);
    expect(test("T7", [pull(10), review(30, "ben"), push(50, "d"), merged(50)])).toMatch(/^not-assessable approvals-unknown/);
  });
});

describe("a merge that brings more than its pull request", () => {
  const parents = (...list: readonly string[]) =>
    recorded(`commit:${HOME}/${sha("d")}`, "commit-lookup", { parents: list.map(sha) }, { at: 52 });
  const look = (list: string) =>
    recorded(
      CHANGE,
      "pull-request-lookup",
      { head: sha("c"), commits: [...list].map((digit) => ({ sha: sha(digit), author: { login: "ada" } })) },
      { at: 12, id: "look-up" },
    );
  const brought = (list: string, ...more: readonly Recorded[]) => test("T6", [pull(10), ...approved, push(50, list), merged(50), ...more]);

  it("is one whose push holds commits that the code host does not list", () => {
    expect(brought("cd", look("c"))).toMatch(/^satisfied/);
    expect(brought("ecd", look("c"))).toMatch(
      /^not-satisfied foreign-commit: Direct push: with the merge came eeeeeeeeeeee, which belongs to no merged pull request\.$/,
    );
    expect(brought("efcd", look("c"))).toMatch(/came eeeeeeeeeeee, ffffffffffff, which belong to no merged pull request\.$/);
  });
  it("is one whose first parent came with the push and was neither there before nor another merge", () => {
    expect(brought("ecd", parents("0", "c"))).toMatch(/^satisfied/);
    expect(brought("ecd", parents("e", "c"))).toMatch(/^not-satisfied foreign-commit: .*came eeeeeeeeeeee, which belongs/);
    expect(brought("ecd", parents("e"))).toMatch(/^satisfied/);
    expect(brought("ecd")).toMatch(/^satisfied/);
  });
  it("is unknown of a push of strangers, unless a merge queue made it", () => {
    expect(brought("ed")).toMatch(/^not-assessable commits-unknown: Direct push: the push brought 2 commits/);
    const group = (head: string) =>
      recorded(
        "ref:github/acme/shop/refs/heads/queue",
        "merge-group",
        { action: "destroyed", head: sha(head), headRef: "queue", base: sha("0"), baseRef: "main" },
        { at: 49 },
      );
    expect(brought("ed", group("d"))).toMatch(/^satisfied/);
    expect(brought("ed", group("e"))).toMatch(/^not-assessable/);
  });
  it("may be a rebase: as many new commits, in order, by their authors", () => {
    const rebased = (list: string, ...known: readonly { login: string }[]) =>
      test("T6", [
        pull(10),
        ...approved,
        push(50, list),
        merged(50),
        recorded(
          CHANGE,
          "pull-request-lookup",
          { head: sha("c"), commits: known.map((author, nth) => ({ sha: sha(nth === known.length - 1 ? "c" : "b"), author })) },
          { at: 12, id: "look-up" },
        ),
      ]);
    expect(rebased("ed", { login: "ada" }, { login: "ada" })).toMatch(/^satisfied/);
    expect(rebased("ed", { login: "ben" }, { login: "ada" })).toMatch(/^not-satisfied foreign-commit/);
    expect(rebased("ed", { login: "ada" })).toMatch(/^not-satisfied foreign-commit/);
  });
});

describe("who approved what", () => {
  const author = (login: string) => ({ login });
  const listed = (...authors: readonly FactsOf<"pull-request-lookup">["commits"][number]["author"][]) =>
    recorded(
      CHANGE,
      "pull-request-lookup",
      { head: sha("c"), commits: authors.map((one, nth) => ({ sha: sha(nth === authors.length - 1 ? "c" : String(nth)), author: one })) },
      { at: 12, id: "look-up" },
    );
  const eyes = (...entries: readonly Recorded[]) => test("T4", [pull(10), ...entries, push(50, "cd"), merged(50)]);

  it("is told by name: authors and whose approvals cover them", () => {
    expect(eyes(review(30, "ben"))).toBe("satisfied satisfied: Four eyes: ada is covered by the approval of ben.");
    expect(eyes(listed(author("ada"), author("omar")), review(30, "ben"), review(31, "lee"))).toBe(
      "satisfied satisfied: Four eyes: ada, omar are covered by the approval of ben and lee.",
    );
    expect(eyes(listed(author("ben"), author("ada")), review(30, "ben"))).toBe(
      "not-satisfied author-not-covered: Four eyes: ben is an author whom no other person's approval covers.",
    );
    expect(eyes(review(30, "ada"))).toBe(
      "not-satisfied author-not-covered: Four eyes: ada is an author whom no other person's approval covers.",
    );
  });
  it("names whom nobody can name first", () => {
    expect(eyes(listed(author("zoe"), author("ada")), review(30, "ben"))).toMatch(
      /^not-satisfied unknown-identity: Four eyes: nobody can say who the author of 000000000000 \(zoe\) is, so/,
    );
    expect(
      test("T4", [pull(10, { author: { login: "eve" } }), push(50, "cd"), merged(50, { author: { login: "eve" } }), review(30, "ben")]),
    ).toMatch(/nobody can say who eve, who opened it, is, so/);
    expect(eyes(listed(author("dependabot[bot]"), author("ada")), review(30, "ben"))).toMatch(/unknown-identity/);
  });
  it("says why nobody's approval stands", () => {
    const none = "not-satisfied no-approval: Four eyes: no approval stands of anybody whose approval counts.";
    expect(eyes()).toBe(none);
    expect(eyes(review(30, "omar"))).toBe(`${none} Who approved holds no role that approves.`);
    expect(eyes(review(30, "zoe"), review(31, "eve"))).toBe(`${none} eve and zoe approved, and is nobody whose approval counts.`);
    expect(eyes(review(30, "x", { reviewer: {} }))).toBe(
      `${none} somebody whom nobody can name approved, and is nobody whose approval counts.`,
    );
    expect(eyes(review(30, "x", { reviewer: { id: "99" } }))).toBe(`${none} 99 approved, and is nobody whose approval counts.`);
    expect(eyes(review(30, "ben", { id: "5" }), review(31, "ben", { id: "5", state: "dismissed" }))).toBe(
      `${none} The approval that there was is dismissed.`,
    );
    expect(eyes(review(30, "ben", { association: "NONE" }))).toMatch(/^satisfied/);
  });
  it("speaks of the head that was merged", () => {
    const final = (...entries: readonly Recorded[]) => test("T5", [pull(10), ...entries, push(50, "cd"), merged(50)]);
    expect(final(review(30, "ben"))).toBe(
      "satisfied satisfied: Final revision: ben approved cccccccccccc, the head that was merged, and nothing was taken back.",
    );
    expect(final(review(30, "ben", { commit: sha("b") }), review(31, "lee", { commit: sha("a") }))).toBe(
      "not-satisfied stale-approval: Final revision: ben and lee approved aaaaaaaaaaaa and bbbbbbbbbbbb, and cccccccccccc was merged.",
    );
    expect(final(review(30, "ben", { id: "5" }), review(31, "ben", { id: "5", state: "dismissed" }))).toMatch(
      /^not-satisfied approval-dismissed: Final revision: the approval of ben was dismissed/,
    );
    expect(final()).toMatch(/^not-satisfied head-not-approved/);
    expect(final(review(30, "ben"), review(31, "chloe", { state: "changes_requested" }))).toMatch(
      /^not-satisfied change-request-stands: Final revision: chloe asked for changes/,
    );
    expect(final(review(30, "ben"), review(31, "eve", { state: "changes_requested", association: "NONE" }))).toMatch(/^satisfied/);
    expect(final(review(30, "ben"), review(31, "eve", { state: "changes_requested" }))).toMatch(
      /change-request-stands: Final revision: eve/,
    );
    expect(final(review(30, "ben"), review(31, "x", { reviewer: {}, state: "changes_requested" }))).toMatch(
      /somebody whom nobody can name asked/,
    );
    expect(final(review(30, "ada"))).toMatch(/^not-satisfied head-not-approved/);
  });
});

describe("one person who does it all", () => {
  const created = (at: number, principal: FactsOf<"deployment-created">["principal"]) =>
    recorded(
      "deployment:codedeploy/123456789012/us-east-1/d-1",
      "deployment-created",
      { application: "shop", group: "production", principal },
      { at, id: `created ${at}` },
    );
  it("cannot be told of a deployer whom nobody can name", () => {
    const lone = [
      pull(10, { author: { login: "ben" } }),
      review(30, "ben"),
      push(50, "cd"),
      merged(50, { author: { login: "ben" } }),
      ...deployed(100),
    ];
    expect(test("T12", lone)).toMatch(/^not-assessable deployer-unknown: Segregation: ben is the only approver/);
    expect(test("T12", [...lone, created(99, { arn: "arn/x" })])).toMatch(
      /^not-satisfied unknown-identity: Segregation: nobody can say which person arn\/x is/,
    );
    expect(test("T12", [...lone, created(99, { name: "n" })])).toMatch(/which person n is/);
    expect(test("T12", [...lone, created(99, { id: "i" })])).toMatch(/which person i is/);
    expect(test("T12", [...lone, created(99, {})])).toMatch(/which person a principal not named is/);
    expect(test("T12", lone.slice(0, 4))).toMatch(/^pending not-deployed/);
    expect(test("T12", [pull(10), review(30, "ben"), push(50, "cd"), merged(50)])).toBe(
      "satisfied satisfied: Segregation: ada asked for it and ben approved it.",
    );
    expect(test("T12", lone, { segregation: "any-two" })).toBe(
      "not-satisfied one-person: Segregation: ben asked for it and was its only approver.",
    );
  });
});
