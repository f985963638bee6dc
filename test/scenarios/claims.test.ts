import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { documentWith } from "../procedure/document.ts";
import { claimTables, SECTIONS } from "./claims/document.ts";
import { SCENARIOS } from "./index.ts";

const claims = SECTIONS.flatMap((section) => section.claims);
const scenarios = new Map(SCENARIOS.map((scenario) => [scenario.number, scenario]));
const texts = new Map<string, string>();

function textOf(path: string): string {
  const url = new URL(`../../${path}`, import.meta.url);
  const known = texts.get(path) ?? (existsSync(url) ? readFileSync(url, "utf8") : "");
  texts.set(path, known);
  return known;
}

// What changes in code changes nothing here: a mutation run leaves it out.
describe.skipIf(process.env["MUTATION_RUN"] !== undefined)("the claims of the requirement", () => {
  it("are each held by scenarios and tests that there are", () => {
    const missing = claims.flatMap(({ id, by }) => {
      if (by.length === 0) return [`${id}: nothing`];
      return by.flatMap((one) => {
        if (typeof one === "number") return scenarios.has(one) ? [] : [`${id}: ${one}`];
        const [path = "", title = ""] = one.split(": ");
        return title !== "" && textOf(path).includes(title) ? [] : [`${id}: ${one}`];
      });
    });
    expect(missing).toEqual([]);
  });
  it("of an audit test are held by scenarios that expect something of it", () => {
    const beside = claims.flatMap(({ id, by }) => {
      const test = id.split(".")[0] as "T1";
      return test.startsWith("T") ? by.filter((one) => typeof one === "number" && scenarios.get(one)?.expects[test] === undefined) : [];
    });
    expect(beside).toEqual([]);
  });
  it("leave no scenario out", () => {
    const named = new Set(claims.flatMap(({ by }) => by));
    expect(SCENARIOS.map(({ number }) => number).filter((number) => !named.has(number))).toEqual([]);
  });
  it("are docs/coverage.md (UPDATE_DOCS=1 writes it)", () => {
    const { found, expected } = documentWith("docs/coverage.md", { claims: claimTables() });
    expect(found).toBe(expected);
  });
});
