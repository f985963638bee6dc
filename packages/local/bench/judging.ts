import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { LocalError } from "../fault.ts";
import type { JudgingRate, PeriodRun } from "./judging-run.ts";

export interface JudgingSpeed {
  /** Changes of 60 entries judged a second of one core. */
  readonly judgedPerSecond: number;
  /** Dossiers of as many entries whose stored bytes are parsed and hashed a second: what has to be done before they can be judged. */
  readonly readPerSecond: number;
}

export interface PeriodMemory {
  readonly few: PeriodRun;
  readonly many: PeriodRun;
}

const RUN = fileURLToPath(new URL("judging-run.ts", import.meta.url));
const ROUNDS = 5;
const TURNS = 3;

/** Each measurement is a process of its own, in turn; of each the best counts: what else the machine does only takes away. */
export async function judgingSpeed(): Promise<JudgingSpeed> {
  let judgedPerSecond = 0;
  let readPerSecond = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    readPerSecond = Math.max(readPerSecond, (await measured<JudgingRate>("read", ROUNDS)).perSecond);
    judgedPerSecond = Math.max(judgedPerSecond, (await measured<JudgingRate>("assess", ROUNDS)).perSecond);
  }
  return { judgedPerSecond, readPerSecond };
}

/** Judges `changes` in one pass, and a tenth of them: what it holds must not grow with their number. */
export async function periodMemory(changes: number): Promise<PeriodMemory> {
  const few = await measured<PeriodRun>("period", changes / 10);
  const many = await measured<PeriodRun>("period", changes);
  for (const [run, expected] of [[few, changes / 10] as const, [many, changes] as const])
    if (run.summary.changes !== expected)
      throw new LocalError("not-verified", `expected ${expected} changes in the period's numbers, got ${run.summary.changes}`);
  return { few, many };
}

async function measured<T>(what: "read" | "assess" | "period", count: number): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", RUN, what, String(count)]);
  return JSON.parse(stdout) as T;
}
