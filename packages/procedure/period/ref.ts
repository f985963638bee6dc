import type { Subject } from "@change-ledger/model";
import type { InForce } from "../configuration/in-force.ts";
import { sortIntoBuckets } from "../dossier/buckets.ts";
import { continuityOf, type Lapse } from "../dossier/protection.ts";
import { type Push, pushesOf, refName } from "../dossier/pushes.ts";
import type { Recorded } from "../dossier/recorded.ts";
import { lapseWords } from "../tests/t17-continuity.ts";
import { notApplicable, notAssessable, notSatisfied, satisfied, short, type Verdict } from "../tests/verdict.ts";

/** A span of time: from (with) to (without), RFC 3339, UTC, milliseconds. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** What T1, T8 and T17 say of a branch over a period, one verdict for each thing that is wrong, or one that all is well. */
export interface RefAssessment {
  readonly ref: Subject;
  readonly period: Period;
  /** T1: pushes that begin where no other ended. */
  readonly completeness: readonly Verdict[];
  /** T8: forced pushes, deletions. */
  readonly rewrite: readonly Verdict[];
  /** T17: each lapse, for the whole time that it lasted. */
  readonly continuity: readonly Verdict[];
  readonly lapses: readonly Lapse[];
}

/**
 * Judges a branch over a period by its own chain and those of the rule sets that concern it.
 * @param ref `ref:github/acme/cargo/refs/heads/main`
 * @param entries the ref's chain and the rule sets' chains; what lies before the period is needed to know what was in force when it began
 */
export function assessRef(ref: Subject, entries: readonly Recorded[], inForce: InForce, period: Period, asOf: string): RefAssessment {
  const buckets = sortIntoBuckets({ change: ref, entries }, asOf);
  const home = ref.slice("ref:".length, ref.indexOf("/refs/"));
  const pushes = pushesOf(buckets.pushes).filter((push) => push.ref === ref);
  // Without a push nobody said that it is not the default branch.
  const isDefault = pushes.at(-1)?.isDefault ?? true;
  const repository = inForce.repository(home);
  const name = refName(ref);
  if (!repository.isProtected(name, isDefault)) {
    const verdict = [notApplicable("not-protected", `${name} is no protected branch.`)];
    return { ref, period, completeness: verdict, rewrite: verdict, continuity: verdict, lapses: [] };
  }
  const within = pushes.filter(({ at }) => period.from <= at && at < period.to);
  const continuity = continuityOf(buckets, home, name, isDefault, repository.rules.protection);
  const lapses = continuity.lapses.filter(({ from, until }) => from < period.to && (until === undefined || until > period.from));
  return {
    ref,
    period,
    completeness: orWell(gaps(within, pushes, name), satisfied(`Completeness: every push to ${name} begins where another ended.`)),
    rewrite: orWell(rewrites(within, name), satisfied(`Rewrite: every push to ${name} went forward.`)),
    continuity:
      continuity.since === undefined || continuity.since >= period.to
        ? [
            notAssessable(
              "protection-unknown",
              `Continuity: nothing is on record of what protected ${name}.`,
              "Have GitHub send its rules' events.",
            ),
          ]
        : orWell(
            lapses.map((lapse) =>
              notSatisfied(
                "lapsed",
                `Continuity: ${lapseWords(lapse)}.`,
                "Put it back; review what came in while it was gone.",
                lapse.began,
                lapse.ended,
              ),
            ),
            satisfied(`Continuity: nothing that protects ${name} lapsed.`, continuity.told),
          ),
    lapses,
  };
}

function orWell(wrong: readonly Verdict[], well: Verdict): readonly Verdict[] {
  return wrong.length > 0 ? wrong : [well];
}

function gaps(within: readonly Push[], all: readonly Push[], name: string): Verdict[] {
  const ends = new Set(all.map(({ after }) => after));
  const first = all[0];
  return within
    .filter((push) => push !== first && !push.created && !ends.has(push.before))
    .map((push) =>
      notSatisfied(
        "gap",
        `Completeness: the push to ${name} at ${push.at} begins at ${short(push.before)}, where no recorded push ended.`,
        "Have the missing push delivered again.",
        push.told,
      ),
    );
}

function rewrites(within: readonly Push[], name: string): Verdict[] {
  return within.flatMap((push) => {
    const what = push.forced ? "was forced" : push.deleted ? "deleted it" : undefined;
    return what === undefined
      ? []
      : [
          notSatisfied(
            push.forced ? "forced-push" : "deleted",
            `Rewrite: the push to ${name} at ${push.at} ${what}.`,
            "Put back what was lost, and forbid it.",
            push.told,
          ),
        ];
  });
}
