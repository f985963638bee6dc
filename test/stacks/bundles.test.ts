import { join } from "node:path";
import { buildSync } from "esbuild";
import { expect, it } from "vitest";
import { FUNCTIONS, type FunctionName, LEFT_OUT_OF_BUNDLES } from "../../stacks/definitions.ts";

const root = join(import.meta.dirname, "../..");

/** Bundled as SST bundles for a deployment; the SDK comes along, so that what runs is what was tested. */
it.each(Object.keys(FUNCTIONS) as FunctionName[])("the bundle of %s stays small", (name) => {
  const { outputFiles } = buildSync({
    entryPoints: [join(root, `${FUNCTIONS[name].handler.replace(/\.[^.]+$/, "")}.ts`)],
    bundle: true,
    minify: true,
    platform: "node",
    target: "esnext",
    format: "esm",
    mainFields: ["module", "main"],
    keepNames: true,
    external: [...LEFT_OUT_OF_BUNDLES],
    write: false,
    absWorkingDir: root,
  });
  const size = outputFiles[0]?.contents.length ?? Number.POSITIVE_INFINITY;
  expect(size).toBeLessThan(1_000_000);
});
