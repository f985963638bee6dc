import { OUTCOMES, type Outcome } from "@change-ledger/model";
import type { Assessment } from "../assess.ts";
import type { InForce } from "../configuration/in-force.ts";
import { CHANGE_TYPES, type ChangeType, TEST_IDS, type TestId } from "../procedures/block.ts";
import { notApplicable, notSatisfied, satisfied, type Verdict } from "../tests/verdict.ts";

type Counts<K extends string> = Readonly<Record<K, number>>;

/** A period's numbers. */
export interface PeriodSummary {
  readonly changes: number;
  readonly types: Counts<ChangeType>;
  readonly outcomes: Counts<Outcome>;
  /** By test, how often each outcome. */
  readonly tests: Readonly<Record<TestId, Counts<Outcome>>>;
  readonly findings: number;
  /** Of them those that a waiver permits. */
  readonly waived: number;
  /** Percent, of the changes that were claimed to be emergencies. */
  readonly emergencyPercent: number;
  /** T13 for the period. */
  readonly emergencyShare: Verdict;
}

/** Adds up assessments one by one: what it holds does not grow with their number. */
export class PeriodTally {
  readonly #limitPercent: number;
  readonly #types = zero(CHANGE_TYPES);
  readonly #outcomes = zero(OUTCOMES);
  readonly #tests = Object.fromEntries(TEST_IDS.map((test) => [test, zero(OUTCOMES)])) as Record<TestId, Record<Outcome, number>>;
  #changes = 0;
  #findings = 0;
  #waived = 0;

  constructor(inForce: InForce) {
    this.#limitPercent = inForce.configuration.emergency.sharePercent;
  }

  /** Each change once: its latest assessment. Changes that never went anywhere (abandoned) are left out by the caller's population. */
  add({ type, outcome, tests, findings }: Assessment): void {
    this.#changes++;
    // An unfounded emergency was one all the same, as far as its share goes.
    this.#types[type.claimed]++;
    this.#outcomes[outcome]++;
    for (const result of tests) this.#tests[result.test][result.outcome]++;
    this.#findings += findings.length;
    for (const { waiver } of findings) if (waiver !== undefined) this.#waived++;
  }

  summary(): PeriodSummary {
    const emergencies = this.#types.emergency;
    const percent = this.#changes === 0 ? 0 : (100 * emergencies) / this.#changes;
    return {
      changes: this.#changes,
      types: { ...this.#types },
      outcomes: { ...this.#outcomes },
      tests: structuredClone(this.#tests),
      findings: this.#findings,
      waived: this.#waived,
      emergencyPercent: percent,
      emergencyShare: this.#share(emergencies, percent),
    };
  }

  #share(emergencies: number, percent: number): Verdict {
    if (this.#changes === 0) return notApplicable("no-changes", "Emergency: there were no changes in the period.");
    const words = `${emergencies} of ${this.#changes} changes were called emergencies (${percent.toFixed(1)} %)`;
    if (percent > this.#limitPercent)
      return notSatisfied(
        "emergency-share",
        `Emergency: ${words}, more than the ${this.#limitPercent} % that the configuration allows.`,
        "Find out why: work that is called an emergency to go round the procedure, or systems that fail too often.",
      );
    return satisfied(`Emergency: ${words}.`);
  }
}

function zero<K extends string>(names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;
}
