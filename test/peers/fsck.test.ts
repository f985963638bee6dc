import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { formatVerifierKey } from "@change-ledger/log";
import type { Subject } from "@change-ledger/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mirrorOf } from "../drill/mirror.ts";
import { ORIGIN, SIGNER, TrialLog } from "../log/grown-log.ts";
import { trialSigner } from "../log/signer.ts";
import { goTool } from "./go-tool.ts";

const CHAIN = "ref:github/acme/cargo/refs/heads/main" as Subject;
/** More than two full tiles, so that there is a level above. */
const ENTRIES = 700;
const TIMEOUT_MS = 120_000;
/** It ends with 0 in any case, or not at all: what it says is its answer. */
const VERDICT = /Successfully fsck'd.*\n|fsck failed.*\n/;
const ACCEPTED = /Successfully fsck'd log with size 700 /;

const flipLast = (bytes: Buffer): Buffer => {
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) ^ 1;
  return bytes;
};

describe("Tessera's fsck, which others wrote for such logs", { timeout: TIMEOUT_MS }, () => {
  let fsck: ReturnType<typeof goTool>;
  const log = new TrialLog();
  const folders: string[] = [];

  beforeAll(async () => {
    fsck = goTool("github.com/transparency-dev/tessera/cmd/fsck@v1.0.4");
    for (let told = 0; told < ENTRIES; told += 100) await log.grow(CHAIN, 100);
  }, 900_000);
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  function mirrored(): string {
    const folder = mkdtempSync(join(tmpdir(), "change-ledger-fsck-"));
    folders.push(folder);
    for (const [path, bytes] of mirrorOf(log.store)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    writeFileSync(join(folder, "key"), formatVerifierKey(SIGNER.key));
    return folder;
  }

  async function answerOn(folder: string): Promise<string> {
    if (typeof fsck === "string") throw new Error(fsck);
    const { path } = fsck;
    const given = [
      "--ui=false",
      // With one worker it waits for ever where a full tile differs.
      "-N=8",
      `--storage_url=${pathToFileURL(folder).href}/`,
      `--public_key=${join(folder, "key")}`,
      `--origin=${ORIGIN}`,
    ];
    return await new Promise((done) => {
      const child = spawn(path, given, { stdio: ["ignore", "pipe", "pipe"], timeout: TIMEOUT_MS });
      let said = "";
      const hear = (chunk: string) => {
        said += chunk;
        // Having said so, it may wait for ever.
        if (VERDICT.test(said)) child.kill();
      };
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", hear);
      child.once("close", () => done(said));
    });
  }

  it("accepts our mirrored log", async (context) => {
    if (typeof fsck === "string") return context.skip(fsck);
    expect(await answerOn(mirrored())).toMatch(ACCEPTED);
  });

  it("rejects a tampered copy, and our log under another key", async (context) => {
    if (typeof fsck === "string") return context.skip(fsck);
    const tampered: readonly (readonly [path: string, change: (bytes: Buffer) => Uint8Array | string])[] = [
      ["tile/entries/001", flipLast],
      [`tile/entries/002.p/${ENTRIES % 256}`, flipLast],
      ["tile/0/000", flipLast],
      ["tile/1/000.p/2", flipLast],
      ["tile/entries/000", (bytes) => bytes.subarray(0, bytes.length - 400)],
      ["checkpoint", (bytes) => bytes.toString().replace("\n700\n", "\n600\n")],
      ["key", () => formatVerifierKey(trialSigner(ORIGIN, 9).key)],
    ];
    const answers = tampered.map(async ([path, change]) => {
      const folder = mirrored();
      const before = readFileSync(join(folder, path));
      const after = Buffer.from(change(Buffer.from(before)));
      expect(after.equals(before), path).toBe(false);
      writeFileSync(join(folder, path), after);
      return [path, await answerOn(folder)] as const;
    });
    for (const [path, said] of await Promise.all(answers)) {
      expect(said, path).not.toMatch(/Successfully/);
      expect(said, path).toMatch(/fsck failed/);
    }
  });
});
