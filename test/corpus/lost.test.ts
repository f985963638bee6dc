import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SealedEntry, Subject } from "@change-ledger/model";
import { inForce, readConfiguration } from "@change-ledger/procedure";
import { certify, expectedLists, type IndependentList, listSchema, population } from "@change-ledger/query";
import { afterAll, describe, expect, it } from "vitest";
import { functionEnvironment, HANDLERS } from "../../packages/local/handlers.ts";
import { startLocalStack } from "../../packages/local/index.ts";
import type { ReplayReport } from "../../packages/local/replay.ts";
import { readLedger } from "../../packages/local/survey.ts";
import { inLog, LOG } from "../query/population/trial.ts";
import { corpusLines, HERE, replayFile, truth } from "./replayed.ts";

if (!HERE) console.warn("test/corpus/lost.test.ts: skipped, since ../shared/corpus is not there");

/** The corpus's pushes tell no time of their own: replayed, they are of today. */
const PERIOD = { from: "2023-01-01T00:00:00.000Z", to: "2100-01-01T00:00:00.000Z" };

interface Line {
  readonly channel: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly event?: { readonly id: string; readonly detail: { readonly deploymentId: string } };
}

/** The lists that were compared in one run: a list's windows joined. Nothing happened since, so that they hold for the whole period. */
function listsOf(ledger: readonly SealedEntry[], run: "first" | "last"): IndependentList[] {
  const lists = new Map<string, Map<string, IndependentList>>();
  const inOrder = ledger.toSorted((a, b) => a.entry.seq - b.entry.seq);
  for (const { entry } of run === "first" ? inOrder : inOrder.toReversed()) {
    if (entry.kind !== "reconciled" || entry.facts.list === undefined) continue;
    const { system, scope, from, to, list } = entry.facts;
    const windows = lists.get(scope) ?? new Map<string, IndependentList>();
    lists.set(scope, windows);
    if (!windows.has(from)) windows.set(from, listSchema.parse({ system, scope, from, to, ...list }));
  }
  const whole = { ...PERIOD, askedAt: PERIOD.to };
  return [...lists.values()].map((windows) => {
    const all = [...windows.values()];
    const [one] = all;
    if (one?.form === "deployments")
      return { ...one, ...whole, deployments: all.flatMap((each) => (each.form === "deployments" ? each.deployments : [])) };
    return {
      ...(one as Extract<IndependentList, { form: "updates" }>),
      ...whole,
      updates: all.flatMap((each) => (each.form === "updates" ? each.updates : [])),
    };
  });
}

function certified(ledger: readonly SealedEntry[], asOf: string, lists: readonly IndependentList[]) {
  const read = readConfiguration("{}", asOf);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const rules = inForce(read);
  const entries = inLog([...ledger]);
  const found = population({ period: PERIOD, asOf, configuration: () => rules }, entries);
  const log = { ...LOG, size: entries.length };
  const certificate = certify({ population: found, lists, expected: expectedLists(rules, found.items, lists), log, certifiedAt: asOf });
  return {
    missing: (form: string) =>
      certificate.sources.flatMap((one) => (one.assessed !== "none" && one.form === form ? one.missing : [])).toSorted(),
    unlisted: certificate.sources.flatMap((one) => (one.assessed === "none" ? [] : one.unlisted)),
    compared: certificate.sources.filter(({ assessed }) => assessed !== "none").length,
    kinds: certificate.population.counts.kinds,
  };
}

describe.skipIf(!HERE)("deliveries that were lost (needs ../shared/corpus)", () => {
  const folders: string[] = [];
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  async function replayed(lines: readonly string[], ...options: string[]) {
    const folder = mkdtempSync(join(tmpdir(), "change-ledger-lost-"));
    folders.push(folder);
    const file = join(folder, "deliveries.jsonl");
    const settings = join(folder, "settings.json");
    const data = join(folder, "data");
    writeFileSync(file, `${lines.join("\n")}\n`);
    writeFileSync(settings, JSON.stringify({ since: PERIOD.from }));
    const report: ReplayReport = await replayFile(file, "--settings", settings, "--data", data, ...options);
    const stack = await startLocalStack({ dataDir: data, handlers: HANDLERS, environment: functionEnvironment({ secrets: {} }) });
    try {
      return { report, ledger: await readLedger(stack.endpoints.dynamodb) };
    } finally {
      await stack.close();
    }
  }

  /** What was lost of these lines, as far as branch and deployments can show it. */
  function shown(lines: readonly string[], lost: ReadonlySet<string>) {
    const updates: string[] = [];
    const told = new Set<string>();
    for (const line of lines.map((text): Line => JSON.parse(text))) {
      if (line.event !== undefined && !lost.has(line.event.id)) told.add(line.event.detail.deploymentId);
      if (line.headers?.["x-github-event"] !== "push" || !lost.has(line.headers["x-github-delivery"] ?? "")) continue;
      const { before, after } = JSON.parse(line.body) as { before: string; after: string };
      updates.push(`${before}..${after}`);
    }
    const ids = truth().deployments.map(({ id }) => id);
    const deployments = ids.filter((id) => !told.has(id)).map((id): Subject => `deployment:codedeploy/123456789012/us-east-1/${id}`);
    return { updates: updates.toSorted(), deployments: deployments.toSorted() };
  }

  it("one in twenty, which GitHub sends no more: the certificate names them, and nothing is missing once the reconcilers ran", async () => {
    const lines = corpusLines();
    const { report, ledger } = await replayed(lines, "--drop", "0.05", "--seed", "1", "--reconcile", "2", "--forgotten");
    const lost = shown(lines, new Set(report.lost));
    expect(lost.updates.length).toBeGreaterThan(5);
    const before = certified(ledger, report.reconciledFrom ?? "", listsOf(ledger, "first"));
    expect([before.missing("updates"), before.missing("deployments")]).toEqual([lost.updates, lost.deployments]);
    const after = certified(ledger, PERIOD.to, listsOf(ledger, "last"));
    expect([after.missing("updates"), after.missing("deployments"), after.unlisted]).toEqual([[], [], []]);
    expect(after).toMatchObject({ compared: 2, kinds: { deployment: 28, "ref-update": 375 } });
    // What was found says who found it, and came late.
    const found = ledger.filter(({ entry }) => entry.source.event === "reconciler.push");
    expect(found).toHaveLength(lost.updates.length);
    expect(found.every(({ entry }) => entry.source.auth === "api" && entry.recordedAt > (report.reconciledFrom ?? ""))).toBe(true);
    expect(report).toMatchObject({ redelivered: 0, unparsed: 0, deadLettered: 0 });
  });

  it("most of a month, whole deployments among them, which GitHub sends again when it is asked: nothing is missing, nothing is counted twice", async () => {
    const lines = corpusLines().slice(0, 250);
    const { report, ledger } = await replayed(lines, "--drop", "0.8", "--seed", "4", "--reconcile", "2");
    const lost = shown(lines, new Set(report.lost));
    expect(lost.deployments.length).toBeGreaterThan(0);
    const before = certified(ledger, report.reconciledFrom ?? "", listsOf(ledger, "first"));
    expect([before.missing("updates"), before.missing("deployments")]).toEqual([lost.updates, lost.deployments]);
    const after = certified(ledger, PERIOD.to, listsOf(ledger, "last"));
    const pushes = lines.filter((line) => (JSON.parse(line) as Line).headers?.["x-github-event"] === "push").length;
    expect([after.missing("updates"), after.missing("deployments"), after.unlisted]).toEqual([[], [], []]);
    expect(after.kinds).toMatchObject({ deployment: 28, "ref-update": pushes });
    // Every delivery of GitHub's that was lost is on record in the end, as it was sent.
    const told = new Set(ledger.map(({ entry }) => entry.source.id));
    const again = lines
      .flatMap((line) => (JSON.parse(line) as Line).headers?.["x-github-delivery"] ?? [])
      .filter((id) => report.lost.includes(id));
    expect(report.redelivered).toBe(again.length);
    expect(again.filter((id) => !told.has(id))).toEqual([]);
  });
});
