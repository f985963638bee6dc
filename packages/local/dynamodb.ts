import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { TABLES, type TableName } from "../../stacks/definitions.ts";
import { callEngine } from "./aws-json.ts";
import { LocalError, ServiceFault } from "./fault.ts";
import { LOOPBACK } from "./http.ts";
import { tableName } from "./names.ts";

export interface DynamoDb {
  readonly endpoint: string;
  close(): Promise<void>;
}

const API = "DynamoDB_20120810";
const START_LIMIT_MS = 15_000;
const ownEngines = new Set<string>();

/** What AWS_ENDPOINT_URL_DYNAMODB names, unless a stack of this very process has put it there. */
export function foreignEngine(): string | undefined {
  const endpoint = process.env["AWS_ENDPOINT_URL_DYNAMODB"];
  return endpoint === undefined || endpoint === "" || ownEngines.has(endpoint) ? undefined : endpoint;
}

/**
 * Starts the engine on a database file in `dataDir`, or uses the endpoint given.
 * @param endpoint an engine that runs already (`AWS_ENDPOINT_URL_DYNAMODB`); it is neither started nor stopped here
 * @param onEnd told when the engine ends by itself later on
 * @throws LocalError `engine-missing`, `engine-failed`
 */
export async function startDynamoDb(dataDir: string, endpoint?: string, onEnd: (error: LocalError) => void = () => {}): Promise<DynamoDb> {
  if (endpoint !== undefined) {
    await untilItAnswers(endpoint, () => undefined);
    return { endpoint, close: async () => {} };
  }
  const binary = enginePath();
  const pidFile = join(dataDir, "dynamodb.pid");
  const file = join(dataDir, "dynamodb.db");
  endStaleEngine(pidFile, file);
  const port = await freePort();
  const url = `http://${LOOPBACK}:${port}`;
  ownEngines.add(url);
  const child = spawn(binary, ["serve", "--host", LOOPBACK, "--port", String(port), "--db-path", file], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    said = (said + chunk).slice(-2000);
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", (error) => {
      said += error.message;
      resolve();
    });
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  if (child.pid !== undefined) writeFileSync(pidFile, String(child.pid));
  let closing = false;
  const close = async () => {
    closing = true;
    process.off("exit", kill);
    await end(child, exited);
    rmSync(pidFile, { force: true });
  };
  try {
    await untilItAnswers(url, () => (ended(child) ? said.trim() || `exit code ${child.exitCode}` : undefined));
    indexStreamRecords(file);
  } catch (error) {
    await close();
    throw error;
  }
  child.once("exit", (code, signal) => {
    if (!closing)
      onEnd(
        new LocalError(
          "engine-failed",
          `the DynamoDB engine ended (${signal ?? code}); start again: the data is kept. It said: ${said.trim()}`,
        ),
      );
  });
  return { endpoint: url, close };
}

/** Creates those tables of the stacks' definitions that are missing: on demand, with their streams and indexes. */
export async function createTables(endpoint: string): Promise<void> {
  for (const [name, table] of Object.entries(TABLES) as [TableName, (typeof TABLES)[TableName]][]) {
    const key = (of: { readonly hash: string; readonly range: string }) => [
      { AttributeName: of.hash, KeyType: "HASH" },
      { AttributeName: of.range, KeyType: "RANGE" },
    ];
    const indexes = Object.entries(table.indexes).map(([IndexName, index]) => ({
      IndexName,
      KeySchema: key(index),
      Projection: { ProjectionType: index.projection },
    }));
    try {
      await callEngine(endpoint, `${API}.CreateTable`, {
        TableName: tableName(name),
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: Object.entries(table.fields).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
        KeySchema: key(table),
        ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {}),
        ...(table.stream === undefined ? {} : { StreamSpecification: { StreamEnabled: true, StreamViewType: table.stream } }),
      });
    } catch (error) {
      if (!(error instanceof ServiceFault && error.code === "ResourceInUseException")) throw error;
    }
  }
}

export function enginePath(): string {
  const require = createRequire(import.meta.url);
  try {
    return require.resolve(`@dynoxide/${process.platform}-${process.arch}/dynoxide`);
  } catch {
    throw new LocalError(
      "engine-missing",
      `expected the DynamoDB engine @dynoxide/${process.platform}-${process.arch}, which is not installed here; ` +
        "run npm ci on Linux x64, or start any DynamoDB engine and set AWS_ENDPOINT_URL_DYNAMODB to its address",
    );
  }
}

/**
 * The engine numbers each stream record by the largest number so far and reads the stream by number, both by scanning all records of the
 * table: writes fall to a tenth within some thousand records. SQLite uses this index for both; the engine itself need not know of it.
 */
function indexStreamRecords(file: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec("PRAGMA busy_timeout = 5000");
    database.exec("CREATE INDEX IF NOT EXISTS change_ledger_stream_order ON _stream_records(table_name, CAST(sequence_number AS INTEGER))");
  } finally {
    database.close();
  }
}

/** Ends an engine on our own file whose parent died before it could stop it. */
function endStaleEngine(pidFile: string, file: string): void {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, "utf8"));
  if (Number.isInteger(pid) && pid > 1 && commandOf(pid).includes(file)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // gone in the meantime
    }
  }
  rmSync(pidFile, { force: true });
}

function commandOf(pid: number): string {
  try {
    return existsSync("/proc/self/cmdline")
      ? readFileSync(`/proc/${pid}/cmdline`, "utf8")
      : execFileSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}

/** A port of the loopback interface that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, LOOPBACK, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

async function untilItAnswers(endpoint: string, cause: () => string | undefined): Promise<void> {
  const limit = Date.now() + START_LIMIT_MS;
  for (;;) {
    const why = cause();
    if (why !== undefined) throw new LocalError("engine-failed", `the DynamoDB engine ended as it started: ${why}`);
    try {
      await callEngine(endpoint, `${API}.ListTables`, {});
      return;
    } catch (error) {
      if (error instanceof ServiceFault || error instanceof SyntaxError) {
        throw new LocalError("engine-failed", `expected a DynamoDB engine at ${endpoint}; what answers there is none`);
      }
      if (Date.now() > limit) {
        throw new LocalError(
          "engine-failed",
          `expected a DynamoDB engine to answer at ${endpoint} within ${START_LIMIT_MS / 1000} s; none did`,
        );
      }
      await delay(10);
    }
  }
}

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

async function end(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (ended(child)) return;
  child.kill("SIGTERM");
  const hard = setTimeout(() => child.kill("SIGKILL"), 3000);
  await exited;
  clearTimeout(hard);
}
