import { readFileSync } from "node:fs";
import type { Subject } from "@change-ledger/model";
import {
  type Assessment,
  assess,
  inForce,
  judgeRestoration,
  readConfiguration,
  resolveRestoration,
  type TestId,
  unseenCommits,
} from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import type { Ledger } from "../scenarios/ledger.ts";
import { corpusLedger, HERE, truth } from "./corpus.ts";

if (!HERE) console.warn("test/procedure/corpus.test.ts: skipped, since ../shared/corpus is not there");

const AS_OF = "2023-07-15T00:00:00.000Z";

function configured() {
  const read = readConfiguration(readFileSync(new URL("../../docs/examples/cargo.config.yaml", import.meta.url), "utf8"), AS_OF);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return inForce(read);
}

describe.skipIf(!HERE)("half a year of real changes, judged (needs ../shared/corpus)", () => {
  const ledger = (HERE ? corpusLedger() : undefined) as Ledger;
  const rules = configured();
  const changes = HERE ? truth().changes : [];
  const changeOf = (number: number): Subject => `change:github/acme/cargo/pull/${number}`;
  const judged = new Map(
    changes.map(({ number }): [number, Assessment] => [number, assess(ledger.dossier(changeOf(number)), rules, AS_OF)]),
  );
  const verdict = (number: number, test: TestId) => judged.get(number)?.tests.find((one) => one.test === test);
  const wanting = (test: TestId) => [...judged.keys()].filter((number) => verdict(number, test)?.outcome !== "satisfied");

  it("finds four eyes wanting in exactly the twelve, each for its reason", () => {
    const found = wanting("T4").map((number) => `${number} ${verdict(number, "T4")?.code} ${verdict(number, "T4")?.outcome}`);
    const expected = truth().summary.fourEyesNotSatisfied.map((said) => `${said} not-satisfied`);
    expect(found).toHaveLength(12);
    expect(found.sort()).toEqual(expected.sort());
  });
  it("finds no ticket for exactly the changes that have none", () => {
    const found = wanting("T3");
    expect(found).toHaveLength(310);
    expect(found.sort()).toEqual(
      changes
        .filter(({ tickets }) => tickets.length === 0)
        .map(({ number }) => number)
        .sort(),
    );
    for (const number of found) expect(verdict(number, "T3")).toMatchObject({ outcome: "not-satisfied", code: "unticketed" });
  });
  it("finds no direct push", () => {
    expect(judged.size).toBe(375);
    expect(wanting("T6")).toEqual([]);
  });
  it("finds that what was approved is what was merged, but where nobody approved: by SHA, however commits are dated", () => {
    expect(wanting("T5").map((number) => [number, verdict(number, "T5")?.code])).toEqual([[12010, "head-not-approved"]]);
  });
  it("infers a bypass where four eyes were wanting, and nowhere else", () => {
    expect(wanting("T7").sort()).toEqual(wanting("T4").sort());
  });
  it("finds the checks of every merged head", () => {
    const checks = [...judged].filter(([, { steps }]) => steps[2]?.outcome !== "satisfied");
    expect(checks).toEqual([]);
  });
  it("counts none of the three failed deployments as success, and judges each rollback by the revision that it put back", () => {
    const { deployments } = truth();
    const subject = (id: string): Subject => `deployment:codedeploy/123456789012/us-east-1/${id}`;
    const failed = deployments.filter(({ outcome }) => outcome === "failed");
    const rollbacks = deployments.filter(({ outcome }) => outcome === "rollback");
    expect([failed.length, rollbacks.length]).toEqual([3, 3]);
    const owner = (commit: string | undefined) => {
      const number = changes.find(({ mergeSha }) => mergeSha === commit)?.number;
      return number === undefined ? undefined : judged.get(number);
    };
    const verdicts = rollbacks.map(({ id, rollsBack }) => {
      const entries = [subject(id), subject(rollsBack ?? "")].flatMap((of) => ledger.chains.get(of) ?? []);
      const restoration = resolveRestoration(subject(id), entries, AS_OF);
      return judgeRestoration(restoration, owner(restoration.commit));
    });
    const expected = rollbacks.map(({ revision }) => changes.find(({ mergeSha }) => mergeSha === revision)?.fourEyes);
    expect(expected).toEqual(["satisfied", "satisfied", "satisfied"]);
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(expected);
    expect(verdicts.map(({ because }) => because)).toEqual(rollbacks.map(({ revision }) => expect.stringContaining(revision.slice(0, 12))));
    for (const { id } of failed) {
      const carried = [...judged.values()].filter(({ change }) =>
        ledger.chains.get(change)?.some(({ entry }) => entry.kind === "linked" && entry.facts.deployment === subject(id)),
      );
      expect(carried.length).toBeGreaterThan(0);
      for (const { tests } of carried) {
        const said = tests.find(({ test }) => test === "T14")?.parts?.at(-1)?.because ?? "";
        expect(said).toContain(`${id} was rolled back by`);
      }
    }
  });
  it("lists unseen commits of exactly the twelve", () => {
    const found = changes.filter(({ number }) => unseenCommits(ledger.dossier(changeOf(number)), rules, AS_OF).length > 0);
    expect(found.map(({ number }) => number).sort()).toEqual(wanting("T4").sort());
  });
});
