import { randomUUID } from "node:crypto";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { type Entry, sha256Hex } from "@change-ledger/model";
import { offeredConfiguration } from "@change-ledger/sources";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACCOUNT, OWN_BUS, REGION } from "../../packages/local/names.ts";
import { INCIDENT, incidentEvent } from "../sources/fixtures/pagerduty.ts";
import { artifactBuilt, configurationOffered, provisioned, signedOff } from "../sources/fixtures/put-events.ts";
import { CHG, changeRequest, INC, incident, servicenowHeaders } from "../sources/fixtures/servicenow.ts";
import { bytes, CREDENTIALS, onBus, type Running, run, SECRETS, signature } from "./running.ts";

const CLOSED = "CHG0030193";
const CONFIGURATION = "format: 1\n# of the end-to-end test\n";

describe("change records, incidents and what others put on the bus", () => {
  let running: Running;
  let ledger: Entry[];
  const statuses: number[] = [];
  /** What senders told of it. */
  const of = (subject: string) => ledger.filter((entry) => entry.subject === subject && entry.source.auth !== "ledger");

  beforeAll(async () => {
    running = await run({ environment: { LOOKUP_ACCOUNT: ACCOUNT } });
    const send = async (source: string, headers: Readonly<Record<string, string>>, body: Buffer) =>
      void statuses.push((await running.http("POST", `/webhooks/${source}`, headers, body)).status);
    const signed = (body: Buffer) =>
      servicenowHeaders(body, SECRETS.servicenow, { seconds: Math.floor(Date.now() / 1000), nonce: randomUUID() });
    for (const sent of [changeRequest(), incident(), changeRequest({ number: CLOSED, state: "3", closed_at: "2026-03-02 12:30:00" })].map(
      bytes,
    )) {
      // Whoever saw it can send it again, nonce and all; the sender may send the same again under another.
      const headers = signed(sent);
      await send("servicenow", headers, sent);
      await send("servicenow", headers, sent);
    }
    const page = bytes(incidentEvent("incident.triggered"));
    const rotating = ["a former secret", SECRETS.pagerduty].map((secret) => signature(page, secret).replace("sha256=", "v1=")).join(",");
    for (let time = 0; time < 2; time++) await send("pagerduty", { "x-pagerduty-signature": rotating }, page);

    const client = new EventBridgeClient({ endpoint: running.stack.endpoints.aws, region: REGION, credentials: CREDENTIALS });
    const put = [signedOff(), artifactBuilt(), configurationOffered({ text: CONFIGURATION })].map((event) => ({
      EventBusName: OWN_BUS,
      Source: event.source,
      DetailType: event["detail-type"],
      Detail: JSON.stringify(event.detail),
    }));
    const answer = await client.send(new PutEventsCommand({ Entries: put }));
    statuses.push(answer.FailedEntryCount ?? 0);
    client.destroy();
    onBus(running, { ...provisioned(), id: randomUUID() });
    await running.stack.quiet();
    ledger = (await running.ledger()).map(({ entry }) => entry);
  });
  afterAll(() => running?.close());

  it("are taken, and on record once however often they come", () => {
    expect(statuses).toEqual([202, 202, 202, 202, 202, 202, 202, 202, 0]);
    expect(of(`change:servicenow/${CHG}`).map(({ kind, source }) => [kind, source.auth])).toEqual([["record", "hmac-sha256"]]);
    expect(of(`incident:servicenow/${INC}`).map(({ kind }) => kind)).toEqual(["incident"]);
    expect(of(`incident:pagerduty/${INCIDENT}`).map(({ kind }) => kind)).toEqual(["incident"]);
    expect(running.counts.duplicates).toBe(4);
    expect(running.counts.unparsed ?? 0).toBe(0);
    expect(running.stack.stats().deadLettered).toBe(0);
  });

  it("name the account that put them there, and what it claims beside it", () => {
    const told = ledger.filter(({ source }) => ["attested", "artifact", "configuration"].includes(source.system));
    expect(told.map(({ kind, actor, source }) => [kind, actor, source.auth]).toSorted()).toEqual(
      ["artifact", "attested", "configuration"].map((kind) => [kind, { system: "aws", id: ACCOUNT }, "bus"]),
    );
  });

  it("are sealed once the record is closed, and not before", () => {
    const sealed = ledger.flatMap((entry) =>
      entry.kind === "sealed" ? [{ of: entry.subject, bundles: entry.facts.bundles.map(({ change }) => change) }] : [],
    );
    expect(sealed).toEqual([{ of: `evidence:servicenow/${CLOSED}`, bundles: [`change:servicenow/${CLOSED}`] }]);
  });

  it("make a standard change of a request to the Service Catalog", () => {
    const [record] = ledger.filter(({ source }) => source.system === "service-catalog");
    expect(record).toMatchObject({
      kind: "record",
      subject: expect.stringMatching(/^change:service-catalog\//),
      facts: { type: "standard" },
    });
  });

  it("are asked of the Service Catalog too: a request that no event told of enters late, its end with it, and once", async () => {
    const CreatedTime = new Date(Date.now() - 3_600_000).toISOString();
    running.stack.catalogue.add({
      RecordId: "rec-lost",
      Status: "SUCCEEDED",
      RecordType: "PROVISION_PRODUCT",
      ProductId: "prod-1",
      CreatedTime,
    });
    const change = `change:service-catalog/${ACCOUNT}/${REGION}/rec-lost`;
    const compared = async () => {
      await running.stack.fire("hour");
      await running.stack.quiet();
      ledger = (await running.ledger()).map(({ entry }) => entry);
      const lists = ledger.flatMap((entry) => (entry.kind === "reconciled" ? [entry] : [])).sort((a, b) => a.seq - b.seq);
      return lists.findLast(({ facts }) => facts.system === "service-catalog")?.facts;
    };
    expect(await compared()).toMatchObject({ scope: `${ACCOUNT}/${REGION}`, listed: 1, missing: [change] });
    expect(await compared()).toMatchObject({ listed: 1, missing: [] });
    expect(of(change)).toMatchObject([{ kind: "record", source: { event: "reconciler.ListRecordHistory", auth: "api" } }]);
  });

  it("hold the configuration's very text in the archive", async () => {
    const [offered] = of("config:default");
    if (offered?.kind !== "configuration") throw new Error("expected an offered configuration");
    const text = offeredConfiguration(await running.rawOf(offered.payload));
    expect(Buffer.from(text).toString("utf8")).toBe(CONFIGURATION);
    expect(offered.facts).toEqual({ status: "offered", version: sha256Hex(CONFIGURATION), label: "2026-03" });
  });
});
