import { evidenceOf } from "@change-ledger/ledger";
import { type SealedEntry, type Subject, subject, subjectId } from "@change-ledger/model";
import { type ChangeSummary, changeType, linksInForce } from "./change.ts";

/** At most this many of a dossier's linked chains, so that a hostile pull request cannot name a million. */
export const DOSSIER_CHAINS_MAX = 200;

/**
 * The chains linked to a change, from its own chain and its summary: tickets it names, deployments that carry it, every revision that was
 * its head, was reviewed or merged, and last the chains that it shares with others: its repository's evidence, and the ref that it went to.
 */
export function dossierSubjects(change: ChangeSummary, entries: readonly SealedEntry[]): readonly Subject[] {
  const commits = new Set<string>();
  for (const { entry } of entries) {
    if (entry.kind === "pull-request") for (const sha of [entry.facts.head, entry.facts.mergeSha]) sha && commits.add(sha);
    if (entry.kind === "review" && entry.facts.commit) commits.add(entry.facts.commit);
  }
  const type = changeType(change.subject);
  const [host = "", owner = "", name = ""] = subjectId(change.subject).split("/");
  if (type === "directPush") commits.add(change.subject.slice(change.subject.lastIndexOf("/") + 1));
  const refs = change.pull === undefined ? [] : [subjectOf("ref", host, owner, name, `refs/heads/${change.pull.baseRef}`)];
  const carriers = type === "unmatchedDeployment" ? [`deployment:${subjectId(change.subject)}` as Subject] : [];
  const linked = [
    ...(change.pull?.tickets ?? []),
    ...carriers,
    ...linksInForce(change),
    ...[...commits].sort().map((sha) => subjectOf("commit", host, owner, name, sha)),
    evidenceOf(change.subject),
    ...refs,
  ].filter((one) => one !== undefined);
  return [...new Set(linked)].slice(0, DOSSIER_CHAINS_MAX);
}

/** Undefined where the id does not fit a subject: no such chain can be on record. */
function subjectOf(type: "ref" | "commit", ...ids: readonly string[]): Subject | undefined {
  const whole = `${type}:${ids.join("/")}`;
  return Buffer.byteLength(whole) <= 1024 ? (type === "ref" ? subject(type, ...ids) : (whole as Subject)) : undefined;
}
