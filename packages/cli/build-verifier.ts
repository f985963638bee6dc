/**
 * Builds verify.mjs: the verifier in one file, which needs Node 20.15 or later and nothing else. Not minified: who runs it can read it. The same
 * sources, dependencies and esbuild give the same bytes.
 *
 *     npm run build:verifier
 */
import { hash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = new URL(".", import.meta.url);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The file's bytes; writes nothing. */
export async function verifierBytes(): Promise<Uint8Array> {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL("bin/verify.ts", HERE))],
    // Paths in the file are those within the repository.
    absWorkingDir: ROOT,
    bundle: true,
    // Of yaml the modules: its entry for Node asks for Node's own by `require`, which a module has not.
    alias: { yaml: fileURLToPath(new URL("../../node_modules/yaml/browser/index.js", HERE)) },
    platform: "node",
    format: "esm",
    target: "node20.15",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    write: false,
  });
  const code = outputFiles[0]?.text ?? "";
  return Buffer.from([code, ...licences(Object.keys(metafile.inputs))].join("\n"));
}

/** What the packages of others in the file ask for: their licences, as comments. */
function licences(inputs: readonly string[]): string[] {
  const names = new Set(inputs.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  return [...names].sort().map((name) => {
    const text = readFileSync(`${ROOT}/node_modules/${name}/LICENSE`, "utf8");
    return `/*\n${name}:\n\n${text.replaceAll("*/", "* /")}\n*/\n`;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bytes = await verifierBytes();
  writeFileSync(new URL("verify.mjs", HERE), bytes);
  const sha256 = hash("sha256", bytes);
  const release = fileURLToPath(new URL("../evidence/verifier-release.ts", HERE));
  writeFileSync(release, readFileSync(release, "utf8").replace(/sha256: "[0-9a-f]{64}"/, `sha256: "${sha256}"`));
  console.log(`verify.mjs: ${bytes.length} bytes, SHA-256 ${sha256}`);
}
