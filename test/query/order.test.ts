import { canonicalBytes, openEntry, type Subject } from "@change-ledger/model";
import { type ChangeSummary, evolve, type Summary, viewChange } from "@change-ledger/query";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainOf, foldAll, shown, type Told } from "./chain.ts";
import { changeFacts, commitFacts, deploymentFacts, refFacts, ticketFacts } from "./told.ts";

const chains: readonly (readonly [Subject, fc.Arbitrary<Told[]>])[] = [
  ["change:github/acme/cargo/pull/7", changeFacts],
  ["change:github/acme/cargo/push/1234", changeFacts],
  ["change:servicenow/CHG1", fc.oneof(changeFacts, ticketFacts)],
  ["deployment:codedeploy/1/eu-west-1/d-3", deploymentFacts],
  ["ticket:jira/PAY-12", ticketFacts],
  ["commit:github/acme/cargo/1234", commitFacts],
  ["ref:github/acme/cargo/refs/heads/main", refFacts],
];

describe.each(chains)("%s", (subject, facts) => {
  const shuffled = facts.chain((told) =>
    fc.tuple(fc.constant(told), fc.shuffledSubarray(told, { minLength: told.length, maxLength: told.length })),
  );

  it("is given entries that the ledger would hold", () => {
    fc.assert(
      fc.property(facts, (told) => chainOf(subject, told).every(({ bytes }) => openEntry(bytes).entry.subject === subject)),
      { numRuns: 30 },
    );
  });

  it("shows the same whatever the order in which its facts arrived", () => {
    fc.assert(
      fc.property(shuffled, ([told, otherwise]) => {
        expect(shown(foldAll(chainOf(subject, otherwise)))).toEqual(shown(foldAll(chainOf(subject, told))));
      }),
    );
  });

  it("is not changed by an entry folded before, and does not skip one", () => {
    fc.assert(
      fc.property(facts, fc.nat(), (told, pick) => {
        const chain = chainOf(subject, told);
        const state = foldAll(chain);
        const again = chain[pick % chain.length];
        expect(again && evolve(subject, state, again)).toEqual({ state });
        const [after] = chainOf(subject, [...told, ...told, ...told.slice(0, 1)]).slice(-1);
        expect(after && evolve(subject, state, after)).toEqual({ gap: { expected: told.length, got: told.length * 2 } });
      }),
      { numRuns: 30 },
    );
  });

  it("can be stored as canonical JSON and folded on from there", () => {
    fc.assert(
      fc.property(facts, facts, (first, second) => {
        const chain = chainOf(subject, [...first, ...second]);
        const half = foldAll(chain.slice(0, first.length));
        let state: Summary = JSON.parse(Buffer.from(canonicalBytes(half)).toString());
        for (const sealed of chain.slice(first.length)) {
          const folded = evolve(subject, state, sealed);
          if (folded && "state" in folded) state = folded.state;
        }
        expect(state).toEqual(foldAll(chain));
      }),
      { numRuns: 30 },
    );
  });
});

it("views of a change show the same whatever the order", () => {
  const subject: Subject = "change:github/acme/cargo/pull/7";
  const view = (told: readonly Told[]) => ({ ...viewChange(foldAll(chainOf(subject, told)) as ChangeSummary), chain: undefined });
  fc.assert(fc.property(changeFacts, (told) => void expect(view(told.toReversed())).toEqual(view(told))));
});

it("has no summary for chains that are read as they are", () => {
  const [entry] = chainOf("audit:default", [{ kind: "other", facts: {}, at: "2023-01-01T00:00:00.000Z", id: "1" }]);
  expect(entry && evolve("audit:default", undefined, entry)).toBeUndefined();
});
