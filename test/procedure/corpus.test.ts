import { readFileSync } from "node:fs";
import type { Subject } from "@change-ledger/model";
import { AUDIT_TESTS, Case, inForce, readConfiguration } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { corpusLedger, HERE, truth } from "./corpus.ts";

if (!HERE) console.warn("test/procedure/corpus.test.ts: skipped, since ../shared/corpus is not there");

const AS_OF = "2023-07-15T00:00:00.000Z";

function configured() {
  const read = readConfiguration(readFileSync(new URL("../../docs/examples/cargo.config.yaml", import.meta.url), "utf8"), AS_OF);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return inForce(read);
}

describe.skipIf(!HERE)("half a year of real changes, judged (needs ../shared/corpus)", () => {
  const ledger = HERE ? corpusLedger() : undefined;
  const rules = configured();
  const changes = HERE ? truth().changes : [];
  const judged = new Map(
    changes.map(({ number }) => {
      const change: Subject = `change:github/acme/cargo/pull/${number}`;
      const of = new Case((ledger as NonNullable<typeof ledger>).dossier(change), rules, AS_OF);
      return [number, new Map(AUDIT_TESTS.map((test) => [test.id, test.judge(of)]))];
    }),
  );

  it("finds four eyes wanting in exactly the twelve, each for its reason", () => {
    const found = [...judged].flatMap(([number, verdicts]) => {
      const verdict = verdicts.get("T4");
      return verdict?.outcome === "satisfied" ? [] : [`${number} ${verdict?.code} ${verdict?.outcome}`];
    });
    expect(found.sort()).toEqual(
      truth()
        .summary.fourEyesNotSatisfied.map((said) => `${said} not-satisfied`)
        .sort(),
    );
  });
  it("finds no ticket for exactly the changes that have none", () => {
    const found = [...judged].flatMap(([number, verdicts]) => (verdicts.get("T3")?.outcome === "satisfied" ? [] : [number]));
    expect(found).toHaveLength(310);
    expect(found.sort()).toEqual(
      changes
        .filter(({ tickets }) => tickets.length === 0)
        .map(({ number }) => number)
        .sort(),
    );
    for (const number of found) expect(judged.get(number)?.get("T3")).toMatchObject({ outcome: "not-satisfied", code: "unticketed" });
  });
  it("finds no direct push", () => {
    expect([...judged.values()].filter((verdicts) => verdicts.get("T6")?.outcome !== "satisfied")).toEqual([]);
  });
  it("finds that what was approved is what was merged, but where nobody approved", () => {
    const found = [...judged]
      .filter(([, verdicts]) => verdicts.get("T5")?.outcome !== "satisfied")
      .map(([number, verdicts]) => [number, verdicts.get("T5")?.because]);
    expect(found).toEqual([[12010, expect.stringContaining("no approval that counts")]]);
  });
});
