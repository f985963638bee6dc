import { readQuestion, readScope } from "@change-ledger/workpapers";
import { describe, expect, it } from "vitest";

const TEXTS = {
  nonce: "4 4 2 6",
  method: "fixed25",
  confidence: "95",
  tolerable: "5",
  expected: "0",
  model: "binomial",
  strata: undefined,
  replacements: "5",
};

describe("a question for a sample, as people write it", () => {
  it("is a size, or what a size follows from", () => {
    expect(readQuestion(TEXTS)).toEqual({ nonce: "4 4 2 6", method: { name: "fixed", size: 25 }, replacements: 5 });
    expect(readQuestion({ ...TEXTS, method: "attribute", model: "hypergeometric", strata: "each" })).toEqual({
      nonce: "4 4 2 6",
      method: { name: "attribute", confidencePercent: 95, tolerablePercent: 5, expectedDeviations: 0, model: "hypergeometric" },
      strata: "each",
      replacements: 5,
    });
  });
  it.each([
    [{ method: "fixed26" }, "expected fixed25, fixed40 or attribute, got fixed26"],
    [{ nonce: "" }, "the sample: nonce"],
    [{ replacements: "many" }, "the sample: replacements"],
    [{ strata: "some" }, "the sample: strata"],
    [{ method: "attribute", model: "poisson" }, "the sample: method"],
  ])("is refused with its place: %o", (other, said) => {
    expect(readQuestion({ ...TEXTS, ...other })).toContain(said);
  });
  it("is about a scope of patterns, each once, in order", () => {
    expect(readScope("github/acme/*, codedeploy/123456789012,github/acme/*")).toEqual(["codedeploy/123456789012", "github/acme/*"]);
    expect(readScope("")).toContain("expected patterns like");
  });
});
