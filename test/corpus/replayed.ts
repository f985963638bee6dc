import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { ReplayReport } from "../../packages/local/replay.ts";

const CORPUS = new URL("../../../shared/corpus/", import.meta.url);
const DELIVERIES = fileURLToPath(new URL("cargo-2023h1.deliveries.jsonl.gz", CORPUS));
export const CODEDEPLOY = fileURLToPath(new URL("cargo-2023h1.codedeploy.json", CORPUS));
const REPLAY = fileURLToPath(new URL("../../packages/local/bin/replay.ts", import.meta.url));

/** Whether the corpus lies beside the checkout: a fresh clone has none. */
export const HERE = existsSync(DELIVERIES);

/** What is true of the corpus, whatever we make of it. */
export interface Truth {
  readonly changes: readonly {
    readonly number: number;
    readonly headSha: string;
    readonly mergeSha: string;
    readonly mergedAt: string;
    readonly tickets: readonly number[];
  }[];
  readonly deployments: readonly {
    readonly id: string;
    readonly outcome: "succeeded" | "failed" | "rollback";
    readonly revision: string;
    readonly carried: readonly number[];
    readonly firstFailureAt?: string;
    readonly rolledBackBy?: string;
    readonly rollsBack?: string;
    readonly restoredAt?: string;
    readonly timeToRestoreSeconds?: number;
  }[];
}

export function truth(): Truth {
  return JSON.parse(readFileSync(new URL("cargo-2023h1.truth.json", CORPUS), "utf8")) as Truth;
}

/** Runs the command as anybody would, in a process of its own. @throws Error with what it said when it fails */
export const replayCorpus = (...options: readonly string[]): Promise<ReplayReport> => replayFile(DELIVERIES, ...options);

/** The deliveries of the corpus, one JSON object a line. */
export const corpusLines = (): string[] => gunzipSync(readFileSync(DELIVERIES)).toString().trimEnd().split("\n");

export async function replayFile(file: string, ...options: readonly string[]): Promise<ReplayReport> {
  // The engine that the environment may name would hold the data of the last replay.
  const { AWS_ENDPOINT_URL_DYNAMODB: _, ...env } = process.env;
  const child = spawn(process.execPath, [REPLAY, file, "--codedeploy", CODEDEPLOY, "--json", ...options], {
    stdio: ["ignore", "pipe", "pipe"],
    env,
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    out += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    err += chunk;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`the replay ended with ${code}: ${err}`);
  return JSON.parse(out) as ReplayReport;
}
