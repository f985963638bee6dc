import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const PROGRAM = fileURLToPath(new URL("crashing-log.ts", import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), "change-ledger-log-crash-"));
afterAll(() => rmSync(dataDir, { recursive: true }));

/** @returns what it printed, or "killed" */
async function run(...args: readonly string[]): Promise<string> {
  const { AWS_ENDPOINT_URL_DYNAMODB: _, ...env } = process.env;
  const child = spawn(process.execPath, [PROGRAM, dataDir, ...args], { stdio: ["ignore", "pipe", "inherit"], env });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  const [code, signal] = await once(child, "close");
  if (signal === "SIGKILL") return "killed";
  expect(code).toBe(0);
  return said;
}

interface Stands {
  readonly logged: readonly string[];
  readonly ledger: readonly string[];
  readonly size: number;
  readonly hours: number;
  readonly errors: number;
}

/** The writes of a commit and of a sealed hour, in their order. */
const WRITES = [
  ["trust", "before", "PUT /change-ledger-log/trust"],
  ["staging", "before", "PUT /change-ledger-log/stage"],
  ["staged", "after", "PUT /change-ledger-log/stage"],
  ["decided", "before", "PUT /change-ledger-log/tile"],
  ["applying", "after", "PUT /change-ledger-log/tile/entries"],
  ["applied", "before", "PUT /change-ledger-log/checkpoint"],
  ["published", "after", "PUT /change-ledger-log/checkpoint"],
  ["hour", "before", "PUT /change-ledger-archive/log/hours"],
] as const;

describe("a log whose writer is killed", { timeout: 240_000 }, () => {
  it("between any two of its writes goes on with what was decided, and holds every entry once", async () => {
    for (const [at, [round, when, pattern]] of WRITES.entries()) {
      expect((await run(round, when, pattern)) === "killed", round).toBe(true);
      const { logged, ledger, size, hours, errors } = JSON.parse(await run(`${round}, again`)) as Stands;
      expect([round, errors, hours]).toEqual([round, 0, round === "hour" ? 1 : 0]);
      expect(ledger.length).toBeGreaterThanOrEqual(10 * (at + 1));
      expect(size).toBe(ledger.length);
      expect(logged.toSorted()).toEqual(ledger.toSorted());
    }
  });
});
