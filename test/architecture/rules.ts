import type { Node, SourceFile } from "./source-file.ts";
import { isNode, lineOf, walk } from "./source-file.ts";

/** What a rule finds wrong, one line each: `path:line: what`. */
export type Rule = (file: SourceFile) => string[];

/** From the bottom up: a package may import those before it. */
export const PACKAGES = [
  "model",
  "sources",
  "ledger",
  "log",
  "procedure",
  "evidence",
  "query",
  "api",
  "workpapers",
  "console",
  "aws",
  "cli",
  "local",
] as const;

/** Whose code reads no clock, environment or randomness and does no I/O. */
const PURE: ReadonlySet<string> = new Set(["model", "sources", "ledger", "log", "procedure", "evidence", "query", "workpapers"]);

/** Of Node's modules what computes and nothing else; of `node:crypto` only what gives the same answer every time. */
const PURE_MODULES: ReadonlyMap<string, ReadonlySet<string> | "all"> = new Map<string, ReadonlySet<string> | "all">([
  ["node:buffer", "all"],
  ["node:util", "all"],
  ["node:zlib", "all"],
  [
    "node:crypto",
    new Set(["createHash", "createHmac", "hash", "timingSafeEqual", "verify", "createPublicKey", "KeyObject", "X509Certificate"]),
  ],
]);

const IMPURE_GLOBALS: ReadonlySet<string> = new Set([
  ...["process", "fetch", "performance", "console", "crypto", "require", "globalThis", "WebSocket"],
  ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask"],
]);

const MAX_LINES = 250;
/** A Lambda's handler is a list of verbs. */
const MAX_HANDLER_LINES = 40;

/** `packages/model/entry.ts` → `model`; `functions/webhook.ts` → `functions`. */
function areaOf(path: string): string {
  const [top = "", second = ""] = path.split("/");
  return top === "packages" ? second : top;
}

/** Which area an import leads to; undefined for Node's modules and packages of others. */
function targetOf({ specifier, file }: { readonly specifier: string; readonly file: string | undefined }): string | undefined {
  if (file !== undefined) return areaOf(file);
  return /^@change-ledger\/([^/]+)/.exec(specifier)?.[1];
}

/** Single files that others may import against the arrows: plain data and schemas. */
const SHARED: ReadonlyMap<string, readonly string[]> = new Map([
  // One definition, two uses: the stacks and the local stack are made from it.
  ["stacks/definitions.ts", ["functions", "local"]],
  // Settings that the functions would refuse are refused before anything is deployed.
  ["packages/sources/settings.ts", ["stacks"]],
  // So are machines that the API would refuse; its scopes are the gateway's too.
  ["packages/api/principals.ts", ["stacks"]],
  // So are keys that the sequencer would refuse.
  ["packages/log/verifier-key.ts", ["stacks"]],
]);

/** What serves the page; the page itself runs in browsers alone. */
const CONSOLE_SERVER = "@change-ledger/console/serve.ts";

/** Imports point downwards. */
export const arrows: Rule = ({ path, imports }) =>
  imports.flatMap((each) => {
    const from = areaOf(path);
    const to = targetOf(each);
    if (to === undefined || to === from || isAllowed(from, to, each)) return [];
    return [`${path}:${each.line}: ${from} must not import ${to} (${each.specifier})`];
  });

function isAllowed(from: string, to: string, { file, specifier }: Parameters<typeof targetOf>[0]): boolean {
  const index = (name: string): number => (PACKAGES as readonly string[]).indexOf(name);
  const sharers = file === undefined ? undefined : SHARED.get(file);
  if (sharers?.includes(from) === true) return true;
  // The local stack runs the Lambdas, as the cloud does.
  if (to === "functions") return from === "local";
  if (from === "functions") return index(to) >= 0 && to !== "local" && (to !== "console" || specifier === CONSOLE_SERVER);
  return index(from) >= 0 && index(to) >= 0 && index(to) < index(from);
}

/**
 * Another package is entered by its name, so that what it shows to others is one file's decision: its package.json. (By name, Node and the
 * compiler refuse what is not in its `exports`; a relative path would climb over that.)
 */
export const doors: Rule = ({ path, imports }) =>
  imports
    .filter(({ file }) => file?.startsWith("packages/") === true && areaOf(file) !== areaOf(path) && !SHARED.has(file))
    .map(({ line, specifier }) => `${path}:${line}: ${specifier} reaches past the package's name`);

/** One home for AWS's SDK: the adapters, and the local stack that answers the same calls. */
export const sdk: Rule = ({ path, imports }) =>
  imports
    .filter(({ specifier }) => /^@(?:aws-sdk|smithy)\//.test(specifier) && !["aws", "local"].includes(areaOf(path)))
    .map(({ line, specifier }) => `${path}:${line}: ${specifier} belongs into packages/aws`);

/** Cores do no I/O and read no clock, environment or randomness: time and ids are arguments. */
export const purity: Rule = (file) => {
  const { path, text, ast, imports } = file;
  if (!path.startsWith("packages/") || !PURE.has(areaOf(path))) return [];
  const found = imports.flatMap(({ specifier, names, line }) => {
    const allowed = PURE_MODULES.get(specifier);
    if (!specifier.startsWith("node:") || allowed === "all") return [];
    const bad = allowed === undefined ? ["all of it"] : names.filter((name) => !allowed.has(name));
    return bad.length === 0 ? [] : [`${path}:${line}: ${specifier} (${bad.join(", ")}) in a core`];
  });
  walk(ast, (node, parent) => {
    const what = impurity(node, parent);
    if (what !== undefined) found.push(`${path}:${lineOf(text, node.start)}: ${what} in a core`);
  });
  return found;
};

function impurity(node: Node, parent: Node | undefined): string | undefined {
  const callee = node["callee"];
  const name = isNode(callee) ? calleeName(callee) : undefined;
  if (node.type === "NewExpression" && name === "Date" && (node["arguments"] as Node[]).length === 0) return "new Date()";
  if (node.type === "CallExpression" && (name === "Date" || name === "Date.now" || name === "Math.random")) return `${name}()`;
  if (node.type === "MetaProperty") return "import.meta";
  if (node.type !== "Identifier" || !IMPURE_GLOBALS.has(String(node["name"])) || isName(node, parent)) return undefined;
  return String(node["name"]);
}

function calleeName(callee: Node): string {
  if (callee.type !== "MemberExpression") return String(callee["name"] ?? "");
  return `${(callee["object"] as Node)["name"]}.${(callee["property"] as Node)["name"]}`;
}

/** The identifier names a member (of an object, a type, a class), not the global. */
function isName(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined || parent["computed"] === true) return false;
  return (parent["property"] === node || parent["key"] === node) && parent["value"] !== node;
}

/** Past 250 lines a file says two things; a handler has 40. */
export const sizes: Rule = ({ path, text }) => {
  const lines = text.split("\n").length - 1;
  const limit = path.startsWith("functions/") ? MAX_HANDLER_LINES : MAX_LINES;
  return lines > limit ? [`${path}: ${lines} lines, at most ${limit}`] : [];
};

const VAGUE = /^(?:utils?|common|helpers?|managers?|misc)$/i;

/** Names say what a thing is: no file, folder, function, type or value of a module hides behind a word that fits everything. */
export const names: Rule = ({ path, text, ast }) => {
  const found = path
    .split(/[/.-]/)
    .filter((word) => VAGUE.test(word))
    .map((word) => `${path}: "${word}" says nothing`);
  for (const id of declaredNames(ast)) {
    const words = String(id["name"]).split(/(?=[A-Z])|_/);
    const word = words.find((each) => VAGUE.test(each));
    if (word !== undefined) found.push(`${path}:${lineOf(text, id.start)}: "${id["name"]}": "${word}" says nothing`);
  }
  return found;
};

/** Identifiers that a module declares at its top level. */
function declaredNames(program: Node): Node[] {
  return (program["body"] as Node[])
    .map((statement) => statement["declaration"] ?? statement)
    .filter(isNode)
    .flatMap((declaration) => (declaration.type === "VariableDeclaration" ? (declaration["declarations"] as Node[]) : [declaration]))
    .map((declaration) => declaration["id"])
    .filter(isNode)
    .filter(({ type }) => type === "Identifier");
}

/** The compiler is never told to look away. */
export const types: Rule = ({ path, text, ast }) => {
  const found: string[] = [];
  walk(ast, (node) => {
    if (node.type === "TSAnyKeyword") found.push(`${path}:${lineOf(text, node.start)}: any`);
  });
  for (const match of text.matchAll(/^.*(?:\/\/|\/\*)\s*@ts-(?:ignore|nocheck)/gm)) {
    found.push(`${path}:${lineOf(text, match.index)}: ${match[0].trim()}`);
  }
  return found;
};

/** Cycles in a graph of names, each once, as the names along it. */
export function cyclesOf(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    const at = path.indexOf(name);
    if (at >= 0) cycles.push([...path.slice(at), name]);
    if (at >= 0 || done.has(name)) return;
    for (const next of graph.get(name) ?? []) visit(next, [...path, name]);
    done.add(name);
  };
  for (const name of graph.keys()) visit(name, []);
  return cycles;
}

/** Which file's code needs which other file's code to run: imports of types alone do not count. */
export function fileGraph(files: readonly SourceFile[]): Map<string, Set<string>> {
  const known = new Set(files.map(({ path }) => path));
  return new Map(
    files.map(({ path, imports }) => {
      const to = imports.filter(({ typeOnly }) => !typeOnly).map(({ specifier, file }) => file ?? entryOf(specifier));
      return [path, new Set(to.filter((each) => each !== undefined && known.has(each)) as string[])];
    }),
  );
}

function entryOf(specifier: string): string | undefined {
  const [, name, file = "index.ts"] = /^@change-ledger\/([^/]+)(?:\/(.+))?$/.exec(specifier) ?? [];
  return name === undefined ? undefined : `packages/${name}/${file}`;
}

/** Which package imports which, types included. */
export function packageGraph(files: readonly SourceFile[]): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const { path, imports } of files) {
    const from = areaOf(path);
    const to = graph.get(from) ?? new Set();
    for (const each of imports) {
      const target = targetOf(each);
      if (target !== undefined && target !== from && !SHARED.has(each.file ?? "")) to.add(target);
    }
    graph.set(from, to);
  }
  return graph;
}
