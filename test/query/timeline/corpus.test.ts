import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { indexLinks, relink } from "@change-ledger/ledger";
import type { SealedEntry, SourceFact, Subject } from "@change-ledger/model";
import {
  type DeploymentSummary,
  evolve,
  outcomeOf,
  PeriodFigures,
  type Summary,
  type Timeline,
  timelineOf,
  timeToRestore,
  viewDeployment,
} from "@change-ledger/query";
import { DEFAULT_SETTINGS, normalise } from "@change-ledger/sources";
import { beforeAll, describe, expect, it } from "vitest";
import { MemoryChains, MemoryLinks } from "../../ledger/memory.ts";
import { chainOf, type Told } from "../chain.ts";

const CORPUS = new URL("../../../../shared/corpus/", import.meta.url);
const here = existsSync(CORPUS);
const read = (name: string): Buffer => readFileSync(new URL(name, CORPUS));
if (!here) console.warn("test/query/timeline/corpus.test.ts: skipped, since ../shared/corpus is not there");

const RECORDED_AT = "2026-11-21T22:14:45.000Z";
const ACCOUNT = "deployment:codedeploy/123456789012/us-east-1/";
const HOME = "change:github/acme/cargo/pull/";

function facts(): SourceFact[] {
  const delivery = (system: string, body: string, headers: Readonly<Record<string, string>> = {}) => ({
    system,
    receivedAt: RECORDED_AT,
    headers,
    body: Buffer.from(body),
  });
  const lines = gunzipSync(read("cargo-2023h1.deliveries.jsonl.gz")).toString().trimEnd().split("\n");
  const events = lines
    .map((line) => JSON.parse(line))
    .map((line) =>
      line.channel === "github-webhook"
        ? normalise(delivery("github", line.body, line.headers), "hmac-sha256", DEFAULT_SETTINGS)
        : normalise(delivery("codedeploy", JSON.stringify(line.event)), "bus", DEFAULT_SETTINGS),
    );
  const answers: [string, object][] = Object.entries(JSON.parse(read("cargo-2023h1.codedeploy.json").toString()));
  const lookups = answers.map(([deploymentId, answer]) => {
    const body = JSON.stringify({ account: "123456789012", region: "us-east-1", deploymentId, ...answer });
    return normalise(delivery("codedeploy-lookup", body), "api", DEFAULT_SETTINGS);
  });
  return [...events, ...lookups];
}

/** The half year on record, linked by the real linker. */
async function ledger(): Promise<SealedEntry[]> {
  const store = new MemoryChains();
  for (const [subject, told] of Map.groupBy(facts(), (fact) => fact.subject)) {
    const chain = chainOf(
      subject,
      told.map(({ occurredAt, source, kind, facts: said }) => ({ at: occurredAt, id: source.id, kind, facts: said }) as Told),
    );
    store.chains.set(subject, chain);
  }
  const links = new MemoryLinks();
  const direct = { put: async () => {}, drop: async () => {} };
  const tracked = (_home: string, _ref: string, isDefault: boolean) => isDefault;
  const entries = store.all().map(({ entry }) => entry);
  for (const deployment of await indexLinks({ links, direct, tracked }, entries))
    await relink({ store, links, now: () => RECORDED_AT, pause: async () => {} }, deployment);
  return store.all();
}

interface Truth {
  readonly deployments: readonly {
    readonly id: string;
    readonly outcome: string;
    readonly revision: string;
    readonly carried: readonly number[];
    readonly firstFailureAt?: string;
    readonly rolledBackBy?: string;
    readonly restoredAt?: string;
    readonly timeToRestoreSeconds?: number;
  }[];
}

describe.skipIf(!here)("the three failed deployments of half a year of real deliveries (needs ../shared/corpus)", () => {
  let entries: SealedEntry[];
  let truth: Truth;
  const timeline = (id: string): Timeline => {
    const found = timelineOf({ deployment: `${ACCOUNT}${id}` as Subject, entries }, { asOf: RECORDED_AT });
    if (found === undefined) throw new Error(`expected a timeline of ${id}`);
    return found;
  };
  beforeAll(async () => {
    entries = await ledger();
    truth = JSON.parse(read("cargo-2023h1.truth.json").toString());
  }, 120_000);
  const instant = (at: string | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

  it("each tells what it carried, which target failed first and where, its rollback and the time to restore", () => {
    const failed = truth.deployments.filter(({ outcome }) => outcome === "failed");
    expect(failed).toHaveLength(3);
    for (const { id, revision, carried, firstFailureAt, rolledBackBy, restoredAt, timeToRestoreSeconds } of failed) {
      const shown = timeline(id);
      const before = truth.deployments
        .slice(
          0,
          truth.deployments.findIndex((one) => one.id === id),
        )
        .findLast(({ outcome }) => outcome === "succeeded");
      const rollback = `${ACCOUNT}${rolledBackBy}`;
      expect(shown.outcome).toBe("failed");
      expect(new Set(shown.carries.map(({ change }) => change))).toEqual(new Set(carried.map((number) => `${HOME}${number}`)));
      expect(shown.carries).toHaveLength(carried.length);
      expect(shown.firstFailure).toEqual({
        target: "i-0aa1",
        at: instant(firstFailureAt),
        event: "ValidateService",
        error: "ScriptFailed",
        script: "scripts/validate_service.sh",
      });
      expect(shown.failure).toMatchObject({
        class: "script-failed",
        code: "ScriptFailed",
        consequence: { class: "health-constraints", code: "HEALTH_CONSTRAINTS" },
      });
      expect(shown.blastRadius).toMatchObject({
        application: "cargo",
        group: "production",
        total: 2,
        failed: 1,
        skipped: 1,
        touched: 1,
        shareFailed: 0.5,
        counted: true,
      });
      expect(shown.deployed.revision?.commit).toBe(revision);
      expect(shown.previous).toMatchObject({ revision: { commit: before?.revision }, deployment: `${ACCOUNT}${before?.id}` });
      expect(shown.restored).toMatchObject({ revision: { commit: before?.revision }, deployment: rollback });
      expect(shown.difference).toMatchObject({
        by: "previous-revision",
        since: `${ACCOUNT}${before?.id}`,
        fromCommit: before?.revision,
        toCommit: revision,
        sameRevision: false,
        changes: { carried: carried.length, fresh: carried.length, retried: 0 },
      });
      expect(shown.recovery).toEqual({ by: "rollback", deployment: rollback });
      const restore = shown.figures.find(({ name }) => name === "timeToRestore");
      expect(restore).toMatchObject({
        seconds: timeToRestoreSeconds,
        from: { at: instant(firstFailureAt) },
        to: { at: instant(restoredAt), deployment: rollback },
        definition: "From the first failed target to the success of the first rollback that succeeded.",
      });
      const at = (of: { subject: string; seq: number } | undefined) =>
        entries.find(({ entry }) => entry.subject === of?.subject && entry.seq === of?.seq)?.entry;
      expect(at(restore?.from?.told)).toMatchObject({ kind: "target-state", facts: { state: "Failed", target: "i-0aa1" } });
      expect(at(restore?.to?.told)).toMatchObject({ kind: "deployment-state", facts: { state: "Succeeded" } });
      expect(shown.lineage.map(({ deployment, role }) => [deployment.slice(ACCOUNT.length), role])).toEqual([
        [before?.id, "last-good"],
        [id, "attempt"],
        [rolledBackBy, "rollback"],
        [expect.any(String), "recovery"],
      ]);
      expect(shown.targets.map(({ id: target, state }) => [target, state])).toEqual([
        ["i-0aa1", "Failed"],
        ["i-0bb2", "Skipped"],
      ]);
    }
  });

  it("every mark is an entry that is on record, in its lane and in order of time", () => {
    const byPlace = new Map(entries.map((one) => [`${one.entry.subject} ${one.entry.seq}`, one]));
    const { lanes } = timeline("d-89290F3E2");
    const counts = Object.fromEntries(lanes.map(({ lane, marks }) => [lane, marks.length]));
    for (const lane of ["code", "review", "checks", "deployment", "targets", "rollback"]) expect(counts[lane], lane).toBeGreaterThan(0);
    for (const { lane, marks } of lanes) {
      expect(
        marks.map(({ at }) => at),
        lane,
      ).toEqual(marks.map(({ at }) => at).sort());
      for (const { subject, seq, hash, at, recordedAt, kind } of marks) {
        const sealed = byPlace.get(`${subject} ${seq}`);
        expect({
          hash: sealed?.hash,
          at: sealed?.entry.occurredAt,
          recordedAt: sealed?.entry.recordedAt,
          kind: sealed?.entry.kind,
        }).toEqual({ hash, at, recordedAt, kind });
      }
    }
  });

  it("the deployments that went well failed nowhere, and carry what the truth says", () => {
    const good = truth.deployments.filter(({ outcome }) => outcome === "succeeded");
    for (const { id, carried } of good.slice(0, 5)) {
      const shown = timeline(id);
      expect(shown).toMatchObject({ outcome: "good", figures: [{ name: "duration" }] });
      expect(shown).not.toHaveProperty("firstFailure");
      expect(shown.carries.map(({ change }) => Number(change.slice(HOME.length))).sort()).toEqual([...carried].sort());
    }
  });

  it("the period's figures count three failures among twenty-five deployments, from the read models alone", () => {
    const summaries = new Map<Subject, Summary>();
    for (const sealed of entries) {
      if (!sealed.entry.subject.startsWith("deployment:")) continue;
      const folded = evolve(sealed.entry.subject, summaries.get(sealed.entry.subject), sealed);
      if (folded !== undefined && "state" in folded) summaries.set(sealed.entry.subject, folded.state);
    }
    const figures = new PeriodFigures({ from: "2023-01-01T00:00:00.000Z", to: "2023-07-01T00:00:00.000Z" });
    for (const state of summaries.values()) {
      const of = state as DeploymentSummary;
      const view = viewDeployment(of);
      const rollback = view.rolledBackBy === undefined ? undefined : (summaries.get(view.rolledBackBy) as DeploymentSummary);
      const outcome = outcomeOf(view, rollback && timeToRestore(of, rollback));
      if (outcome !== undefined) figures.deployment(outcome);
    }
    const value = Object.fromEntries(figures.figures().map(({ name, value }) => [name, value]));
    expect(value).toMatchObject({ deployments: 25, changeFailureRate: 3 / 25, deploymentFrequency: 22 / 181, incidents: 0 });
    expect(Math.abs((value["timeToRestore"] ?? 0) - 320)).toBeLessThanOrEqual(320 * 0.01);
  });
});
