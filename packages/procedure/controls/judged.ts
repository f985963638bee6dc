import type { Outcome } from "@change-ledger/model";
import type { StepResult, TestResult } from "../assess.ts";
import { type Step, TEST_IDS } from "../procedures/block.ts";
import { BY_WEIGHT, weightOf } from "../tests/verdict.ts";
import { evidencing } from "./evidencing.ts";

/** What a change's tests and steps say of a control. */
export interface ControlVerdict {
  readonly control: string;
  /** `not-evidenced`: the ledger's evidence cannot speak to it. */
  readonly outcome: Outcome | "not-evidenced";
  /** Tests and steps that made it worse than satisfied. */
  readonly because: readonly string[];
}

/** A control and where its evidence lies: indexes of tests, and of steps; and the verdicts on it that name nothing, which are the same for every change. */
interface Wanted {
  readonly id: string;
  readonly tests: readonly number[];
  readonly steps: readonly number[];
  readonly notEvidenced: ControlVerdict | undefined;
  readonly satisfied: ControlVerdict;
  readonly notApplicable: ControlVerdict;
}

const prepared = new WeakMap<readonly Step[], readonly Wanted[]>();
const NONE: readonly string[] = Object.freeze([]);

function prepare(steps: readonly Step[]): readonly Wanted[] {
  const made = evidencing(steps).map(({ control: { id, evidence }, tests, steps: numbers }): Wanted => {
    const plain = (outcome: ControlVerdict["outcome"]): ControlVerdict => Object.freeze({ control: id, outcome, because: NONE });
    return {
      id,
      tests: tests.map((test) => TEST_IDS.indexOf(test)),
      steps: numbers.map((number) => steps.findIndex((step) => step.number === number)),
      notEvidenced: evidence === "none" ? plain("not-evidenced") : undefined,
      satisfied: plain("satisfied"),
      notApplicable: plain("not-applicable"),
    };
  });
  // Stryker disable next-line CallExpression: kept for speed alone
  prepared.set(steps, made);
  return made;
}

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
  const ofTests = tests.map(({ outcome }) => weightOf(outcome));
  const ofSteps = steps.map(({ outcome }) => weightOf(outcome));
  return (prepared.get(of) ?? prepare(of)).map((wanted): ControlVerdict => {
    if (wanted.notEvidenced !== undefined) return wanted.notEvidenced;
    let worst = 0;
    for (const at of wanted.tests) worst = Math.max(worst, ofTests[at] as number);
    for (const at of wanted.steps) worst = Math.max(worst, ofSteps[at] as number);
    const outcome = BY_WEIGHT[worst] as Outcome;
    if (outcome === "satisfied") return wanted.satisfied;
    if (outcome === "not-applicable") return wanted.notApplicable;
    const because: string[] = [];
    for (const at of wanted.tests) if (ofTests[at] === worst) because.push(TEST_IDS[at] as string);
    for (const at of wanted.steps) if (ofSteps[at] === worst) because.push(`step-${(steps[at] as StepResult).number}`);
    return { control: wanted.id, outcome, because };
  });
}
