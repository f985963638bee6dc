import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { documentWith } from "../procedure/document.ts";
import { scenarioList } from "./document.ts";
import { verdictLines } from "./said.ts";

const VERDICTS = new URL("./verdicts.txt", import.meta.url);

// A mutation run asks thousands of times, and the assessments below hold every sentence.
describe.skipIf(process.env["MUTATION_RUN"] !== undefined)("docs/SCENARIOS.md", () => {
  it("is what the scenarios say (UPDATE_DOCS=1 writes it)", () => {
    const { found, expected } = documentWith("docs/SCENARIOS.md", { scenarios: scenarioList() });
    expect(found).toBe(expected);
  });
});

describe("every scenario's assessment", () => {
  it("is in all its parts what it was when somebody last looked (UPDATE_DOCS=1 writes verdicts.txt)", () => {
    if (process.env["UPDATE_DOCS"] !== undefined) writeFileSync(VERDICTS, `${[...verdictLines()].join("\n")}\n`);
    const expected = readFileSync(VERDICTS, "utf8").trimEnd().split("\n");
    let nth = 0;
    for (const line of verdictLines()) expect(line).toBe(expected[nth++]);
    expect(nth).toBe(expected.length);
  });
});
