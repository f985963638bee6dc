import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { canonicalBytes } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { namedBlock } from "../architecture/documents.ts";
import { isFinding } from "../drill/case.ts";
import { DRILL_CASES } from "../drill/classes.ts";
import { pythonMissing, runPython, verifyWithPython } from "../drill/python.ts";
import { UNDETECTED } from "../drill/undetected.ts";
import { copyOf, honestWorld } from "../drill/world.ts";

const missing = pythonMissing();
if (missing !== undefined) console.warn(`test/peers/python-verifier.test.ts: skipped: ${missing}`);

const formats = { path: "docs/formats.md", text: readFileSync(new URL("../../docs/formats.md", import.meta.url), "utf8") };
const block = (name: string): Buffer => Buffer.from(`${namedBlock(formats, name)}\n`);
const trustOf = (origin: string, keys: readonly string[]): Uint8Array =>
  canonicalBytes({ envelopeKeys: [], format: 1, noteKeys: keys.map((key) => ({ from: "2020-01-01T00:00:00Z", key })), origin });

describe.skipIf(missing !== undefined)("the Python verifier", () => {
  it("is at most 300 lines that import the standard library alone", () => {
    const text = readFileSync(new URL("../../packages/cli/verify.py", import.meta.url), "utf8");
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(300);
    expect(text.match(/^import .*$/gm)).toHaveLength(1);
  });

  it.each<[string, readonly string[]]>([
    ["nothing", []],
    ["a word that it does not know", ["--frob"]],
    ["a file that is not there", ["--ledger", "none.jsonl"]],
    ["a log that is not there", ["--log", "none"]],
  ])("ends with 2 when it is given %s", (_, given) => {
    expect(runPython(new Map(), ...given)).toMatchObject({ code: 2, faults: [] });
  });

  describe("agrees with the examples of docs/formats.md", () => {
    const chain = new Map([["ledger.jsonl", Buffer.concat([block("entry-0"), block("entry-1")])]]);
    it("on the chain", () => {
      expect(runPython(chain, "--ledger", "ledger.jsonl")).toMatchObject({ code: 0, faults: [] });
      const broken = Buffer.from(block("entry-0").toString("utf8").replace("pending", "success"));
      const { code, faults } = runPython(new Map([["l", Buffer.concat([broken, block("entry-1")])]]), "--ledger", "l");
      expect(code).toBe(1);
      expect(faults).toMatchObject([{ check: "chain-prev", seq: 1, file: "l:2", found: namedBlock(formats, "hash-0") }]);
    });
    const keys = namedBlock(formats, "log-keys").split("\n");
    const [leaf = ""] = namedBlock(formats, "log-leaves").split("\n");
    const log = new Map<string, Uint8Array>([
      ["checkpoint", block("log-checkpoint")],
      ["trust.json", trustOf("ledger.example/acme", keys)],
      ["tile/0/000.p/3", Buffer.from(namedBlock(formats, "log-leaves").replaceAll("\n", ""), "hex")],
      ["tile/entries/000.p/3", Buffer.from(namedBlock(formats, "log-bundle"), "hex")],
      [`${leaf}.tlog-proof`, block("log-proof")],
    ]);
    it("on the log, whose leaves are no entries", () => {
      const { code, faults } = runPython(log, "--log", ".", `${leaf}.tlog-proof`);
      expect(code).toBe(1);
      expect(faults.map(({ check, leaf: index }) => [check, index])).toEqual([0, 1, 2].map((index) => ["canonical", index]));
    });
    it("on the proof file, of that leaf alone", () => {
      expect(runPython(log, `${leaf}.tlog-proof`, "--trust", "trust.json")).toMatchObject({ code: 0, faults: [] });
      const other = `${"0".repeat(64)}.tlog-proof`;
      const moved = new Map([...log, [other, block("log-proof")]]);
      expect(runPython(moved, other, "--trust", "trust.json").faults).toMatchObject([{ check: "proof", file: other }]);
    });
  });

  const vectors = fileURLToPath(new URL("../../../shared/vectors", import.meta.url));
  const told = existsSync(vectors);
  if (!told) console.warn("test/peers/python-verifier.test.ts: ../shared/vectors is not there");

  it.skipIf(!told)("reads a log that another implementation wrote, with all its checkpoints (needs ../shared/vectors)", () => {
    const key = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
    const folder = `${vectors}/tlog`;
    const held = readdirSync(folder).filter((name) => /^checkpoint\.[1-9]/.test(name));
    const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((file) =>
      file.isFile() ? [`${file.parentPath}/${file.name}`.slice(folder.length + 1)] : [],
    );
    const files = new Map<string, Uint8Array>(paths.map((path) => [`log/${path}`, readFileSync(`${folder}/${path}`)]));
    files.set("log/trust.json", trustOf("example.com/log/testdata", [key]));
    const given = ["--log", "log", ...held.flatMap((name) => ["--checkpoint", `log/${name}`])];
    const sound = runPython(files, ...given).faults;
    expect(new Set(sound.map(({ check }) => check))).toEqual(new Set(["canonical"]));
    expect(held.length).toBeGreaterThan(10);

    const tile = Buffer.from(files.get("log/tile/0/000.p/15") ?? "");
    tile[7 * 32] = (tile[7 * 32] ?? 0) ^ 1;
    const bad = runPython(new Map([...files, ["log/tile/0/000.p/15", tile]]), ...given).faults;
    expect(bad.filter(({ check }) => check !== "canonical")).toMatchObject([{ check: "tile", leaf: 7, file: "tile/0/000.p/15" }]);
  });

  it.skipIf(!told).each(told ? readdirSync(`${vectors}/jcs/output`) : [])("spells JSON as RFC 8785 does: %s", (name) => {
    // A ledger's line is refused for its spelling before it is for what it says.
    const line = readFileSync(`${vectors}/jcs/output/${name}`);
    const wrong = Buffer.concat([line, Buffer.from(" ")]);
    const checks = (bytes: Uint8Array) => runPython(new Map([["l", bytes]]), "--ledger", "l").faults.map(({ check }) => check);
    expect(checks(line)).toEqual(["entry"]);
    expect(checks(wrong)).toEqual(["canonical"]);
  });

  it.each([
    '{"a":1.0}',
    '{"a":-0}',
    '{"a":1E2}',
    '{"a":NaN}',
    '{"a":1e999}',
    '{"b":1,"a":2}',
    '{"a":1,"a":1}',
    '{"a":"\\u0041"}',
    '{"a":"\\ud800"}',
    "[".repeat(100_000),
  ])("refuses another spelling: %.20s", (line) => {
    expect(runPython(new Map([["l", Buffer.from(`${line}\n`)]]), "--ledger", "l").faults).toMatchObject([
      { check: "canonical", file: "l:1" },
    ]);
  });

  it("finds an honest ledger sound, with log, hours and bundles", async () => {
    expect(verifyWithPython(await honestWorld())).toEqual([]);
  });
  describe("tells in the tamper drill what docs/tamper-drill.md promises", () => {
    it.each(DRILL_CASES)("$name", async ({ tamper }) => {
      const world = copyOf(await honestWorld());
      const { ours, python = ours } = await tamper(world);
      const faults = verifyWithPython(world);
      expect(python.filter((finding) => !faults.some((fault) => isFinding(fault, finding)))).toEqual([]);
    });
    it.each(UNDETECTED)("nothing of $name, which nobody can detect", async ({ done }) => {
      expect(verifyWithPython(await done())).toEqual([]);
    });
  });
});
