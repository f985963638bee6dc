import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256Hex } from "@change-ledger/model";
import { beforeAll, describe, expect, it } from "vitest";
import { verifierBytes } from "../../packages/cli/build-verifier.ts";
import { printable } from "../../packages/cli/text.ts";
import { VERIFIER } from "../../packages/evidence/verifier-release.ts";
import { checkpointOf, editLines, madeLedger, put, temporaryFolder } from "./kept.ts";

const COMMAND = fileURLToPath(new URL("../../packages/cli/bin/change-ledger.ts", import.meta.url));
const FILE = fileURLToPath(new URL("../../packages/cli/verify.mjs", import.meta.url));

function run(node: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(node, args, { encoding: "utf8", timeout: 60_000, env: { PATH: process.env["PATH"] } });
  return { status, stdout, stderr };
}
const command = (...args: readonly string[]) => run(process.execPath, [COMMAND, ...args]);

let made: Awaited<ReturnType<typeof madeLedger>>;
let altered: string;
beforeAll(async () => {
  made = await madeLedger(2_500);
  altered = join(temporaryFolder(), "ledger.jsonl");
  copyFileSync(made.ledger, altered);
  editLines(altered, (lines) =>
    lines.map((line, at) => (at % 5 === 4 ? line.replace('"success"', '"\u202efailure\u001b[31m"'.replace("\u001b", "\\u001b")) : line)),
  );
});

describe("change-ledger verify", () => {
  it("ends with 0 where all is sound", () => {
    const { status, stdout, stderr } = command(
      "verify",
      "--log",
      made.log,
      "--ledger",
      made.folder,
      "--trust",
      join(made.log, "trust.json"),
    );
    expect(stdout).toContain("Sound.");
    expect(stdout).toContain("2500 entries in 500 chains");
    expect(stdout).not.toContain("taken from the log itself");
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  it("says so where keys come from the log itself", () => {
    expect(command("verify", "--log", made.log).stdout).toContain("taken from the log itself");
  });

  it("ends with 1 where anything is wrong, names the first thing, lists some of the rest and counts all of it", () => {
    const { status, stdout } = command("verify", "--log", made.log, "--ledger", altered);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^The first thing wrong:\nledger-differs: commit:github\/acme\/cargo\/0{40}, seq 4, leaf 2000, ledger\.jsonl:5, facts\.state: expected "success", found /,
    );
    expect(stdout).toContain("NOT SOUND: 500 things are wrong, of which 200 are listed");
  });

  it("writes nothing that a terminal would obey", () => {
    const { stdout } = command("verify", "--log", made.log, "--ledger", altered);
    expect(stdout).toContain("\\u{202e}failure");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are looked for
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(printable("a\u001b[2Jb\u202ec\nd\u2028e\ud800f")).toBe("a\\u{1b}[2Jb\\u{202e}c\\u{a}d\\u{2028}e\\u{d800}f");
    expect(printable("x".repeat(5_000)).length).toBeLessThan(400);
  });

  it("tells programs in JSON", () => {
    const { status, stdout } = command("verify", "--log", made.log, "--ledger", altered, "--json");
    const told = JSON.parse(stdout) as { sound: boolean; count: number; faults: unknown[]; summary: { log: { size: number } } };
    expect([status, told.sound, told.count, told.faults.length, told.summary.log.size]).toEqual([1, false, 500, 200, 2_500]);
    expect(JSON.parse(command("verify", "--log", made.log, "--json").stdout)).toMatchObject({ sound: true, count: 0, faults: [] });
  });

  it("takes checkpoints that were held before, and the time to judge by", async () => {
    const held = join(temporaryFolder(), "held");
    put(held, await checkpointOf(2_501, made.root));
    const { status, stdout } = command("verify", "--log", made.log, "--checkpoint", held);
    expect(status).toBe(1);
    expect(stdout).toContain("truncated: held: expected at least 2501 leaves, found 2500");
    expect(command("verify", "--log", made.log, "--now", "2025-01-01T00:00:00Z").stdout).toContain("retired-key: checkpoint");
  });

  it("ends with 2 where it cannot begin, and says why", () => {
    for (const [args, why] of [
      [["verify"], "nothing to verify"],
      [["verify", "--log", join(made.folder, "nowhere")], "there is no folder"],
      [["verify", "--ledger", join(made.folder, "nowhere"), "--trust", join(made.log, "trust.json")], "there is no file"],
      [["verify", "--ledger", made.ledger], "expected a trust file"],
      [["verify", "--ledger", made.ledger, "--trust", made.ledger], "expected at most"],
      [["verify", "nothing.zip", "--trust", join(made.log, "trust.json")], "expected a bundle"],
      [["verify", "--log", made.log, "--now", "soon"], "expected an instant"],
      [["verify", "--nonsense"], "nonsense"],
      [["nonsense"], "usage: change-ledger COMMAND"],
      [[], "usage: change-ledger COMMAND"],
    ] as const) {
      const { status, stderr, stdout } = command(...args);
      expect([args, status, stdout]).toEqual([args, 2, ""]);
      expect(stderr).toContain(why);
    }
  });

  it("answers --help", () => {
    expect(command("--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("rebuild --log DIR --table NAME") });
  });
});

describe("docs/verify.md", () => {
  it("says what each check means", () => {
    const here = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
    const checks = [...here("packages/cli/verify/fault.ts").matchAll(/^ {2}\| "([a-z-]+)"/gm)].map(([, check]) => check);
    const rows = here("docs/verify.md")
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .join("\n");
    expect(checks.length).toBeGreaterThan(30);
    expect(checks.filter((check) => !rows.includes(`\`${check}\``))).toEqual([]);
  });
});

describe("verify.mjs", () => {
  it("is what `npm run build:verifier` builds, and what the bags' README names", async () => {
    const built = await verifierBytes();
    expect(Buffer.from(built).equals(readFileSync(FILE)), "verify.mjs is stale: npm run build:verifier").toBe(true);
    expect(VERIFIER).toMatchObject({ file: "verify.mjs", sha256: sha256Hex(built) });
  });

  it("names no place on the machine that built it, and needs nothing but Node", () => {
    const text = readFileSync(FILE, "utf8");
    expect(text).not.toContain(fileURLToPath(new URL("../..", import.meta.url)));
    const imports = [...text.matchAll(/^import .*? from "([^"]+)";$/gm)].map(([, name]) => name);
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter((name) => !name?.startsWith("node:"))).toEqual([]);
    expect(text).not.toMatch(/\brequire\(|@aws-sdk/);
  });

  const nodes = [process.execPath, "/usr/bin/node"].map((node) => ({ node, version: run(node, ["--version"]).stdout.trim() }));
  for (const { node, version } of nodes) {
    const [major = 0, minor = 0] = version.slice(1).split(".").map(Number);
    it.skipIf(!(major > 20 || (major === 20 && minor >= 15)))(`says the same on Node ${version || `at ${node} (there is none)`}`, () => {
      const sound = run(node, [FILE, "--log", made.log, "--ledger", made.ledger, "--json"]);
      expect(JSON.parse(sound.stdout)).toMatchObject({ sound: true, summary: { log: { size: 2_500 } } });
      expect(sound.status).toBe(0);
      const wrong = run(node, [FILE, "--log", made.log, "--ledger", altered, "--json"]);
      expect([wrong.status, wrong.stdout]).toEqual([1, command("verify", "--log", made.log, "--ledger", altered, "--json").stdout]);
      expect(run(node, [FILE])).toMatchObject({ status: 2, stderr: expect.stringContaining("nothing to verify") });
    });
  }
});
