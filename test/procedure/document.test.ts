import { FACT_KINDS } from "@change-ledger/model";
import { AUDIT_TESTS, CONTROLS, ENG_PROC_003, evidencing, TEST_IDS } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { controls, documentWith, sheets, steps } from "./document.ts";

describe("docs/procedure.md", () => {
  it("is what the sheets, the procedure and the catalogue say (UPDATE_DOCS=1 writes it)", () => {
    const { found, expected } = documentWith("docs/procedure.md", { steps: steps(), sheets: sheets(), controls: controls() });
    expect(found).toBe(expected);
  });
});

describe("the sheets", () => {
  it("are of T1 to T18, in order", () => {
    expect(AUDIT_TESTS.map(({ id }) => id)).toEqual(TEST_IDS);
  });
  it.each(AUDIT_TESTS.map((test) => [test.id, test.sheet] as const))(
    "%s names controls and facts that there are, and says everything",
    (_id, sheet) => {
      const ids = new Set(CONTROLS.map(({ id }) => id));
      expect(sheet.controls.filter((control) => !ids.has(control))).toEqual([]);
      expect(sheet.controls.length).toBeGreaterThan(0);
      expect(sheet.restsOn.filter((kind) => !(FACT_KINDS as readonly string[]).includes(kind))).toEqual([]);
      for (const text of Object.values(sheet)) expect(text.length).toBeGreaterThan(0);
    },
  );
});

describe("the control catalogue", () => {
  const evidence = evidencing(ENG_PROC_003.steps.normal);

  it("says of every control what evidences it, or that nothing does", () => {
    for (const { control, tests, steps: of } of evidence) {
      if (control.evidence === "none")
        expect([control.id, tests, of, control.note?.startsWith("Not evidenced here")]).toEqual([control.id, [], [], true]);
      else expect(tests.length + of.length, control.id).toBeGreaterThan(0);
    }
  });
  it("holds every reference of the requirement", () => {
    const references = new Set(CONTROLS.map(({ reference }) => reference));
    for (const one of [
      ..."07.a 07.b 07.c 12.a 09.b 10.k CC8.1 A.9.4.5 A.12.1.3 A.12.6 A.17.2 A.17.2.1 8.4 8.6 8.8 8.14 A.12.1.2 8.32 A.6.1.2 5.3 SR80 SR81 SR82".split(
        " ",
      ),
      "45 CFR § 164.312(b)",
      "45 CFR § 164.312(c)(1)",
    ])
      expect(references, one).toContain(one);
    expect(CONTROLS.filter(({ reference }) => reference === "CC8.1")).toHaveLength(15);
  });
  it("has each id once, and cross-references that there are", () => {
    const ids = CONTROLS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { see } of CONTROLS) for (const other of see ?? []) expect(ids).toContain(other);
  });
  it("maps the procedure's steps as its own table does", () => {
    const stepsOf = (id: string) => evidence.find(({ control }) => control.id === id)?.steps;
    expect(stepsOf("hitrust/07.a")).toEqual([1, 2, 3, 4, 5, 6]);
    expect(stepsOf("hitrust/07.b")).toEqual([2, 3, 4]);
    expect(stepsOf("hitrust/07.c")).toEqual([5]);
    expect(stepsOf("hitrust/12.a")).toEqual([1, 2, 3, 4, 5, 6]);
    expect(stepsOf("hipaa/164.312(b)")).toEqual([1, 2, 3, 4, 5, 6]);
    expect(stepsOf("hipaa/164.312(c)(1)")).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
