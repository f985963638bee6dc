import type { FactsOf } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { deployed, judge, merged, pull, push, record, review } from "./judged.ts";
import { sha } from "./recorded.ts";

/** What the one step of a procedure that asks for this block alone says. */
function asked(block: object, entries: readonly Recorded[], more: object = {}): string {
  const own = {
    id: "own",
    version: "1",
    title: "t",
    steps: { normal: [{ number: 1, title: "t", who: ["developer"], requires: [block], tests: [] }] },
  };
  const [step] = judge(entries, { procedures: [own], repository: { procedure: "own", ...more } }).steps;
  const result = step?.requirements[0];
  return `${result?.outcome} ${result?.code}: ${result?.because}`;
}
type Checklists = NonNullable<FactsOf<"pull-request">["checklists"]>;
const whole = (facts: Partial<FactsOf<"pull-request">> = {}) => [pull(1), push(5, "cd"), merged(5, facts)];

describe("a ticket that needs no approval", () => {
  const block = { block: "ticket", approved: false };

  it("is linked or not", () => {
    const tickets = ["ticket:jira/PAY-1", "ticket:jira/PAY-2"] as const;
    expect(asked(block, whole({ tickets: [...tickets] }))).toBe(
      "satisfied satisfied: The pull request names ticket:jira/PAY-1, ticket:jira/PAY-2.",
    );
    expect(asked(block, whole())).toBe("not-satisfied unticketed: The pull request names no ticket.");
    expect(asked(block, [pull(1)])).toBe("pending open: The pull request names no ticket yet.");
    expect(asked(block, [pull(1), pull(2, { action: "closed", state: "closed" })])).toBe(
      "not-applicable never-merged: The pull request was closed and never merged.",
    );
    expect(asked(block, [])).toMatch(/^not-assessable no-pull-request-event: Authorised/);
  });
});

describe("a feature branch", () => {
  it("is another than the one it was merged to, or another repository's", () => {
    expect(asked({ block: "branch" }, whole())).toBe("satisfied satisfied: The work was done on topic.");
    expect(asked({ block: "branch" }, whole({ headRef: "main" }))).toBe(
      "not-satisfied no-feature-branch: The pull request's branch is main itself.",
    );
    expect(asked({ block: "branch" }, whole({ headRef: "main", headRepository: "eve/shop" }))).toBe(
      "satisfied satisfied: The work was done in another repository.",
    );
  });
});

describe("the pull request's template", () => {
  const list = (section: string | undefined, checked: string[], unchecked: string[] = []) => ({
    ...(section !== undefined && { section }),
    checked,
    unchecked,
  });
  const filled = (checklists: Checklists | undefined, block: object = {}) =>
    asked({ block: "template", ...block }, whole(checklists && { checklists }));

  it("is there, with the sections that are asked for", () => {
    expect(filled(undefined)).toMatch(/^not-satisfied no-template/);
    expect(filled([])).toMatch(/^not-satisfied no-template/);
    expect(filled([list(undefined, ["a"])])).toBe("satisfied satisfied: The pull request's template is filled in.");
    expect(filled([list("template", ["a"])], { sections: ["template", "security", "qa"] })).toBe(
      "not-satisfied section-missing: The pull request's checklist lacks security, qa.",
    );
    expect(filled([list("template", ["a"]), list("security", ["b"])], { sections: ["security", "template"] })).toMatch(/^satisfied/);
  });
  it("has something checked in one of them", () => {
    expect(filled([list("template", [], ["a"])])).toMatch(/^not-satisfied nothing-checked/);
    expect(filled([list("template", [], ["a"]), list("security", ["b"])])).toMatch(/^satisfied/);
    expect(filled([list("template", ["a"]), list("security", [], ["b"]), list(undefined, ["c"])], { sections: ["security"] })).toMatch(
      /^not-satisfied nothing-checked/,
    );
  });
  it("has every box checked, where that is asked for", () => {
    const lists = [list("template", ["a"], ["b", "c"]), list("security", ["d"], ["e"])];
    expect(filled(lists)).toMatch(/^satisfied/);
    expect(filled(lists, { complete: true })).toBe("not-satisfied boxes-open: Boxes of the checklist are left open: b, c, e.");
    expect(filled(lists, { complete: true, sections: ["security"] })).toBe(
      "not-satisfied boxes-open: Boxes of the checklist are left open: e.",
    );
    expect(filled([list("template", ["a"])], { complete: true })).toMatch(/^satisfied/);
  });
});

describe("an approval", () => {
  const block = { block: "approval", roles: ["peer-reviewer", "engineering-lead"] };

  it("is of the merged head, by a person of one of the roles", () => {
    expect(asked(block, [...whole(), review(3, "ben")])).toBe(
      "satisfied satisfied: ben (peer-reviewer or engineering-lead) approved cccccccccccc.",
    );
    expect(asked(block, [...whole(), review(3, "lee")])).toMatch(/^satisfied satisfied: lee/);
    const missing = "not-satisfied approval-missing: Nobody approved cccccccccccc as peer-reviewer or engineering-lead.";
    expect(asked(block, whole())).toBe(missing);
    expect(asked(block, [...whole(), review(3, "quinn")])).toBe(missing);
    expect(asked(block, [...whole(), review(3, "ben", { commit: sha("b") })])).toBe(missing);
    expect(asked(block, [...whole(), review(3, "ben", { state: "changes_requested" })])).toBe(missing);
  });
  it("of the security team is asked for what is security-relevant", () => {
    const security = { block: "approval", roles: ["security-team"], when: "security-relevant" };
    expect(asked(security, whole())).toMatch(/^not-applicable not-triggered/);
    expect(asked(security, whole({ labels: ["security"] }))).toMatch(/^not-satisfied approval-missing/);
    expect(asked(security, [...whole({ labels: ["security"] }), review(3, "chloe")])).toMatch(/^satisfied satisfied: chloe/);
    expect(asked(security, whole(), { securityReview: { paths: ["src/**"] } })).toMatch(/^not-assessable paths-unknown/);
  });
});

describe("what only other types of change ask for", () => {
  it("does not concern a normal one", () => {
    for (const block of ["incident", "authorisation", "retrospective"])
      expect(asked({ block }, whole())).toBe("not-applicable not-an-emergency: Emergency: nothing calls the change an emergency.");
    expect(asked({ block: "catalogue" }, whole())).toMatch(/^not-applicable/);
  });
  it("is the back-out plan too, where a procedure asks for it", () => {
    expect(asked({ block: "back-out-plan" }, [...whole(), ...deployed(9)])).toMatch(
      /^not-satisfied no-plan: Outcome: no back-out plan is on record\./,
    );
    const named = whole({ tickets: ["change:servicenow/CHG1"] });
    expect(asked({ block: "back-out-plan" }, [...named, record(0, { backOutPlan: true }), ...deployed(9)])).toMatch(/^satisfied/);
  });
});
