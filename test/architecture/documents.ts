import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { ROOT } from "./source-file.ts";

/** A Markdown document. */
export interface Document {
  /** From the root, `/` between segments. */
  readonly path: string;
  readonly text: string;
}

/** What is there to be named: asked of the repository, or made up for a rule's own trial. */
export interface Surroundings {
  exists(path: string): boolean;
  text(path: string): string | undefined;
  readonly scripts: ReadonlySet<string>;
}

export const REPOSITORY: Surroundings = {
  exists: (path) => existsSync(join(ROOT, path)),
  text: (path) => (existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), "utf8") : undefined),
  scripts: new Set(Object.keys((JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object }).scripts)),
};

export function readDocuments(): Document[] {
  const top = readdirSync(ROOT).filter((name) => name.endsWith(".md"));
  const docs = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"));
  return [...top, ...docs.map((name) => posix.join("docs", name.replaceAll("\\", "/")))]
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
}

/** The content of the fenced block whose info string says `name=<name>`. */
export function namedBlock({ path, text }: Document, name: string): string {
  const found = new RegExp(`^\`\`\`[a-z]* name=${name}\\n([\\s\\S]*?)\\n\`\`\`$`, "m").exec(text)?.[1];
  if (found === undefined) throw new Error(`${path}: expected a block with name=${name}`);
  return found;
}

/** `text` without its fenced blocks. */
function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, "");
}

/** Links within the repository that lead nowhere: no such file, or no such heading in it. */
export function brokenLinks({ path, text }: Document, { text: textOf, exists }: Surroundings): string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, to = ""]) => {
    if (/^[a-z]+:/.test(to)) return [];
    const [file = "", anchor] = to.split("#");
    const target = file === "" ? path : posix.normalize(posix.join(dirname(path), file));
    if (!exists(target)) return [`${path}: ${to}: no such file`];
    if (anchor === undefined || !target.endsWith(".md")) return [];
    return anchorsOf(textOf(target) ?? "").has(anchor) ? [] : [`${path}: ${to}: no such heading`];
  });
}

/** Headings as GitHub names them. */
function anchorsOf(text: string): Set<string> {
  return new Set(
    [...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replaceAll(" ", "-"),
    ),
  );
}

/** Folders of the repository, and files at its root, as text in backticks names them. */
const PATH =
  /^(?:(?:packages|functions|stacks|scripts|test|docs)\/[\w./-]*[\w-]|[\w-]+\.(?:config\.ts|md)|(?:package|tsconfig|biome)\.json|LICENSE)$/;

/** Paths in backticks that do not exist. Examples hold a placeholder (`<id>`, `*`, `…`) and are no paths. */
export function missingPaths({ path, text }: Document, { exists }: Surroundings): string[] {
  return [...prose(text).matchAll(/`([^`\n]+)`/g)]
    .map(([, named = ""]) => named)
    .filter((named) => PATH.test(named) && !exists(named) && !exists(posix.join(dirname(path), named)))
    .map((named) => `${path}: \`${named}\` does not exist`);
}

/** npm scripts that are told of and are not there. */
export function missingScripts({ path, text }: Document, { scripts }: Surroundings): string[] {
  const run = [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map(([, script, short]) => script ?? short ?? "");
  const named = [...text.matchAll(/`((?:test|check|lint|build):[\w:-]+)`/g)].map(([, script = ""]) => script);
  return [...run, ...named].filter((script) => !scripts.has(script)).map((script) => `${path}: npm run ${script}: no such script`);
}

/** Routes of the query API that are told of and that its OpenAPI document does not have. @param served paths with their parameters in braces */
export function missingRoutes({ path, text }: Document, served: readonly string[]): string[] {
  const patterns = served.map((route) => new RegExp(`^${route.replace(/\{\w+\}/g, ".+")}$`));
  const told = [...text.matchAll(/(\/v1\/[\w{}:/.-]*[\w}])/g)].map(([, route = ""]) => route);
  return told.filter((route) => !patterns.some((pattern) => pattern.test(route))).map((route) => `${path}: ${route} is not served`);
}

/** Paths of somebody's machine: they mean nothing to anybody else, and tell of who wrote them. */
export function machinePaths({ path, text }: Document): string[] {
  const checkout = [ROOT, dirname(ROOT)].filter((folder) => folder.length > 1);
  const known = checkout.filter((folder) => text.includes(`${folder}/`));
  const homes = [...text.matchAll(/(?<![\w.:/])\/(?:home|Users|root|tmp|mnt|private)\/[\w.-]+|\b[A-Z]:\\\w+/g)].map(([found]) => found);
  return [...known, ...homes].map((found) => `${path}: ${found} is a place on one machine`);
}

/** ADRs are numbered from 1 without a gap, each under a heading with its number, in folder `docs/adr`. */
export function numberingFaults(documents: readonly Document[]): string[] {
  const adrs = documents.filter(({ path }) => path.startsWith("docs/adr/"));
  return adrs.flatMap(({ path, text }, index) => {
    const number = /^docs\/adr\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1];
    if (Number(number) !== index + 1) return [`${path}: expected number ${String(index + 1).padStart(4, "0")}`];
    return text.startsWith(`# ${index + 1}. `) ? [] : [`${path}: expected the heading "# ${index + 1}. …"`];
  });
}
