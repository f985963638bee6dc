import type { Entry, FactsOf, SealedEntry, Subject } from "@change-ledger/model";

interface Push {
  readonly home: string;
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly commits: readonly string[];
  readonly at: string;
}
type Look = FactsOf<"deployment-lookup">;

/**
 * What deployments carry, and which pushes nobody claims, told naively from all facts at once: no index, no plan, nothing shared with the linker.
 * The linker's result, whatever happened on the way, has to equal it.
 */
export function expectedLinks(all: readonly SealedEntry[]): { carries: Map<Subject, Set<string>>; unclaimed: Set<string> } {
  const entries = all.map(({ entry }) => entry);
  const pushes = entries.flatMap(pushOf);
  const claims = entries.flatMap((entry) =>
    entry.kind === "pull-request" && entry.facts.state === "merged" && entry.facts.mergeSha !== undefined
      ? [{ change: entry.subject, sha: entry.facts.mergeSha }]
      : [],
  );
  const claimsOf = (push: Push) =>
    claims.filter(({ change, sha }) => change.startsWith(`change:${push.home}/pull/`) && push.commits.includes(sha));
  const latest = (candidates: readonly Push[]) => candidates.toSorted((a, b) => (a.at < b.at ? 1 : -1))[0];
  const pushTo = (like: Push, after: string) => {
    const candidates = pushes.filter((push) => push.home === like.home && push.ref === like.ref && push.after === after);
    return latest(candidates.filter(({ commits }) => commits.includes(after))) ?? latest(candidates);
  };
  const holding = (home: string, sha: string) =>
    pushes
      .filter((push) => push.home === home && push.commits.includes(sha))
      .toSorted((a, b) => (a.ref + a.commits.indexOf(sha) < b.ref + b.commits.indexOf(sha) ? -1 : 1))[0];

  const looks = new Map<Subject, Look>();
  for (const entry of entries)
    if (entry.kind === "deployment-lookup" && looks.get(entry.subject)?.revision.commit === undefined)
      looks.set(entry.subject, entry.facts);
  const gaveUp = new Set(entries.flatMap((entry) => (entry.kind === "unresolved" && !looks.has(entry.subject) ? [entry.subject] : [])));
  const succeeded = (deployment: Subject) =>
    entries.some(
      (entry) =>
        entry.subject === deployment &&
        (entry.kind === "deployment-state" || entry.kind === "deployment-lookup") &&
        entry.facts.state === "Succeeded",
    );

  /** What artefacts say of the place where a revision lies: by the strongest proof that anybody gives, unless those who give it disagree. */
  const toldOf = (revision: Look["revision"] | undefined) =>
    entries.flatMap((entry) => {
      const at = revision?.location;
      if (entry.kind !== "artifact" || at === undefined || entry.facts.repository === undefined || entry.facts.commit === undefined)
        return [];
      const { location, digest, by, repository, commit } = entry.facts;
      return location === at || (digest !== undefined && at.endsWith(digest)) ? [{ by, repository, commit }] : [];
    });
  const resolved = (revision: Look["revision"] | undefined): { repository?: string | undefined; commit?: string | undefined } => {
    if (revision === undefined || revision.commit !== undefined) return revision ?? {};
    const told = toldOf(revision);
    const strongest = ["provenance", "event", "object-metadata", "image-label", "version-tag"].find((by) =>
      told.some((one) => one.by === by),
    );
    const words = new Set(told.filter(({ by }) => by === strongest).map(({ repository, commit }) => `${repository} ${commit}`));
    const [repository, commit] = words.size === 1 ? ([...words][0] ?? "").split(" ") : [];
    return { repository, commit };
  };

  const groupOf = (deployment: Subject, look: Look) => `${deployment.split("/").slice(0, -1).join("/")} ${look.application} ${look.group}`;
  const previousOf = (deployment: Subject, look: Look): string | undefined => {
    const told = resolved(look.previousRevision).commit;
    if (told !== undefined) return told;
    const before = [...looks].filter(
      ([other, its]) =>
        groupOf(other, its) === groupOf(deployment, look) &&
        resolved(its.revision).commit !== undefined &&
        (its.createdAt ?? "~") < (look.createdAt ?? "") &&
        succeeded(other),
    );
    const [last] = before.toSorted(([a, x], [b, y]) => (`${x.createdAt}#${a}` < `${y.createdAt}#${b}` ? 1 : -1));
    return resolved(last?.[1].revision).commit;
  };

  /** Pushes from `start` back to the beginning of what is recorded. */
  const history = (start: Push): Push[] => {
    const line: Push[] = [];
    for (let at: Push | undefined = start; at !== undefined && !line.includes(at); at = pushTo(at, at.before)) line.push(at);
    return line;
  };

  const carries = new Map<Subject, Set<string>>();
  for (const [deployment, look] of looks) carries.set(deployment, new Set(carriedOf(deployment, look)));
  for (const deployment of gaveUp) carries.set(deployment, new Set([deployment.replace("deployment:", "change:")]));

  function carriedOf(deployment: Subject, look: Look): string[] {
    if (look.rollsBack !== undefined || look.creator === "codeDeployRollback") return [];
    const { repository, commit } = resolved(look.revision);
    const unmatched = [deployment.replace("deployment:", "change:")];
    if (repository === undefined || commit === undefined) return unmatched;
    const start = holding(`github/${repository}`, commit);
    if (start === undefined) return unmatched;
    const previous = previousOf(deployment, look);
    if (previous === commit) return [];
    const out: string[] = [];
    for (const [step, push] of history(pushTo(start, start.after) ?? start).entries()) {
      const from = previous === undefined ? -1 : push.commits.indexOf(previous);
      const upTo = step === 0 ? push.commits.indexOf(commit) : push.commits.length - 1;
      const here = claimsOf(push);
      // A push without commits sets the branch back: that goes out too.
      if (here.length === 0 && (push.commits.length === 0 || from < upTo)) out.push(`change:${push.home}/push/${push.after}`);
      for (const { change, sha } of here) {
        const index = push.commits.indexOf(sha);
        if (index > from && index <= upTo) out.push(change);
      }
      if (from >= 0 || push.before === previous) return out;
    }
    const old = previous === undefined ? undefined : holding(start.home, previous);
    const putBack =
      old !== undefined && old.ref === start.ref && history(old).some((push) => push.commits.includes(commit) || push.before === commit);
    return putBack ? [] : out;
  }

  const unclaimed = new Set(pushes.filter((push) => claimsOf(push).length === 0).map((push) => `change:${push.home}/push/${push.after}`));
  for (const push of pushes) if (claimsOf(push).length > 0) unclaimed.delete(`change:${push.home}/push/${push.after}`);
  return { carries, unclaimed };
}

function pushOf(entry: Entry): Push[] {
  if (entry.kind !== "push" || entry.facts.default !== true || entry.facts.deleted === true) return [];
  const [home = "", ref = ""] = entry.subject.slice("ref:".length).split("/refs/");
  const { before, after, commits } = entry.facts;
  return [{ home, ref: `refs/${ref}`, before, after, commits: commits.map(({ sha }) => sha), at: entry.occurredAt }];
}

/** Deployment ↔ change pairs in force by the chains' own entries: linked less unlinked, the highest version of a pair has the word. */
export function linksInForce(all: readonly SealedEntry[]): Map<Subject, Set<string>> {
  const pairs = new Map<string, { deployment: Subject; change: Subject; version: number; on: boolean }>();
  for (const { entry } of all) {
    if (entry.kind !== "linked" && entry.kind !== "unlinked") continue;
    const { deployment, version } = entry.facts;
    const key = `${deployment} ${entry.subject}`;
    if ((pairs.get(key)?.version ?? 0) < version)
      pairs.set(key, { deployment, change: entry.subject, version, on: entry.kind === "linked" });
  }
  const links = new Map<Subject, Set<string>>();
  for (const { deployment, change, on } of pairs.values())
    if (on) links.set(deployment, new Set([...(links.get(deployment) ?? []), change]));
  return links;
}
