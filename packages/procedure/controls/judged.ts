import type { Outcome } from "@change-ledger/model";
import type { StepResult, TestResult } from "../assess.ts";
import { type Step, TEST_IDS } from "../procedures/block.ts";
import { worse } from "../tests/verdict.ts";
import { evidencing } from "./evidencing.ts";

/** What a change's tests and steps say of a control. */
export interface ControlVerdict {
  readonly control: string;
  /** `not-evidenced`: the ledger's evidence cannot speak to it. */
  readonly outcome: Outcome | "not-evidenced";
  /** Tests and steps that made it worse than satisfied. */
  readonly because: readonly string[];
}

/** A control and where its evidence lies: indexes of tests, and of steps. */
interface Wanted {
  readonly id: string;
  readonly tests: readonly number[];
  readonly steps: readonly number[];
}

const prepared = new WeakMap<readonly Step[], readonly Wanted[]>();

function wantedBy(steps: readonly Step[]): readonly Wanted[] {
  const known = prepared.get(steps);
  if (known !== undefined) return known;
  const made = evidencing(steps).map(({ control, tests, steps: numbers }) => ({
    id: control.id,
    tests: tests.map((test) => TEST_IDS.indexOf(test)),
    steps: numbers.map((number) => steps.findIndex((step) => step.number === number)),
  }));
  prepared.set(steps, made);
  return made;
}

const NONE: readonly string[] = [];

/**
 * One verdict a control of the catalogue, in its order: the worst of what evidences it.
 * @param of the procedure's steps that were judged
 * @param tests T1 to T18, in order
 */
export function controlVerdicts(
  of: readonly Step[],
  tests: readonly TestResult[],
  steps: readonly StepResult[],
): readonly ControlVerdict[] {
  return wantedBy(of).map(({ id, tests: atTests, steps: atSteps }): ControlVerdict => {
    if (atTests.length === 0 && atSteps.length === 0) return { control: id, outcome: "not-evidenced", because: NONE };
    let outcome: Outcome = "not-applicable";
    for (const at of atTests) outcome = worse(outcome, (tests[at] as TestResult).outcome);
    for (const at of atSteps) outcome = worse(outcome, (steps[at] as StepResult).outcome);
    if (outcome === "satisfied" || outcome === "not-applicable") return { control: id, outcome, because: NONE };
    const because = [
      ...atTests.filter((at) => tests[at]?.outcome === outcome).map((at) => TEST_IDS[at] as string),
      ...atSteps.filter((at) => steps[at]?.outcome === outcome).map((at) => `step-${steps[at]?.number}`),
    ];
    return { control: id, outcome, because };
  });
}
