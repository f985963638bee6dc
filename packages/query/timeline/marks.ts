import type { Entry, FactsOf } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { type EntryReference, referTo } from "./recorded.ts";

/** From the wish to what became of it. */
export const LANES = ["ticket", "code", "review", "checks", "deployment", "targets", "rollback", "incident"] as const;
export type Lane = (typeof LANES)[number];

export const TONES = ["neutral", "running", "good", "bad"] as const;
export type Tone = (typeof TONES)[number];

/** An entry on the time axis. */
export interface Mark extends EntryReference {
  /** The sender's clock. */
  readonly at: string;
  /** Ours. */
  readonly recordedAt: string;
  readonly kind: Entry["kind"];
  /** The sender's name of the event. */
  readonly event: string;
  /** A few words of what it says: names and states, never a body's text. */
  readonly what: string;
  readonly tone: Tone;
  readonly by?: string;
}

/** Of a deployment's own chain, of a rollback's, or of another. */
export type Whose = "own" | "rollback" | "other";

/** The lane and mark of an entry; undefined of what the ledger itself added and of what tells nothing of the story. */
export function markOf(recorded: Recorded, whose: Whose): { readonly lane: Lane; readonly mark: Mark } | undefined {
  const { entry } = recorded;
  const said = say(entry);
  if (said === undefined) return undefined;
  const { occurredAt: at, recordedAt, kind, source, actor } = entry;
  const { lane, what, tone } = said;
  const mark: Mark = { ...referTo(recorded), at, recordedAt, kind, event: short(source.event), what: short(what), tone };
  const by = actor?.login ?? actor?.id;
  return { lane: whose === "rollback" ? "rollback" : lane, mark: by === undefined ? mark : { ...mark, by: short(by) } };
}

const WORDS_MAX = 120;

/** Whoever names a check chooses its length. */
function short(words: string): string {
  return words.length <= WORDS_MAX ? words : `${words.slice(0, WORDS_MAX - 1).toWellFormed()}…`;
}

interface Said {
  readonly lane: Lane;
  readonly what: string;
  readonly tone: Tone;
}

function say(entry: Entry): Said | undefined {
  switch (entry.kind) {
    case "ticket":
      return { lane: "ticket", what: [entry.facts.action, entry.facts.status].filter(Boolean).join(" · "), tone: "neutral" };
    case "record":
      return {
        lane: "ticket",
        what: [entry.facts.action, entry.facts.state, entry.facts.approval].filter(Boolean).join(" · "),
        tone: "neutral",
      };
    case "comment":
      return { lane: entry.subject.startsWith("ticket:") ? "ticket" : "review", what: `comment ${entry.facts.action}`, tone: "neutral" };
    case "pull-request":
      return { lane: "code", what: entry.facts.state === "merged" ? "merged" : entry.facts.action, tone: "neutral" };
    case "push":
      return { lane: "code", what: entry.facts.forced ? "forced push" : "push", tone: entry.facts.forced ? "bad" : "neutral" };
    case "merge-group":
      return { lane: "code", what: `merge queue: ${entry.facts.action}`, tone: "neutral" };
    case "review":
      return { lane: "review", what: entry.facts.state, tone: REVIEW[entry.facts.state] };
    case "check-run":
    case "check-suite":
    case "workflow-run": {
      const { name, status, conclusion } = entry.facts;
      return { lane: "checks", what: `${name ?? "workflow"}: ${conclusion ?? status}`, tone: toneOf(conclusion, status) };
    }
    case "status":
      return { lane: "checks", what: `${entry.facts.context}: ${entry.facts.state}`, tone: toneOf(entry.facts.state, entry.facts.state) };
    case "attested":
      return {
        lane: "checks",
        what: `${entry.facts.what}: ${entry.facts.outcome}`,
        tone: entry.facts.outcome === "passed" ? "good" : "bad",
      };
    case "artifact":
      return entry.subject.startsWith("deployment:") ? lookedUpArtifact(entry.facts) : { lane: "checks", what: "built", tone: "neutral" };
    case "deployment-created":
      return { lane: "deployment", what: entry.facts.error ?? "created", tone: entry.facts.error === undefined ? "neutral" : "bad" };
    case "deployment-state":
      return { lane: "deployment", what: entry.facts.error ?? entry.facts.state, tone: STATE[entry.facts.state] };
    case "deployment-lookup":
      return { lane: "deployment", what: `looked up: ${entry.facts.error ?? entry.facts.state}`, tone: "neutral" };
    case "unresolved":
      return { lane: "deployment", what: `look-up gave up: ${entry.facts.reason}`, tone: "bad" };
    case "host-deployment":
      return { lane: "deployment", what: `${entry.facts.environment}: ${entry.facts.action}`, tone: "neutral" };
    case "host-deployment-status":
      return {
        lane: "deployment",
        what: `${entry.facts.environment}: ${entry.facts.state}`,
        tone: toneOf(entry.facts.state, entry.facts.state),
      };
    case "target-state":
      return { lane: "targets", what: `${entry.facts.target}: ${entry.facts.state}`, tone: STATE[entry.facts.state] };
    case "incident":
      return {
        lane: "incident",
        what: [entry.facts.action, entry.facts.severity].filter(Boolean).join(" · "),
        tone: entry.facts.resolvedAt ? "good" : "bad",
      };
    case "other":
      return entry.source.system === "ecs" ? { lane: "targets", what: entry.source.event.replace(/^.*\./, ""), tone: "bad" } : undefined;
    case "linked":
    case "unlinked":
    case "sealed":
    case "assessed":
    case "configuration":
    case "verified":
    case "reconciled":
    case "evidence-read":
    case "population-certified":
    case "sample-drawn":
    case "pull-request-lookup":
    case "commit-lookup":
    case "files-lookup":
    case "rule-suite-lookup":
    case "ref-change":
    case "branch-protection":
    case "ruleset":
    case "ping":
    case "unparsed":
      return undefined;
    default:
      return entry satisfies never;
  }
}

/** What a look-up found of what was deployed. */
function lookedUpArtifact({ commit, by, unresolved }: FactsOf<"artifact">): Said {
  return {
    lane: "deployment",
    what: commit === undefined ? (unresolved ?? "commit unknown") : `${commit.slice(0, 12)} by ${by}`,
    tone: "neutral",
  };
}

const REVIEW = { approved: "good", changes_requested: "bad", commented: "neutral", dismissed: "bad", pending: "neutral" } as const;

const STATE = {
  Created: "neutral",
  Queued: "neutral",
  Pending: "neutral",
  InProgress: "running",
  Baking: "running",
  Ready: "running",
  Succeeded: "good",
  Skipped: "neutral",
  Stopped: "bad",
  Failed: "bad",
  Unknown: "neutral",
} as const;

const GOOD: ReadonlySet<string> = new Set(["success", "neutral", "skipped"]);
const BAD: ReadonlySet<string> = new Set(["failure", "error", "timed_out", "cancelled", "action_required", "startup_failure"]);

function toneOf(conclusion: string | undefined, status: string): Tone {
  if (conclusion === undefined) return status === "completed" ? "neutral" : "running";
  if (GOOD.has(conclusion)) return "good";
  return BAD.has(conclusion) ? "bad" : "running";
}
