import type { FactsOf, Subject } from "@change-ledger/model";
import { inForce, readConfiguration } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { latestRun } from "../../packages/procedure/dossier/checks.ts";
import { recordsOf, systemOf } from "../../packages/procedure/dossier/itsm.ts";
import type { Of } from "../../packages/procedure/dossier/recorded.ts";
import { authorisationOf, latestWord, sinceWhen, ticketsOf } from "../../packages/procedure/dossier/tickets.ts";
import { minute, recorded, sha } from "./recorded.ts";

const COMMIT: Subject = `commit:github/acme/shop/${sha("a")}`;
const OTHER: Subject = `commit:github/acme/shop/${sha("b")}`;

describe("the latest run of a check", () => {
  type Check = FactsOf<"check-run">;
  const run = (
    at: number,
    id: string,
    status: string,
    conclusion?: string,
    more: Partial<Check> = {},
    kind: "check-run" | "check-suite" = "check-run",
    on = COMMIT,
  ) =>
    recorded(
      on,
      kind,
      { action: "x", id, name: "build", status, ...(conclusion !== undefined && { conclusion }), ...more },
      { at, id: `${kind} ${id} ${at}` },
    ) as Of<"check-run"> | Of<"check-suite">;
  const status = (at: number, id: string, state: string) =>
    recorded(COMMIT, "status", { id, context: "build", state }, { at, id: `s${at}` });
  const workflow = (at: number, facts: Partial<FactsOf<"workflow-run">>) =>
    recorded(COMMIT, "workflow-run", { action: "x", id: "5", status: "completed", name: "build", ...facts }, { at, id: `w${at}` });
  type Told = Parameters<typeof latestRun>[0];
  const latest = (
    told: Told,
    wanted: Parameters<typeof latestRun>[1] = { name: "build" },
    commits: readonly Subject[] = [COMMIT],
    until?: number,
  ) => {
    const found = latestRun(told, wanted, commits, until === undefined ? undefined : minute(until));
    return found && `${found.conclusion} ${found.done ? "done" : "running"} ${found.succeeded ? "well" : "-"} ${found.at.slice(14, 16)}`;
  };

  it("is the one that was told last, whatever came of those before", () => {
    expect(latest([run(1, "1", "completed", "success"), run(2, "2", "completed", "failure")])).toBe("failure done - 02");
    expect(latest([run(1, "1", "completed", "failure"), run(2, "2", "completed", "success")])).toBe("success done well 02");
    expect(latest([run(1, "1", "completed", "success"), run(2, "2", "in_progress")])).toBe("in_progress running - 02");
    expect(latest([run(1, "1", "queued"), run(2, "2", "completed", "failure"), run(3, "1", "completed", "success")])).toBe(
      "success done well 03",
    );
    expect(latest([])).toBeUndefined();
  });
  it("stays completed once it was, and may be completed again", () => {
    expect(latest([run(1, "1", "completed", "success"), run(2, "1", "in_progress")])).toBe("success done well 01");
    expect(latest([run(1, "1", "completed", "success"), run(2, "1", "completed", "failure")])).toBe("failure done - 02");
    expect(latest([run(1, "1", "in_progress"), run(2, "1", "queued")])).toBe("queued running - 02");
    expect(
      latest([
        run(1, "1", "completed", "failure"),
        run(2, "1", "completed", "success", {}, "check-suite"),
        run(3, "1", "in_progress", undefined, {}, "check-suite"),
      ]),
    ).toBe("success done well 02");
  });
  it("is of these commits, of that name and kind, as far as it was told until then", () => {
    const own = run(1, "1", "completed", "success");
    const told = [
      own,
      run(2, "2", "completed", "failure", {}, "check-run", OTHER),
      run(3, "3", "completed", "failure", { name: "test" }),
      run(4, "4", "completed", "failure", {}, "check-suite"),
    ];
    expect(latest(told, { kind: "check-run", name: "build" })).toBe("success done well 01");
    expect(latest(told)).toBe("failure done - 04");
    expect(latest(told, { name: "test" })).toBe("failure done - 03");
    expect(latest(told, { name: "build" }, [OTHER, COMMIT], 2)).toBe("failure done - 02");
    expect(latest(told, { name: "build" }, [COMMIT], 1)).toBe("success done well 01");
    expect(latest(told, { name: "build" }, [COMMIT], 0)).toBeUndefined();
    expect(latest(told, { kind: "status", name: "build" })).toBeUndefined();
  });
  it("reads every kind in its own words", () => {
    expect(latest([status(1, "1", "pending")])).toBe("pending running - 01");
    expect(latest([status(1, "1", "success")])).toBe("success done well 01");
    expect(latest([status(1, "1", "success"), status(2, "2", "pending")])).toBe("pending running - 02");
    expect(latest([run(1, "1", "completed")])).toBe("completed done - 01");
    expect(latest([run(1, "1", "success", "success")])).toBe("success running - 01");
    expect(latest([workflow(1, { conclusion: "success" })])).toBe("success done well 01");
    expect(latest([workflow(1, { status: "queued" })])).toBe("queued running - 01");
    expect(latest([workflow(1, { status: "success" })])).toBe("success running - 01");
    const nameless = workflow(1, { conclusion: "success" });
    const { name: _name, ...facts } = nameless.entry.facts;
    expect(latest([recorded(COMMIT, "workflow-run", facts)], { name: "5" })).toBe("success done well 00");
  });
  it("of a workflow is one an attempt, the first where none is told", () => {
    expect(latest([workflow(1, { conclusion: "success" }), workflow(2, { status: "queued", attempt: "1" })])).toBe("success done well 01");
    expect(latest([workflow(1, { conclusion: "success" }), workflow(2, { status: "queued", attempt: "2" })])).toBe("queued running - 02");
  });
});

describe("a ticket", () => {
  const TICKET: Subject = "ticket:jira/PAY-1";
  const read = readConfiguration(
    JSON.stringify({
      roles: ["boss", "head"],
      people: [
        { id: "lee", roles: ["boss"], accounts: { jira: ["lee"] } },
        { id: "ada", accounts: { jira: ["ada"] } },
      ],
      tickets: [
        {
          project: "jira/PAY",
          approvedTypes: ["Routine"],
          approval: { field: "approval", values: ["Yes"], statuses: ["Ready"], refused: ["No", "Rejected"], roles: ["boss", "head"] },
        },
        { project: "jira/OPEN", approval: { field: "approval", statuses: ["Ready"] } },
        { project: "jira/ANY", linked: true },
      ],
    }),
    minute(0),
  );
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const rules = inForce(read);
  const told = (at: number, facts: Partial<FactsOf<"ticket">>, login: string | undefined = "lee", subject: Subject = TICKET) =>
    recorded(
      subject,
      "ticket",
      { action: "updated", ...facts },
      { at, id: `${at}`, ...(login !== "" && { actor: { system: "jira", login } }) },
    );
  const approval = (value: string) => ({ fields: { approval: value } });
  const authorised = (events: readonly ReturnType<typeof told>[] | undefined, until?: number, ticket: Subject = TICKET) => {
    const { state, words, told: by } = authorisationOf(ticket, events, rules, until === undefined ? undefined : minute(until));
    return [state, words, by.map(({ entry }) => entry.occurredAt.slice(14, 16)).join(" ")];
  };

  it("authorises by its approval, from when that stood", () => {
    const yes = ["authorised", `${TICKET} was approved at ${minute(2)}`, "02"];
    expect(authorised([told(1, {}), told(2, approval("Yes")), told(3, approval("Yes")), told(4, { status: "Doing" })])).toEqual(yes);
    expect(authorised([told(2, { status: "Ready" }), told(3, { status: "Done" })])).toEqual(yes);
    expect(authorised([told(1, approval("Yes")), told(2, approval("No")), told(3, approval("Yes"))])[1]).toBe(
      `${TICKET} was approved at ${minute(3)}`,
    );
    expect(authorised([told(2, approval("Yes")), told(3, approval("No"))], 2)).toEqual(yes);
  });
  it("does not once that was taken back: refused, emptied, or something else", () => {
    const no = ["refused", `${TICKET} was not approved`, "03"];
    for (const back of [
      approval("No"),
      { status: "Rejected" },
      approval("Maybe"),
      { changes: [{ field: "approval", from: "Yes" }] },
      approval(""),
    ])
      expect(authorised([told(2, approval("Yes")), told(3, back)])).toEqual(no);
    for (const other of [{ changes: [{ field: "approval", to: "x" }] }, { changes: [{ field: "other" }] }, { status: "Doing" }])
      expect(authorised([told(2, approval("Yes")), told(3, other)])[0]).toBe("authorised");
    expect(authorised([told(2, { status: "Rejected", ...approval("Yes") })])[0]).toBe("refused");
    expect(authorised([told(2, { status: "Ready", ...approval("No") })])[0]).toBe("refused");
    const emptied = {
      changes: [
        { field: "other", from: "x" },
        { field: "approval", from: "Yes" },
        { field: "status", to: "Doing" },
      ],
    };
    expect(authorised([told(2, approval("Yes")), told(3, emptied)])[0]).toBe("refused");
    expect(authorised([told(3, { status: "Doing" })])).toEqual(["open", `${TICKET} was not approved`, "03"]);
  });
  it("does so only by the word of those who may", () => {
    expect(authorised([told(2, approval("Yes"), "ada")])).toEqual(["refused", `${TICKET} was approved by ada, who may not`, "02"]);
    expect(authorised([told(2, approval("Yes"), "")])).toEqual([
      "refused",
      `${TICKET} was approved by somebody whom nobody can name, who may not`,
      "02",
    ]);
    const byId = recorded(TICKET, "ticket", { action: "updated", ...approval("Yes") }, { at: 2, actor: { system: "jira", id: "7" } });
    expect(authorised([byId])[1]).toBe(`${TICKET} was approved by 7, who may not`);
  });
  it("of a project without roles or values is approved by anybody, and by its status alone", () => {
    const open: Subject = "ticket:jira/OPEN-1";
    expect(authorised([told(2, { status: "Ready" }, "ada", open)], undefined, open)[0]).toBe("authorised");
    expect(authorised([told(2, { status: "Ready" }, "ada", open), told(3, approval("x"), "ada", open)], undefined, open)[0]).toBe(
      "authorised",
    );
    expect(authorised([told(2, approval(""), "ada", open)], undefined, open)[0]).toBe("open");
  });
  it("of an approved type needs no approval", () => {
    expect(authorised([told(1, { type: "Routine" }), told(2, { status: "Doing" })])).toEqual([
      "authorised",
      `${TICKET} is of the approved type Routine`,
      "01",
    ]);
    expect(authorised([told(1, { type: "Routine" }), told(2, { type: "Story" })])[0]).toBe("open");
  });
  it("that is gone, unknown or of no project does not", () => {
    expect(authorised([told(1, approval("Yes")), told(2, { action: "jira:issue_deleted" })])).toEqual([
      "refused",
      `${TICKET} was deleted`,
      "02",
    ]);
    expect(authorised([told(1, { ...approval("Yes"), action: "deleted_comment" })])[0]).toBe("authorised");
    expect(authorised(undefined)).toEqual(["not-on-record", `${TICKET} is not on record`, ""]);
    expect(authorised([], 3)).toEqual(["not-on-record", `${TICKET} is not on record until ${minute(3)}`, ""]);
    expect(authorised([told(4, approval("Yes"))], 3)).toEqual(["not-on-record", `${TICKET} is not on record until ${minute(3)}`, "04"]);
    expect(authorised([], undefined, "ticket:jira/NO-1")).toEqual([
      "unknown-project",
      "ticket:jira/NO-1 belongs to no project of the configuration",
      "",
    ]);
    expect(authorised([], undefined, "incident:jira/PAY-1")).toEqual(["unknown-project", "incident:jira/PAY-1 is no ticket", ""]);
    expect(authorised(undefined, undefined, "ticket:jira/ANY-1")).toEqual([
      "authorised",
      "ticket:jira/ANY-1 is linked, which authorises by configuration",
      "",
    ]);
  });
  it("is asked for its latest word until then, and since when something holds", () => {
    const history = [told(1, { status: "A" }), told(2, {}), told(3, { status: "B" }), told(4, {})];
    const word = (until?: number) => latestWord(history, ({ status }) => status, until === undefined ? undefined : minute(until))?.value;
    expect([word(), word(3), word(2), word(1), word(0)]).toEqual(["B", "B", "A", "A", undefined]);
    const since = (until?: number) =>
      sinceWhen(
        history,
        ({ status }) => (status === undefined ? undefined : status === "B"),
        until === undefined ? undefined : minute(until),
      )?.entry.occurredAt;
    expect([since(), since(3), since(2)]).toEqual([minute(3), minute(3), undefined]);
  });
  it("has one history a subject", () => {
    const [one, two, other] = [told(1, {}), told(3, {}), told(2, {}, "lee", "ticket:jira/PAY-2")];
    expect([...ticketsOf({ tickets: [one, other, two] })]).toEqual([
      [TICKET, [one, two]],
      ["ticket:jira/PAY-2", [other]],
    ]);
  });
});

describe("a change record", () => {
  const RECORD: Subject = "change:servicenow/CHG1";
  const event = (at: number, facts: Partial<FactsOf<"record">>, subject: Subject = RECORD) =>
    recorded(subject, "record", { action: "updated", ...facts }, { at, id: `${at}` });

  it("says its latest word until then, and the first that says so", () => {
    const events = [event(1, { state: "a" }), event(2, {}), event(3, { state: "b" })];
    const history = recordsOf({ records: [...events, event(9, {}, "change:servicenow/CHG2")] });
    expect([...history.keys()]).toEqual([RECORD, "change:servicenow/CHG2"]);
    const own = history.get(RECORD);
    expect([own?.subject, own?.events]).toEqual([RECORD, events]);
    const latest = (until?: number) => own?.latest(({ state }) => state, until === undefined ? undefined : minute(until));
    expect([latest()?.value, latest(3)?.value, latest(2)?.value, latest(0)?.value]).toEqual(["b", "b", "a", undefined]);
    expect(latest()?.told).toBe(events[2]);
    expect(own?.first(({ state }) => state === undefined)).toBe(events[1]);
  });
  it("names people as its system does, the Service Catalog's as AWS does", () => {
    expect(
      [RECORD, "change:service-catalog/1/eu/rec-1", "incident:pagerduty/Q1", "config:default"].map((one) => systemOf(one as Subject)),
    ).toEqual(["servicenow", "aws", "pagerduty", "default"]);
  });
});
