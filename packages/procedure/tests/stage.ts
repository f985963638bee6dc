import type { ArtifactProof } from "@change-ledger/model";
import type { Case } from "../dossier/case.ts";
import { isMerged, type Merged } from "../dossier/pull.ts";
import type { Recorded } from "../dossier/recorded.ts";
import { notApplicable, notAssessable, notSatisfied, pending, short, type Verdict } from "./verdict.ts";

/** The merged pull request that a test is to judge; or the verdict, where there is none to judge. */
export type Stage = { readonly pull: Merged } | { readonly verdict: Verdict };

/** What a test about a pull request finds before it begins. @param what the sentence's subject: `Four eyes` */
export function mergedPull(of: Case, what: string): Stage {
  switch (of.kind) {
    case "record":
      return {
        verdict: notApplicable("no-code", `${what}: the record brings no code; the changes that it authorises are judged by themselves.`),
      };
    case "direct-push":
      if (of.claim !== undefined) return { verdict: claimed(of, what) };
      return {
        verdict: notSatisfied(
          "no-pull-request",
          `${what}: ${short(of.change.slice(of.change.lastIndexOf("/") + 1))} was pushed to the branch without a pull request.`,
          "Open a pull request for the same commits, have it reviewed, and find out how the push passed the branch's protection.",
          of.arrival?.push.told,
        ),
      };
    case "unmatched-deployment":
      return { verdict: unmatchedVerdict(of, what) };
    case "pull-request":
      break;
    default:
      return of.kind satisfies never;
  }
  const { pull } = of;
  if (pull === undefined)
    return {
      verdict: notAssessable(
        "no-pull-request-event",
        `${what}: no event of the pull request is on record.`,
        "Have the code host deliver the pull request's events again.",
        of.buckets.reviews[0],
      ),
    };
  if (pull.state === "closed")
    return { verdict: notApplicable("never-merged", `${what}: the pull request was closed and never merged.`, pull.told) };
  if (!isMerged(pull)) return { verdict: pending("open", `${what}: the pull request is still open.`, pull.told) };
  return { pull };
}

/** A push that a merged pull request claims after all is no change of its own. */
export function claimed(of: Case, what: string): Verdict {
  return notApplicable("claimed", `${what}: a merged pull request claims the push, which is judged with it.`, of.claim);
}

/** A deployment that no recorded change explains: what is not known is said, never guessed. */
export function unmatchedVerdict(of: Case, what: string): Verdict {
  const deployment = of.unmatched;
  if (deployment === undefined)
    return notAssessable(
      "no-deployment-event",
      `${what}: no event of the deployment is on record.`,
      "Have the deployment's events sent again.",
    );
  if (deployment.environment !== "production")
    return notApplicable("not-production", `${what}: the deployment did not go to production.`, deployment.told);
  if (deployment.rollback)
    return notApplicable("rollback", `${what}: the deployment restores an earlier revision and brings nothing new.`, deployment.lookup);
  const { revision, gaveUp } = deployment;
  if (revision === undefined && gaveUp === undefined)
    return pending("not-looked-up", `${what}: the deployment was not looked up yet, so its commit is not known.`, deployment.told);
  const resolution = of.resolution;
  const told = [deployment.lookup ?? deployment.told, ...(resolution?.told ?? []), ...deployment.unanswered];
  if (resolution === undefined || !("commit" in resolution)) {
    const asked = deployment.unanswered.map(({ entry: { facts } }) => `${facts.asked}: ${facts.reason}`);
    const why = [resolution?.unresolved ?? gaveUp, ...new Set(asked)].join("; ");
    if (resolution?.contradicted === true)
      return notAssessable(
        "commit-contradicted",
        `${what}: which commit was deployed is not known (${why}).`,
        "Find out which claim is wrong, and have a stronger one made: attested provenance of the build.",
        told,
      );
    return notAssessable(
      "commit-unresolved",
      `${what}: which commit was deployed is not known (${why}).`,
      "Name the commit: deploy a GitHub revision, put the commit on the archive's metadata, the image's labels or the function's tags, or send an artifact.built event for it.",
      told,
    );
  }
  const known = resolution.by === "revision" ? "" : `, as ${PROOFS[resolution.by]} say,`;
  return notSatisfied(
    "unrecorded-commit",
    `${what}: ${short(resolution.commit)}${known} went to production, and no recorded push to a protected branch holds it.`,
    "Find out where the commit comes from; deploy only what was merged.",
    told,
  );
}

const PROOFS: Readonly<Record<ArtifactProof, string>> = {
  provenance: "attestations of its build",
  event: "events of its build",
  "object-metadata": "the object's metadata",
  "image-label": "the image's labels",
  "version-tag": "the function's tags",
};

/** What tells that the change began to go to production. */
export function startTold(of: Case): Recorded | undefined {
  return of.releases[0]?.deployment.told;
}

/** Where the change went to production, in words. */
export function releaseWords(of: Case): string {
  return of.releasedAt === undefined ? "before it goes to production" : `before the deployment to production started at ${of.releasedAt}`;
}
