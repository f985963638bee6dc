import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ToldFault } from "./case.ts";
import type { World } from "./world.ts";

const PROGRAM = fileURLToPath(new URL("../../packages/cli/verify.py", import.meta.url));
const TIMEOUT_MS = 120_000;

/** How the program ended, and what it told. */
export interface PythonAnswer {
  readonly code: number | null;
  readonly faults: readonly ToldFault[];
  readonly stderr: string;
}

/**
 * Why there is no Python 3.11 here, or undefined when there is.
 * @throws on a CI machine (CI=true), where it must be there
 */
export function pythonMissing(): string | undefined {
  const { status, error } = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"], { timeout: 10_000 });
  if (status === 0) return undefined;
  const reason = `python3, 3.11 or later, cannot be had: ${error?.message ?? `exit code ${status}`}`;
  if (process.env["CI"] === "true") throw new Error(reason);
  return reason;
}

/** Runs packages/cli/verify.py in a folder that holds these files. */
export function runPython(files: ReadonlyMap<string, Uint8Array>, ...given: readonly string[]): PythonAnswer {
  const folder = mkdtempSync(join(tmpdir(), "python-verifier-"));
  try {
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const options = { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28, timeout: TIMEOUT_MS } as const;
    const { status, stdout, stderr, error } = spawnSync("python3", ["-B", PROGRAM, ...given], options);
    if (error !== undefined) throw error;
    const faults = stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as ToldFault]));
    return { code: status, faults, stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * What the Python verifier says of all that is kept, held to what the auditor holds.
 * @throws unless it ends with 0 and no fault, or with 1 and some
 */
export function verifyWithPython({ kept, held }: World): readonly ToldFault[] {
  const files = new Map<string, Uint8Array>([
    ...[...kept.log].map(([path, bytes]) => [`log/${path}`, bytes] as const),
    ...[...kept.bundles].map(([key, bytes]) => [`bundles/${key}`, bytes] as const),
    ...held.checkpoints.map(({ name, note }) => [name, note] as const),
    ["ledger.jsonl", Buffer.concat(kept.ledger.flatMap((line) => [line, Buffer.from("\n")]))],
    ["trust.json", held.trust],
  ]);
  const inputs = ["--log", "log", "--ledger", "ledger.jsonl", "--bundles", "bundles", "--trust", "trust.json", "--now", held.now];
  const { code, faults, stderr } = runPython(files, ...inputs, ...held.checkpoints.flatMap(({ name }) => ["--checkpoint", name]));
  if (code !== (faults.length > 0 ? 1 : 0)) throw new Error(`exit code ${code} with ${faults.length} faults: ${stderr}`);
  return faults;
}
