import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Programs of a virtual environment that holds a Python peer. */
export interface PythonTools {
  /** Runs one of them, `python` or a script of the package; answers its exit code and all it printed. */
  run(program: string, ...args: readonly string[]): { readonly code: number | null; readonly output: string };
  /** Where one of them lies. */
  path(program: string): string;
}

/**
 * Gets a peer into a folder of its own below `.peers/` on first use.
 * @param peer pinned, `name==version`: whoever raises it reads its change log
 * @returns the tools, or why there are none here
 * @throws on a CI machine (CI=true), where a peer that is missing is a failure
 */
export function pythonTools(peer: string): PythonTools | string {
  const folder = fileURLToPath(new URL(`../../.peers/python-${peer}/`, import.meta.url));
  const program = (name: string) => join(folder, "bin", name);
  const ready = join(folder, "ready");
  try {
    if (!existsSync(ready)) {
      rmSync(folder, { recursive: true, force: true });
      execFileSync("python3", ["-m", "venv", folder], { stdio: "pipe", timeout: 60_000 });
      execFileSync(program("pip"), ["install", "--quiet", "--disable-pip-version-check", peer], { stdio: "pipe", timeout: 120_000 });
      writeFileSync(ready, "");
    }
  } catch (error) {
    if (process.env["CI"] === "true") throw error;
    return `${peer} cannot be had: ${(error as Error).message.split("\n")[0]}`;
  }
  return {
    path: program,
    run(name, ...args) {
      const { status, stdout, stderr, error } = spawnSync(program(name), args, { encoding: "utf8", timeout: 60_000 });
      if (error !== undefined) throw error;
      return { code: status, output: stdout + stderr };
    },
  };
}
