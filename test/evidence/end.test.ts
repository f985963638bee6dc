import type { Entry, Fact, FactsOf } from "@change-ledger/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carriersOf, endOfChange } from "../../packages/evidence/index.ts";
import {
  CHANGE,
  chainOf,
  DEPLOYMENT,
  deploymentSubject,
  type Event,
  linked,
  lookup,
  MERGE,
  pullRequest,
  state,
  unlinked,
} from "./dossiers.ts";

const entries = (events: readonly Event[], subject = CHANGE): Entry[] => chainOf(subject, events).entries.map(({ entry }) => entry);
const OTHER = deploymentSubject("d-DEF");
const ROLLBACK = deploymentSubject("d-RB");
const elsewhere = chainOf("deployment:codedeploy/111122223333/us-east-1/d-RB", [
  { fact: lookup("Succeeded", { rollsBack: "d-ABC" }) },
]).entries.map((e) => e.entry);

const merged = pullRequest({ action: "closed", state: "merged", mergeSha: MERGE });
const closed = pullRequest({ action: "closed", state: "closed" });
const reopened = pullRequest({ action: "reopened" });
const record = (facts: Partial<FactsOf<"record">>): Fact => ({ kind: "record", facts: { action: "update", ...facts } });
const at = (second: number) => `2026-11-21T10:00:${String(second).padStart(2, "0")}.000Z`;

describe("a change", () => {
  it.each<[string, Event[], Entry[], string | undefined]>([
    ["that is open", [{ fact: pullRequest() }], [], undefined],
    ["that was merged", [{ fact: merged }], [], undefined],
    ["whose deployment runs", [{ fact: merged }, { fact: linked() }], entries([{ fact: state("InProgress") }], DEPLOYMENT), undefined],
    ["whose deployment succeeded", [{ fact: merged }, { fact: linked() }], entries([{ fact: state("Succeeded") }], DEPLOYMENT), "deployed"],
    ["whose look-up alone says succeeded", [{ fact: linked() }], entries([{ fact: lookup("Succeeded") }], DEPLOYMENT), "deployed"],
    [
      "that is no longer held to be carried",
      [{ fact: linked() }, { fact: unlinked() }],
      entries([{ fact: state("Succeeded") }], DEPLOYMENT),
      undefined,
    ],
    [
      "that is held to be carried again",
      [{ fact: unlinked() }, { fact: linked(DEPLOYMENT, 3) }],
      entries([{ fact: state("Succeeded") }], DEPLOYMENT),
      "deployed",
    ],
    ["whose deployment failed", [{ fact: linked() }], entries([{ fact: state("Failed") }], DEPLOYMENT), undefined],
    [
      "whose deployment was rolled back",
      [{ fact: linked() }],
      entries([{ fact: state("Failed") }, { fact: lookup("Failed", { rolledBackBy: "d-RB" }) }], DEPLOYMENT),
      "rolled-back",
    ],
    [
      "whose stopped deployment another rolled back",
      [{ fact: linked() }],
      [...entries([{ fact: state("Stopped") }], DEPLOYMENT), ...entries([{ fact: lookup("Succeeded", { rollsBack: "d-ABC" }) }], ROLLBACK)],
      "rolled-back",
    ],
    [
      "beside a rollback of the same id in another region",
      [{ fact: linked() }],
      [...entries([{ fact: state("Failed") }], DEPLOYMENT), ...elsewhere],
      undefined,
    ],
    [
      "that was rolled back and deployed again",
      [{ fact: linked() }, { fact: linked(OTHER) }],
      [...entries([{ fact: lookup("Failed", { rolledBackBy: "d-RB" }) }], DEPLOYMENT), ...entries([{ fact: state("Succeeded") }], OTHER)],
      "deployed",
    ],
    ["beside a deployment that does not carry it", [{ fact: linked() }], entries([{ fact: state("Succeeded") }], OTHER), undefined],
    ["that was closed", [{ fact: pullRequest() }, { fact: closed }], [], "abandoned"],
    [
      "that was closed and opened again",
      [
        { fact: closed, at: at(1) },
        { fact: reopened, at: at(2) },
      ],
      [],
      undefined,
    ],
    [
      "whose closing came late",
      [
        { fact: reopened, at: at(2) },
        { fact: closed, at: at(3) },
        { fact: pullRequest(), at: at(1) },
      ],
      [],
      "abandoned",
    ],
    [
      "whose closing and reopening bear one time",
      [
        { fact: reopened, at: at(2) },
        { fact: closed, at: at(2) },
      ],
      [],
      undefined,
    ],
    [
      "whose merge came before its closing",
      [
        { fact: merged, at: at(1) },
        { fact: closed, at: at(2) },
      ],
      [],
      undefined,
    ],
    ["of which nothing is known", [], [], undefined],
    ["whose record is under way", [{ fact: record({ state: "Implement" }) }], [], undefined],
    ["whose record says how it went while it is looked at", [{ fact: record({ state: "Review", outcome: "successful" }) }], [], undefined],
    ["whose record was closed", [{ fact: record({ state: "New" }) }, { fact: record({ state: "Closed" }), at: at(9) }], [], "closed"],
    ["whose record bears the number of closed", [{ fact: record({ state: "3" }) }], [], "closed"],
    ["whose record was closed in another language", [{ fact: record({ state: "Geschlossen", closedAt: at(1) }) }], [], "closed"],
    ["whose request to the catalogue failed", [{ fact: record({ state: "FAILED", outcome: "unsuccessful" }) }], [], "closed"],
    ["whose record was cancelled", [{ fact: record({ state: "Canceled", closedAt: at(1) }) }], [], "abandoned"],
    ["whose record bears the number of cancelled", [{ fact: record({ state: "4" }) }], [], "abandoned"],
    [
      "whose record was opened again",
      [
        { fact: record({ state: "Closed" }), at: at(1) },
        { fact: record({ state: "Implement" }), at: at(2) },
      ],
      [],
      undefined,
    ],
    [
      "whose record was closed, and approved once more",
      [
        { fact: record({ state: "Closed" }), at: at(1) },
        { fact: record({ approval: "approved" }), at: at(2) },
      ],
      [],
      "closed",
    ],
    [
      "whose record was closed and reopened at one time",
      [
        { fact: record({ state: "Implement" }), at: at(2) },
        { fact: record({ state: "Closed" }), at: at(2) },
      ],
      [],
      undefined,
    ],
    [
      "whose record was closed and cancelled at one time",
      [
        { fact: record({ state: "Canceled" }), at: at(2) },
        { fact: record({ state: "Closed" }), at: at(2) },
      ],
      [],
      "closed",
    ],
    [
      "that was deployed, whatever its record says",
      [{ fact: record({ state: "Closed" }) }, { fact: linked() }],
      entries([{ fact: state("Succeeded") }], DEPLOYMENT),
      "deployed",
    ],
  ])("%s", (_, own, deployments, end) => {
    expect(endOfChange(entries(own), deployments)).toBe(end);
  });

  it("ends the same whatever the order and repetition of its entries", () => {
    const own = entries([
      { fact: pullRequest(), at: at(1) },
      { fact: closed, at: at(2) },
      { fact: reopened, at: at(2) },
      { fact: linked() },
      { fact: unlinked() },
      { fact: linked(OTHER) },
      { fact: unlinked(OTHER, 1) },
      { fact: linked(ROLLBACK) },
      { fact: record({ state: "Closed" }), at: at(3) },
      { fact: record({ state: "Review" }), at: at(3) },
      { fact: record({ state: "Canceled" }), at: at(4) },
    ]);
    const deployments = [
      ...entries([{ fact: state("Failed") }, { fact: lookup("Failed", { rolledBackBy: "d-RB" }) }], DEPLOYMENT),
      ...entries([{ fact: state("Succeeded") }], OTHER),
    ];
    const some = (of: Entry[]) =>
      fc.subarray(of).chain((part) => fc.tuple(fc.constant(part), fc.shuffledSubarray([...part, ...part], { minLength: part.length * 2 })));
    fc.assert(
      fc.property(some(own), some(deployments), ([a, shuffledA], [b, shuffledB]) => {
        expect(carriersOf(shuffledA)).toEqual(carriersOf(a));
        expect(endOfChange(shuffledA, shuffledB)).toBe(endOfChange(a, b));
      }),
    );
  });
});
