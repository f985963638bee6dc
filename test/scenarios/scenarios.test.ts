import type { Outcome } from "@change-ledger/model";
import { type Assessment, AUDIT_TESTS, assess, type TestId } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { seeded, shuffled } from "../../packages/local/seeded.ts";
import { readAnew } from "./configured.ts";
import { SCENARIOS } from "./index.ts";
import { Ledger } from "./ledger.ts";
import { said } from "./said.ts";
import { type Played, play, type Scenario } from "./scenario.ts";

const MUTATION_RUN = process.env["MUTATION_RUN"] !== undefined;
const SHUFFLES = 20;

function judged({ change, inForce, asOf }: Played, ledger: Ledger): object {
  return said(assess(ledger.dossier(change), inForce, asOf), ledger);
}

/** The scenario's ledger, had its events arrived in other orders, and twice. */
function otherwise({ scenario, arrived }: Played): Ledger[] {
  const random = seeded(scenario.number);
  const shuffles = Array.from({ length: SHUFFLES }, () => new Ledger(shuffled(arrived, random)));
  return [...shuffles, new Ledger([...arrived, ...arrived])];
}

// A mutation run (docs/mutation.md) asks thousands of times: then one other order, doubled, told once.
const holder = globalThis as typeof globalThis & { scenariosTurned?: Map<number, Ledger> };
holder.scenariosTurned ??= new Map();
const turned = holder.scenariosTurned;
function once({ scenario: { number }, arrived }: Played): Ledger[] {
  const known = turned.get(number) ?? new Ledger(shuffled([...arrived, ...arrived], seeded(number)));
  turned.set(number, known);
  return [known];
}

function expectVerdicts({ expects, findings, due }: Scenario, assessment: Assessment): void {
  const outcomes = Object.entries(expects).map(([test, expected]) => {
    const found = assessment.tests.find((one) => one.test === test);
    return [test, (expected as string).includes(" ") ? `${found?.outcome} ${found?.code}` : found?.outcome];
  });
  expect(Object.fromEntries(outcomes)).toEqual(expects);
  const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id.slice(id.indexOf("#") + 1));
  if (findings !== undefined) expect(ids(assessment.findings)).toEqual(expect.arrayContaining([...findings]));
  if (due !== undefined) expect(ids(assessment.obligations)).toEqual(expect.arrayContaining([...due]));
}

// The whole assessments in verdicts.txt hold what each scenario tells of: a mutation run asks a part for the orders of arrival alone.
const asked = SCENARIOS.filter((_, nth) => !MUTATION_RUN || nth % 6 === 0);

describe.each(asked.map((scenario) => [scenario.number, scenario.title, scenario] as const))("%i %s", (_number, _title, scenario) => {
  const played = play(scenario);
  const { assessment } = played;

  it("gives the verdicts that it tells of", () => {
    expectVerdicts(scenario, assessment);
  });

  it("gives them in every order of arrival, and when everything comes twice", () => {
    const { change, ledger, dossier, inForce, asOf } = played;
    const expected = said(assessment, ledger);
    for (const other of MUTATION_RUN ? once(played) : otherwise(played)) expect(judged(played, other)).toEqual(expected);
    const { entries } = dossier;
    expect(said(assess({ change, entries: [...entries, ...entries.toReversed()] }, inForce, asOf), ledger)).toEqual(expected);
  });
});

describe("a configuration that is read again", () => {
  it("judges as it did", () => {
    const read = new Set<string>();
    for (const scenario of SCENARIOS) {
      const text = JSON.stringify(scenario.configuration);
      if (read.has(text)) continue;
      read.add(text);
      const { dossier, asOf } = play(scenario);
      expectVerdicts(scenario, assess(dossier, readAnew(scenario.configuration), asOf));
    }
  });
});

const FOUR: readonly Outcome[] = ["satisfied", "not-satisfied", "pending", "not-applicable"];
const FIVE: readonly Outcome[] = [...FOUR, "not-assessable"];
const VERIFIED: readonly Outcome[] = ["satisfied", "not-satisfied", "pending", "not-assessable"];
const CLAIMED: readonly Outcome[] = ["satisfied", "not-satisfied", "not-applicable"];
/** Every outcome that a test can have. */
const POSSIBLE: Readonly<Record<TestId, readonly Outcome[]>> = {
  T1: FIVE,
  T2: VERIFIED,
  T3: FIVE,
  T4: FIVE,
  T5: FIVE,
  T6: FIVE,
  T7: FIVE,
  T8: FIVE,
  T9: FIVE,
  T10: FIVE,
  T11: FIVE,
  T12: FIVE,
  T13: FIVE,
  T14: FOUR,
  T15: [...CLAIMED, "not-assessable"],
  T16: CLAIMED,
  T17: FIVE,
  T18: VERIFIED,
};

describe("the scenarios together", () => {
  it("show every audit test with each outcome that it can have", () => {
    for (const { id } of AUDIT_TESTS) {
      const shown = SCENARIOS.filter(({ about }) => about === id).map(({ expects }) => expects[id]?.split(" ")[0]);
      expect([...new Set(shown)].sort(), id).toEqual([...POSSIBLE[id]].sort());
    }
  });
  it("are numbered upwards, each once", () => {
    const numbers = SCENARIOS.map(({ number }) => number);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(numbers.length).toBeGreaterThanOrEqual(80);
  });
});
