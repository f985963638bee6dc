import { describe, expect, it } from "vitest";
import { arrows, cyclesOf, doors, fileGraph, names, type PACKAGES, packageGraph, purity, type Rule, sdk, sizes, types } from "./rules.ts";
import { parseSource, readSources } from "./source-file.ts";

const sources = ["packages", "functions", "stacks"].flatMap(readSources);

/** What each rule is shown to catch (path, code) and to let pass: a rule that cannot fail holds nothing. */
interface Trial {
  readonly rule: Rule;
  readonly caught: readonly (readonly [path: string, code: string])[];
  readonly passed: readonly (readonly [path: string, code: string])[];
}

const lines = (count: number): string => "// line\n".repeat(count);

const TRIALS: Readonly<Record<string, Trial>> = {
  "imports point downwards": {
    rule: arrows,
    caught: [
      ["packages/model/a.ts", 'import { append } from "@change-ledger/ledger";'],
      ["packages/ledger/a.ts", 'import type { BundleStore } from "@change-ledger/evidence";'],
      ["packages/api/a.ts", 'export * from "@change-ledger/aws";'],
      ["packages/aws/a.ts", 'const local = await import("@change-ledger/local");'],
      ["packages/aws/a.ts", 'type Stack = import("@change-ledger/local").Stack;'],
      ["packages/query/a.ts", 'import { TABLES } from "../../stacks/definitions.ts";'],
      ["packages/model/a.ts", 'import { x } from "../ledger/append.ts";'],
      ["packages/model/a.ts", 'import { x } from "../../test/ledger/memory.ts";'],
      ["functions/webhook.ts", 'import { start } from "@change-ledger/local";'],
      ["functions/webhook.ts", 'import { page } from "@change-ledger/console";'],
      ["functions/webhook.ts", 'import { storage } from "../stacks/storage.ts";'],
      ["stacks/storage.ts", 'import { openEntry } from "@change-ledger/model";'],
      ["stacks/storage.ts", 'import { normalise } from "../packages/sources/normalise.ts";'],
      ["stacks/storage.ts", 'import { handler } from "../functions/webhook.ts";'],
      ["packages/unheard-of/a.ts", 'import { openEntry } from "@change-ledger/model";'],
    ],
    passed: [
      ["packages/ledger/a.ts", 'import { openEntry } from "@change-ledger/model"; import "./b.ts"; import * as z from "zod";'],
      [
        "packages/local/a.ts",
        'import { TABLES } from "../../stacks/definitions.ts"; import { handler } from "../../functions/webhook.ts";',
      ],
      ["functions/webhook.ts", 'import { receive } from "@change-ledger/ledger"; import { QUEUES } from "../stacks/definitions.ts";'],
      ["stacks/config.ts", 'import { TABLES } from "./definitions.ts"; import { settingsSchema } from "../packages/sources/settings.ts";'],
    ],
  },
  "another package is entered by its name": {
    rule: doors,
    caught: [
      ["packages/ledger/a.ts", 'import { sealEntry } from "../model/entry.ts";'],
      ["functions/webhook.ts", 'export { receive } from "../packages/ledger/receive.ts";'],
    ],
    passed: [["packages/sources/jira/a.ts", 'import { sealEntry } from "@change-ledger/model"; import { x } from "../json.ts";']],
  },
  "AWS's SDK has one home": {
    rule: sdk,
    caught: [
      ["packages/ledger/a.ts", 'import { S3Client } from "@aws-sdk/client-s3";'],
      ["functions/webhook.ts", 'import type { S3Client } from "@aws-sdk/client-s3";'],
      ["packages/api/a.ts", 'import { HttpRequest } from "@smithy/protocol-http";'],
    ],
    passed: [["packages/aws/a.ts", 'import { S3Client } from "@aws-sdk/client-s3";']],
  },
  "cores are pure": {
    rule: purity,
    caught: [
      ["packages/model/a.ts", 'import { readFileSync } from "node:fs";'],
      ["packages/ledger/a.ts", 'import { createServer } from "node:http";'],
      ["packages/query/a.ts", 'const { exec } = await import("node:child_process");'],
      ["packages/evidence/a.ts", 'import { createHash, randomBytes } from "node:crypto";'],
      ["packages/evidence/a.ts", 'import * as crypto from "node:crypto";'],
      ["packages/sources/github/a.ts", "export const table = process.env.TABLE;"],
      ["packages/ledger/a.ts", "export const at = Date.now();"],
      ["packages/ledger/a.ts", "export const at = new Date().toISOString();"],
      ["packages/ledger/a.ts", "export const at = Date();"],
      ["packages/ledger/a.ts", "export const dice = Math.random();"],
      ["packages/ledger/a.ts", "export const id = crypto.randomUUID();"],
      ["packages/procedure/a.ts", 'await fetch("https://example.org");'],
      ["packages/log/a.ts", "setTimeout(() => {}, 1);"],
      ["packages/query/a.ts", 'console.log("payload");'],
      ["packages/query/a.ts", "const environment = { process };"],
    ],
    passed: [
      [
        "packages/model/a.ts",
        'import { createHash } from "node:crypto"; export const d = new Date(0); const o = { process: 1 }; o.process;',
      ],
      ["packages/aws/a.ts", "export const at = Date.now();"],
    ],
  },
  "files are short": {
    rule: sizes,
    caught: [
      ["packages/model/a.ts", lines(251)],
      ["functions/webhook.ts", lines(41)],
    ],
    passed: [
      ["packages/model/a.ts", lines(250)],
      ["functions/webhook.ts", lines(40)],
    ],
  },
  "names say what a thing is": {
    rule: names,
    caught: [
      ["packages/model/utils.ts", ""],
      ["packages/model/common/entry.ts", ""],
      ["packages/model/date-helpers.ts", ""],
      ["packages/model/a.ts", "export class ChainManager {}"],
      ["packages/model/a.ts", "function parseHelper() {}"],
      ["packages/model/a.ts", "const dateUtils = {};"],
    ],
    passed: [["packages/aws/a.ts", 'import { SecretsManagerClient } from "x"; const commonest = 1;']],
  },
  "the compiler is never told to look away": {
    rule: types,
    caught: [
      ["packages/model/a.ts", "export const x: any = 1;"],
      ["functions/a.ts", "export const x = y as unknown as Map<string, any>;"],
      ["stacks/a.ts", "// @ts-ignore\nexport const x = 1;"],
      ["packages/model/a.ts", "/* @ts-nocheck */"],
    ],
    passed: [["packages/model/a.ts", 'export const any = "any"; // any']],
  },
};

describe.each(Object.entries(TRIALS))("%s", (_name, { rule, caught, passed }) => {
  it.each(caught)("catches in %s: %s", (path, code) => {
    expect(rule(parseSource(path, code))).not.toEqual([]);
  });
  it.each(passed)("lets pass in %s: %s", (path, code) => {
    expect(rule(parseSource(path, code))).toEqual([]);
  });
  it("holds in the repository", () => {
    expect(sources.flatMap(rule)).toEqual([]);
  });
});

describe("no cycles", () => {
  const files = (...all: readonly (readonly [path: string, code: string])[]) => all.map(([path, code]) => parseSource(path, code));

  it("finds one between packages, types included", () => {
    const cyclic = files(
      ["packages/model/index.ts", 'import type { X } from "@change-ledger/sources";'],
      ["packages/sources/index.ts", 'import { y } from "@change-ledger/model";'],
    );
    expect(cyclesOf(packageGraph(cyclic))).toEqual([["model", "sources", "model"]]);
  });
  it("finds one between files, types left out", () => {
    const cyclic = files(["packages/model/a.ts", 'import "./b.ts";'], ["packages/model/b.ts", 'import { a } from "./a.ts";']);
    expect(cyclesOf(fileGraph(cyclic))).toEqual([["packages/model/a.ts", "packages/model/b.ts", "packages/model/a.ts"]]);
    const typed = files(["packages/model/a.ts", 'import "./b.ts";'], ["packages/model/b.ts", 'import { type A } from "./a.ts";']);
    expect(cyclesOf(fileGraph(typed))).toEqual([]);
  });
  it("has none between packages", () => {
    expect(cyclesOf(packageGraph(sources))).toEqual([]);
  });
  it("has none between files", () => {
    expect(cyclesOf(fileGraph(sources))).toEqual([]);
  });
});

it("reads what it judges", () => {
  const areas = new Set(sources.map(({ path }) => path.split("/").slice(0, 2).join("/")));
  for (const name of ["model", "sources", "ledger", "evidence", "query", "aws", "local"] satisfies (typeof PACKAGES)[number][]) {
    expect(areas).toContain(`packages/${name}`);
  }
  // An import that the parser overlooked would be an arrow that nobody checks.
  const written = sources.reduce((sum, { text }) => sum + (text.match(/^(?:import|export)\b[^;]*?\bfrom "/gm)?.length ?? 0), 0);
  const read = sources.reduce(
    (sum, { text, imports }) => sum + imports.filter(({ specifier }) => text.includes(`from "${specifier}"`)).length,
    0,
  );
  expect(read).toBeGreaterThanOrEqual(written);
});
