import type { SealedEntry } from "@change-ledger/model";
import {
  type Certificate,
  certify,
  drawSample,
  type IndependentList,
  type Population,
  PopulationTally,
  population,
  type Sample,
} from "@change-ledger/query";
import { chainOf } from "../chain.ts";
import {
  AS_OF,
  assessed,
  DEPLOYMENTS,
  deployed,
  HISTORY,
  inLog,
  LOG,
  linesOf,
  linked,
  lookup,
  MAIN,
  merged,
  pull,
  push,
  QUESTION,
  state,
} from "./trial.ts";

/** The example of docs/formats.md: a merge, its deployment, and a push that no pull request claims, before which an update is lost. */
const ENTRIES: readonly SealedEntry[] = [
  ...chainOf(MAIN, [push(3, "a", "b"), push(9, "c", "d")]),
  ...chainOf(pull(1), [merged(1, "b"), linked(deployed("d-1")), assessed("standard")]),
  ...chainOf(deployed("d-1"), [state(4, "InProgress"), lookup(4)]),
];
export const LISTS: readonly IndependentList[] = [{ ...DEPLOYMENTS, deployments: [{ id: deployed("d-1") }] }, HISTORY];
export const examplePopulation = (): Population => population(QUESTION, inLog(ENTRIES));
export const exampleCertificate = (): Certificate =>
  certify({
    population: examplePopulation(),
    lists: LISTS,
    expected: [{ system: "github", scope: "github/acme/shop" }],
    log: { ...LOG, size: 7 },
    certifiedAt: AS_OF,
  });
export const NONCE = "seven dice: 4 1 6 6 2 5 3";
export function exampleSample(): Sample {
  const found = examplePopulation();
  const lines = linesOf(found);
  const tally = new PopulationTally();
  for (const [at, item] of found.items.entries()) tally.add(item, lines[at] ?? new Uint8Array());
  return drawSample(tally.head(), lines, { nonce: NONCE, method: { name: "fixed", size: 25 }, replacements: 5 });
}
