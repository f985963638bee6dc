import { gunzipSync } from "node:zlib";
import { readRecord, writeSegment } from "@change-ledger/evidence";
import { BODY_MAX_BYTES, ingestMessages, RECEIVED, receive } from "@change-ledger/ledger";
import { DEFAULT_SETTINGS } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { bytes, sign } from "../sources/fixtures/deliveries.ts";
import { updated } from "../sources/fixtures/jira.ts";
import { MemoryChains } from "./memory.ts";

const SECRET = "correct horse battery staple";
const AT = "2026-11-21T22:14:46.120Z";

/** The way of a delivery from the door to the ledger, with everything that was put anywhere on it. */
function way(live: readonly string[] = [SECRET]) {
  const put: string[] = [];
  const inbox = new Map<string, Uint8Array>();
  const segments: Uint8Array[] = [];
  const store = new MemoryChains();
  const counted: string[] = [];
  const ports = {
    bus: { put: async (event: { readonly detail: string }) => void put.push(event.detail) },
    inbox: {
      put: async (key: string, body: Uint8Array) => void inbox.set(key, body),
      get: async (key: string) => inbox.get(key) ?? new Uint8Array(),
    },
    archive: {
      async keep(messages: readonly Parameters<typeof asRecord>[0][]) {
        const { key, bytes: segment, places } = writeSegment(messages.map(asRecord));
        segments.push(segment);
        return places.map((place) => ({ ...place, archive: key }));
      },
    },
    store,
    now: () => AT,
    pause: async () => {},
    count: (name: string, by: number) => void counted.push(...new Array<string>(by).fill(name)),
    settings: DEFAULT_SETTINGS,
    secrets: { jira: live, github: live },
  };
  const post = (source: string, headers: Record<string, string>, body: Uint8Array) => receive(ports, { source, headers, body });
  const deliver = async () => {
    const messages = put.splice(0).map((detail, at) => ({
      id: `${at}`,
      sentAt: AT,
      body: JSON.stringify({ source: RECEIVED.source, "detail-type": RECEIVED.detailType, time: AT, detail: JSON.parse(detail) }),
    }));
    expect(await ingestMessages(ports, messages)).toEqual([]);
    return store.all().map(({ entry }) => entry);
  };
  return { post, deliver, put, inbox, segments, counted };
}

const asRecord = ({ id, delivery }: { readonly id: string; readonly delivery: Parameters<typeof writeSegment>[0][number] }) => ({
  ...delivery,
  id,
});

const jiraBody = (more: object = {}) => bytes(JSON.stringify({ ...updated([]), ...more }));

describe("receive", () => {
  it("lets no shared secret past the door: not onto the bus, not into the archive, not into the ledger", async () => {
    for (const body of [jiraBody(), jiraBody({ padding: Array.from({ length: 60_000 }, (_, n) => (n * 2_654_435_761) % 4_294_967_296) })]) {
      const { post, deliver, put, inbox, segments } = way();
      expect((await post("jira", { "x-change-ledger-secret": SECRET, "content-type": "application/json" }, body)).status).toBe(202);
      const onTheBus = [...put];
      const [entry] = await deliver();
      expect(entry).toMatchObject({ subject: "ticket:jira/PAY-12", source: { auth: "shared-secret" } });
      const archived = segments.map((segment) => gunzipSync(segment).toString("latin1"));
      const everything = [...onTheBus, ...[...inbox.values()].map((kept) => Buffer.from(kept).toString("latin1")), ...archived];
      expect(archived.join()).toContain(`Sender-Header-x-change-ledger-signature: ${sign(body, SECRET)}`);
      for (const kept of [...everything, JSON.stringify(entry)]) {
        expect(kept).not.toContain(SECRET);
        expect(kept).not.toContain(encodeURIComponent(SECRET));
        expect(kept).not.toContain("x-change-ledger-secret");
      }
      // Large enough for the claim check, once.
      expect(inbox.size).toBe(body.length > 200_000 ? 1 : 0);
    }
  });

  it("answers 401 to a wrong secret, to none, and to a proof that is for the inside; nothing goes onto the bus", async () => {
    const { post, put, counted } = way();
    const body = jiraBody();
    for (const headers of [
      {},
      { "x-change-ledger-secret": "correct horse battery stable" },
      { "x-change-ledger-signature": sign(body, SECRET) },
      { "x-hub-signature": sign(body, "other"), "x-change-ledger-secret": SECRET },
    ])
      expect(await post("jira", headers as Record<string, string>, body)).toEqual({ status: 401, title: "Not authenticated" });
    expect(put).toEqual([]);
    expect(counted).toEqual(["rejected", "rejected", "rejected", "rejected"]);
  });

  it("does not believe behind the bus what was withdrawn since", async () => {
    const live = [SECRET];
    const { post, deliver } = way(live);
    await post("jira", { "x-change-ledger-secret": SECRET }, jiraBody());
    live.splice(0, 1, "the next one");
    expect(await deliver()).toMatchObject([{ kind: "unparsed", subject: "audit:jira/unparsed", source: { event: "unauthenticated" } }]);
  });

  it("keeps a signed delivery as it was signed", async () => {
    const { post, deliver, segments } = way();
    const body = jiraBody();
    await post("jira", { "x-hub-signature": sign(body, SECRET), "x-forwarded-for": "203.0.113.9" }, body);
    const [entry] = await deliver();
    expect(entry?.source.auth).toBe("hmac-sha256");
    const { offset = 0, length = 0 } = entry?.payload ?? {};
    expect(readRecord((segments[0] ?? new Uint8Array()).subarray(offset, offset + length)).headers).toEqual({
      "x-hub-signature": sign(body, SECRET),
    });
  });

  it("refuses what is too large, and senders that it does not know", async () => {
    const { post } = way();
    expect(await post("jira", {}, new Uint8Array(BODY_MAX_BYTES + 1))).toMatchObject({ status: 413 });
    for (const source of ["codedeploy", "__proto__", ""]) expect(await post(source, {}, jiraBody())).toMatchObject({ status: 404 });
  });
});
