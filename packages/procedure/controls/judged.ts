import type { Outcome } from "@change-ledger/model";
import type { StepResult, TestResult } from "../assess.ts";
import type { Step } from "../procedures/block.ts";
import { worse } from "../tests/verdict.ts";
import { type Evidencing, evidencing } from "./evidencing.ts";

/** What a change's tests and steps say of a control. */
export interface ControlVerdict {
  readonly control: string;
  /** `not-evidenced`: the ledger's evidence cannot speak to it. */
  readonly outcome: Outcome | "not-evidenced";
  /** Tests and steps that made it worse than satisfied. */
  readonly because: readonly string[];
}

interface Wanted extends Evidencing {
  readonly names: readonly string[];
}

const prepared = new WeakMap<readonly Step[], readonly Wanted[]>();

function wantedBy(steps: readonly Step[]): readonly Wanted[] {
  const known = prepared.get(steps);
  if (known !== undefined) return known;
  const made = evidencing(steps).map((one) => ({ ...one, names: [...one.tests, ...one.steps.map((step) => `step-${step}`)] }));
  prepared.set(steps, made);
  return made;
}

/** One verdict a control of the catalogue, in its order: the worst of what evidences it. @param of the steps that were judged */
export function controlVerdicts(
  of: readonly Step[],
  tests: readonly TestResult[],
  steps: readonly StepResult[],
): readonly ControlVerdict[] {
  const outcomes = new Map<string, Outcome>();
  for (const { test, outcome } of tests) outcomes.set(test, outcome);
  for (const { number, outcome } of steps) outcomes.set(`step-${number}`, outcome);
  return wantedBy(of).map(({ control, names }): ControlVerdict => {
    if (names.length === 0) return { control: control.id, outcome: "not-evidenced", because: [] };
    let outcome: Outcome = "not-applicable";
    for (const name of names) outcome = worse(outcome, outcomes.get(name) ?? "not-applicable");
    const because = outcome === "satisfied" || outcome === "not-applicable" ? [] : names.filter((name) => outcomes.get(name) === outcome);
    return { control: control.id, outcome, because };
  });
}
