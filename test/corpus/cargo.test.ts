import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyChain } from "@change-ledger/ledger";
import { TILE_WIDTH, tilesOf } from "@change-ledger/log";
import type { SealedEntry, Subject } from "@change-ledger/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { functionEnvironment, HANDLERS } from "../../packages/local/handlers.ts";
import { type LocalStack, startLocalStack } from "../../packages/local/index.ts";
import { bucketName } from "../../packages/local/names.ts";
import type { ReplayReport } from "../../packages/local/replay.ts";
import { readLedger } from "../../packages/local/survey.ts";
import { bearer } from "../../packages/local/token.ts";
import { linksInForce } from "../end-to-end/played.ts";
import { HERE, replayCorpus, type Truth, truth } from "./replayed.ts";

if (!HERE) console.warn("test/corpus/cargo.test.ts: skipped, since ../shared/corpus is not there");

const SEEDS = Array.from({ length: Number(process.env["CORPUS_SEEDS"] ?? 3) }, (_, nth) => nth + 1);
const EVENTS = 2242;
const TOKEN = "a-token-for-the-corpus-of-good-length";

/** Members of the API's answers that are held to the truth. */
interface Shown {
  readonly state: string;
  readonly rollback: boolean;
  readonly revision: { readonly commit?: string };
  readonly carries: readonly string[];
  readonly firstFailureAt?: string;
  readonly rolledBackBy?: string;
  readonly rollsBack?: string;
  readonly restoredAt?: string;
  readonly timeToRestoreSeconds?: number;
}
interface Page {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly next?: string;
}

const inMilliseconds = (at: string | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
const idOf = (subject: string | undefined) => subject?.slice(subject.lastIndexOf("/") + 1);

describe.skipIf(!HERE)("half a year of real deliveries (needs ../shared/corpus)", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "change-ledger-corpus-"));
  let first: ReplayReport;
  let stack: LocalStack | undefined;
  let ledger: SealedEntry[];
  let expected: Truth;

  beforeAll(async () => {
    expected = truth();
    first = await replayCorpus("--data", dataDir);
    // What was left behind is served again: the ledger, and the read models through the API.
    stack = await startLocalStack({
      dataDir,
      handlers: HANDLERS,
      environment: functionEnvironment({ secrets: {} }),
      authorize: bearer(TOKEN),
    });
    ledger = await readLedger(stack.endpoints.dynamodb);
  });
  afterAll(async () => {
    await stack?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${stack?.url}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(response.status, path).toBe(200);
    return (await response.json()) as T;
  };
  const deployments = () =>
    new Map(ledger.filter(({ entry }) => entry.subject.startsWith("deployment:")).map(({ entry }) => [idOf(entry.subject), entry.subject]));

  it("are all accepted, parsed and recorded", () => {
    expect(first).toMatchObject({
      deliveries: EVENTS,
      accepted: EVENTS,
      rejected: 0,
      duplicates: 0,
      entries: EVENTS,
      changes: { pullRequest: 375, directPush: 0, unmatchedDeployment: 0, record: 0 },
      deployments: { total: 28, succeeded: 22, failed: 3, rollbacks: 3 },
      unparsed: 0,
      deadLettered: 0,
    });
    expect(first.added).toBe(first.entries + first.derivedEntries);
    expect(first.counts.unresolved ?? 0).toBe(0);
    expect(ledger).toHaveLength(first.added);
  });

  it("leave chains that verify", () => {
    for (const [subject, chain] of Map.groupBy(ledger, ({ entry }) => entry.subject)) {
      const inOrder = chain.toSorted((a, b) => a.entry.seq - b.entry.seq).map(({ bytes }) => bytes);
      expect(verifyChain(subject, inOrder), subject).toEqual([]);
    }
  });

  it("link each deployment to what it carried", () => {
    const carried = linksInForce(ledger.map(({ entry }) => entry));
    const subjects = deployments();
    const numberOf = (change: Subject) => Number(/^change:github\/acme\/cargo\/pull\/(\d+)$/.exec(change)?.[1]);
    const seen = expected.deployments.map(({ id }) => [
      id,
      (carried.get(subjects.get(id) as Subject) ?? []).map(numberOf).sort((a, b) => a - b),
    ]);
    expect(seen).toEqual(expected.deployments.map(({ id, carried: numbers }) => [id, [...numbers].sort((a, b) => a - b)]));
    expect(carried.size).toBe(expected.deployments.filter(({ carried: numbers }) => numbers.length > 0).length);
  });

  it("show each deployment as the truth has it: outcome, revision, first failure, rollback, time to restore", async () => {
    const subjects = deployments();
    const seen = [];
    for (const { id } of expected.deployments) {
      const found = await get<Shown>(`/v1/deployments/${subjects.get(id)?.slice("deployment:".length)}`);
      const failed = found.state === "Failed";
      seen.push({
        id,
        outcome: found.rollback ? "rollback" : found.state.toLowerCase(),
        revision: found.revision.commit,
        carried: found.carries.map((change) => Number(idOf(change))).sort((a, b) => a - b),
        firstFailureAt: found.firstFailureAt,
        rolledBackBy: idOf(found.rolledBackBy),
        rollsBack: idOf(found.rollsBack),
        restoredAt: failed ? found.restoredAt : undefined,
        timeToRestoreSeconds: failed ? found.timeToRestoreSeconds : undefined,
      });
    }
    expect(seen).toEqual(
      expected.deployments.map(
        ({ id, outcome, revision, carried, firstFailureAt, rolledBackBy, rollsBack, restoredAt, timeToRestoreSeconds }) => ({
          id,
          outcome,
          revision,
          carried: [...carried].sort((a, b) => a - b),
          firstFailureAt: inMilliseconds(firstFailureAt),
          rolledBackBy,
          rollsBack,
          restoredAt: inMilliseconds(restoredAt),
          timeToRestoreSeconds,
        }),
      ),
    );
  });

  it("show each pull request as the truth has it, page by page", async () => {
    const seen = new Map<number, object>();
    for (let next: string | undefined = ""; next !== undefined; ) {
      const page: Page = await get(`/v1/changes?type=pullRequest&limit=100${next && `&cursor=${next}`}`);
      for (const { number, headSha, mergeSha, mergedAt, tickets } of page.items)
        seen.set(Number(number), { headSha, mergeSha, mergedAt, tickets });
      next = page.next;
    }
    expect(seen.size).toBe(375);
    for (const { number, headSha, mergeSha, mergedAt, tickets } of expected.changes) {
      const subjects = tickets.map((ticket) => `ticket:github/acme/cargo/issues/${ticket}`).sort();
      expect(seen.get(number), `#${number}`).toEqual({ headSha, mergeSha, mergedAt: inMilliseconds(mergedAt), tickets: subjects });
    }
  });

  it("cost inserts, not transactions", () => {
    const { perEvent } = first.dynamo;
    const sum = (what: "read" | "write") => Object.values(perEvent).reduce((total, units) => total + units[what], 0);
    expect(first.added / EVENTS).toBeLessThanOrEqual(1.3);
    expect(perEvent["change-ledger-ledger"]?.write).toBeLessThanOrEqual(2.5);
    expect(sum("write")).toBeLessThanOrEqual(5);
    expect(sum("read")).toBeLessThanOrEqual(2);
  });

  it("are archived a batch at a time: every PUT is a segment that entries name, a bundle, or of the log", () => {
    const segments = new Set(ledger.flatMap(({ entry }) => (entry.payload === undefined ? [] : [entry.payload.archive])));
    const fullTiles = [...tilesOf(first.log?.size ?? 0)].filter(({ width }) => width === TILE_WIDTH);
    const putsIn = (bucket: "archive" | "log") => first.s3.byBucket[bucketName(bucket)]?.puts ?? 0;
    expect(putsIn("archive")).toBeGreaterThan(fullTiles.length);
    expect(putsIn("archive")).toBeLessThanOrEqual(segments.size + first.bundles + fullTiles.length);
    // Stages, partial tiles and checkpoints: a handful a batch of the sequencer's.
    expect(putsIn("log")).toBeLessThan(EVENTS / 10);
    expect(segments.size).toBeLessThan(EVENTS / 10);
  });

  it("are sealed once they were deployed", () => {
    const sealed = new Set(ledger.flatMap(({ entry }) => (entry.kind === "sealed" ? entry.facts.bundles.map(({ change }) => change) : [])));
    const carried = [...linksInForce(ledger.map(({ entry }) => entry)).values()].flat();
    expect(carried.filter((change) => !sealed.has(change))).toEqual([]);
  });

  it("add nothing when all of them come again", async () => {
    await stack?.close();
    stack = undefined;
    const again = await replayCorpus("--data", dataDir);
    expect(again).toMatchObject({
      accepted: EVENTS,
      duplicates: EVENTS,
      added: 0,
      factsDigest: first.factsDigest,
      unparsed: 0,
      deadLettered: 0,
    });
  });

  const sameFacts = (report: ReplayReport) => {
    const { entries, changes, deployments: counted, unparsed, factsDigest } = first;
    expect(report).toMatchObject({ entries, changes, deployments: counted, unparsed, deadLettered: 0, rejected: 0, factsDigest });
  };

  it("give the same facts when three in ten come twice", async () => {
    const doubled = await replayCorpus("--duplicate", "0.3");
    sameFacts(doubled);
    expect(doubled.deliveries).toBeGreaterThan(EVENTS * 1.2);
    expect(doubled.duplicates).toBe(doubled.deliveries - EVENTS);
  });

  it.each(SEEDS)("give the same facts in another order (seed %i), doubled or not", async (seed) => {
    sameFacts(await replayCorpus("--shuffle", String(seed)));
    sameFacts(await replayCorpus("--shuffle", String(seed), "--duplicate", "0.3"));
  });
});
