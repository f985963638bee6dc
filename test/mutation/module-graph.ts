/**
 * The sandbox's modules, loaded by Node itself: workspaces by name from the sandbox (its node_modules are the checkout's, which hold no mutants), `vitest` from beside
 * this file, and all of it anew for a mutant that acts while modules are loaded.
 */
import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const VITEST = new URL("./in-process.ts", import.meta.url).href;

export class ModuleGraph {
  readonly #home: string;
  readonly #stripped = new Map<string, string>();
  #generation = 1;
  #renewed = /^/;

  /** @param home the sandbox's directory */
  constructor(home: string) {
    this.#home = `${pathToFileURL(home).href}/`;
    registerHooks({
      resolve: (specifier, context, next) => {
        if (!context.parentURL?.startsWith(this.#home) && !specifier.startsWith(this.#home)) return next(specifier, context);
        if (specifier === "vitest") return { url: VITEST, shortCircuit: true };
        const workspace = /^@change-ledger\/(\w+)$/.exec(specifier)?.[1];
        const found = next(workspace === undefined ? specifier : `${this.#home}packages/${workspace}/index.ts`, context);
        const own = found.url.startsWith(this.#home) && found.url.endsWith(".ts");
        if (!own) return found;
        const generation = this.#renewed.test(found.url.slice(this.#home.length)) ? this.#generation : 1;
        return { ...found, url: `${found.url}?generation=${generation}` };
      },
      load: (url, context, next) => {
        if (!url.startsWith(this.#home) || !url.includes(".ts?generation=")) return next(url, context);
        return { format: "module", source: this.#source(url), shortCircuit: true };
      },
    });
  }

  /** From now on the modules whose paths match are loaded anew, the others as they were at first. */
  renew(paths: RegExp): void {
    this.#generation++;
    this.#renewed = paths;
  }

  /** @param path of the sandbox: `packages/model/entry.ts` */
  load(path: string): Promise<unknown> {
    return import(`${this.#home}${path}`);
  }

  #source(url: string): string {
    const path = fileURLToPath(url.slice(0, url.indexOf("?")));
    const known = this.#stripped.get(path);
    if (known !== undefined) return known;
    const source = stripTypeScriptTypes(readFileSync(path, "utf8"));
    this.#stripped.set(path, source);
    return source;
  }
}
