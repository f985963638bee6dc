import { type Entry, type Subject, subject, subjectId } from "@change-ledger/model";
import { guardsKey, type Home, namesKey, pullRequestOf, pushKey, refOf, rolledBackKey } from "./link-keys.ts";
import type { LinkItem, LinkKey, LinkStore } from "./ports.ts";
import { linePieceOf, lineSets } from "./ref-line.ts";
import { triggeredBy } from "./rollback-index.ts";
import { noteRuns } from "./run-index.ts";

export interface NamesPorts {
  readonly links: Pick<LinkStore, "mergeMany" | "note">;
  readonly tracked: (home: Home, ref: string, isDefault: boolean) => boolean;
  /** What this process has entered already; absent remembers nothing. */
  readonly entered?: Set<string> | undefined;
}

/** Enters what changes name, where a branch's guards are told of, how its pushes follow each other, who rolled a deployment back, and runs that looked at the record. Sets only grow, so that doing it again changes nothing. @returns what was entered into, as it is now */
export async function enterNames(ports: NamesPorts, entries: readonly Entry[]): Promise<Map<LinkKey, LinkItem>> {
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
      const branch = branchOf(pull.home, entry.facts);
      if (branch !== undefined) add(namesKey(branch), "c", entry.subject);
    }
    // Most reviews are of a head, which its own event has entered.
    if (entry.kind === "review" && entry.facts.commit !== undefined && pull !== undefined)
      add(namesKey(`commit:${pull.home}/${entry.facts.commit}`), "c", entry.subject);
    if (entry.kind === "record" && entry.facts.incident !== undefined) add(namesKey(entry.facts.incident), "c", entry.subject);
    const failed = triggeredBy(entry);
    if (failed !== undefined) add(rolledBackKey(failed), "by", entry.subject);
    const piece = linePieceOf(entry, ports.tracked);
    for (const [key, set, value] of piece === undefined ? [] : lineSets(piece)) add(key, set, value);
    const judged = pushJudgedBy(entry);
    if (judged !== undefined) add(judged, "suite", String(entry.seq));
    const guarded = guardedBy(ports, entry);
    if (guarded !== undefined) add(guardsKey(guarded), "at", `${entry.subject} ${entry.seq}`);
  }
  await noteRuns(ports.links, entries);
  const merges = [...names].map(([key, sets]) => ({
    key,
    add: Object.fromEntries([...sets].map(([name, values]) => [name, [...values]])),
  }));
  if (merges.length === 0) return new Map();
  const merged = await ports.links.mergeMany(merges);
  const items = new Map(merges.map(({ key }, at) => [key, merged[at]?.item ?? {}]));
  const { entered } = ports;
  if (entered === undefined) return items;
  if (entered.size > MOST_ENTERED) entered.clear();
  for (const [key, sets] of names) for (const [set, values] of sets) for (const value of values) entered.add(`${key} ${set} ${value}`);
  return items;
}

const MOST_ENTERED = 50_000;

/** The push that this entry says how the host's rules judged it. */
export function pushJudgedBy(entry: Entry): LinkKey | undefined {
  const of = refOf(entry.subject);
  return entry.kind === "rule-suite-lookup" && of !== undefined ? pushKey(of.home, of.ref, entry.facts.after) : undefined;
}

/** The repository, or the organisation, whose every change is judged by this entry: rules of its branches, and pushes that rewrite one of them. */
export function guardedBy({ tracked }: Pick<NamesPorts, "tracked">, entry: Entry): Home | undefined {
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

/** The pull request's own branch; undefined where it lies in another repository. */
export function branchOf(home: Home, facts: Extract<Entry, { kind: "pull-request" }>["facts"]): Subject | undefined {
  return facts.headRepository !== undefined || facts.headRef === facts.baseRef
    ? undefined
    : subject("ref", home, `refs/heads/${facts.headRef}`);
}
