import type { Actor, Entry, Fact, Identity, Revision } from "@change-ledger/model";

/** What a page says about an entry. Plain text: every part may be a sender's, and is escaped where it is shown. */
export interface Told {
  readonly topic: "change" | "review" | "check" | "deployment" | "other";
  readonly text: string;
}

/** One sentence on a fact, in the sender's words where they are short. */
export function tell(fact: Fact): Told {
  switch (fact.kind) {
    case "pull-request":
      return change(
        `Pull request ${fact.facts.action}: ${fact.facts.headRef} (${short(fact.facts.head)}) into ${fact.facts.baseRef}, ${fact.facts.state}`,
        fact.facts.mergeSha && `as ${short(fact.facts.mergeSha)}`,
        fact.facts.mergedBy && `by ${name(fact.facts.mergedBy)}`,
        fact.facts.about && `(${fact.facts.about})`,
      );
    case "review":
      return {
        topic: "review",
        text: `${name(fact.facts.reviewer)}: ${fact.facts.state}${fact.facts.commit ? ` of ${short(fact.facts.commit)}` : ", of no commit on record"} (${fact.facts.action})`,
      };
    case "push":
      return change(
        `${fact.facts.forced ? "Forced push" : "Push"} of ${count(fact.facts.commits, "commit")}`,
        fact.facts.truncated && "(the sender listed no more)",
        `from ${short(fact.facts.before)} to ${short(fact.facts.after)}`,
      );
    case "ref-change":
      return change(`${fact.facts.refType} ${fact.facts.action}`);
    case "check-run":
    case "check-suite":
      return check(`${fact.facts.name}: ${fact.facts.conclusion ?? fact.facts.status}`);
    case "status":
      return check(`${fact.facts.context}: ${fact.facts.state}`);
    case "workflow-run":
      return check(
        `${fact.facts.name ?? "Workflow"}: ${fact.facts.conclusion ?? fact.facts.status}`,
        fact.facts.attempt && `(attempt ${fact.facts.attempt})`,
      );
    case "host-deployment":
      return deployment(`Deployment of ${short(fact.facts.commit)} to ${fact.facts.environment} ${fact.facts.action}`);
    case "host-deployment-status":
      return deployment(`Deployment of ${short(fact.facts.commit)} to ${fact.facts.environment}: ${fact.facts.state}`);
    case "ticket":
      return change(`Ticket ${fact.facts.action}${fact.facts.status ? `: ${fact.facts.status}` : ""}`);
    case "comment":
      return other(`Comment ${fact.facts.action}`, fact.facts.author && `by ${name(fact.facts.author)}`);
    case "record":
      return change(`Change record ${fact.facts.action}${fact.facts.state ? `: ${fact.facts.state}` : ""}`);
    case "incident":
      return change(`Incident ${fact.facts.action}${fact.facts.status ? `: ${fact.facts.status}` : ""}`);
    case "attested":
      return check(`Attested: ${fact.facts.what} ${fact.facts.outcome}`, fact.facts.commit && `of ${short(fact.facts.commit)}`);
    case "artifact":
      return check(
        `Artefact ${fact.facts.digest ?? fact.facts.location ?? "not named"}`,
        `of ${fact.facts.commit ? short(fact.facts.commit) : "an unknown commit"} (${fact.facts.by})`,
      );
    case "merge-group":
      return change(`Merge group ${fact.facts.action} at ${short(fact.facts.head)}`, fact.facts.reason && `(${fact.facts.reason})`);
    case "branch-protection":
      return other(`Branch protection of ${fact.facts.pattern} ${fact.facts.action}`);
    case "ruleset":
      return other(`Rule set ${fact.facts.id} ${fact.facts.action}: ${fact.facts.enforcement}`);
    case "ping":
      return other("Ping");
    case "deployment-state":
      return deployment(`${fact.facts.application} / ${fact.facts.group}: ${fact.facts.state}`);
    case "target-state":
      return deployment(`${fact.facts.application} / ${fact.facts.group}, target ${fact.facts.target}: ${fact.facts.state}`);
    case "deployment-created":
      return deployment(
        `${fact.facts.application}: created by ${fact.facts.principal.arn ?? fact.facts.principal.name ?? fact.facts.principal.id ?? "a principal not named"}`,
      );
    case "deployment-lookup":
      return deployment(
        `${fact.facts.application} / ${fact.facts.group}: ${fact.facts.state}, of ${revision(fact.facts.revision)}`,
        fact.facts.rollsBack && `rolling back ${fact.facts.rollsBack}`,
        fact.facts.rolledBackBy && `rolled back by ${fact.facts.rolledBackBy}`,
        fact.facts.error && `(${fact.facts.error})`,
      );
    case "pull-request-lookup":
      return other(`Looked up: ${count(fact.facts.commits, "commit")} up to ${short(fact.facts.head)}`);
    case "commit-lookup":
      return other(`Looked up: parents ${fact.facts.parents.map(short).join(", ") || "none"}`);
    case "files-lookup":
      return other(`Looked up: ${count(fact.facts.paths, "path")} changed at ${short(fact.facts.head)}`);
    case "rule-suite-lookup":
      return other(`Looked up: the rules' judgement of the push to ${short(fact.facts.after)}: ${fact.facts.result}`);
    case "configuration":
      return other(`Configuration ${fact.facts.status === "in-force" ? "in force" : "refused"}: ${short(fact.facts.version)}`);
    case "assessed":
      return other(`Assessed: ${count(fact.facts.opened, "finding")} opened, ${fact.facts.resolved.length} resolved`);
    case "verified":
      return other(`Verified ${fact.facts.check}: ${fact.facts.faulty} of ${fact.facts.looked} at fault`);
    case "reconciled":
      return other(
        `Reconciled with ${fact.facts.system}: ${fact.facts.missing.length} missing, ${fact.facts.unlisted.length} not listed there`,
      );
    case "unresolved":
      return other(`Not resolved after ${fact.facts.attempts} attempts: ${fact.facts.asked} (${fact.facts.reason})`);
    case "linked":
      return deployment(`Carried by ${fact.facts.deployment}`);
    case "unlinked":
      return deployment(`No longer held to be carried by ${fact.facts.deployment}`);
    case "sealed":
      return other(`Evidence sealed: ${count(fact.facts.bundles, "bundle")}`);
    case "evidence-read":
      return other(`Evidence read: ${fact.facts.what}, by ${fact.facts.by.id}`);
    case "population-certified":
      return other(`Population certified: ${fact.facts.population.size} items, ${fact.facts.outcome}, by ${fact.facts.by.id}`);
    case "sample-drawn":
      return other(`Sample drawn: ${fact.facts.drawn} items, by ${fact.facts.by.id}`);
    case "other":
      return other("An event that the ledger records without reading it");
    case "unparsed":
      return other(`A delivery that could not be read: ${fact.facts.field} (${fact.facts.rule})`);
    default:
      return fact satisfies never;
  }
}

/** Who did it, as the sender names them. */
export function who(actor: Actor | undefined): string {
  return actor === undefined ? "" : `${actor.login ?? actor.id ?? "not named"} (${actor.system})`;
}

/** In the order of the senders' clocks; what they give the same time keeps the order of the chains. */
export function inTimeOrder(entries: readonly Entry[]): Entry[] {
  return entries.toSorted((a, b) => (a.occurredAt < b.occurredAt ? -1 : a.occurredAt > b.occurredAt ? 1 : 0));
}

type Part = string | false | undefined;
const told =
  (topic: Told["topic"]) =>
  (...parts: readonly Part[]): Told => ({ topic, text: parts.filter(Boolean).join(" ") });
const change = told("change");
const check = told("check");
const deployment = told("deployment");
const other = told("other");

/** `1 commit`, `3 commits`. */
export function count(things: readonly unknown[], noun: string): string {
  return `${things.length} ${noun}${things.length === 1 ? "" : "s"}`;
}

function short(sha: string): string {
  return sha.slice(0, 12);
}

/** A person as the sender names them; of those it does not name, the beginning of the keyed hash of their address. */
export function name(identity: Identity): string {
  return identity.login ?? identity.id ?? (identity.mail === undefined ? "somebody not named" : `address ${identity.mail.slice(0, 12)}`);
}

function revision({ commit, location, unresolved }: Revision): string {
  return commit !== undefined
    ? short(commit)
    : `${location ?? "an unknown revision"}${unresolved === undefined ? "" : ` (commit unresolved: ${unresolved})`}`;
}
