import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
/** The page and its assets, as they are served below `/console/`. */
export const CONSOLE_FILES = join(HERE, "dist");

/** Builds the page unless what was built last is newer than every source, of the packages that it is built from too; takes about two seconds. */
export async function buildConsole(): Promise<string> {
  const built = join(CONSOLE_FILES, "index.html");
  if (existsSync(built) && statSync(built).mtimeMs >= newest(join(HERE, ".."))) return CONSOLE_FILES;
  const { build } = await import("vite");
  await build({ root: HERE, configFile: join(HERE, "vite.config.ts"), logLevel: "error" });
  return CONSOLE_FILES;
}

/** When a source was changed last, milliseconds since 1970. */
function newest(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== "dist" && name !== "node_modules")
    .map((entry) => (entry.isDirectory() ? newest(join(folder, entry.name)) : statSync(join(folder, entry.name)).mtimeMs))
    .reduce((a, b) => Math.max(a, b), 0);
}
