import { canonicalBytes, type Subject } from "@change-ledger/model";
import { assess, defaultConfiguration, findingChanges, inForce, ProcedureError, type Recorded } from "@change-ledger/procedure";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainOf } from "../query/chain.ts";
import { changeFacts, commitFacts, deploymentFacts, refFacts, ticketFacts } from "../query/told.ts";
import { configured } from "../scenarios/configured.ts";
import { SCENARIOS } from "../scenarios/index.ts";
import { play } from "../scenarios/scenario.ts";

const CHANGE: Subject = "change:github/acme/shop/pull/1";
const AS_OF = "2026-11-22T00:00:00.000Z";
const rules = configured();
/** A mutation run (docs/mutation.md) asks thousands of times. */
const RUNS = process.env["MUTATION_RUN"] === undefined ? 300 : 5;

describe("an assessment", () => {
  const played = SCENARIOS.filter((_, nth) => RUNS === 300 || nth % 9 === 0).map(play);

  it("is plain JSON that RFC 8785 can write, the same for the same inputs", () => {
    for (const { dossier, inForce: of, asOf, assessment } of played) {
      const again = assess(dossier, of, asOf);
      expect(Buffer.compare(canonicalBytes(assessment), canonicalBytes(again))).toBe(0);
      expect(JSON.parse(JSON.stringify(assessment))).toEqual(assessment);
    }
  });
  it("rests on entries of the dossier alone, and names them by their hashes", () => {
    for (const { dossier, assessment } of played) {
      const hashes = new Map(dossier.entries.map(({ entry, hash }) => [`${entry.subject} ${entry.seq}`, hash]));
      for (const { restsOn } of [...assessment.tests, ...assessment.findings, ...assessment.obligations])
        for (const { subject, seq, hash } of restsOn) expect(hashes.get(`${subject} ${seq}`)).toBe(hash);
    }
  });
  it("gives every finding a remedy and an id of its own, and none where nothing is wrong", () => {
    for (const { assessment } of played) {
      const ids = assessment.findings.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { remedy, because, id } of assessment.findings) {
        expect(remedy.length, id).toBeGreaterThan(10);
        expect(because.endsWith("."), because).toBe(true);
      }
      const wrong = [...assessment.tests, ...assessment.steps].some(({ outcome }) => outcome === "not-satisfied");
      expect(assessment.findings.length > 0).toBe(wrong);
      expect(assessment.outcome === "not-satisfied").toBe(wrong);
    }
  });
  it("says what to do wherever something is wrong or cannot be told", () => {
    for (const { assessment } of played)
      for (const { outcome, remedy, test, code } of assessment.tests)
        if (outcome === "not-satisfied" || outcome === "not-assessable") expect(remedy, `${test} ${code}`).toBeTruthy();
  });
  it("never shows a control as satisfied that nothing evidences, or whose tests are not", () => {
    for (const { assessment } of played)
      for (const { control, outcome, because } of assessment.controls) {
        if (/8\.6|8\.8|8\.14|A\.12\.1\.3|A\.12\.6|A\.17|SR82/.test(control)) expect(outcome).toBe("not-evidenced");
        else if (outcome !== "satisfied" && outcome !== "not-applicable") expect(because.length, control).toBeGreaterThan(0);
      }
    const book = played[0]?.assessment.controls.find(({ control }) => control === "soc2/CC8.1/approves");
    expect(book?.outcome).toBe("satisfied");
  });
  it("satisfies nothing that needs to know somebody, by the safe configuration", () => {
    const nobody = inForce(defaultConfiguration());
    for (const { dossier, asOf } of played) {
      const { tests } = assess(dossier, nobody, asOf);
      for (const { test, outcome } of tests)
        if (["T4", "T5", "T9", "T10", "T11", "T12"].includes(test)) expect([test, outcome]).not.toEqual([test, "satisfied"]);
    }
  });
  it("asks for an instant", () => {
    for (const asOf of ["", "2026-11-22", "2026-11-22T00:00:00Z", "now"])
      expect(() => assess({ change: CHANGE, entries: [] }, rules, asOf)).toThrow(ProcedureError);
  });
  it("of nothing satisfies nothing", () => {
    for (const change of [
      CHANGE,
      "change:github/acme/shop/push/x",
      "change:codedeploy/1/eu/d-1",
      "change:servicenow/CHG1",
      "change:github/a",
    ] as const) {
      const { tests, outcome } = assess({ change, entries: [] }, rules, AS_OF);
      // An empty dossier's entries do link to each other; that says nothing of chains that were not given.
      expect(tests.filter((one) => one.outcome === "satisfied")).toEqual([]);
      expect(outcome).not.toBe("satisfied");
    }
  });
});

describe("whatever senders say", () => {
  const chains: readonly (readonly [Subject, fc.Arbitrary<Parameters<typeof chainOf>[1]>])[] = [
    [CHANGE, changeFacts],
    ["ref:github/acme/shop/refs/heads/main", refFacts],
    [`commit:github/acme/shop/${"a".repeat(40)}`, commitFacts],
    ["ticket:jira/PAY-1", ticketFacts],
    ["deployment:codedeploy/1/eu-west-1/d-1", deploymentFacts],
    ["deployment:codedeploy/1/eu-west-1/d-2", deploymentFacts],
  ];
  const dossiers = fc
    .tuple(...chains.map(([, facts]) => facts))
    .map((told) => told.map((facts, at) => chainOf(chains[at]?.[0] as Subject, facts)));
  const outcomes = (entries: readonly Recorded[]) => {
    const { tests, findings, steps } = assess({ change: CHANGE, entries }, rules, AS_OF);
    return {
      tests: tests.map(({ test, outcome, code }) => `${test} ${outcome} ${code}`),
      findings: findings.map(({ id }) => id),
      steps: steps.map(({ outcome }) => outcome),
    };
  };

  it("is judged the same in any order, doubled or not, and never stops the judge", () => {
    fc.assert(
      fc.property(dossiers, fc.infiniteStream(fc.nat()), (told, numbers) => {
        const entries = told.flat();
        const expected = outcomes(entries);
        const keys = new Map(entries.map((entry) => [entry, numbers.next().value ?? 0]));
        const mixed = entries.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
        expect(outcomes(mixed)).toEqual(expected);
        expect(outcomes([...mixed, ...entries])).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
  });
  it("is judged the same in whatever order it was put into chains", () => {
    const facts = fc.tuple(...chains.map(([, one]) => one));
    const sealed = (told: readonly Parameters<typeof chainOf>[1][]) => told.flatMap((one, at) => chainOf(chains[at]?.[0] as Subject, one));
    fc.assert(
      fc.property(facts, (told) => {
        // Of two events with one id and time the ledger keeps the first: ids are made unique here.
        const unique = told.map((list, chain) => list.map((one, at) => ({ ...one, id: `${one.id}/${chain}/${at}` })));
        expect(outcomes(sealed(unique.map((list) => list.toReversed())))).toEqual(outcomes(sealed(unique)));
      }),
      { numRuns: RUNS },
    );
  });
});

describe("findings from one assessment to the next", () => {
  it("open when they are new and are resolved when they are gone", () => {
    const { assessment } = play(SCENARIOS.find(({ number }) => number === 402) as (typeof SCENARIOS)[number]);
    const all = findingChanges([], assessment.findings);
    expect(all.opened).toEqual(assessment.findings);
    const ids = assessment.findings.map(({ id }) => id);
    expect(findingChanges(ids, assessment.findings)).toEqual({ opened: [], resolved: [] });
    expect(findingChanges(["x#T1/gap", ...ids.slice(1)], assessment.findings)).toEqual({
      opened: assessment.findings.slice(0, 1),
      resolved: ["x#T1/gap"],
    });
  });
  it("carry a waiver that was in force when the change went out, and stay", () => {
    const scenario = SCENARIOS.find(({ number }) => number === 402) as (typeof SCENARIOS)[number];
    const waiver = (from: string, until: string, changes = ["change:github/acme/*"]) => {
      const waivers = [{ id: "w", tests: ["T4"], changes, approvedBy: "lee", reason: "legacy", from, until }];
      const { assessment } = play({ ...scenario, configuration: { waivers } });
      return assessment.findings.filter(({ test }) => test === "T4").map((finding) => finding.waiver);
    };
    expect(waiver("2026-10-01T00:00:00Z", "2026-12-01T00:00:00Z")).toEqual(["w"]);
    expect(waiver("2026-10-01T00:00:00Z", "2026-12-01T00:00:00Z", ["change:github/acme/shop/pull/1"])).toEqual(["w"]);
    expect(waiver("2026-10-01T00:00:00Z", "2026-12-01T00:00:00Z", ["change:github/other/*"])).toEqual([undefined]);
    expect(waiver("2026-11-03T00:00:00Z", "2026-12-01T00:00:00Z")).toEqual([undefined]);
    expect(waiver("2026-10-01T00:00:00Z", "2026-11-02T08:00:00Z")).toEqual([undefined]);
  });
});
