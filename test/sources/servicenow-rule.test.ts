import { createHmac, randomUUID } from "node:crypto";
import { createContext, runInContext } from "node:vm";
import type { Delivery } from "@change-ledger/model";
import { normalise, webhookSource } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { WINDOW_SECONDS } from "../../packages/sources/servicenow/signed.ts";
import { namedBlock, readDocuments } from "../architecture/documents.ts";
import { bytes, ofKind, SETTINGS } from "./fixtures/deliveries.ts";
import { ANNE_SYS_ID, LEE_SYS_ID } from "./fixtures/servicenow.ts";

type Row = Readonly<Record<string, string | readonly [value: string, shown: string]>>;
type Tables = Readonly<Record<string, readonly Row[]>>;
interface Sent {
  readonly headers: Record<string, string>;
  body: string;
}

const SECRET = "päss word";
const guide = readDocuments().find(({ path }) => path === "docs/connect-servicenow.md") ?? { path: "", text: "" };
const SCRIPT = `${namedBlock(guide, "script-include")}\n${namedBlock(guide, "business-rule")}`;

const value = (row: Row | undefined, name: string) => {
  const cell = row?.[name];
  return typeof cell === "string" ? cell : (cell?.[0] ?? null);
};
const shown = (row: Row | undefined, name: string) => {
  const cell = row?.[name];
  return typeof cell === "string" ? cell : (cell?.[1] ?? "");
};

/** As much of ServiceNow's server-side API as the script uses, over rows in memory. */
function instance(tables: Tables, statuses: number[]) {
  const sent: Sent[] = [];
  const errors: string[] = [];
  class GlideRecord {
    readonly #table: string;
    #rows: Row[];
    #at = -1;
    constructor(table: string, row?: Row) {
      this.#table = table;
      this.#rows = row === undefined ? [...(tables[table] ?? [])] : [row];
      if (row !== undefined) this.#at = 0;
    }
    getTableName = () => this.#table;
    operation = () => "update";
    addQuery = (name: string, wanted: string) => {
      this.#rows = this.#rows.filter((row) => value(row, name) === wanted);
    };
    orderBy = (name: string) => void this.#rows.sort((a, b) => ((value(a, name) ?? "") < (value(b, name) ?? "") ? -1 : 1));
    setLimit = (limit: number) => void this.#rows.splice(limit);
    query = () => {};
    next = () => ++this.#at < this.#rows.length;
    get = (id: string) => {
      this.#at = this.#rows.findIndex((row) => value(row, "sys_id") === id);
      return this.#at >= 0;
    };
    getValue = (name: string) => value(this.#rows[this.#at], name);
    getDisplayValue = (name: string) => shown(this.#rows[this.#at], name);
    getUniqueValue = () => value(this.#rows[this.#at], "sys_id");
  }
  class RESTMessageV2 {
    readonly #request: Sent = { headers: {}, body: "" };
    setEndpoint = () => {};
    setHttpMethod = () => {};
    setRequestHeader = (name: string, text: string) => {
      this.#request.headers[name.toLowerCase()] = text;
    };
    setRequestBody = (body: string) => {
      this.#request.body = body;
    };
    execute = () => {
      sent.push(this.#request);
      const status = statuses.shift() ?? 202;
      if (status === 0) throw new Error("no route");
      return { getStatusCode: () => status };
    };
  }
  class GlideCertificateEncryption {
    generateMac = (key: string, _algorithm: string, data: string) =>
      createHmac("sha256", Buffer.from(key, "base64")).update(data, "utf8").digest("base64");
  }
  const Class = {
    create: () =>
      function (this: { initialize: () => void }) {
        this.initialize();
      },
  };
  const gs = {
    getProperty: (name: string) => (name === "change_ledger.secret" ? SECRET : "https://ledger.example/webhooks/servicenow"),
    nil: (text: unknown) => text === null || text === undefined || text === "",
    getUserID: () => LEE_SYS_ID,
    getUserName: () => "lee",
    generateGUID: () => randomUUID().replaceAll("-", ""),
    error: (text: string) => void errors.push(text),
  };
  const GlideStringUtil = { base64Encode: (text: string) => Buffer.from(text, "utf8").toString("base64") };
  const run = (table: string, row: Row) => {
    const current = new GlideRecord(table, row);
    const globals = { current, GlideRecord, GlideCertificateEncryption, GlideStringUtil, Class, gs, sn_ws: { RESTMessageV2 } };
    runInContext(SCRIPT, createContext(globals));
  };
  return { run, sent, errors };
}

const USERS: readonly Row[] = [
  { sys_id: ANNE_SYS_ID, user_name: "anne" },
  { sys_id: LEE_SYS_ID, user_name: "lee" },
];
const CHANGE: Row = {
  sys_id: "c1",
  number: "CHG0030192",
  type: ["standard", "Standard"],
  state: ["-1", "Implementierung läuft \u{1F600}"],
  approval: ["approved", "Approved"],
  requested_by: [ANNE_SYS_ID, "Anne Example"],
  backout_plan: "Put the old certificate back.",
  std_change_producer_version: ["v3", "Rotate certificate - 3"],
  cmdb_ci: ["ci1", "payments-api"],
  start_date: ["2026-03-02 10:00:00", "02.03.2026 11:00:00"],
  sys_updated_on: ["2026-03-02 08:15:30", "02.03.2026 09:15:30"],
};
const TABLES: Tables = {
  sys_user: USERS,
  sysapproval_approver: [
    { sysapproval: "c1", approver: LEE_SYS_ID, state: "approved", sys_updated_on: "2026-03-02 08:15:30" },
    { sysapproval: "another", approver: ANNE_SYS_ID, state: "approved", sys_updated_on: "2026-03-02 08:15:30" },
  ],
  std_change_producer_version: [{ sys_id: "v3", std_change_producer: ["p1", "Rotate certificate"], version: "3" }],
  incident: [
    { sys_id: "i2", number: "INC0010099", rfc: "c1" },
    { sys_id: "i1", number: "INC0010023", rfc: "c1" },
  ],
};

/** What our door makes of a request: authenticated under the secret, normalised. */
function received({ headers, body }: Sent) {
  const receivedAt = new Date().toISOString();
  const kept = Object.fromEntries(
    Object.entries(headers).filter(([name]) => webhookSource("servicenow")?.webhook?.keepHeaders.includes(name)),
  );
  const delivered: Delivery = { system: "servicenow", receivedAt, headers: kept, body: bytes(body) };
  const auth = webhookSource("servicenow")?.webhook?.authenticate(kept, delivered.body, [SECRET], receivedAt);
  if (auth === undefined) throw new Error("expected a signature that fits");
  return normalise(delivered, auth, SETTINGS);
}

describe("the business rule of docs/connect-servicenow.md", () => {
  it("is told the window that is kept", () => {
    expect(guide.text).toContain(`at most ${WINDOW_SECONDS} seconds`);
  });

  it("sends a change so that it is authentic and on record with all that judging needs", () => {
    const { run, sent, errors } = instance(TABLES, []);
    run("change_request", CHANGE);
    expect([sent.length, errors]).toEqual([1, []]);
    const fact = received(sent[0] as Sent);
    expect(fact).toMatchObject({
      kind: "record",
      subject: "change:servicenow/CHG0030192",
      occurredAt: "2026-03-02T08:15:30.000Z",
      actor: { system: "servicenow", id: LEE_SYS_ID, login: "lee" },
      source: { event: "change_request.update", auth: "hmac-sha256" },
      facts: {
        action: "update",
        type: "standard",
        state: "Implementierung läuft \u{1F600}",
        approval: "approved",
        requestedBy: { id: ANNE_SYS_ID, login: "anne" },
        approvedBy: { id: LEE_SYS_ID, login: "lee" },
        backOutPlan: true,
        testPlan: false,
        catalogue: { item: "Rotate certificate", version: "3" },
        incident: "incident:servicenow/INC0010023",
        service: "payments-api",
        plannedStart: "2026-03-02T10:00:00.000Z",
      },
    });
    // ASCII alone, and no free text.
    expect(sent[0]?.body).toMatch(/^[\x20-\x7e]*$/);
    expect(sent[0]?.body).not.toContain("certificate back");
  });

  it("sends an incident", () => {
    const { run, sent } = instance(TABLES, []);
    run("incident", { number: "INC0010023", state: ["2", "In Progress"], opened_at: "2026-03-02 02:10:00", rfc: ["c1", "CHG0030192"] });
    const fact = ofKind("incident", received(sent[0] as Sent));
    expect(fact.subject).toBe("incident:servicenow/INC0010023");
    expect(fact.facts).toMatchObject({
      status: "In Progress",
      openedAt: "2026-03-02T02:10:00.000Z",
      changes: ["change:servicenow/CHG0030192"],
    });
  });

  it("signs each try anew, and says so when none was taken", () => {
    const { run, sent, errors } = instance(TABLES, [503, 0, 202]);
    run("change_request", CHANGE);
    expect(new Set(sent.map(({ headers }) => headers["x-servicenow-nonce"])).size).toBe(3);
    for (const one of sent) expect(received(one).kind).toBe("record");
    expect(errors).toEqual([]);
    const refused = instance(TABLES, [401, 401, 401]);
    refused.run("change_request", CHANGE);
    expect([refused.sent.length, refused.errors]).toEqual([3, ["Change Ledger: not recorded, last answer 401"]]);
  });
});
