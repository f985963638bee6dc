import type { Outcome } from "@change-ledger/model";
import { type Assessment, AUDIT_TESTS, assess, type TestId } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { seeded, shuffled } from "../../packages/local/seeded.ts";
import { SCENARIOS } from "./index.ts";
import { type Arrived, Ledger } from "./ledger.ts";
import { type Played, play } from "./scenario.ts";

const SHUFFLES = 20;

/** What an assessment says, entries named by the sender's event instead of their place. */
function said(assessment: Assessment, ledger: Ledger): object {
  const names = new Map(
    [...ledger.chains.values()]
      .flat()
      .map(({ entry }) => [`${entry.subject} ${entry.seq}`, `${entry.subject} ${entry.source.id} ${entry.part?.index ?? 0}`]),
  );
  return JSON.parse(JSON.stringify(assessment), (key, value: unknown) =>
    key === "restsOn"
      ? [...new Set((value as { subject: string; seq: number }[]).map(({ subject, seq }) => names.get(`${subject} ${seq}`)))].sort()
      : value,
  );
}

function judged({ change, inForce, asOf }: Played, arrived: readonly Arrived[]): object {
  const ledger = new Ledger(arrived);
  return said(assess(ledger.dossier(change), inForce, asOf), ledger);
}

describe.each(SCENARIOS.map((scenario) => [scenario.number, scenario.title, scenario] as const))("%i %s", (_number, _title, scenario) => {
  const played = play(scenario);
  const { assessment } = played;

  it("gives the verdicts that it tells of", () => {
    const outcomes = Object.entries(scenario.expects).map(([test, expected]) => {
      const found = assessment.tests.find((one) => one.test === test);
      return [test, (expected as string).includes(" ") ? `${found?.outcome} ${found?.code}` : found?.outcome];
    });
    expect(Object.fromEntries(outcomes)).toEqual(scenario.expects);
    const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id.slice(id.indexOf("#") + 1));
    if (scenario.findings !== undefined) expect(ids(assessment.findings)).toEqual(expect.arrayContaining([...scenario.findings]));
    if (scenario.due !== undefined) expect(ids(assessment.obligations)).toEqual(expect.arrayContaining([...scenario.due]));
  });

  it("gives them in every order of arrival, and when everything comes twice", () => {
    const expected = judged(played, played.arrived);
    const random = seeded(scenario.number);
    for (let nth = 0; nth < SHUFFLES; nth++) expect(judged(played, shuffled(played.arrived, random))).toEqual(expected);
    expect(judged(played, [...played.arrived, ...played.arrived])).toEqual(expected);
    const ledger = new Ledger(played.arrived);
    const { entries } = ledger.dossier(played.change);
    expect(
      said(assess({ change: played.change, entries: [...entries, ...entries.toReversed()] }, played.inForce, played.asOf), ledger),
    ).toEqual(expected);
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
  T13: FOUR,
  T14: FOUR,
  T15: CLAIMED,
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
