import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { startLocalStack } from "../../packages/local/index.ts";
import { postedBody, trivialFunctions } from "./trivial-functions.ts";

it("a stack that was killed loses nothing it had answered 202 for, and leaves no engine behind", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "change-ledger-crash-"));
  const child = spawn(process.execPath, [fileURLToPath(new URL("crashing-stack.ts", import.meta.url)), dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [url] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
  const sent = Array.from({ length: 25 }, (_, i) => `{"n":${i}}`);
  for (const body of sent) {
    const response = await fetch(`${url.trim()}/webhooks/github`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    expect(response.status).toBe(202);
  }
  const engine = Number(readFileSync(join(dataDir, "dynamodb.pid"), "utf8"));
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isAlive(engine)).toBe(true);

  const { handlers, seen } = trivialFunctions();
  const stack = await startLocalStack({ dataDir, handlers });
  await expect.poll(() => isAlive(engine)).toBe(false);
  await stack.quiet();
  expect(seen.sealed.map(postedBody).sort()).toEqual([...sent].sort());
  await stack.close();
  rmSync(dataDir, { recursive: true });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie that nobody has reaped yet is no engine.
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
