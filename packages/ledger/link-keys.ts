import { type Subject, subject, subjectId } from "@change-ledger/model";
import type { LinkKey } from "./ports.ts";

/** A repository with its host, `github/acme/cargo`: what commits, refs and changes have in common. */
export type Home = string;

/** `ref:github/acme/cargo/refs/heads/main` → its home and `refs/heads/main`; `undefined` for a rule set's subject. */
export function refOf(of: Subject): { readonly home: Home; readonly ref: string } | undefined {
  const id = subjectId(of);
  const at = id.indexOf("/refs/");
  return at < 0 ? undefined : { home: id.slice(0, at), ref: id.slice(at + 1) };
}

/** `change:github/acme/cargo/pull/12` → its home and number. */
export function pullRequestOf(of: Subject): { readonly home: Home; readonly number: string } | undefined {
  const match = /^(.+)\/pull\/([0-9]+)$/.exec(subjectId(of));
  return match?.[1] === undefined || match[2] === undefined ? undefined : { home: match[1], number: match[2] };
}

export const pullRequestChange = (home: Home, number: string): Subject => subject("change", home, "pull", number);
export const directPushChange = (home: Home, after: string): Subject => subject("change", home, "push", after);
/** A deployment that no recorded change explains is a change of its own. */
export const unmatchedDeploymentChange = (deployment: Subject): Subject => subject("change", subjectId(deployment));

/** The chain that lists a repository's bundles: an auditor reads one, and one entry stands for a whole sealing batch. */
export function evidenceOf(change: Subject): Subject {
  const home = pullRequestOf(change)?.home ?? subjectId(change).split("/").slice(0, 3).join("/");
  return subject("evidence", home);
}

/** Sets: `in` (`<ref> <after> <index> <seq>`: pushes that hold it), `end` (`<ref> <seq>`: pushes that end at it and do not list it), `pr` (pull requests merged as it), `wait` (deployments of it). */
export const commitKey = (home: Home, sha: string): LinkKey => `commit:${home}/${sha}`;
/** Sets: `r` (the push, one JSON a part), `pr` (`<sha> <number>`: pull requests that claim it), `dep` (deployments whose walk came here), `suite` (`<seq>`: how the host's rules judged it). */
export const pushKey = (home: Home, ref: string, after: string): LinkKey => `push:${home}/${ref}/${after}`;
/** Sets: `c` (claims: `<proof> <home> <commit>`), `same` (of a location: digests of what look-ups saw there), `wait` (`<set> <deployment>`: whose revision it is). @param name location or digest of an artefact */
export const artifactKey = (name: string): LinkKey => `artifact:${name}`;
/** Sets: `look` (what look-ups said, JSON), `state` (terminal states), `gave-up`, `restores` (of an ECS rollback), `art` and `artp` (claims about its revision and the one before). */
export const deploymentKey = (deployment: Subject): LinkKey => deployment;
/** Set `open` (`<created at> <deployment>`: deployments whose previous revision nobody told); notes: successful deployments by creation time, with the commit, or `claimed` where artefacts name one. */
export const groupKey = (deployment: Subject, application: string, group: string): LinkKey =>
  `group:${subjectId(deployment).split("/").slice(0, 3).join("/")}/${JSON.stringify([application, group])}`;
/** Set `c`: changes that name the ticket, record or incident, whose head the commit was, or of which it was reviewed, whose branch the ref is. */
export const namesKey = (named: Subject): LinkKey => `names:${named}`;
/** Set `by`: deployments that say that they rolled this one back. */
export const rolledBackKey = (deployment: Subject): LinkKey => `rolled-back:${deployment}`;
/** Set `at` (`<subject> <seq>`): entries that tell of the rules of a repository's or an organisation's branches, and of pushes that rewrote one. */
export const guardsKey = (home: Home): LinkKey => `guards:${home}`;
/** Sets `from` (`<after> <seq>`: pushes of a tracked ref that begin at the commit) and `to` (`<before> <seq>`: those that end there). */
export const standsKey = (home: Home, ref: string, sha: string): LinkKey => `stands:${home}/${ref}/${sha}`;
/** Notes: pushes to a tracked ref that nothing on record leads to, by their sender's time, as `<seq> <after>`. */
export const lineKey = (home: Home, ref: string): LinkKey => `line:${home}/${ref}`;
/** Notes: runs of a check of the record, by when they were recorded, as `<seq> <subject>`. */
export const verifiedKey = (check: string): LinkKey => `verified:${check}`;
/** Notes: comparisons with a list that somebody else keeps, by the beginning of the time that they compared, as `<seq> <subject>`. */
export const reconciledKey = (system: string, scope: string): LinkKey => `reconciled:${system}/${scope}`;
/** Notes: look-ups that gave up, by when that was recorded, as `<seq> <subject>`. */
export const UNRESOLVED_KEY: LinkKey = "unresolved";
