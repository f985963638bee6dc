import type { FactsOf, Identity } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import type { Who } from "../../packages/procedure/configuration/identity.ts";
import { isFromOutside, type Review, standingReviews } from "../../packages/procedure/dossier/reviews.ts";
import { minute, recorded, sha } from "./recorded.ts";

const CHANGE = "change:github/acme/shop/pull/1";
type State = FactsOf<"review">["state"];

const review = (at: number, id: string, login: string | undefined, state: State, more: Partial<FactsOf<"review">> = {}) =>
  recorded(
    CHANGE,
    "review",
    { action: "submitted", id, reviewer: login === undefined ? {} : { login }, state, commit: sha("a"), ...more },
    { at, id: `${at}` },
  );
/** Ada has two accounts; a bot is called like a person; eve is nobody known. */
const resolve = (system: string, identity: Identity | undefined): Who | undefined => {
  const who = (kind: Who["kind"], id: string): Who => ({ kind, id, roles: new Set(), teams: new Set(), exempt: false });
  const known: Readonly<Record<string, Who>> = {
    ada: who("person", "ada"),
    "ada-two": who("person", "ada"),
    ben: who("person", "ben"),
    robot: who("bot", "ben"),
  };
  return system === "github" ? known[identity?.login ?? ""] : undefined;
};
const standing = (...events: readonly ReturnType<typeof review>[]) => {
  const ids = (list: readonly Review[]) => list.map(({ id }) => id);
  const { approvals, objections, dismissed, all } = standingReviews(events, resolve);
  return { approvals: ids(approvals), objections: ids(objections), dismissed: ids(dismissed), all: ids(all) };
};

describe("what reviewers say last", () => {
  it("is one verdict a person, whatever the account", () => {
    expect(standing(review(1, "1", "ada", "approved"), review(2, "2", "ada-two", "changes_requested"))).toEqual({
      approvals: [],
      objections: ["2"],
      dismissed: [],
      all: ["1", "2"],
    });
    expect(standing(review(1, "1", "ada", "changes_requested"), review(2, "2", "ada", "approved")).approvals).toEqual(["2"]);
  });
  it("is one a bot beside that of the person of the same name", () => {
    expect(standing(review(1, "1", "ben", "approved"), review(2, "2", "robot", "approved")).approvals).toEqual(["1", "2"]);
  });
  it("is one an account that nobody can name, and one a review where not even that is told", () => {
    expect(
      standing(review(1, "1", "eve", "approved"), review(2, "2", "eve", "approved"), review(3, "3", "mal", "approved")).approvals,
    ).toEqual(["1", "3"]);
    expect(standing(review(1, "1", undefined, "approved"), review(2, "2", undefined, "approved")).approvals).toEqual(["1", "2"]);
    const named = (reviewer: Identity, at: number) => review(at, String(at), undefined, "approved", { reviewer });
    expect(standing(named({ id: "7", login: "x" }, 1), named({ id: "7", login: "y" }, 2)).approvals).toEqual(["1"]);
    expect(standing(named({ mail: "m" }, 1), named({ mail: "m" }, 2), named({ mail: "n" }, 3)).approvals).toEqual(["1", "3"]);
  });
  it("is not changed by comments", () => {
    expect(standing(review(1, "1", "ada", "approved"), review(2, "2", "ada", "commented"), review(3, "3", "ada", "pending"))).toEqual({
      approvals: ["1"],
      objections: [],
      dismissed: [],
      all: ["1"],
    });
  });
  it("is withdrawn by a dismissal for good, and stands by the time of its submission", () => {
    const [said, dismissed, edited] = [
      review(1, "1", "ada", "approved"),
      review(3, "1", "ada", "dismissed"),
      review(4, "1", "ada", "approved"),
    ];
    expect(standing(said, dismissed, edited)).toEqual({ approvals: [], objections: [], dismissed: ["1"], all: ["1"] });
    expect(standing(said, review(2, "2", "ada", "approved"), dismissed).approvals).toEqual(["2"]);
    expect(standingReviews([said, dismissed], resolve).all[0]).toMatchObject({
      at: minute(1),
      told: dismissed,
      state: "dismissed",
      commit: sha("a"),
    });
  });
  it("is, of a review told twice, the later word on the revision of the first", () => {
    const [first, second] = [
      review(1, "1", "ada", "approved", { association: "MEMBER" }),
      review(2, "1", "ada", "changes_requested", { commit: sha("b") }),
    ];
    expect(standingReviews([first, second], resolve).all).toMatchObject([
      { state: "changes_requested", commit: sha("a"), association: "MEMBER", told: second, who: { id: "ada" } },
    ]);
  });
  it("stands in order of submission, then of the sender's numbers as numbers", () => {
    const same = ["10", "9", "100", "11"].map((id) => review(1, id, `u${id}`, "approved"));
    expect(standing(...same, review(0, "500", "z", "approved")).all).toEqual(["500", "9", "10", "11", "100"]);
    expect(standing(...same.toReversed()).all).toEqual(["9", "10", "11", "100"]);
  });
});

describe("a reviewer from outside", () => {
  it("is one whom the sender calls so; of whom it says nothing nobody can tell", () => {
    const outside = (association: string | undefined) => isFromOutside({ association } as Review);
    for (const word of ["NONE", "CONTRIBUTOR", "FIRST_TIME_CONTRIBUTOR", "FIRST_TIMER", "MANNEQUIN"])
      expect(outside(word), word).toBe(true);
    for (const word of ["MEMBER", "OWNER", "COLLABORATOR", "", undefined]) expect(outside(word), word).toBe(false);
  });
});
