import { gzipSync } from "node:zlib";
import { writeSegment } from "@change-ledger/evidence";
import { decodeMessage, RECEIVED } from "@change-ledger/ledger";
import { busSource } from "@change-ledger/sources";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const SENT = "2026-11-21T22:14:46.120Z";
const decode = (body: string) => decodeMessage(body, (event) => busSource(event)?.system, SENT);

const STATE = { source: "aws.codedeploy", "detail-type": "CodeDeploy Deployment State-change Notification", time: "2001-01-01T00:00:00Z" };
const DETAIL = {
  system: "github",
  receivedAt: "2026-11-21T22:14:45.000Z",
  headers: { "x-github-event": "push" },
  body: gzipSync("{}").toString("base64"),
};
const ours = (detail: unknown) => JSON.stringify({ source: RECEIVED.source, "detail-type": RECEIVED.detailType, time: STATE.time, detail });

describe("decodeMessage", () => {
  it("says of an AWS event when our queue took it, whatever time the event tells of itself", () => {
    for (const event of [
      STATE,
      { ...STATE, time: "+275760-09-13T00:00:00Z" },
      { ...STATE, time: 7 },
      { source: "aws.s3", "detail-type": "x" },
    ])
      expect(decode(JSON.stringify(event))).toEqual({
        by: "bus",
        delivery: {
          system: event.source === "aws.s3" ? "bus" : "codedeploy",
          receivedAt: SENT,
          headers: {},
          body: Buffer.from(JSON.stringify(event)),
        },
      });
  });

  it("takes the receiving function's clock for what it received, and the queue's where it tells none", () => {
    expect(decode(ours(DETAIL))).toMatchObject({ by: "webhook", delivery: { receivedAt: DETAIL.receivedAt, body: Buffer.from("{}") } });
    for (const receivedAt of [undefined, "yesterday", 7, "+275760-09-13T00:00:00.000Z", "-000001-01-01T00:00:00.000Z"])
      expect(decode(ours({ ...DETAIL, receivedAt }))).toMatchObject({ by: "webhook", delivery: { receivedAt: SENT } });
  });

  it("keeps as it is what does not have the form of a received delivery", () => {
    const bad = [
      null,
      "text",
      {},
      { ...DETAIL, system: "" },
      { ...DETAIL, system: "a b" },
      { ...DETAIL, system: "x".repeat(5_000) },
      { ...DETAIL, headers: null },
      { ...DETAIL, headers: { a: 1 } },
      { ...DETAIL, headers: { a: "x".repeat(20_000) } },
      { ...DETAIL, body: 7 },
      { ...DETAIL, body: undefined, claim: { key: 7 } },
    ];
    for (const detail of bad)
      expect(decode(ours(detail)), JSON.stringify(detail)).toMatchObject({ by: "bus", delivery: { system: "bus" } });
  });

  it("refuses a body that does not inflate, alone", () => {
    expect(() => decode(ours({ ...DETAIL, body: "AAAA" }))).toThrow(expect.objectContaining({ code: "not-decodable" }));
  });

  it("gives nothing that the archive would refuse: one message never stops its batch", () => {
    const part = fc.jsonValue({ maxDepth: 2 });
    const detail = fc.record({ system: part, receivedAt: part, headers: fc.oneof(part, fc.dictionary(fc.string(), fc.string())) });
    const mostly = fc.tuple(detail, fc.subarray(["system", "receivedAt", "headers"])).map(([odd, names]) => ({
      ...DETAIL,
      ...Object.fromEntries(Object.entries(odd).filter(([name]) => (names as string[]).includes(name))),
    }));
    fc.assert(
      fc.property(fc.oneof(mostly.map(ours), fc.json(), fc.string()), (body) => {
        const decoded = decode(body);
        expect("delivery" in decoded).toBe(true);
        if ("delivery" in decoded) expect(writeSegment([{ id: "1", ...decoded.delivery }]).places).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });
});
