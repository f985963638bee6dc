import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Finding } from "./case.ts";
import type { World } from "./world.ts";

/** What a verifier tells of one thing that is wrong. */
export interface ToldFault extends Finding {
  readonly expected?: string;
  readonly found?: string;
}

const PROGRAM = fileURLToPath(new URL("../../packages/cli/verify.py", import.meta.url));

/**
 * What the Python verifier says of all that is kept, held to what the auditor holds.
 * @param python the interpreter's name
 * @throws unless it ends with 0 and no fault or 1 and some
 */
export function verifyWithPython(world: World, python = "python3"): ToldFault[] {
  const folder = mkdtempSync(join(tmpdir(), "drill-"));
  try {
    const put = (path: string, bytes: Uint8Array): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    };
    for (const [path, bytes] of world.kept.log) put(`log/${path}`, bytes);
    for (const [key, bytes] of world.kept.bundles) put(`bundles/${key}`, bytes);
    put("ledger.jsonl", Buffer.concat(world.kept.ledger.flatMap((line) => [line, Buffer.from("\n")])));
    put("trust.json", world.held.trust);
    for (const { name, note } of world.held.checkpoints) put(name, note);
    const given = ["--log", "log", "--ledger", "ledger.jsonl", "--bundles", "bundles", "--trust", "trust.json", "--now", world.held.now];
    const held = world.held.checkpoints.flatMap(({ name }) => ["--checkpoint", name]);
    const { status, stdout, stderr, error } = spawnSync(python, ["-B", PROGRAM, ...given, ...held], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 1 << 28,
      timeout: 120_000,
    });
    if (error !== undefined) throw error;
    const faults = stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as ToldFault]));
    if (status !== (faults.length > 0 ? 1 : 0)) throw new Error(`exit code ${status} with ${faults.length} faults: ${stderr}`);
    return faults;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether a fault is the one that is looked for. */
export function isFinding(fault: ToldFault, { check, subject, seq, leaf, file }: Finding): boolean {
  return (
    fault.check === check &&
    (subject === undefined || fault.subject === subject) &&
    (seq === undefined || fault.seq === seq) &&
    (leaf === undefined || fault.leaf === leaf) &&
    (file === undefined || fault.file?.includes(file) === true)
  );
}
