import type { Entry, FactsOf } from "@change-ledger/model";
import { compareText } from "../order.ts";
import type { PeriodSpan } from "../timeline/period.ts";
import type { LogDifference } from "./certificate.ts";
import { type IndependentList, listSchema } from "./independent-list.ts";
import { inScope } from "./scope.ts";

/** What the reconcilers put on record: lists that others keep, and what they found when they compared ledger and log. */
export class RecordedChecks {
  readonly #period: PeriodSpan;
  readonly #scope: readonly string[] | undefined;
  /** By system, scope and form. */
  readonly #windows = new Map<string, IndependentList[]>();
  #compared: { readonly at: string; readonly facts: FactsOf<"verified"> } | undefined;

  constructor(period: PeriodSpan, scope: readonly string[] | undefined) {
    this.#period = period;
    this.#scope = scope;
  }

  add(entry: Entry): void {
    if (entry.kind === "verified" && entry.facts.check === "log") this.#verified(entry.facts);
    else if (entry.kind === "reconciled") this.#reconciled(entry.facts);
  }

  /** All of ledger and log was compared after the period had ended: what was written meanwhile is not the period's. */
  #verified(facts: FactsOf<"verified">): void {
    if (facts.upTo < this.#period.to || (this.#compared !== undefined && this.#compared.at >= facts.upTo)) return;
    this.#compared = { at: facts.upTo, facts };
  }

  #reconciled({ system, scope, from, to, list }: FactsOf<"reconciled">): void {
    if (list === undefined) return;
    const subject = scope.startsWith("ref:") ? scope : `deployment:${system}/${scope}`;
    if (to <= this.#period.from || from >= this.#period.to || !inScope(this.#scope, subject as Entry["subject"])) return;
    const window = listSchema.parse({ system, scope, from, to, ...list });
    const key = JSON.stringify([system, scope, window.form]);
    this.#windows.set(key, [...(this.#windows.get(key) ?? []), window]);
  }

  /** Sorted. What touches is one list: the reconcilers ask for some time after the other. */
  lists(): IndependentList[] {
    return [...this.#windows].sort(([a], [b]) => compareText(a, b)).flatMap(([, windows]) => joined(windows));
  }

  differences(): LogDifference[] | undefined {
    if (this.#compared === undefined) return undefined;
    const { faults, faulty } = this.#compared.facts;
    const told = faults.map(({ subject, seq, code }) => ({ kind: code, subject, ...(seq !== undefined && { seq }) }));
    // Only the first are on record one by one; that there are more must not be lost.
    return faulty > faults.length ? [...told, { kind: `and ${faulty - faults.length} more` }] : told;
  }
}

/** Of the same time what was asked for last holds. */
function joined(windows: readonly IndependentList[]): IndependentList[] {
  const lists: IndependentList[] = [];
  for (const window of windows.toSorted(
    (a, b) => compareText(a.from, b.from) || compareText(b.askedAt, a.askedAt) || compareText(b.to, a.to),
  )) {
    const last = lists.at(-1);
    if (last !== undefined && window.to <= last.to) continue;
    const whole = last === undefined ? undefined : join(last, window);
    if (whole === undefined) lists.push(window);
    else lists[lists.length - 1] = whole;
  }
  return lists;
}

/** One list of two that touch; undefined where the first was asked for before its time was over, or they do not touch. */
function join(a: IndependentList, b: IndependentList): IndependentList | undefined {
  if (a.to !== b.from || a.askedAt < a.to) return undefined;
  const { to, askedAt } = b;
  if (a.form === "deployments" && b.form === "deployments") return { ...a, to, askedAt, deployments: [...a.deployments, ...b.deployments] };
  if (a.form === "updates" && b.form === "updates") return { ...a, to, askedAt, updates: [...a.updates, ...b.updates] };
  return undefined;
}
