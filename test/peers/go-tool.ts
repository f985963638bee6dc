import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Builds a Go program into a folder of its own below `.peers/` on first use (the first time takes minutes).
 * @param module path of the command with a pinned version
 * @returns its path, or the reason why it cannot be had
 * @throws on a CI machine (CI=true), where a peer that is missing is a failure
 */
export function goTool(module: string): { readonly path: string } | string {
  const [path = "", version = ""] = module.split("@");
  const name = path.split("/").at(-1) ?? "";
  const folder = fileURLToPath(new URL(`../../.peers/go-${name}@${version}/`, import.meta.url));
  const program = join(folder, name);
  try {
    if (!existsSync(program)) {
      execFileSync("go", ["install", module], { env: { ...process.env, GOBIN: folder, GOFLAGS: "" }, stdio: "pipe", timeout: 900_000 });
    }
    return { path: program };
  } catch (error) {
    if (process.env["CI"] === "true") throw error;
    return `${module} cannot be had: ${(error as Error).message.split("\n")[0]}`;
  }
}
