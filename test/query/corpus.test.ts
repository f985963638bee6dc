import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { SealedEntry, SourceFact, Subject } from "@change-ledger/model";
import {
  type ChangeSummary,
  changeType,
  type DeploymentSummary,
  foldChains,
  timeToRestore,
  viewChange,
  viewDeployment,
} from "@change-ledger/query";
import { DEFAULT_SETTINGS, normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { chainOf, type Told } from "./chain.ts";
import { MemoryChains, MemoryModels } from "./memory.ts";

const CORPUS = new URL("../../../shared/corpus/", import.meta.url);
const here = existsSync(CORPUS);
const read = (name: string): Buffer => readFileSync(new URL(name, CORPUS));
if (!here) console.warn("test/query/corpus.test.ts: skipped, since ../shared/corpus is not there");

interface Truth {
  readonly changes: readonly { readonly number: number; readonly mergeSha: string; readonly headSha: string; readonly mergedAt: string }[];
  readonly deployments: readonly {
    readonly id: string;
    readonly outcome: string;
    readonly firstFailureAt?: string;
    readonly rolledBackBy?: string;
    readonly restoredAt?: string;
    readonly timeToRestoreSeconds?: number;
  }[];
}

const receivedAt = "2026-11-21T22:14:45.000Z";
const delivery = (system: string, body: string, headers: Readonly<Record<string, string>> = {}) => ({
  system,
  receivedAt,
  headers,
  body: Buffer.from(body),
});
const inMilliseconds = (at: string | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

function facts(): SourceFact[] {
  const lines = gunzipSync(read("cargo-2023h1.deliveries.jsonl.gz"))
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const events = lines.map((line) =>
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

describe.skipIf(!here)("half a year of real deliveries (needs ../shared/corpus)", () => {
  const folded = async () => {
    const told = Map.groupBy(facts(), ({ subject }) => subject);
    const chains = new Map<Subject, SealedEntry[]>();
    for (const [subject, some] of told) {
      chains.set(
        subject,
        chainOf(
          subject,
          some.map(({ occurredAt, source, kind, facts: said }) => ({ at: occurredAt, id: source.id, kind, facts: said }) as Told),
        ),
      );
    }
    const models = new MemoryModels();
    await foldChains({ models, chains: new MemoryChains(), pause: async () => {} }, chains);
    return [...models.items.values()].map(({ state }) => state);
  };
  const truth = (): Truth => JSON.parse(read("cargo-2023h1.truth.json").toString());

  it("show each deployment as the truth has it: outcome, first failure, rollback, time to restore", async () => {
    const deployments = (await folded()).filter((state): state is DeploymentSummary => state.type === "deployment");
    const byId = new Map(deployments.map((state) => [state.subject.split("/").at(-1) ?? "", state]));
    const seen = truth().deployments.map(({ id }) => {
      const state = byId.get(id) as DeploymentSummary;
      const view = viewDeployment(state);
      const rollback = byId.get(view.rolledBackBy?.split("/").at(-1) ?? "");
      return {
        id,
        outcome: view.rollback ? "rollback" : view.state?.toLowerCase(),
        firstFailureAt: view.firstFailureAt,
        rolledBackBy: view.rolledBackBy?.split("/").at(-1),
        restoredAt: rollback && viewDeployment(rollback).endedAt,
        timeToRestoreSeconds: rollback && timeToRestore(state, rollback),
      };
    });
    const expected = truth().deployments.map(({ id, outcome, firstFailureAt, rolledBackBy, restoredAt, timeToRestoreSeconds }) => ({
      id,
      outcome,
      firstFailureAt: inMilliseconds(firstFailureAt),
      rolledBackBy,
      restoredAt: inMilliseconds(restoredAt),
      timeToRestoreSeconds,
    }));
    expect(seen).toEqual(expected);
    expect(seen.filter(({ timeToRestoreSeconds }) => timeToRestoreSeconds === 320)).toHaveLength(3);
  });

  it("show each pull request merged as the truth has it", async () => {
    const changes = (await folded()).filter(
      (state): state is ChangeSummary => state.type === "change" && changeType(state.subject) === "pullRequest",
    );
    const seen = new Map(changes.map((state) => [Number(state.subject.split("/").at(-1)), viewChange(state)]));
    expect(seen.size).toBe(375);
    for (const { number, mergeSha, headSha, mergedAt } of truth().changes) {
      expect(seen.get(number), `#${number}`).toMatchObject({ state: "merged", mergeSha, headSha, mergedAt: inMilliseconds(mergedAt) });
    }
  });
});
