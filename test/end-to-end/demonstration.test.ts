import { DeleteObjectCommand, GetObjectCommand, GetObjectRetentionCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { isAttestedBy, openBag, readBundle } from "@change-ledger/evidence";
import { verifyChain } from "@change-ledger/ledger";
import { envelopeKeyAt, openTrusted, parseTrust } from "@change-ledger/log";
import { type Entry, type Subject, sha256Hex } from "@change-ledger/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMONSTRATION_SECRETS, DEMONSTRATION_SETTINGS, demonstrationEvents } from "../../packages/local/demonstration/index.ts";
import { bucketName } from "../../packages/local/index.ts";
import { addDeployments, putObjects } from "../../packages/local/kept-demonstration.ts";
import { bearer } from "../../packages/local/token.ts";
import { holds, linksInForce, send } from "./played.ts";
import { type Running, run } from "./running.ts";

const TOKEN = "an-end-to-end-token-of-good-length";
const AUTHORIZED = { authorization: `Bearer ${TOKEN}` };
const told = demonstrationEvents("2026-03-02T08:00:00.000Z");
const happy = told.scenarios[0]?.open[0] as Subject;
const happyPath = `/v1/changes/${happy.slice("change:".length)}`;

describe("the demonstration through the whole pipeline", () => {
  let running: Running;
  let entries: Entry[];
  let statuses: number[];

  beforeAll(async () => {
    running = await run({ secrets: DEMONSTRATION_SECRETS, settings: DEMONSTRATION_SETTINGS, authorize: bearer(TOKEN) });
    addDeployments(running.stack, told);
    await putObjects(running.stack, told);
    statuses = await send(running, told.events);
    await running.stack.quiet();
    entries = (await running.ledger()).map(({ entry }) => entry);
  });
  afterAll(() => running?.close());

  const get = (path: string, headers: Readonly<Record<string, string>> = AUTHORIZED) => running.http("GET", path, headers);
  const items = async (path: string) => JSON.parse((await get(path)).body).items as { subject: Subject }[];

  it("is taken whole, and nothing is lost or fails", () => {
    expect(statuses.filter((status) => status !== 202)).toEqual([]);
    expect(running.stack.stats().deadLettered).toBe(0);
  });

  it.each(told.scenarios.map((played) => ({ played, name: `${played.number} ${played.title}` })))("$name", async ({ played }) => {
    await holds(running, played, entries, AUTHORIZED);
  });

  it("lists the pushes that no pull request claims, and they alone", async () => {
    const expected = told.scenarios.flatMap((played) => played.expected.directPushes);
    const listed = (await items("/v1/changes?type=directPush&limit=100")).map(({ subject }) => subject);
    expect(listed.sort()).toEqual([...expected].sort());
  });

  it("is answered to nobody without the token", async () => {
    for (const path of ["/v1/changes", happyPath, `${happyPath}/entries`, "/v1/deployments", "/v1/tickets", "/v1/nothing"]) {
      for (const authorization of [
        undefined,
        "",
        "Bearer",
        "Bearer ",
        `Bearer ${TOKEN}x`,
        `Bearer ${TOKEN.slice(0, -1)}`,
        TOKEN,
        `Basic ${TOKEN}`,
      ]) {
        const { status, body } = await get(path, authorization === undefined ? {} : { authorization });
        expect([path, authorization, status]).toEqual([path, authorization, 401]);
        expect(body).not.toContain("acme");
      }
    }
    for (const path of ["/", "/openapi.json", "/v1/health"]) expect([path, (await get(path, {})).status]).toEqual([path, 200]);
  });

  it("lists the ordinary change, which was deployed and sealed", async () => {
    const listed = (await items("/v1/changes?repository=github/acme/01-happy-path")).map(({ subject }) => subject);
    expect(listed).toContain(happy);
    const change = JSON.parse((await get(happyPath)).body);
    expect(change).toMatchObject({ subject: happy, state: "deployed" });
    expect(change.deployments.sort()).toEqual(
      [...linksInForce(entries)].flatMap(([deployment, changes]) => (changes.includes(happy) ? [deployment] : [])).sort(),
    );
    expect(change.bundles.length).toBeGreaterThan(0);
  });

  it("shows every chain as the bytes that were hashed: whole, in order, each naming the one before", async () => {
    const subjects = [...new Set(entries.map(({ subject }) => subject))];
    for (const subject of subjects) {
      const lines: Buffer[] = [];
      for (let from = 0; ; from += 100) {
        const { body } = await get(`/v1/chains/${encodeURIComponent(subject)}/entries?from=${from}&limit=100`, {
          ...AUTHORIZED,
          accept: "application/jsonl",
        });
        const page = body.split("\n").filter((line) => line !== "");
        lines.push(...page.map((line) => Buffer.from(line)));
        if (page.length < 100) break;
      }
      expect(verifyChain(subject, lines), subject).toEqual([]);
      expect(lines, subject).toHaveLength(entries.filter((entry) => entry.subject === subject).length);
    }
  });

  it("keeps the bundle of the ordinary change under lock: the recorded version, its digest, and no way to be rid of it", async () => {
    const bundles = entries
      .flatMap((entry) => (entry.kind === "sealed" ? entry.facts.bundles : []))
      .filter(({ change }) => change === happy);
    expect(bundles.length).toBeGreaterThan(0);
    for (const { key, versionId, sha256, bytes } of bundles) {
      const at = { Bucket: bucketName("archive"), Key: key, VersionId: versionId };
      const read = async () => (await running.s3.send(new GetObjectCommand(at))).Body?.transformToByteArray() ?? new Uint8Array();
      expect([(await read()).length, sha256Hex(await read())]).toEqual([bytes, sha256]);
      const { Retention } = await running.s3.send(new GetObjectRetentionCommand(at));
      expect(Retention?.Mode).toBe("GOVERNANCE");
      expect(Retention?.RetainUntilDate?.getTime()).toBeGreaterThan(Date.now());
      await expect(running.s3.send(new DeleteObjectCommand(at))).rejects.toMatchObject({ name: "AccessDenied" });
      await expect(running.s3.send(new PutObjectCommand({ ...at, Body: "other", IfNoneMatch: "*" }))).rejects.toMatchObject({
        name: "PreconditionFailed",
      });
      expect(sha256Hex(await read())).toBe(sha256);
    }
  });

  it("seals every bundle so that the published keys and its own proofs vouch for it", async () => {
    const read = async (Bucket: string, Key: string, VersionId?: string) =>
      (await running.s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToByteArray() ?? new Uint8Array();
    const trust = parseTrust(await read(bucketName("log"), "trust.json"));
    const bundles = entries.flatMap((entry) => (entry.kind === "sealed" ? entry.facts.bundles : []));
    expect(bundles.length).toBeGreaterThan(0);
    const sealed = new Set(bundles.map(({ key, versionId, sha256 }) => `${key} ${versionId} ${sha256}`));
    for (const { key, versionId } of bundles) {
      const { bag, faults } = openBag(readBundle(await read(bucketName("archive"), key, versionId)).files);
      expect(faults, key).toEqual([]);
      if (bag.attestation === undefined || bag.checkpoint === undefined) throw new Error("expected a sealed bag");
      const { sealedAt } = bag.attestation.statement.predicate;
      expect(isAttestedBy(bag.attestation, envelopeKeyAt(trust, bag.attestation.keyId, sealedAt).pem), key).toBe(true);
      expect(openTrusted(bag.checkpoint.note, trust, sealedAt).size).toBe(bag.checkpoint.size);
      if (bag.predecessor !== undefined)
        expect(sealed).toContain(`${bag.predecessor.key} ${bag.predecessor.versionId} ${bag.predecessor.sha256}`);
    }
  });
});
