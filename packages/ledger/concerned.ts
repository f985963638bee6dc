import { type Entry, type Subject, subject, subjectId, subjectType } from "@change-ledger/model";
import { commitKey, directPushChange, guardsKey, type Home, namesKey, pullRequestChange, pullRequestOf, refOf } from "./link-keys.ts";
import type { LinkItem, LinkKey, LinkPlan, LinkStore } from "./ports.ts";

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

export interface ConcernPorts {
  readonly links: Pick<LinkStore, "mergeMany" | "getMany">;
  readonly plan: (deployment: Subject) => Promise<LinkPlan | undefined>;
  readonly tracked: (home: Home, ref: string, isDefault: boolean) => boolean;
  /** What this process has entered already; absent remembers nothing. */
  readonly entered?: Set<string> | undefined;
}

/**
 * Which changes are to be judged again because of these entries: those that an entry is of, those that name the ticket, commit, record or incident that it is of, and
 * those that a deployment carries. What changes name is entered first, so that of two entries that concern each other the later one finds the earlier. What the ledger
 * says of its own judgement concerns nobody.
 * @param brought the pull requests, by number, that claim each push to a tracked ref
 */
export async function changesConcerned(
  ports: ConcernPorts,
  entries: readonly Entry[],
  brought: ReadonlyMap<Entry, ReadonlySet<string>>,
): Promise<AssessWork[]> {
  const causes = entries.filter(({ kind }) => kind !== "assessed" && kind !== "sealed");
  await enterNames(ports, causes);
  const asked = await ports.links.getMany([...new Set(causes.flatMap(keyOf))]);
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
      for (const change of await concernedBy(ports, entry, asked, brought)) add(`${change} ${entry.subject}`, { change });
    }),
  );
  return [...work.values()];
}

/** Where the index says who names the entry's subject; a pull request, a direct push and a deployment that nothing explains are named by nobody. */
function keyOf({ subject: of }: Entry): LinkKey[] {
  switch (subjectType(of)) {
    case "commit": {
      const { home, sha } = commitOf(of);
      return [commitKey(home, sha), namesKey(of)];
    }
    case "ticket":
    case "incident":
      return [namesKey(of)];
    case "change":
      return /^change:(?:github|codedeploy)\//.test(of) ? [] : [namesKey(of)];
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
      return [of, ...named];
    case "commit": {
      const { home, sha } = commitOf(of);
      const item = asked.get(commitKey(home, sha));
      return [...[...(item?.["pr"] ?? [])].map((number) => pullRequestChange(home, number)), ...named, ...told];
    }
    case "incident":
      return [...named, ...(entry.kind === "incident" ? (entry.facts.changes ?? []).filter(isChange) : [])];
    case "deployment":
      return entry.kind === "target-state" ? [] : await carriedOn(ports, entry);
    case "ref":
      return broughtBy(entry, brought.get(entry));
    case "config":
      return entry.kind === "configuration" && entry.facts.status === "offered" ? [of] : [];
    default:
      return [...named, ...told];
  }
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
  return claims.size === 0
    ? [directPushChange(of.home, entry.facts.after)]
    : [...claims].map((number) => pullRequestChange(of.home, number));
}

const isChange = (of: Subject | undefined): of is Subject => of !== undefined && subjectType(of) === "change";

/** `commit:github/acme/cargo/<sha>` */
function commitOf(of: Subject): { readonly home: Home; readonly sha: string } {
  const id = subjectId(of);
  return { home: id.slice(0, id.lastIndexOf("/")), sha: id.slice(id.lastIndexOf("/") + 1) };
}

/** Enters what changes name, and where a branch's guards are told of. Sets only grow, so that doing it again changes nothing. */
async function enterNames(ports: ConcernPorts, entries: readonly Entry[]): Promise<void> {
  const names = new Map<LinkKey, Map<string, Set<string>>>();
  const add = (key: LinkKey, set: string, value: string) => {
    if (ports.entered?.has(`${key} ${set} ${value}`) === true) return;
    const sets = names.get(key) ?? new Map<string, Set<string>>();
    names.set(key, sets.set(set, (sets.get(set) ?? new Set()).add(value)));
  };
  for (const entry of entries) {
    const pull = pullRequestOf(entry.subject);
    if (entry.kind === "pull-request" && pull !== undefined) {
      add(namesKey(`commit:${pull.home}/${entry.facts.head}`), "c", entry.subject);
      for (const named of entry.facts.tickets ?? []) add(namesKey(named), "c", entry.subject);
    }
    // Most reviews are of a head, which its own event has entered.
    if (entry.kind === "review" && entry.facts.commit !== undefined && pull !== undefined)
      add(namesKey(`commit:${pull.home}/${entry.facts.commit}`), "c", entry.subject);
    if (entry.kind === "record" && entry.facts.incident !== undefined) add(namesKey(entry.facts.incident), "c", entry.subject);
    const guarded = guardedBy(ports, entry);
    if (guarded !== undefined) add(guardsKey(guarded), "at", `${entry.subject} ${entry.seq}`);
  }
  const merges = [...names].map(([key, sets]) => ({
    key,
    add: Object.fromEntries([...sets].map(([name, values]) => [name, [...values]])),
  }));
  if (merges.length === 0) return;
  await ports.links.mergeMany(merges);
  const { entered } = ports;
  if (entered === undefined) return;
  if (entered.size > MOST_ENTERED) entered.clear();
  for (const [key, sets] of names) for (const [set, values] of sets) for (const value of values) entered.add(`${key} ${set} ${value}`);
}

const MOST_ENTERED = 50_000;

/** The repository, or the organisation, whose every change is judged by this entry: rules of its branches, and pushes that rewrite one of them. */
function guardedBy({ tracked }: ConcernPorts, entry: Entry): Home | undefined {
  const of = refOf(entry.subject);
  switch (entry.kind) {
    case "branch-protection":
      return of?.home;
    case "ruleset":
      return subjectId(entry.subject).replace(/\/rulesets\/.*$/, "");
    case "push": {
      const rewrites = entry.facts.forced === true || entry.facts.deleted === true;
      return rewrites && of !== undefined && tracked(of.home, of.ref, entry.facts.default === true) ? of.home : undefined;
    }
    default:
      return undefined;
  }
}

/** Entries that tell of the guards of these homes, and of rewrites of their branches, as (ref, seq). Eventually consistent. */
export async function guardEntriesOf(
  links: Pick<LinkStore, "getMany">,
  homes: readonly Home[],
): Promise<Map<Home, { readonly ref: Subject; readonly seq: number }[]>> {
  const keys = new Map([...new Set(homes)].map((home) => [guardsKey(home), home]));
  const items = keys.size === 0 ? new Map<LinkKey, LinkItem>() : await links.getMany([...keys.keys()]);
  return new Map(
    [...items].map(([key, item]) => [
      keys.get(key) ?? "",
      [...(item["at"] ?? [])].map((text) => {
        const at = text.lastIndexOf(" ");
        return { ref: text.slice(0, at) as Subject, seq: Number(text.slice(at + 1)) };
      }),
    ]),
  );
}
