import { OUTCOMES, type Outcome, type Subject } from "@change-ledger/model";
import type { Assessment } from "../assess.ts";
import { CONTROLS } from "../controls/catalogue.ts";
import type { Control } from "../controls/control.ts";
import type { ControlVerdict } from "../controls/judged.ts";
import { worse } from "../tests/verdict.ts";

/** A change that a control is not satisfied by, or not yet. */
export interface ControlException {
  readonly change: Subject;
  readonly outcome: Outcome;
  /** Tests and steps that made it so. */
  readonly because: readonly string[];
}

/** A control over a period: how many changes it is satisfied by, and by which it is not. */
export interface ControlOverPeriod {
  readonly control: Control;
  /** The worst over the changes; `not-evidenced`: the ledger's evidence cannot speak to it. */
  readonly outcome: ControlVerdict["outcome"];
  readonly counts: Readonly<Record<Outcome, number>>;
  /** Where it is not satisfied, pending, or cannot be assessed. */
  readonly exceptions: readonly ControlException[];
}

/** Adds up what assessments say of controls: what it holds grows with the exceptions alone. */
export class ControlTally {
  readonly #counts = new Map<string, Record<Outcome, number>>();
  readonly #exceptions = new Map<string, ControlException[]>();

  /** Each change once. */
  add({ change, controls }: Pick<Assessment, "change" | "controls">): void {
    for (const { control, outcome, because } of controls) {
      if (outcome === "not-evidenced") continue;
      const counts = this.#counts.get(control) ?? none();
      counts[outcome]++;
      this.#counts.set(control, counts);
      if (outcome === "satisfied" || outcome === "not-applicable") continue;
      const exceptions = this.#exceptions.get(control) ?? [];
      exceptions.push({ change, outcome, because });
      this.#exceptions.set(control, exceptions);
    }
  }

  /** In the catalogue's order. */
  controls(): ControlOverPeriod[] {
    return CONTROLS.map((control) => {
      const counts = this.#counts.get(control.id) ?? none();
      const worst = OUTCOMES.filter((outcome) => counts[outcome] > 0).reduce(worse, "not-applicable");
      const outcome = control.evidence === "none" ? "not-evidenced" : worst;
      return { control, outcome, counts, exceptions: this.#exceptions.get(control.id) ?? [] };
    });
  }
}

function none(): Record<Outcome, number> {
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
}
