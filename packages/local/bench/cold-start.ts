import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { FUNCTIONS, type FunctionName, LEFT_OUT_OF_BUNDLES } from "../../../stacks/definitions.ts";
import { environmentOf } from "../environment.ts";
import { functionEnvironment } from "../handlers.ts";
import { openKeys } from "../kms.ts";

export interface ColdStart {
  readonly name: string;
  /** Minified. */
  readonly bytes: number;
  /** Import of the bundle in a fresh process, the fastest of several, in ms. */
  readonly importMs: number;
}

const RUNS = 7;
const EMPTY = `import { DynamoDBClient } from "@aws-sdk/client-dynamodb"; const client = new DynamoDBClient({}); export const handler = async () => client.config.region;`;

/** Each Lambda's bundle, and one that does nothing but make the same SDK client. */
export async function coldStarts(): Promise<{ readonly empty: ColdStart; readonly functions: readonly ColdStart[] }> {
  const folder = mkdtempSync(join(tmpdir(), "change-ledger-bundles-"));
  try {
    const root = join(import.meta.dirname, "../../..");
    const names = Object.keys(FUNCTIONS) as FunctionName[];
    const functions: ColdStart[] = [];
    for (const name of names) functions.push(await measure(name, folder, { entryPoints: [join(root, `functions/${name}.ts`)] }));
    const empty = await measure("empty", folder, { stdin: { contents: EMPTY, resolveDir: root, loader: "ts" } });
    return { empty, functions };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(name: string, folder: string, entry: object): Promise<ColdStart> {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    ...entry,
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    external: [...LEFT_OUT_OF_BUNDLES],
    banner: { js: 'import { createRequire as r } from "node:module"; const require = r(import.meta.url);' },
    logLevel: "error",
  });
  const probe = join(folder, `${name}.probe.mjs`);
  writeFileSync(
    probe,
    `const t = performance.now(); await import(${JSON.stringify(outfile)}); console.log(performance.now() - t); process.exit(0);`,
  );
  const endpoints = { dynamodb: "http://127.0.0.1:1", aws: "http://127.0.0.1:1" };
  const env = {
    ...process.env,
    ...environmentOf(endpoints, folder, openKeys(folder, Date.now())),
    ...functionEnvironment({ secrets: {} }),
  };
  const times = Array.from({ length: RUNS }, () =>
    Number(execFileSync(process.execPath, [probe], { env, encoding: "utf8" }).trim().split("\n").at(-1)),
  );
  return { name, bytes: statSync(outfile).size, importMs: Math.min(...times) };
}
