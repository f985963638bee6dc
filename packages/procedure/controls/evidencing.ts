import type { Step, TestId } from "../procedures/block.ts";
import { AUDIT_TESTS } from "../tests/index.ts";
import { CONTROLS } from "./catalogue.ts";
import type { Control } from "./control.ts";

/** What evidences a control: audit tests, and steps of a procedure by number. */
export interface Evidencing {
  readonly control: Control;
  readonly tests: readonly TestId[];
  readonly steps: readonly number[];
}

/** Cross-references that are evidenced by what evidences the other. */
const SAME_AS: Readonly<Record<string, string>> = { "hitrust/09.b": "hitrust/12.a", "hitrust/10.k": "hitrust/12.a" };

/** From control to tests and to those of a procedure's steps; the other way round a test's sheet and a step name their controls. */
export function evidencing(steps: readonly Step[]): readonly Evidencing[] {
  return CONTROLS.map((control) => {
    const id = SAME_AS[control.id] ?? control.id;
    if (control.evidence === "none") return { control, tests: [], steps: [] };
    return {
      control,
      tests: AUDIT_TESTS.filter(({ sheet }) => sheet.controls.includes(id)).map(({ id: test }) => test),
      steps: steps.filter(({ controls }) => controls.includes(id)).map(({ number }) => number),
    };
  });
}
