import type { Subject } from "@change-ledger/model";
import type { StepResult, TestResult } from "./assess.ts";
import type { Case } from "./dossier/case.ts";
import { compareText } from "./dossier/recorded.ts";
import type { TestId } from "./procedures/block.ts";
import type { Rest, Verdict } from "./tests/verdict.ts";

/** A test or a requirement that is not satisfied. */
export interface Finding {
  /** Stable: `<change>#T4/no-approval`. The same cause has the same id in every assessment of the change. */
  readonly id: string;
  readonly change: Subject;
  /** The audit test; of a requirement that no test judges the step: `step-2/template`. */
  readonly test: string;
  readonly code: string;
  readonly because: string;
  readonly remedy: string;
  readonly restsOn: readonly Rest[];
  /** Id of the waiver that permits the departure; the finding stays. */
  readonly waiver?: string;
}

/** Something still to come, and when it becomes a finding without anybody looking. */
export interface Obligation {
  readonly id: string;
  readonly change: Subject;
  readonly test: TestId;
  readonly code: string;
  readonly because: string;
  /** RFC 3339, UTC, milliseconds: assess again then. */
  readonly dueAt: string;
  readonly restsOn: readonly Rest[];
}

/** In order of test and step; of a test's parts each one that is not satisfied. */
export function findingsOf(of: Case, tests: readonly TestResult[], steps: readonly StepResult[]): readonly Finding[] {
  const found: Finding[] = [];
  const add = (name: string, verdict: Verdict) => {
    const { code, because, remedy, restsOn } = verdict;
    const waiver = waiverFor(of, name);
    const id = `${of.change}#${name}/${code}`;
    if (found.some((known) => known.id === id)) return;
    found.push({
      id,
      change: of.change,
      test: name,
      code,
      because,
      // What is not satisfied always says what to do.
      remedy: remedy as string,
      restsOn,
      ...(waiver !== undefined && { waiver }),
    });
  };
  for (const result of tests) {
    // Stryker disable next-line ConditionalExpression: where none of it is as bad there is nothing to look for
    if (result.outcome !== "not-satisfied") continue;
    for (const part of result.parts ?? [result]) if (part.outcome === "not-satisfied") add(result.test, part);
  }
  const judged = new Set(found.map(({ code }) => code));
  for (const { number, requirements } of steps)
    for (const result of requirements) {
      if (result.outcome !== "not-satisfied") continue;
      // What an audit test says already is one finding, not one a step.
      if (judged.has(result.code) && result.block !== "approval") continue;
      if (result.code === "no-pull-request" || result.code === "unrecorded-commit") continue;
      add(`step-${number}/${result.block}`, result);
    }
  return found;
}

/** In order of time, of one time in that of the tests. */
export function obligationsOf(of: Case, tests: readonly TestResult[]): readonly Obligation[] {
  const found: Obligation[] = [];
  for (const result of tests)
    for (const { code, because, dueAt, restsOn } of result.parts ?? [result]) {
      if (dueAt === undefined) continue;
      found.push({ id: `${of.change}#${result.test}/${code}`, change: of.change, test: result.test, code, because, dueAt, restsOn });
    }
  return found.sort((a, b) => compareText(a.dueAt, b.dueAt));
}

/** A waiver in force when the change went to production, else when it came to its branch, else now. */
function waiverFor(of: Case, name: string): string | undefined {
  const { waivers } = of.inForce.configuration;
  const at = of.releasedAt ?? of.pull?.mergedAt ?? of.arrival?.push.at ?? of.asOf;
  return waivers.find(
    ({ tests, changes, from, until }) =>
      tests.includes(name) &&
      Date.parse(from) <= Date.parse(at) &&
      Date.parse(at) < Date.parse(until) &&
      changes.some((change) => (change.endsWith("*") ? of.change.startsWith(change.slice(0, -1)) : change === of.change)),
  )?.id;
}

/** What an `assessed` entry says: findings that are new since the last assessment, and ids of those that are gone. */
export interface FindingChanges {
  readonly opened: readonly Finding[];
  readonly resolved: readonly string[];
}

/** @param before ids of the findings that were open; empty for a change that was never assessed */
export function findingChanges(before: Iterable<string>, now: readonly Finding[]): FindingChanges {
  const were = new Set(before);
  const are = new Set(now.map(({ id }) => id));
  return { opened: now.filter(({ id }) => !were.has(id)), resolved: [...were].filter((id) => !are.has(id)).sort() };
}
