import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { parseAst } from "vitest/node";

/** The checkout. */
export const ROOT = join(import.meta.dirname, "../..");

/** A node of the ESTree that the parser gives, types included; `start` and `end` are offsets into the text. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

interface Import {
  /** As written: `node:fs`, `./append.ts`, `@change-ledger/model`. */
  readonly specifier: string;
  /** A file of the repository for a relative specifier, else undefined. */
  readonly file: string | undefined;
  /** Names taken from it; `*` when all are. */
  readonly names: readonly string[];
  /** Only types: gone when the code runs. */
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface SourceFile {
  /** From the root, `/` between segments. */
  readonly path: string;
  readonly text: string;
  readonly ast: Node;
  readonly imports: readonly Import[];
}

/** All `.ts` files below `folder`, parsed. */
export function readSources(folder: string): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((name) => posix.join(folder, name.replaceAll("\\", "/")))
    .filter((path) => path.endsWith(".ts") && !path.includes("node_modules/"))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(ROOT, path), "utf8")));
}

/** `text` as if it stood at `path`: rules are tried on made-up files too. */
export function parseSource(path: string, text: string): SourceFile {
  const ast = parseAst(text, { lang: "ts" }) as unknown as Node;
  const imports: Import[] = [];
  walk(ast, (node) => {
    const found = importOf(node);
    if (found === undefined) return;
    const file = found.specifier.startsWith(".") ? posix.normalize(posix.join(dirname(path), found.specifier)) : undefined;
    imports.push({ ...found, file, line: lineOf(text, node.start) });
  });
  return { path, text, ast, imports };
}

/** Visits every node with its parent, outermost first. */
export function walk(node: Node, visit: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  visit(node, parent);
  for (const member of Object.values(node)) {
    for (const child of Array.isArray(member) ? member : [member]) if (isNode(child)) walk(child, visit, node);
  }
}

export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

/** `import … from`, `export … from`, `import("…")`, `import type("…")`. */
function importOf(node: Node): Pick<Import, "specifier" | "names" | "typeOnly"> | undefined {
  const source = node["source"] ?? node["argument"];
  if (!isNode(source)) return undefined;
  const specifier = String(source["value"] ?? (source["literal"] as Node | undefined)?.["value"] ?? "");
  switch (node.type) {
    case "ImportDeclaration": {
      const specifiers = node["specifiers"] as Node[];
      const names = specifiers.map((each) => (each.type === "ImportSpecifier" ? String((each["imported"] as Node)["name"]) : "*"));
      const types = specifiers.length > 0 && specifiers.every((each) => each["importKind"] === "type");
      return { specifier, names, typeOnly: node["importKind"] === "type" || types };
    }
    case "ExportNamedDeclaration": {
      const specifiers = node["specifiers"] as Node[];
      const types = specifiers.length > 0 && specifiers.every((each) => each["exportKind"] === "type");
      return {
        specifier,
        names: specifiers.map((each) => String((each["local"] as Node)["name"])),
        typeOnly: node["exportKind"] === "type" || types,
      };
    }
    case "ExportAllDeclaration":
      return { specifier, names: ["*"], typeOnly: node["exportKind"] === "type" };
    case "ImportExpression":
      return { specifier, names: ["*"], typeOnly: false };
    case "TSImportType":
      return { specifier, names: ["*"], typeOnly: true };
    default:
      return undefined;
  }
}
