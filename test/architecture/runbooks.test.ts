import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FUNCTIONS } from "../../stacks/definitions.ts";
import { readDocuments } from "./documents.ts";
import { ROOT } from "./source-file.ts";

const PLACE = "docs/runbooks/";
const LINES_MAX = 60;
const runbooks = readDocuments().filter(({ path }) => path.startsWith(PLACE));
const index = runbooks.find(({ path }) => path === `${PLACE}README.md`)?.text ?? "";
const others = runbooks.filter(({ path }) => path !== `${PLACE}README.md`);

/** Alarms as the stacks name them: by name, of the dead-letter queues, and of the functions that must not fail. */
function alarms(): string[] {
  const stack = readFileSync(join(ROOT, "stacks/alarms.ts"), "utf8");
  const named = [...stack.matchAll(/\balarm\("(\w+)"/g)].map(([, name = ""]) => name);
  const queues = [...stack.matchAll(/^ {4}(\w+Dlq): /gm)].map(([, name = ""]) => name);
  const failing = /Object\.entries\(\{\s*(\w+: [^}]*)\}\)\)\s*alarm\(`\$\{name\}Errors`/.exec(stack)?.[1] ?? "";
  const functions = [...failing.matchAll(/(\w+): /g)].map(([, name]) => `${name}Errors`);
  // Each way of making one is known: whoever finds another must tell this test of it.
  expect(stack.match(/\balarm\(/g)).toHaveLength(named.length + 2);
  expect([queues.length > 0, functions.length > 0]).toEqual([true, true]);
  return [...named, ...queues, ...functions];
}

describe("runbooks", () => {
  it("are there for each alarm, whose sign names it, and for no other", () => {
    const rows = [...index.matchAll(/^\| ([\w, ]+) \| \[([\w-]+\.md)\]\(\2\) \|$/gm)].filter(([, names = ""]) => /^[A-Z]/.test(names));
    const told = rows.flatMap(([, names = "", file = ""]) => names.split(", ").map((name) => ({ name, file })));
    expect(told.map(({ name }) => name).sort()).toEqual(alarms().sort());
    for (const { name, file } of told)
      expect(/^\*\*Sign\.\*\* (?:.+\n)+/m.exec(others.find(({ path }) => path === `${PLACE}${file}`)?.text ?? "")?.[0], file).toContain(
        name,
      );
  });
  it("are all in the index", () => {
    for (const { path } of others) expect(index).toContain(`(${path.slice(PLACE.length)})`);
  });
  it("name logs as the stacks name them", () => {
    for (const { path, text } of runbooks)
      for (const [, group = ""] of text.matchAll(/aws logs tail (\S+)/g)) {
        const [, name = ""] = /^\/change-ledger\/<stage>\/(\w+|<function>)$/.exec(group) ?? [];
        expect([path, group, name === "<function>" || Object.hasOwn(FUNCTIONS, name)]).toEqual([path, group, true]);
      }
  });
  it("are tried, each under its own name, by the test that they lead to", () => {
    const trial = readFileSync(join(ROOT, "test/end-to-end/runbooks.test.ts"), "utf8");
    const named = others
      .filter(({ text }) => text.includes("](../../test/end-to-end/runbooks.test.ts)"))
      .map(({ path }) => path.slice(PLACE.length));
    expect([...trial.matchAll(/describe\("([\w-]+\.md)"/g)].map(([, name]) => name).sort()).toEqual(named.sort());
  });
  it("say sign, meaning, what to do, when it is well again and what tries them, on one page", () => {
    for (const { path, text } of others) {
      expect(text, path).toMatch(/^\*\*Sign\.\*\* /m);
      expect(text, path).toMatch(/^\*\*What it means\.\*\* /m);
      expect(text, path).toMatch(/^## (?:Well again when|How to see it)$/m);
      expect(text, path).toMatch(/\bTried by \[/);
      expect(text.trimEnd().split("\n").length, path).toBeLessThanOrEqual(LINES_MAX);
    }
  });
});
