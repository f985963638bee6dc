import { hostDeploymentState } from "@change-ledger/model";
import type { SignOff } from "../configuration/repository-schema.ts";
import { attestationsOf, refusedWords } from "../dossier/attestations.ts";
import type { Case } from "../dossier/case.ts";
import { latestRun } from "../dossier/checks.ts";
import { systemOf } from "../dossier/itsm.ts";
import { firstToldOfHead, type Pull } from "../dossier/pull.ts";
import { lastOf, type Of, type Recorded } from "../dossier/recorded.ts";
import { isBy } from "../dossier/reviews.ts";

/** A sign-off and what says so. */
export interface SignedOff {
  readonly words: string;
  readonly told: readonly Recorded[];
}

/**
 * The first of the configured ways in which QA signed off on the merged revision.
 * @param before the instant before which it must have been, by the sender's clock; left out: at any time
 */
export function signOffOf(of: Case, pull: Pull, ways: readonly SignOff[], before: string | undefined): SignedOff | undefined {
  for (const way of ways) {
    const found = wayOf(of, pull, way, before);
    if (found !== undefined) return found;
  }
  return undefined;
}

function wayOf(of: Case, pull: Pull, way: SignOff, before: string | undefined): SignedOff | undefined {
  const inTime = (at: string) => before === undefined || at < before;
  if ("review" in way) {
    const authors = authorsOf(of);
    const review = of.standing.approvals
      .filter(isBy(way.review.roles))
      .find(({ who, commit, at }) => commit === pull.head && inTime(at) && !authors.has(who.id));
    return review && { words: `${review.who.id} approved it`, told: [review.told] };
  }
  if ("check" in way) {
    const at = way.check.indexOf(":");
    const wanted = at > 0 ? { kind: way.check.slice(0, at), name: way.check.slice(at + 1) } : { name: way.check };
    const run = latestRun(of.buckets.checks, wanted, [of.commit(pull.head)], before);
    return run?.succeeded === true && inTime(run.at) ? { words: `${run.name} succeeded`, told: [run.told] } : undefined;
  }
  if ("deployment" in way) return inStaging(of, pull, inTime);
  if ("ticket" in way) return transitioned(of, pull, way.ticket, inTime);
  const told = lastOf(attestationsOf(of, way.attested).counted.filter((one) => isOfRevision(one, pull) && inTime(one.entry.occurredAt)));
  if (told?.entry.facts.outcome !== "passed") return undefined;
  const { by } = told.entry.facts;
  const signer = by && of.inForce.resolve(by.system, by);
  if (signer !== undefined && authorsOf(of).has(signer.id)) return undefined;
  return { words: `${told.entry.facts.tool ?? told.entry.source.system} attested ${way.attested}`, told: [told] };
}

/** Whose work it is, by the ids of those who can be named: none of them signs for QA. */
function authorsOf(of: Case): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { who } of of.coverage.authors) if (who !== undefined) ids.add(who.id);
  return ids;
}

const isOfRevision = ({ entry: { facts } }: Of<"attested">, pull: Pull): boolean =>
  facts.commit !== undefined && (facts.commit === pull.head || facts.commit === pull.mergeSha);

/** Attested sign-offs of the revision that the configuration lets nobody count, as a sentence beside the want; empty where there are none. */
export function refusedSignOffs(of: Case, pull: Pull, ways: readonly SignOff[]): string {
  return refusedWords(
    ways.flatMap((way) => ("attested" in way ? attestationsOf(of, way.attested).refused.filter((one) => isOfRevision(one, pull)) : [])),
  );
}

/** A deployment to staging that carries the change and succeeded, or the code host's own deployment of the revision there. */
function inStaging(of: Case, pull: Pull, inTime: (at: string) => boolean): SignedOff | undefined {
  for (const [subject, link] of of.carriers) {
    const deployment = of.deployments.get(subject);
    if (deployment?.environment !== "staging" || deployment.state !== "Succeeded" || deployment.rollback) continue;
    if (deployment.endedAt === undefined || !inTime(deployment.endedAt)) continue;
    return { words: `it ran in staging at ${deployment.endedAt}`, told: [link, deployment.endTold ?? deployment.told] };
  }
  const told = lastOf(
    of.buckets.hostDeployments.filter(
      ({ entry }) =>
        entry.kind === "host-deployment-status" &&
        // That another one took its place says nothing of how this one went.
        hostDeploymentState(entry.facts.state) !== undefined &&
        (entry.facts.commit === pull.head || entry.facts.commit === pull.mergeSha) &&
        of.inForce.hostEnvironment(of.home, entry.facts.environment) === "staging" &&
        inTime(entry.occurredAt),
    ),
  );
  const succeeded = told?.entry.kind === "host-deployment-status" && told.entry.facts.state === "success";
  return succeeded ? { words: `it ran in staging at ${told.entry.occurredAt}`, told: [told] } : undefined;
}

function transitioned(
  of: Case,
  pull: Pull,
  { statuses, field, values, roles }: Extract<SignOff, { ticket: object }>["ticket"],
  inTime: (at: string) => boolean,
): SignedOff | undefined {
  const since = firstToldOfHead(pull).entry.occurredAt;
  const authors = authorsOf(of);
  for (const [subject, history] of of.tickets) {
    if (!of.named.has(subject)) continue;
    const may = ({ entry: { actor } }: Recorded) => {
      const who = of.inForce.resolve(systemOf(subject), actor);
      return !(who && authors.has(who.id)) && (roles.length === 0 || roles.some((role) => who?.roles.has(role)));
    };
    const later = history.filter(({ entry: { occurredAt } }) => occurredAt >= since && inTime(occurredAt));
    const says = (one: (typeof later)[number], name: string | undefined, wanted: readonly string[]) =>
      one.entry.facts.changes?.some((change) => change.field === name && wanted.some((each) => each === change.to)) === true;
    // A status moves on; of a field what was set last is what holds.
    const set = later.findLast(({ entry }) => entry.facts.changes?.some((change) => change.field === field));
    const told = later.find((one) => (says(one, "status", statuses) || (one === set && says(one, field, values))) && may(one));
    if (told !== undefined) return { words: `${subject} says so since ${told.entry.occurredAt}`, told: [told] };
  }
  return undefined;
}
