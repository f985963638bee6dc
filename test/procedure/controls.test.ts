import { AUDIT_TESTS, CONTROLS, evidencing, type Step, type StepResult, TEST_IDS, type TestResult } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { controlVerdicts } from "../../packages/procedure/controls/judged.ts";

type Outcome = TestResult["outcome"];

/** A step of a company's own that serves these controls. */
const step = (number: number, ...controls: readonly string[]): Step => ({
  number,
  title: "x",
  who: ["developer"],
  requires: [{ block: "branch" }],
  tests: [],
  controls: [...controls],
});
/** Verdicts by control, of tests and steps that are all satisfied but for these: `outcome because`. */
const judged = (of: readonly Step[], worse: Readonly<Record<string, Outcome>>, otherwise: Outcome = "satisfied") => {
  const tests = TEST_IDS.map((test) => ({ test, outcome: worse[test] ?? otherwise }) as TestResult);
  const steps = of.map(({ number }) => ({ number, outcome: worse[`step-${number}`] ?? otherwise }) as StepResult);
  const verdicts = controlVerdicts(of, tests, steps);
  expect(verdicts.map(({ control }) => control)).toEqual(CONTROLS.map(({ id }) => id));
  return (id: string) => {
    const { outcome, because = [] } = verdicts.find(({ control }) => control === id) ?? {};
    return [outcome, ...because].join(" ");
  };
};
/** Of a control the tests whose sheets name it. */
const testsOf = (id: string) => AUDIT_TESTS.filter(({ sheet }) => sheet.controls.includes(id)).map((test) => test.id);
const APPROVES = "soc2/CC8.1/approves";

describe("what tests and steps say of a control", () => {
  const [first, second] = testsOf(APPROVES) as [string, string];

  it("is the worst of what evidences it, and names whatever is as bad", () => {
    const steps = () => [step(3, APPROVES), step(7, "soc2/CC8.1/tests"), step(8, APPROVES)];
    expect(judged(steps(), {})(APPROVES)).toBe("satisfied");
    expect(judged(steps(), { [first]: "pending" })(APPROVES)).toBe(`pending ${first}`);
    expect(judged(steps(), { [first]: "pending", [second]: "not-satisfied" })(APPROVES)).toBe(`not-satisfied ${second}`);
    expect(judged(steps(), { [first]: "not-satisfied", "step-8": "not-satisfied", "step-3": "pending" })(APPROVES)).toBe(
      `not-satisfied ${first} step-8`,
    );
    expect(judged(steps(), { "step-3": "not-assessable" })(APPROVES)).toBe("not-assessable step-3");
    expect(judged(steps(), { "step-7": "not-satisfied" })(APPROVES)).toBe("satisfied");
    const strange = TEST_IDS.find((test) => !testsOf(APPROVES).includes(test)) as string;
    expect(judged(steps(), { [strange]: "not-satisfied" })(APPROVES)).toBe("satisfied");
  });
  it("is that it does not apply where nothing that evidences it does", () => {
    expect(judged([step(1, APPROVES)], {}, "not-applicable")(APPROVES)).toBe("not-applicable");
    expect(judged([step(1, APPROVES)], { "step-1": "satisfied" }, "not-applicable")(APPROVES)).toBe("satisfied");
  });
  it("is nothing of a control that the ledger cannot speak to, whatever a company's step claims", () => {
    for (const { id, evidence } of CONTROLS) {
      const verdict = judged([step(1, id)], {})(id);
      expect([id, verdict]).toEqual([id, { ledger: "satisfied", none: "not-evidenced" }[evidence]]);
    }
    expect(evidencing([step(1, "chi/SR82")]).find(({ control }) => control.id === "chi/SR82")).toMatchObject({ tests: [], steps: [] });
  });
});

describe("the same matter in other frameworks", () => {
  const seenBy = (id: string) => CONTROLS.filter(({ see = [] }) => see.includes(id)).map((control) => control.id);
  const of = (id: string) => CONTROLS.find((control) => control.id === id);

  it("is named both ways of ISO's two numberings", () => {
    for (const { id, framework } of CONTROLS.filter((control) => /^ISO/.test(control.framework))) {
      const others = [...seenBy(id), ...(of(id)?.see ?? [])].map((other) => of(other)?.framework);
      expect([id, others.length > 0 && others.every((other) => other !== framework)]).toEqual([id, true]);
    }
    for (const { id } of CONTROLS.filter(({ framework }) => framework === "ISO/IEC 27001:2022"))
      expect([id, of(id)?.see]).toEqual([id, [seenBy(id)[0]]]);
  });
  it("is named by HITRUST's own categories, and evidenced alike", () => {
    const evidence = evidencing([step(1, "hitrust/12.a")]);
    const [own, ...same] = ["hitrust/12.a", "hitrust/09.b", "hitrust/10.k"].map((id) => evidence.find(({ control }) => control.id === id));
    expect(own?.steps).toEqual([1]);
    for (const one of same) {
      expect([one?.tests, one?.steps]).toEqual([own?.tests, own?.steps]);
      expect(one?.control.see).toEqual(["hitrust/12.a"]);
      expect(own?.control.see).toContain(one?.control.id);
    }
  });
  it("has no note where there is nothing to note", () => {
    for (const control of CONTROLS)
      if ("note" in control) expect([control.id, (control.note ?? "").length > 0]).toEqual([control.id, true]);
  });
});
