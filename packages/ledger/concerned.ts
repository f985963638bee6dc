import { type Entry, type Subject, subject, subjectId, subjectType } from "@change-ledger/model";
import { changesBrought } from "./brought-changes.ts";
import { commitKey, type Home, namesKey, pullRequestChange, pullRequestOf, refOf, unmatchedDeploymentChange } from "./link-keys.ts";
import { enterNames, guardedBy, type NamesPorts, pushJudgedBy } from "./names-index.ts";
import type { LinkItem, LinkKey, LinkPlan, LinkStore } from "./ports.ts";
import { broughtWithin, differing } from "./reconciled-window.ts";
import { besideKeys, changesBeside, claimsOf, linePieceOf, noteHeads } from "./ref-line.ts";
import { faultyOf } from "./run-index.ts";

/** A change to be judged again (or `config:default`: what was offered there is to be read); of a `home` all of its changes, since what guarded its branches was not what was known; `*`: of all, since another configuration is in force. */
export type AssessWork = (
  | { readonly change: Subject }
  | { readonly home: Home; readonly after?: { readonly at: string; readonly subject: Subject } }
) & {
  /** The entry that brought it about: whoever does not see it yet reads too early. Absent: time alone did. */
  readonly seen?: { readonly subject: Subject; readonly seq: number };
  /** When the index held all that the entry brought (RFC 3339, UTC, ms): whoever judged later than that has judged it. */
  readonly at?: string;
};

/**
 * Work as its queue gives it. Who tried before may have failed between its word and its second look: what comes again is judged whoever judged meanwhile.
 * @param receives how often the message was given out, this time included
 */
export function readAssessWork(body: string, receives: number): AssessWork {
  const { at, ...work } = JSON.parse(body) as AssessWork;
  return at === undefined || receives > 1 ? work : { ...work, at };
}

/** In place of a home: whatever there is. */
export const EVERYWHERE = "*";

export interface ConcernPorts extends NamesPorts {
  readonly links: NamesPorts["links"] & Pick<LinkStore, "getMany" | "earliestAfter">;
  readonly plan: (deployment: Subject) => Promise<LinkPlan | undefined>;
}

/**
 * Which changes are to be judged again because of these entries: those that an entry is of, those that name the ticket, commit, record or incident that it is of, and
 * those that a deployment carries. What changes name is entered first, so that of two entries that concern each other the later one finds the earlier. What the ledger
 * says of its own judgement concerns nobody.
 * @param brought the pull requests, by number, that claim each push to a tracked ref, and those that came with a merge
 */
export async function changesConcerned(
  ports: ConcernPorts,
  entries: readonly Entry[],
  brought: ReadonlyMap<Entry, ReadonlySet<string>>,
): Promise<AssessWork[]> {
  const causes = entries.filter(({ kind }) => kind !== "assessed" && kind !== "sealed");
  const entered = await enterNames(ports, causes);
  const keys = [...new Set(causes.flatMap((entry) => keysOf(ports, entry)))].filter((key) => !entered.has(key));
  const asked = new Map([...entered, ...(await ports.links.getMany(keys))]);
  await noteHeads(
    ports.links,
    causes.flatMap((entry) => linePieceOf(entry, ports.tracked) ?? []),
    asked,
  );
  const work = new Map<string, AssessWork & { readonly seen: { readonly seq: number } }>();
  await Promise.all(
    causes.map(async (entry) => {
      const seen = { subject: entry.subject, seq: entry.seq };
      const add = (key: string, one: AssessWork) => {
        if ((work.get(key)?.seen.seq ?? -1) < entry.seq) work.set(key, { ...one, seen });
      };
      const guarded = guardedBy(ports, entry);
      if (guarded !== undefined) add(`home ${guarded} ${entry.subject}`, { home: guarded });
      if (entry.kind === "configuration" && entry.facts.status === "in-force") add("home", { home: EVERYWHERE });
      const whole = differing(entry)?.home;
      if (whole !== undefined) add(`home ${whole} ${entry.subject}`, { home: whole });
      for (const change of await concernedBy(ports, entry, asked, brought)) add(`${change} ${entry.subject}`, { change });
    }),
  );
  return [...work.values()];
}

/** Where the index says what this entry concerns. */
function keysOf({ tracked }: ConcernPorts, entry: Entry): LinkKey[] {
  const judged = pushJudgedBy(entry);
  if (judged !== undefined) return [judged];
  const piece = linePieceOf(entry, tracked);
  if (entry.kind === "push") return piece === undefined ? [namesKey(entry.subject)] : besideKeys(piece);
  return [...keyOf(entry.subject), ...faultyOf(entry).flatMap(keyOf), ...(differing(entry)?.pushes ?? []).map(({ key }) => key)];
}

/** Where the index says who names the subject; a pull request, a direct push and a deployment that nothing explains are named by nobody. */
function keyOf(of: Subject): LinkKey[] {
  switch (subjectType(of)) {
    case "commit": {
      const { home, sha } = commitOf(of);
      return [commitKey(home, sha), namesKey(of)];
    }
    case "ticket":
    case "incident":
      return [namesKey(of)];
    case "change":
      return /^change:(?:github|codedeploy|ecs)\//.test(of) ? [] : [namesKey(of)];
    default:
      return [];
  }
}

async function concernedBy(
  ports: ConcernPorts,
  entry: Entry,
  asked: ReadonlyMap<LinkKey, LinkItem>,
  brought: ReadonlyMap<Entry, ReadonlySet<string>>,
): Promise<readonly Subject[]> {
  const of = entry.subject;
  const named = [...(asked.get(namesKey(of))?.["c"] ?? [])] as Subject[];
  const told = entry.kind === "attested" && isChange(entry.facts.change) ? [entry.facts.change] : [];
  switch (subjectType(of)) {
    case "change":
      return [of, ...named, ...mergedBeside(entry, brought.get(entry))];
    case "commit":
      return [...namedBy(of, asked), ...(await unexplainedBy(ports, of, asked)), ...told];
    case "incident":
      return [...named, ...(entry.kind === "incident" ? (entry.facts.changes ?? []).filter(isChange) : [])];
    case "deployment":
      return entry.kind === "target-state" ? [] : await carriedOn(ports, entry);
    case "ref":
      return await onRef(ports, entry, asked, brought.get(entry));
    case "config":
      return entry.kind === "configuration" && entry.facts.status === "offered" ? [of] : [];
    case "audit": {
      const within = differing(entry);
      const subjects = [...faultyOf(entry), ...(within?.deployments ?? [])];
      const found = (await Promise.all(subjects.map(async (one) => await behind(ports, one, asked)))).flat();
      return within === undefined ? found : [...found, ...broughtWithin(within, asked)];
    }
    default:
      return [...named, ...told];
  }
}

/** Changes that name the commit, ticket, record or incident. */
function namedBy(of: Subject, asked: ReadonlyMap<LinkKey, LinkItem>): Subject[] {
  const named = [...(asked.get(namesKey(of))?.["c"] ?? [])] as Subject[];
  if (subjectType(of) !== "commit") return named;
  const { home, sha } = commitOf(of);
  const claims = asked.get(commitKey(home, sha))?.["pr"] ?? [];
  return [...[...claims].map((number) => pullRequestChange(home, number)), ...named];
}

/** Deployments of the commit that no recorded change explains: their dossiers hold its chain. */
async function unexplainedBy({ plan }: ConcernPorts, of: Subject, asked: ReadonlyMap<LinkKey, LinkItem>): Promise<Subject[]> {
  const { home, sha } = commitOf(of);
  const deployments = [...(asked.get(commitKey(home, sha))?.["wait"] ?? [])] as Subject[];
  const plans = await Promise.all(deployments.map(plan));
  return plans.flatMap((one, at) =>
    (one?.carries ?? []).filter((change) => change === unmatchedDeploymentChange(deployments[at] as Subject)),
  );
}

/** Changes that rest on a chain in which something is wrong. */
async function behind({ plan }: ConcernPorts, of: Subject, asked: ReadonlyMap<LinkKey, LinkItem>): Promise<readonly Subject[]> {
  if (isChange(of)) return [of];
  return subjectType(of) === "deployment" ? ((await plan(of))?.carries ?? []) : namedBy(of, asked);
}

/** Of a branch that is nobody's history the pull requests that are made from it, the latest; else what the push brought, and what others beside it did. */
async function onRef(
  ports: ConcernPorts,
  entry: Entry,
  asked: ReadonlyMap<LinkKey, LinkItem>,
  claims: ReadonlySet<string> | undefined,
): Promise<readonly Subject[]> {
  const judged = pushJudgedBy(entry);
  if (judged !== undefined) return entry.kind === "rule-suite-lookup" ? broughtWith(entry, asked.get(judged)) : [];
  const piece = linePieceOf(entry, ports.tracked);
  const own = broughtBy(entry, claims);
  if (piece !== undefined) return [...own, ...(await changesBeside(ports.links, piece, asked))];
  const made = [...(asked.get(namesKey(entry.subject))?.["c"] ?? [])] as Subject[];
  const number = (change: Subject) => Number(pullRequestOf(change)?.number ?? 0);
  return [...own, ...made.sort((a, b) => number(b) - number(a)).slice(0, BRANCHED_MAX)];
}

/** Of a branch that is used again and again only its latest pull requests can still be under way. */
const BRANCHED_MAX = 20;

/** Other pull requests that came with the push of this one's merge. @param claims undefined: its push is not on record, or of the same batch, which concerns them */
function mergedBeside(entry: Entry, claims: ReadonlySet<string> | undefined): Subject[] {
  const home = pullRequestOf(entry.subject)?.home;
  if (entry.kind !== "pull-request" || home === undefined) return [];
  return [...(claims ?? [])].map((number) => pullRequestChange(home, number)).filter((change) => change !== entry.subject);
}

/** A deployment's own changes; a rollback's are those of the deployment that it answers. */
async function carriedOn({ plan }: ConcernPorts, entry: Entry): Promise<Subject[]> {
  const home = subjectId(entry.subject).split("/").slice(0, -1).join("/");
  const ids = entry.kind === "deployment-lookup" ? [entry.facts.rollsBack, entry.facts.rolledBackBy].filter((id) => id !== undefined) : [];
  const plans = await Promise.all([entry.subject, ...ids.map((id) => subject("deployment", home, id))].map(plan));
  return plans.flatMap((one) => one?.carries ?? []);
}

/** @param claims undefined: its ref is not tracked */
function broughtBy(entry: Entry, claims: ReadonlySet<string> | undefined): Subject[] {
  const of = refOf(entry.subject);
  if (of === undefined || entry.kind !== "push" || claims === undefined) return [];
  return changesBrought(of.home, entry.facts.after, [...claims]);
}

/** What the push brought that was judged, if it is on record. */
function broughtWith({ subject: on, facts }: Extract<Entry, { kind: "rule-suite-lookup" }>, push: LinkItem | undefined): Subject[] {
  const home = refOf(on)?.home;
  return home === undefined || (push?.["r"]?.size ?? 0) === 0 ? [] : changesBrought(home, facts.after, claimsOf(push));
}

const isChange = (of: Subject | undefined): of is Subject => of !== undefined && subjectType(of) === "change";

/** `commit:github/acme/cargo/<sha>` */
function commitOf(of: Subject): { readonly home: Home; readonly sha: string } {
  const id = subjectId(of);
  return { home: id.slice(0, id.lastIndexOf("/")), sha: id.slice(id.lastIndexOf("/") + 1) };
}
