import type { FactsOf, Subject } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { attested, CHANGE, deployed, HOME, judge, merged, pull, push, review, ticket } from "./judged.ts";
import { minute, recorded, sha } from "./recorded.ts";

const HEAD: Subject = `commit:${HOME}/${sha("c")}`;
const STAGING: Subject = "deployment:codedeploy/123456789012/us-east-1/d-9";
const whole = (more: Partial<FactsOf<"pull-request">> = {}) => [pull(10, more), push(50, "cd"), merged(50, more), ...deployed(100)];
const status = (at: number, state: string, context = "qa", on = HEAD) =>
  recorded(on, "status", { id: `${at}`, context, state }, { at, id: `status ${at}` });

/** What T9 says of QA's sign-off, by this way alone. */
function signedOff(way: object, entries: readonly Recorded[], more: Partial<FactsOf<"pull-request">> = {}): string {
  const { tests } = judge([...whole(more), ...entries], { repository: { qaSignOff: [way], requiredChecks: [] } });
  const found = tests.find(({ test }) => test === "T9");
  const part = found?.parts?.find(({ code, because }) => /QA|sign/.test(because) || code.includes("sign")) ?? found;
  return `${part?.outcome}: ${part?.because}`;
}
const no = /^not-satisfied/;

describe("QA's sign-off by a review", () => {
  const way = { review: { roles: ["qa-team", "engineering-lead"] } };
  it("is of the merged head, before the release, by somebody of one of the roles who wrote none of it", () => {
    expect(signedOff(way, [review(60, "quinn")])).toMatch(/^satisfied: .*quinn approved it/);
    expect(signedOff(way, [review(60, "lee")])).toMatch(/^satisfied: .*lee approved it/);
    for (const other of [
      review(60, "ben"),
      review(60, "quinn", { commit: sha("b") }),
      review(100, "quinn"),
      review(60, "quinn", { state: "changes_requested" }),
    ])
      expect(signedOff(way, [other])).toMatch(no);
    expect(signedOff(way, [review(60, "quinn")], { author: { login: "quinn" } })).toMatch(no);
  });
});

describe("QA's sign-off by a check", () => {
  it("is one that succeeded on the merged head before the release, by name or by kind and name", () => {
    expect(signedOff({ check: "status:qa" }, [status(60, "success")])).toMatch(/^satisfied: .*qa succeeded/);
    expect(signedOff({ check: "qa" }, [status(60, "success")])).toMatch(/^satisfied: .*qa succeeded/);
    expect(signedOff({ check: ":qa" }, [status(60, "success", ":qa")])).toMatch(/^satisfied: .*:qa succeeded/);
    for (const other of [
      status(60, "failure"),
      status(60, "pending"),
      status(100, "success"),
      status(60, "success", "other"),
      status(60, "success", "qa", `commit:${HOME}/${sha("b")}`),
    ])
      expect(signedOff({ check: "qa" }, [other])).toMatch(no);
    expect(signedOff({ check: "check-run:qa" }, [status(60, "success")])).toMatch(no);
  });
  it("is what it said before the release, whatever it says later", () => {
    expect(signedOff({ check: "qa" }, [status(60, "success"), status(120, "failure")])).toMatch(/^satisfied/);
    expect(signedOff({ check: "qa" }, [status(60, "success"), status(70, "failure")])).toMatch(no);
    expect(signedOff({ check: "qa" }, [status(60, "failure"), status(120, "success")])).toMatch(/^not-satisfied: .*only after/);
  });
});

describe("QA's sign-off by staging", () => {
  const way = { deployment: "staging" };
  const ran = (state: FactsOf<"deployment-state">["state"], end: number, group = "staging"): Recorded[] => [
    recorded(CHANGE, "linked", { deployment: STAGING, version: 1 } as FactsOf<"linked">, { at: 59, id: "staging" }),
    recorded(STAGING, "deployment-state", { application: "shop", group, state: "InProgress" }, { at: 60, id: "s1" }),
    recorded(STAGING, "deployment-state", { application: "shop", group, state }, { at: end, id: "s2" }),
  ];
  const host = (at: number, state: string, commit = sha("c"), environment = "staging") =>
    recorded(HEAD, "host-deployment-status", { action: "created", id: "1", environment, commit, state }, { at, id: `host ${at}` });

  it("is a deployment there that carries it and ended well before the release", () => {
    expect(signedOff(way, ran("Succeeded", 70))).toContain(`it ran in staging at ${minute(70)}`);
    for (const other of [
      ran("Failed", 70),
      ran("Succeeded", 100),
      ran("InProgress", 70),
      ran("Succeeded", 70, "elsewhere"),
      ran("Succeeded", 70).slice(1),
    ])
      expect(signedOff(way, other)).toMatch(no);
  });
  it("is the code host's own deployment of the head or the merge, by its last word before the release", () => {
    expect(signedOff(way, [host(60, "success")])).toContain(`it ran in staging at ${minute(60)}`);
    expect(signedOff(way, [host(60, "success", sha("d"))])).toContain(`it ran in staging at ${minute(60)}`);
    expect(signedOff(way, [host(60, "failure"), host(70, "success")])).toMatch(/^satisfied/);
    for (const other of [
      [host(60, "success"), host(70, "failure")],
      [host(60, "in_progress")],
      [host(100, "success")],
      [host(60, "success", sha("b"))],
      [host(60, "success", sha("c"), "test")],
    ])
      expect(signedOff(way, other)).toMatch(no);
  });
});

describe("QA's sign-off by a ticket", () => {
  const named = { tickets: ["ticket:jira/PAY-1" as const] };
  const way = { ticket: { statuses: ["Tested"], field: "qa", values: ["Passed"] } };
  const moved = (at: number, field: string, to: string | undefined, by: Parameters<typeof ticket>[2] = "quinn") =>
    ticket(at, { changes: [{ field, ...(to !== undefined && { to }) }] }, by);

  it("is its move to such a status, or its field's to such a value, between the head and the release", () => {
    for (const word of [moved(60, "status", "Tested"), moved(60, "qa", "Passed"), moved(10, "qa", "Passed")])
      expect(signedOff(way, [word], named)).toMatch(/^satisfied: .*ticket:jira\/PAY-1 says so since/);
    for (const word of [
      moved(9, "status", "Tested"),
      moved(100, "status", "Tested"),
      moved(60, "status", "Open"),
      moved(60, "status", undefined),
      moved(60, "other", "Tested"),
      moved(60, "qa", "Failed"),
      moved(60, "other", "Passed"),
      ticket(60, { status: "Tested" }),
    ])
      expect(signedOff(way, [word], named)).toMatch(no);
    expect(signedOff(way, [moved(60, "status", "Tested")])).toMatch(no);
    expect(signedOff({ ticket: { statuses: ["Tested"] } }, [moved(60, "qa", "Passed")], named)).toMatch(no);
  });
  it("is said by somebody of the roles who wrote none of it; where no role is named, by anybody who wrote none", () => {
    const by = (who: Parameters<typeof ticket>[2], more: object = {}) =>
      [moved(60, "status", "Tested", who), moved(60, "qa", "Passed", who)].map(
        (word) => signedOff({ ticket: { ...way.ticket, ...more } }, [word], named).split(":")[0],
      );
    expect(by("quinn")).toEqual(["satisfied", "satisfied"]);
    expect(by("omar")).toEqual(["not-satisfied", "not-satisfied"]);
    expect(by("omar", { roles: [] })).toEqual(["satisfied", "satisfied"]);
    expect(by("omar", { roles: ["developer"] })).toEqual(["satisfied", "satisfied"]);
    expect(by("ada", { roles: [] })).toEqual(["not-satisfied", "not-satisfied"]);
    expect(by("ada", { roles: ["developer"] })).toEqual(["not-satisfied", "not-satisfied"]);
    const nobody = recorded("ticket:jira/PAY-1", "ticket", { action: "updated", changes: [{ field: "status", to: "Tested" }] }, { at: 60 });
    expect(signedOff(way, [nobody], named)).toMatch(no);
    expect(signedOff({ ticket: { ...way.ticket, roles: [] } }, [nobody], named)).toMatch(/^satisfied/);
  });
  it("is what a field was set to last before the release, by whoever set it then", () => {
    const words = (...list: readonly (readonly [number, string | undefined, "quinn" | "omar"])[]) =>
      signedOff(
        way,
        list.map(([at, to, who]) => moved(at, "qa", to, who)),
        named,
      ).split(":")[0];
    expect(words([60, "Passed", "quinn"], [70, "Failed", "quinn"])).toBe("not-satisfied");
    expect(words([60, "Passed", "quinn"], [70, undefined, "quinn"])).toBe("not-satisfied");
    expect(words([60, "Failed", "quinn"], [70, "Passed", "quinn"])).toBe("satisfied");
    expect(words([60, "Passed", "quinn"], [70, "Passed", "omar"])).toBe("not-satisfied");
    expect(words([60, "Passed", "quinn"], [100, "Failed", "quinn"])).toBe("satisfied");
  });
});

describe("QA's sign-off by another system", () => {
  const way = { attested: "qa-sign-off" };
  const word = (at: number, more: Partial<FactsOf<"attested">> = {}) => attested(at, { what: "qa-sign-off", commit: sha("c"), ...more });

  it("is its last word on the merged head or the merge before the release", () => {
    expect(signedOff(way, [word(60)])).toMatch(/^satisfied: .*bus attested qa-sign-off/);
    expect(signedOff(way, [word(60, { tool: "qa-tool", commit: sha("d") })])).toMatch(/^satisfied: .*qa-tool attested qa-sign-off/);
    expect(signedOff(way, [word(60, { outcome: "failed" }), word(70)])).toMatch(/^satisfied/);
    const signed = (login: string) => signedOff(way, [word(60, { by: { system: "bus", login } })]);
    expect(signed("quinn")).toMatch(/^satisfied/);
    expect(signed("a-tool")).toMatch(/^satisfied/);
    expect(signed("ada")).toMatch(no);
    const { commit: _commit, ...nameless } = { what: "qa-sign-off", commit: "" };
    for (const other of [
      [word(60), word(70, { outcome: "failed" })],
      [word(100)],
      [word(60, { commit: sha("b") })],
      [attested(60, nameless)],
      [word(60, { what: "other" })],
    ])
      expect(signedOff(way, other)).toMatch(no);
  });
});
