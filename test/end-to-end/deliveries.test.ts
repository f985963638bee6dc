import { randomBytes, randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { openBag, readBundle } from "@change-ledger/evidence";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bucketName, OWN_BUS, REGION } from "../../packages/local/index.ts";
import { DELIVERY_DETAIL_TYPE, DELIVERY_SOURCE } from "../../stacks/definitions.ts";
import { commit, MERGE, pullRequest, push, review } from "../sources/fixtures/github.ts";
import { bytes, CREDENTIALS, each, githubHeaders, type Running, run, SECRETS, sendGithub, signature } from "./running.ts";

const PREVIOUS = "the secret before";
const CHANGE = "change:github/Acme/Cargo/pull/7";

describe("deliveries", () => {
  let running: Running;

  beforeAll(async () => {
    running = await run({ secrets: { github: [SECRETS.github, PREVIOUS] } });
  });
  afterAll(() => running?.close());

  it("under either of two live secrets are taken and believed; under another they are not", async () => {
    const sent: [string, number][] = [
      [SECRETS.github, 202],
      [PREVIOUS, 202],
      ["the secret before that", 401],
    ];
    for (const [secret, expected] of sent) {
      const body = bytes({ zen: `signed with ${secret}` });
      const { status, id } = await sendGithub(running, "ping", body, { "x-hub-signature-256": signature(body, secret) });
      expect(status).toBe(expected);
      await running.stack.quiet();
      const found = (await running.byId()).get(id) ?? [];
      expect(found.map(({ kind, source }) => [kind, source.auth])).toEqual(expected === 202 ? [["ping", "hmac-sha256"]] : []);
    }
  });

  it("that come again under the same id, at once or later, are on record once", async () => {
    const body = bytes(pullRequest("labeled", { title: "doubled" }));
    const id = randomUUID();
    const before = running.counts.duplicates ?? 0;
    const again = () => sendGithub(running, "pull_request", body, { "x-github-delivery": id });
    await each(Array.from({ length: 12 }), 12, again);
    await running.stack.quiet();
    await again();
    await running.stack.quiet();
    expect((await running.byId()).get(id)).toHaveLength(1);
    expect((running.counts.duplicates ?? 0) - before).toBe(12);
  });

  it("whose body came before under another id are on record, and flagged as repeated", async () => {
    const body = bytes(pullRequest("unlabeled", { title: "repeated" }));
    const first = await sendGithub(running, "pull_request", body);
    await running.stack.quiet();
    const second = await sendGithub(running, "pull_request", body);
    await running.stack.quiet();
    const entries = await running.byId();
    expect(entries.get(first.id)?.map(({ source }) => source.replays)).toEqual([undefined]);
    expect(entries.get(second.id)?.map(({ source }) => source.replays)).toEqual([first.id]);
  });

  it("that come late stand behind what came first, under the time at which they happened", async () => {
    const closed = await sendGithub(
      running,
      "pull_request",
      bytes(pullRequest("closed", { state: "closed", closed_at: "2026-03-05T10:00:00Z", updated_at: "2026-03-05T10:00:00Z" })),
    );
    await running.stack.quiet();
    const edited = await sendGithub(running, "pull_request", bytes(pullRequest("edited", { updated_at: "2026-03-04T10:00:00Z" })));
    await running.stack.quiet();
    const entries = await running.byId();
    const [end] = entries.get(closed.id) ?? [];
    const [late] = entries.get(edited.id) ?? [];
    expect([end?.subject, late?.subject]).toEqual([CHANGE, CHANGE]);
    expect(late?.seq).toBeGreaterThan(end?.seq ?? Number.POSITIVE_INFINITY);
    expect([end?.occurredAt, late?.occurredAt]).toEqual(["2026-03-05T10:00:00.000Z", "2026-03-04T10:00:00.000Z"]);
    // No authoriser here: the API asks for the scope that one would have found.
    expect((await running.http("GET", `/v1/changes/${CHANGE.slice("change:".length)}`)).status).toBe(401);
  });

  it("that come after their change has ended are in a bundle of their own, which follows the one before", async () => {
    const sealed = async () =>
      (await running.ledger()).flatMap(({ entry }) =>
        entry.kind === "sealed" ? entry.facts.bundles.filter(({ change }) => change === CHANGE) : [],
      );
    const before = await sealed();
    const { id } = await sendGithub(running, "pull_request_review", bytes(review("submitted")));
    await running.stack.quiet();
    const after = await sealed();
    expect(after).toHaveLength(before.length + 1);
    const { key: Key = "", versionId: VersionId } = after.at(-1) ?? {};
    const { Body } = await running.s3.send(new GetObjectCommand({ Bucket: bucketName("archive"), Key, VersionId }));
    const { bag, faults } = openBag(readBundle((await Body?.transformToByteArray()) ?? new Uint8Array()).files);
    expect(faults).toEqual([]);
    expect(bag.predecessor?.key).toBe(before.at(-1)?.key);
    expect(bag.chains.flatMap(({ entries }) => entries.map(({ entry }) => entry.source.id))).toContain(id);
  });

  it("too large for the bus travel by claim check, up to the limit, and are on record with their bytes", async () => {
    for (const size of [300_000, 1_500_000, 4_500_000]) {
      // What does not compress: a body of one character repeated would fit the bus.
      const message = randomBytes(size).toString("base64");
      const frame = bytes(push({ commits: [commit(MERGE, { message: "" })] })).length;
      const body = bytes(push({ commits: [commit(MERGE, { message: message.slice(0, size - frame) })] }));
      expect(body.length).toBe(size);
      const before = running.stack.stats().s3[bucketName("inbox")];
      const [puts, gets] = [before?.puts ?? 0, before?.gets ?? 0];
      const { status, id } = await sendGithub(running, "push", body);
      expect(status).toBe(202);
      await running.stack.quiet();
      const after = running.stack.stats().s3[bucketName("inbox")];
      expect([after?.puts, after?.gets]).toEqual([puts + 1, gets + 1]);
      const [entry, ...more] = (await running.byId()).get(id) ?? [];
      expect([entry?.kind, more.length]).toEqual(["push", 0]);
      expect(Buffer.compare(await running.rawOf(entry?.payload), body)).toBe(0);
    }
  });

  it("that somebody else put on the bus are kept, and nothing of them is believed", async () => {
    const body = bytes(pullRequest("opened", { number: 666 }, { number: 666 }));
    const { "x-hub-signature-256": _, ...headers } = githubHeaders("pull_request", body);
    const detail = {
      system: "github",
      receivedAt: "2026-03-02T10:00:00.000Z",
      headers: { ...headers, "x-hub-signature-256": signature(body, "a guess") },
      body: gzipSync(body).toString("base64"),
    };
    const client = new EventBridgeClient({ endpoint: running.stack.endpoints.aws, region: REGION, credentials: CREDENTIALS });
    const event = { EventBusName: OWN_BUS, Source: DELIVERY_SOURCE, DetailType: DELIVERY_DETAIL_TYPE, Detail: JSON.stringify(detail) };
    expect((await client.send(new PutEventsCommand({ Entries: [event] }))).FailedEntryCount).toBe(0);
    client.destroy();
    await running.stack.quiet();
    const entries = (await running.ledger()).map(({ entry }) => entry);
    expect(entries.filter(({ subject }) => subject.includes("/pull/666"))).toEqual([]);
    const kept = entries.filter(({ source }) => source.event === "unauthenticated");
    expect(kept.map(({ kind, source }) => [kind, source.auth])).toEqual([["unparsed", "bus"]]);
    expect(Buffer.compare(await running.rawOf(kept[0]?.payload), body)).toBe(0);
  });

  it("leave nothing behind in queues of dead letters", () => {
    expect(running.stack.stats().deadLettered).toBe(0);
  });
});
