import type { Case } from "../dossier/case.ts";
import type { Of } from "../dossier/recorded.ts";
import { notAssessable, notSatisfied, pending, satisfied, type Verdict } from "./verdict.ts";

type Check = Of<"verified">["entry"]["facts"]["check"];

/**
 * What the latest run of a check of the record itself says of this dossier: T2's new normalisation, T18's chains, log and locked evidence. The runs are entries; the
 * test does not do their work again.
 */
export function verification(of: Case, check: Check, what: string): Verdict {
  const runs = of.buckets.verified.filter(({ entry }) => entry.facts.check === check);
  const furthest = runs.reduce((upTo, { entry }) => (entry.facts.upTo > upTo ? entry.facts.upTo : upTo), "");
  const run = runs.findLast(({ entry }) => entry.facts.upTo === furthest);
  const remedy = "Run the verifier over the ledger, and have it record what it found.";
  if (run === undefined) return notAssessable(`${check}-never-verified`, `${what}: no verification of the ${check} is on record.`, remedy);
  const { facts } = run.entry;
  const fault = facts.faults.find(({ subject }) => subject === of.change || of.buckets.all.some(({ entry }) => entry.subject === subject));
  if (fault !== undefined)
    return notSatisfied(
      `${check}-fault`,
      `${what}: the verification found ${fault.code} in ${fault.subject}${fault.seq === undefined ? "" : ` at ${fault.seq}`}.`,
      "Keep both as they are, find out when they came to differ, and report it: nothing in the ledger is ever repaired by overwriting.",
      run,
      of.buckets.all.find(({ entry }) => entry.subject === fault.subject && entry.seq === fault.seq),
    );
  if (facts.faulty > facts.faults.length)
    return notAssessable(
      `${check}-faults-not-listed`,
      `${what}: the verification found ${facts.faulty} faults and names only ${facts.faults.length}; whether this change is among the others is not known.`,
      "Mend what is named and run it again.",
      run,
    );
  // A run's own entry lies on the audit chain, after what it looked at.
  if (of.buckets.newest > facts.upTo)
    return pending(`${check}-not-verified-yet`, `${what}: what was recorded after ${facts.upTo} was not verified yet.`, run);
  return satisfied(`${what}: the verification of the ${check} up to ${facts.upTo} found no fault here.`, run);
}
