import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parseTrust } from "@change-ledger/log";
import { afterAll, describe, expect, it } from "vitest";
import { demonstrationEvents, SCENARIOS } from "../../packages/local/demonstration/index.ts";
import { createTables, startDynamoDb } from "../../packages/local/index.ts";
import { readLedger } from "../../packages/local/survey.ts";

const START = fileURLToPath(new URL("../../packages/local/bin/start.ts", import.meta.url));
const CLI = fileURLToPath(new URL("../../packages/cli/bin/change-ledger.ts", import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), "change-ledger-start-"));
const children: ChildProcess[] = [];

interface Started {
  readonly child: ChildProcess;
  /** What it has printed on stdout, and on stderr. */
  readonly out: () => string;
  readonly err: () => string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  /** Resolves when `text` stands in what it printed; throws when it ended without. */
  readonly says: (text: string) => Promise<void>;
}

const start = (...options: readonly string[]): Started => startOn([], ...options);

/** @param node options of Node itself */
function startOn(node: readonly string[], ...options: readonly string[]): Started {
  // The engine that the environment may name is somebody else's.
  const { AWS_ENDPOINT_URL_DYNAMODB: _, ...env } = process.env;
  const child = spawn(process.execPath, [...node, START, ...options], { stdio: ["ignore", "pipe", "pipe"], env });
  children.push(child);
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (err += chunk));
  const ended = once(child, "close").then(([code]) => code as number | null);
  let over = false;
  ended.then(() => (over = true));
  const says = async (text: string) => {
    while (!`${out}${err}`.includes(text)) {
      if (over) throw new Error(`expected it to say ${text}; it ended with ${child.exitCode}, having said: ${out}${err}`);
      await new Promise((next) => setTimeout(next, 10));
    }
  };
  return { child, out: () => out, err: () => err, ended, says };
}

const LAST_WORDS = "Ctrl-C stops it";
const urlOf = (printed: string) => /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0] ?? "";
/** What the log has to hold by what is said to be on record. */
const sumOf = (printed: string) => {
  const [, events, derived] = /On record: (\d+) source events and (\d+) look-ups/.exec(printed) ?? [];
  const [, reads = 0] = / {2}(\d+) reads of evidence/.exec(printed) ?? [];
  return `In the log: ${Number(events) + Number(derived) + Number(reads)} entries`;
};
const logOf = (printed: string) => /In the log: \d+ entries/.exec(printed)?.[0];
/** Each start compares ledger and senders again, and says so in entries of its own: what is derived grows. */
const countsOf = (printed: string) =>
  /On record:[\s\S]*?dead-letter queues\./.exec(printed)?.[0].replace(/and \d+ look-ups/, "and look-ups");

afterAll(() => {
  for (const child of children) if (child.exitCode === null) child.kill("SIGKILL");
  rmSync(dataDir, { recursive: true, force: true });
});

describe("npm start", { timeout: 120_000 }, () => {
  let counts: string | undefined;
  let token = "";

  it("that is broken off while it plays leaves a folder that the next start completes", async () => {
    const broken = start("--data", dataDir, "--port", "0");
    await broken.says("] 1/");
    await broken.says("playing");
    broken.child.kill("SIGKILL");
    await broken.ended;
    expect(JSON.parse(readFileSync(join(dataDir, "demonstration.json"), "utf8"))).not.toHaveProperty("playedAt");
  });

  it("plays the demonstration, says what it did and where to look, and answers with the token alone", async () => {
    const first = start("--data", dataDir, "--port", "0");
    await first.says(LAST_WORDS);
    for (const { number, title } of SCENARIOS) expect(first.out()).toContain(`${String(number).padStart(2)}  ${title}`);
    expect(SCENARIOS.length).toBeGreaterThanOrEqual(12);
    const { startAt } = JSON.parse(readFileSync(join(dataDir, "demonstration.json"), "utf8"));
    const told = demonstrationEvents(startAt);
    const duplicates = told.scenarios.reduce((sum, { expected }) => sum + expected.duplicates, 0);
    counts = countsOf(first.out());
    // And the configuration.
    expect(counts).toContain(`${told.events.length - duplicates + 1} source events`);
    expect(first.out()).toMatch(/[1-9]\d+ findings are open/);
    expect(counts).toContain("0 in dead-letter queues");
    expect(logOf(first.out())).toBe(sumOf(first.out()));
    const trust = await fetch(/http\S+\/v1\/log\/trust/.exec(first.out())?.[0] ?? "");
    expect(parseTrust(new Uint8Array(await trust.arrayBuffer())).origin).toBe("change-ledger.local/log");
    token = readFileSync(join(dataDir, "token"), "utf8").trim();
    for (const file of ["token", "keys.json", "issuer-key.pem"]) expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
    const [, command = ""] = /^ {2}curl (.*)$/m.exec(first.out()) ?? [];
    expect(command).toContain(`-H "Authorization: Bearer ${token}"`);
    const shown = /http\S+$/.exec(command)?.[0] ?? "";
    expect((await fetch(shown)).status).toBe(401);
    const answer = await fetch(shown, { headers: { authorization: `Bearer ${token}` } });
    expect([answer.status, ((await answer.json()) as { state: string }).state]).toEqual([200, "deployed"]);

    const [, verify = ""] = /^ {2}npx change-ledger (.*)$/m.exec(first.out()) ?? [];
    const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...verify.split(" ")]);
    expect(stdout).toMatch(/^Sound\.\n/);
    expect(stdout).toMatch(/ledger: \d+ entries in \d+ chains/);
    expect(stdout).toMatch(/evidence bundles: [1-9]\d*/);

    const second = start("--data", dataDir, "--port", "0");
    expect(await second.ended).toBe(1);
    expect(second.err()).toMatch(/^start: .*a local stack \(process \d+\) uses it.*\(--data DIR\)\n$/);
    expect(second.out()).toBe("");

    const other = mkdtempSync(join(tmpdir(), "change-ledger-start-"));
    const third = start("--data", other, "--port", new URL(urlOf(first.out())).port);
    expect(await third.ended).toBe(1);
    expect(third.err()).toMatch(/expected port \d+ of 127\.0\.0\.1 to be free.*\(--port N\)\n$/);
    expect(third.err()).not.toMatch(/^\s+at /m);
    rmSync(other, { recursive: true });

    first.child.kill("SIGINT");
    expect(await first.ended).toBe(0);
    expect(first.err()).not.toMatch(/^\s+at /m);
  });

  it("goes on with the same data and token the next time, and plays nothing", async () => {
    const again = start("--data", dataDir, "--port", "0");
    await again.says(LAST_WORDS);
    expect(again.err()).not.toContain("playing");
    expect(countsOf(again.out())).toBe(counts);
    // Who verified read the bundles, and that is on record.
    expect(again.out()).toMatch(/ {2}[1-9]\d* reads of evidence/);
    expect(logOf(again.out())).toBe(sumOf(again.out()));
    expect(again.out()).toContain(token);
    again.child.kill("SIGTERM");
    expect(await again.ended).toBe(0);
    const engine = await startDynamoDb(dataDir);
    await createTables(engine.endpoint);
    const kept = await readLedger(engine.endpoint);
    await engine.close();
    expect(kept.length).toBeGreaterThan(SCENARIOS.length);
  });

  it("says in one line what is wrong with its options", async () => {
    for (const [options, said] of [
      [["--port", "http"], /expected --port to be a number/],
      [["--colour"], /Unknown option '--colour'/],
      [["--data", START], /EEXIST|ENOTDIR/],
      [["--data", dataDir, "--codedeploy", join(dataDir, "nothing.json")], /nothing\.json/],
    ] as const) {
      const wrong = start(...options);
      expect(await wrong.ended).toBe(1);
      expect(wrong.err()).toMatch(said);
      expect(wrong.err()).not.toMatch(/^\s+at /m);
      expect(wrong.err().trim().split("\n")).toHaveLength(1);
    }
  });

  it("says what to do where no engine is to be had", async () => {
    const elsewhere = "data:text/javascript,Object.defineProperty(process,'platform',{value:'sunos'})";
    const without = startOn(["--import", elsewhere], "--data", dataDir, "--port", "0");
    expect(await without.ended).toBe(1);
    expect(without.err()).toMatch(
      /expected the DynamoDB engine @dynoxide\/sunos-\w+, which is not installed.*AWS_ENDPOINT_URL_DYNAMODB.*\n$/,
    );
    expect(without.err()).not.toMatch(/^\s+at /m);
  });
});
