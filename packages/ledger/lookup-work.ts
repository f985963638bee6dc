import type { Entry, FactsOf, Revision, SealedEntry, Subject } from "@change-ledger/model";
import { type Finder, isTrackedRef, type Settings } from "@change-ledger/sources";
import { TERMINAL } from "./link-index.ts";
import { refOf } from "./link-keys.ts";

/** A question to a source that its events do not answer. */
export type LookupWork = (
  | { readonly ask: "deployment"; readonly deployment: Subject }
  | { readonly ask: "pull-request-commits"; readonly change: Subject; readonly head: string }
  /** Which files it touches, once it is merged: then its head stays what it is. */
  | { readonly ask: "pull-request-files"; readonly change: Subject; readonly head: string }
  /** How the host's rules judged a push to this ref. */
  | { readonly ask: "rule-suite"; readonly ref: Subject; readonly before: string; readonly after: string }
  /** What was deployed, where the revision names no commit: an image by its digest, a function's version by its ARN. */
  | { readonly ask: "image"; readonly deployment: Subject; readonly location: string }
  | { readonly ask: "function-version"; readonly deployment: Subject; readonly location: string }
  /** What a repository attests of it. */
  | {
      readonly ask: "attestations";
      readonly deployment: Subject;
      readonly location: string;
      readonly digest: string;
      readonly repository: string;
    }
) & {
  /** Who found that it is missing, or asks again, where no event raised the question. */
  readonly finder?: Finder;
};

export interface LookupRules {
  /** Whether GitHub's API can be asked (App credentials are configured). */
  readonly asksGithub: boolean;
  /** Repositories (`owner/name`) that may attest what is deployed, besides the one that an artefact's labels name. */
  readonly attestedBy?: readonly string[];
  /** Of pushes to which refs GitHub can be asked how its rules judged them (another permission of the App's); absent: of none. */
  readonly judgesPushes?: ((ref: string, isDefault: boolean) => boolean) | undefined;
}

/** What there is to ask by these settings. */
export function lookupRulesOf({ github }: Pick<Settings, "github">): LookupRules {
  const { lookups, ruleSuites, attestations } = github;
  return {
    asksGithub: lookups,
    attestedBy: attestations,
    judgesPushes: lookups && ruleSuites ? (ref, isDefault) => isTrackedRef(github, ref, isDefault) : undefined,
  };
}

/** The questions that a chain's new entries raise, each once. A look-up's answer raises at most those of the next step: deployment, artefact, attestations. */
export function lookupsOf(rules: LookupRules, chain: readonly SealedEntry[]): LookupWork[] {
  const work = new Map<string, LookupWork>();
  for (const { entry } of chain) for (const one of raisedBy(rules, entry)) work.set(JSON.stringify(one), one);
  return [...work.values()];
}

/** Whose deployments can be asked about. */
const ASKED = /^deployment:(?:codedeploy|ecs)\//;

function raisedBy(rules: LookupRules, entry: Entry): readonly LookupWork[] {
  if (entry.kind === "pull-request") return rules.asksGithub ? aboutPull(entry.subject, entry.facts) : [];
  if (entry.kind === "push") return (entry.part?.index ?? 0) > 0 ? [] : aboutPush(rules, entry.subject, entry.facts);
  if (!ASKED.test(entry.subject)) return [];
  if (entry.kind === "deployment-lookup") return (entry.part?.index ?? 0) > 0 ? [] : artefactsOf(rules, entry.subject, entry.facts);
  if (entry.kind === "artifact") return entry.source.auth === "api" ? attestationsOf(rules, entry.subject, entry.facts) : [];
  const last = entry.kind === "deployment-state" && TERMINAL.has(entry.facts.state);
  return entry.seq === 0 || last ? [{ ask: "deployment", deployment: entry.subject }] : [];
}

function aboutPull(change: Subject, { head, state }: FactsOf<"pull-request">): LookupWork[] {
  const commits: LookupWork = { ask: "pull-request-commits", change, head };
  return state === "merged" ? [commits, { ask: "pull-request-files", change, head }] : [commits];
}

function aboutPush(
  { judgesPushes }: LookupRules,
  ref: Subject,
  { before, after, default: isDefault, deleted }: FactsOf<"push">,
): LookupWork[] {
  const name = refOf(ref)?.ref;
  if (name === undefined || deleted === true || judgesPushes?.(name, isDefault === true) !== true) return [];
  return [{ ask: "rule-suite", ref, before, after }];
}

/** Of both revisions: where nobody has recorded the deployment before, the one before says from where on to count. */
function artefactsOf(rules: LookupRules, deployment: Subject, facts: FactsOf<"deployment-lookup">): LookupWork[] {
  const of = ({ commit, location }: Partial<Revision>): LookupWork[] => {
    if (commit !== undefined || location === undefined) return [];
    if (ECR_IMAGE.test(location)) return [{ ask: "image", deployment, location }];
    if (FUNCTION_VERSION.test(location)) return [{ ask: "function-version", deployment, location }];
    // A registry that nobody can ask: its digest may still be attested.
    const [digest] = DIGEST.exec(location) ?? [];
    return digest === undefined ? [] : attestationsOf(rules, deployment, { location, digest });
  };
  return [...of(facts.revision), ...of(facts.previousRevision ?? {})];
}

const DIGEST = /sha256:[0-9a-f]{64}$/;
const ECR_IMAGE = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/[^@\s]+@sha256:[0-9a-f]{64}$/;
const FUNCTION_VERSION = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+:\d+$/;

function attestationsOf(
  { asksGithub, attestedBy = [] }: LookupRules,
  deployment: Subject,
  { location, digest, repository, by }: Partial<FactsOf<"artifact">>,
): LookupWork[] {
  if (!asksGithub || location === undefined || digest === undefined || by === "provenance") return [];
  const repositories = new Set([...(repository === undefined ? [] : [repository]), ...attestedBy]);
  return [...repositories].map((one) => ({ ask: "attestations", deployment, location, digest, repository: one }));
}
