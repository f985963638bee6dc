import { describe, expect, it } from "vitest";
import { documentWith } from "../procedure/document.ts";
import { scenarioList } from "./document.ts";

describe("docs/SCENARIOS.md", () => {
  it("is what the scenarios say (UPDATE_DOCS=1 writes it)", () => {
    const { found, expected } = documentWith("docs/SCENARIOS.md", { scenarios: scenarioList() });
    expect(found).toBe(expected);
  });
});
