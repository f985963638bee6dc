import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readBundle } from "../../packages/evidence/index.ts";
import { dossierOf, plainChains } from "../evidence/dossiers.ts";
import { bundleOf, trustFile } from "../evidence/sealing.ts";

const records = dossierOf(["a", "b", ""].map((text) => ({ id: `id-${text}`, body: Buffer.from(text) })));
const [, commit, deployment] = plainChains();
if (commit === undefined || deployment === undefined) throw new Error("fixture");
/** A bundle with raw records, whole chains and an excerpt, that follows another one. */
const bundle = await bundleOf(
  { ...records, chains: [...records.chains, commit, { ...deployment, entries: deployment.entries.slice(1), excerpt: true }] },
  { predecessor: { key: "evidence/before.zip", versionId: "v0", sha256: "a".repeat(64) } },
);

export interface UnpackedBag {
  /** The bag; the trust file lies beside it. */
  readonly bag: string;
  remove(): void;
}

/** The bundle as an auditor has it on disk: unpacked, and the trust file beside it. */
export function unpackBag(): UnpackedBag {
  const top = mkdtempSync(join(tmpdir(), "bag-"));
  const { folder, files } = readBundle(bundle.bytes);
  for (const [path, content] of files) {
    mkdirSync(dirname(join(top, folder, path)), { recursive: true });
    writeFileSync(join(top, folder, path), content);
  }
  writeFileSync(join(top, "trust.json"), trustFile());
  return { bag: join(top, folder), remove: () => rmSync(top, { recursive: true, force: true }) };
}

/** The commands that the bag's README gives, by the heading above them; several below one heading are numbered. */
export function readmeCommands(): Map<string, string> {
  const readme = Buffer.from(readBundle(bundle.bytes).files.get("README.md") ?? []).toString();
  const commands = new Map<string, string>();
  let heading = "";
  for (const [, title, block] of readme.matchAll(/^## (.+)$|^```sh\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) heading = title;
    if (block === undefined) continue;
    const number = [...commands.keys()].filter((key) => key.startsWith(heading)).length;
    commands.set(number === 0 ? heading : `${heading} (${number + 1})`, block);
  }
  return commands;
}

/**
 * Runs commands as an auditor would: in a shell, from within the bag.
 * @param programs folders of programs that come before the machine's own
 */
export function runIn(
  bag: string,
  commands: string,
  programs: readonly string[],
): { readonly code: number | null; readonly output: string } {
  const env = { ...process.env, PATH: [...programs, process.env["PATH"]].join(":"), GOFLAGS: "" };
  const { status, stdout, stderr } = spawnSync("sh", ["-eu", "-c", commands], { cwd: bag, env, encoding: "utf8", timeout: 300_000 });
  return { code: status, output: `${stdout}${stderr}` };
}

/**
 * A program of the machine itself.
 * @returns why there is none here, or undefined
 * @throws on a CI machine (CI=true), where a peer that is missing is a failure
 */
export function lacks(program: string, version: readonly string[], expected: RegExp): string | undefined {
  const { stdout, error } = spawnSync(program, version, { encoding: "utf8" });
  if (error === undefined && expected.test(stdout)) return undefined;
  const reason = `${program} cannot be had: expected ${expected.source}, got ${error?.message ?? stdout.split("\n")[0]}`;
  if (process.env["CI"] === "true") throw new Error(reason);
  return reason;
}

/** Paths of the files in a folder of the bag. */
export function filesIn(bag: string, folder: string): string[] {
  return readdirSync(join(bag, folder)).map((name) => join(bag, folder, name));
}
