import { randomUUID } from "node:crypto";
import { type Entry, sha256Hex } from "@change-ledger/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stateChange } from "../sources/fixtures/codedeploy.ts";
import { provisioned } from "../sources/fixtures/put-events.ts";
import { servicenowHeaders } from "../sources/fixtures/servicenow.ts";
import { CANARY, HOSTILE, type Hostile } from "./hostile-bodies.ts";
import { Printed } from "./printed.ts";
import { bytes, each, githubHeaders, type HttpAnswer, onBus, type Running, run, SECRETS, signature } from "./running.ts";

const nowSeconds = () => Math.floor(Date.now() / 1000);

function ownHeaders({ system, event, body }: Hostile): Record<string, string> {
  switch (system) {
    case "github":
      return githubHeaders(event, body);
    case "jira":
      return {
        "content-type": "application/json",
        "x-atlassian-webhook-identifier": randomUUID(),
        "x-hub-signature": signature(body, SECRETS.jira),
      };
    case "servicenow":
      return servicenowHeaders(body, SECRETS.servicenow, { seconds: nowSeconds(), nonce: randomUUID() });
    case "pagerduty":
      return {
        "content-type": "application/json",
        "x-pagerduty-signature": signature(body, SECRETS.pagerduty).replace("sha256=", "v1="),
      };
    default:
      return system satisfies never;
  }
}

const headersOf = (hostile: Hostile): Record<string, string> => {
  const { headers } = hostile;
  const own = ownHeaders(hostile);
  return Object.fromEntries(Object.entries({ ...own, ...headers }).filter(([, value]) => value !== ""));
};

/** Events of the default bus that our rules take and our normaliser cannot read, and one of each that it can. */
const ON_BUS: readonly { readonly kind: string; readonly event: object }[] = [
  { kind: "unparsed", event: stateChange("Deployment", CANARY) },
  { kind: "unparsed", event: { ...stateChange("Deployment", "START"), detail: null } },
  { kind: "unparsed", event: { ...stateChange("Deployment", "START"), detail: [CANARY] } },
  { kind: "unparsed", event: stateChange("Deployment", "START", { deploymentId: `d-1/../../${CANARY}` }) },
  { kind: "unparsed", event: { ...stateChange("Instance", "START"), time: `12026-${CANARY}` } },
  { kind: "unparsed", event: { ...provisioned(), detail: { ...provisioned().detail, eventTime: CANARY } } },
].map(({ kind, event }) => ({ kind, event: { ...event, id: randomUUID() } }));

const PROBLEM = "application/problem+json";

describe("bad input", () => {
  const printed = new Printed();
  let running: Running;
  let answers: HttpAnswer[];
  let ledger: Entry[];
  const bySha = (body: Buffer) => ledger.filter(({ payload }) => payload?.sha256 === sha256Hex(body));

  beforeAll(async () => {
    printed.begin();
    // As talkative as functions can be told to be.
    running = await run({ environment: { POWERTOOLS_LOG_LEVEL: "DEBUG", POWERTOOLS_DEV: "true", POWERTOOLS_METRICS_DISABLED: "false" } });
    answers = await each(HOSTILE, 8, (hostile) => running.http("POST", `/webhooks/${hostile.system}`, headersOf(hostile), hostile.body));
    for (const { event } of ON_BUS) onBus(running, event);
    await running.stack.quiet();
    ledger = (await running.ledger()).map(({ entry }) => entry);
  });
  afterAll(async () => {
    printed.end();
    await running?.close();
  });

  it("that its sender signed is taken, whatever it holds", () => {
    expect(HOSTILE.map(({ name }, at) => [name, answers[at]?.status])).toEqual(HOSTILE.map(({ name }) => [name, 202]));
    const { functions, deadLettered } = running.stack.stats();
    expect(Object.entries(functions).filter(([, { errors }]) => errors > 0)).toEqual([]);
    expect(deadLettered).toBe(0);
  });

  it("is on record once, as what it is or as what could not be parsed", () => {
    const seen = HOSTILE.map(({ name, body }) => [name, bySha(body).map(({ kind }) => kind)]);
    expect(seen).toEqual(HOSTILE.map(({ name, kind }) => [name, [kind]]));
    expect(ON_BUS.map(({ event }) => bySha(bytes(event)).map(({ kind }) => kind))).toEqual(ON_BUS.map(({ kind }) => [kind]));
  });

  it("can be read back to the very bytes that were sent", async () => {
    for (const { name, body } of HOSTILE) {
      const back = await running.rawOf(bySha(body)[0]?.payload);
      expect(Buffer.compare(back, body), name).toBe(0);
    }
  });

  it("is counted where it could not be parsed, and said by field and rule alone", () => {
    const unparsed = ledger.filter((entry) => entry.kind === "unparsed");
    expect(unparsed).toHaveLength([...HOSTILE, ...ON_BUS].filter(({ kind }) => kind === "unparsed").length);
    expect(running.counts.unparsed).toBe(unparsed.length);
    expect(unparsed.filter(({ facts }) => JSON.stringify(facts).includes(CANARY))).toEqual([]);
  });

  it("changes no prototype", () => {
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("of another than the sender is refused without detail, and leaves no trace", async () => {
    const body = bytes({ zen: CANARY, forged: true });
    const good = signature(body, SECRETS.github);
    const forged: Record<string, string | undefined> = {
      missing: undefined,
      empty: "",
      wrong: `sha256=${"0".repeat(64)}`,
      "of another body": signature(bytes("{}"), SECRETS.github),
      "by another secret": signature(body, SECRETS.jira),
      "cut short": good.slice(0, -2),
      "twice as long": `${good}${good.slice(7)}`,
      "without its algorithm": good.slice("sha256=".length),
      "of an older algorithm": good.replace("sha256", "sha1"),
      "not hexadecimal": `sha256=${"é".repeat(64)}`,
    };
    for (const [name, value] of Object.entries(forged)) {
      const { "x-hub-signature-256": _, ...headers } = githubHeaders("ping", body);
      const answer = await running.http(
        "POST",
        "/webhooks/github",
        value === undefined ? headers : { ...headers, "x-hub-signature-256": Buffer.from(value).toString("latin1") },
        body,
      );
      expect(answer, name).toEqual({
        status: 401,
        type: PROBLEM,
        body: JSON.stringify({ type: "about:blank", status: 401, title: "Not authenticated" }),
      });
    }
    const signed = (secret: string, late: number) => servicenowHeaders(body, secret, { seconds: nowSeconds() + late, nonce: randomUUID() });
    const others: readonly (readonly [string, Record<string, string>])[] = [
      ["jira", { "x-change-ledger-secret": SECRETS.github }],
      ["servicenow", signed(SECRETS.jira, 0)],
      ["servicenow", signed(SECRETS.servicenow, -3600)],
      ["servicenow", signed(SECRETS.servicenow, 3600)],
      ["servicenow", { ...signed(SECRETS.servicenow, 0), "x-servicenow-nonce": randomUUID() }],
      ["servicenow", { "x-hub-signature-256": signature(body, SECRETS.servicenow) }],
      ["pagerduty", { "x-pagerduty-signature": signature(body, SECRETS.pagerduty) }],
      ["pagerduty", { "x-pagerduty-signature": `v1=${"0".repeat(64)},${signature(body, SECRETS.jira).replace("sha256", "v1")}` }],
    ];
    for (const [name, headers] of others)
      expect([name, (await running.http("POST", `/webhooks/${name}`, headers, body)).status]).toEqual([name, 401]);
    expect(running.counts.rejected).toBe(Object.keys(forged).length + others.length);
    await running.stack.quiet();
    expect((await running.ledger()).filter(({ entry }) => entry.payload?.sha256 === sha256Hex(body))).toEqual([]);
  });

  it("to a sender that we do not know is not found", async () => {
    const body = bytes({ zen: CANARY });
    for (const name of [
      "nobody",
      "__proto__",
      "constructor",
      "codedeploy",
      "attested",
      "configuration",
      "service-catalog",
      "github%2f..",
      "%00",
      "%ff",
    ]) {
      const answer = await running.http("POST", `/webhooks/${name}`, githubHeaders("ping", body), body);
      expect([name, answer.status, answer.type]).toEqual([name, 404, PROBLEM]);
    }
  });

  it("that is too large is refused with the reason, and counted", async () => {
    const body = Buffer.alloc(4_500_001, CANARY);
    const answer = await running.http("POST", "/webhooks/github", githubHeaders("push", body), body);
    expect([answer.status, answer.type]).toEqual([413, PROBLEM]);
    expect(JSON.parse(answer.body)).toEqual({
      type: "about:blank",
      status: 413,
      title: "Body too large",
      detail: "expected at most 4500000 bytes, got 4500001",
    });
    expect(running.counts["too-large"]).toBe(1);
    const huge = Buffer.alloc(11 * 1024 * 1024, CANARY);
    expect((await running.http("POST", "/webhooks/github", githubHeaders("push", huge), huge)).status).toBe(413);
  });

  it("shows in nothing that was printed", () => {
    // What is counted is printed: so we would see it.
    expect(printed.text).toContain("DeliveriesUnparsed");
    expect(printed.text).not.toContain(CANARY);
    expect(printed.text).not.toContain(Buffer.from(CANARY).toString("base64").slice(0, 16));
  });
});
