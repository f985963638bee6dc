import { type Entry, type FactsOf, type Subject, subject } from "@change-ledger/model";
import type { Place } from "./carries.ts";
import { commitKey, directPushChange, type Home, pullRequestOf, pushKey, refOf } from "./link-keys.ts";
import type { DirectChanges, LinkItem, LinkStore } from "./ports.ts";

export interface MergeIndexPorts {
  readonly links: LinkStore;
  readonly direct: DirectChanges;
  /** Whether pushes to this ref are production's history: the default branch, and what the configuration names. */
  readonly tracked: (home: Home, ref: string, isDefault: boolean) => boolean;
  /** Told of each push to a tracked ref, and of each merge that claims one of another batch, with the numbers of the pull requests that claim that push so far. */
  readonly brought?: (pushOrMerge: Entry, claims: ReadonlySet<string>) => void;
}

/** More commits than one part of a push can hold. */
export const PART_STRIDE = 10_000;

/** One part of a push, as the index keeps it. */
export interface PushRecord {
  readonly at: string;
  readonly before: string;
  readonly part: number;
  readonly commits: readonly string[];
}

/** A push to a tracked ref, or one part of it. */
interface Push {
  readonly home: Home;
  readonly ref: string;
  readonly key: string;
  readonly entry: Entry;
  readonly facts: FactsOf<"push">;
}

/** A merged pull request: it claims the pushes that hold its merge commit. */
interface Claim {
  readonly home: Home;
  readonly sha: string;
  readonly number: string;
  readonly entry: Entry;
}

const set = (item: LinkItem | undefined, name: string): ReadonlySet<string> => item?.[name] ?? new Set();

/** Enters the pushes and merges of a batch: commits first, each with all that the batch says of it, then pushes, then what claims mean for pushes of other batches. */
export async function indexMerges(ports: MergeIndexPorts, entries: readonly Entry[]): Promise<Subject[]> {
  const pushes = entries.flatMap((entry) => pushOf(ports, entry) ?? []);
  const claims = entries.flatMap((entry) => claimOf(entry) ?? []);
  const commits = await indexCommits(ports, pushes, claims);
  const waiting = [...commits.values()].flatMap((item) => [...set(item, "wait")]);
  const claimed = pushes.map(({ home, facts }) =>
    facts.commits.flatMap(({ sha }) => [...set(commits.get(commitKey(home, sha)), "pr")].map((number) => `${sha} ${number}`)),
  );
  const merged = await ports.links.mergeMany(
    pushes.map(({ key, entry, facts }, at) => ({
      key,
      add: { r: [recordOf(entry, facts)], ...(claimed[at]?.length === 0 ? {} : { pr: claimed[at] ?? [] }) },
    })),
  );
  for (const [at, { entry }] of pushes.entries()) {
    const claims = [...(claimed[at] ?? []), ...set(merged[at]?.item, "pr")];
    ports.brought?.(entry, numbersOf(claims));
  }
  for (const [at, push] of pushes.entries()) await settleDirect(ports, push, merged[at]?.item, merged[at]?.fresh === true);
  // Pushes that this batch has just made, with their claims: the only ones that nobody can have taken for a change of its own.
  const done = new Set(
    pushes.flatMap(({ key }, at) => (merged[at]?.fresh === true ? (claimed[at] ?? []).map((claim) => `${key} ${claim}`) : [])),
  );
  const walked = await Promise.all(claims.map((claim) => applyClaim(ports, claim, commits.get(commitKey(claim.home, claim.sha)), done)));
  return [...waiting, ...merged.flatMap(({ item }) => [...set(item, "dep")]), ...walked.flat()] as Subject[];
}

async function indexCommits(ports: MergeIndexPorts, pushes: readonly Push[], claims: readonly Claim[]): Promise<Map<string, LinkItem>> {
  const adds = new Map<string, { in: string[]; end: string[]; pr: string[] }>();
  const of = (key: string) => {
    const add = adds.get(key) ?? { in: [], end: [], pr: [] };
    adds.set(key, add);
    return add;
  };
  for (const { home, ref, entry, facts } of pushes) {
    for (const [position, { sha }] of facts.commits.entries()) {
      // Places are told apart by part and position; `index` counts over all parts as (part, position), which sorts the same way.
      const index = (entry.part?.index ?? 0) * PART_STRIDE + position;
      of(commitKey(home, sha)).in.push(`${ref} ${facts.after} ${index} ${entry.seq}`);
    }
    if (hidesItsEnd(entry, facts)) of(commitKey(home, facts.after)).end.push(`${ref} ${entry.seq}`);
  }
  for (const { home, sha, number } of claims) of(commitKey(home, sha)).pr.push(number);
  const keys = [...adds.keys()];
  const merges = keys.map((key) => ({
    key,
    add: Object.fromEntries(Object.entries(adds.get(key) ?? {}).filter(([, values]) => values.length > 0)),
  }));
  const merged = await ports.links.mergeMany(merges);
  return new Map(keys.map((key, at) => [key, merged[at]?.item ?? {}]));
}

/** A branch set back to a commit that it held before brings none, and of a very long push not all are listed: nothing else says that it ends there. */
function hidesItsEnd({ part }: Entry, { after, commits, truncated }: FactsOf<"push">): boolean {
  return (part === undefined || (part.index === 0 && truncated === true)) && !commits.some(({ sha }) => sha === after);
}

/** A push that nobody claims is a change of its own, until somebody does. */
async function settleDirect(
  ports: MergeIndexPorts,
  { home, key, entry, facts }: Push,
  item: LinkItem | undefined,
  fresh: boolean,
): Promise<void> {
  const change = directPushChange(home, facts.after);
  if (set(item, "pr").size === 0) {
    await ports.direct.put(change, entry.occurredAt);
    // A claim that came between the merge and the put has dropped nothing yet: look again.
    if (set(await ports.links.get(key), "pr").size > 0) await ports.direct.drop(change);
  } else if (!fresh && set(item, "r").size > 1) {
    // Another part of it, or another push to the same commit (a branch set back), may have stood as a change of its own.
    await ports.direct.drop(change);
  }
}

/** @param claims each `<sha> <number>` */
const numbersOf = (claims: readonly string[]): Set<string> => new Set(claims.map((claim) => claim.split(" ")[1] ?? ""));

async function applyClaim(
  ports: MergeIndexPorts,
  { home, sha, number, entry }: Claim,
  commit: LinkItem | undefined,
  done: ReadonlySet<string>,
): Promise<string[]> {
  const walked = await Promise.all(
    [...set(commit, "in")].map(parsePlace).map(async ({ ref, after }) => {
      const key = pushKey(home, ref, after);
      if (done.has(`${key} ${sha} ${number}`)) return [];
      const push = await ports.links.merge(key, { pr: [`${sha} ${number}`] });
      await ports.direct.drop(directPushChange(home, after));
      ports.brought?.(entry, numbersOf([...set(push, "pr")]));
      return [...set(push, "dep")];
    }),
  );
  return walked.flat();
}

function pushOf({ tracked }: MergeIndexPorts, entry: Entry): Push | undefined {
  if (entry.kind !== "push" || entry.facts.deleted === true) return undefined;
  const of = refOf(entry.subject);
  if (of === undefined || !tracked(of.home, of.ref, entry.facts.default === true)) return undefined;
  return { ...of, key: pushKey(of.home, of.ref, entry.facts.after), entry, facts: entry.facts };
}

function claimOf(entry: Entry): Claim | undefined {
  if (entry.kind !== "pull-request" || entry.facts.state !== "merged" || entry.facts.mergeSha === undefined) return undefined;
  const of = pullRequestOf(entry.subject);
  return of === undefined ? undefined : { ...of, sha: entry.facts.mergeSha, entry };
}

function recordOf(entry: Entry, { before, commits }: FactsOf<"push">): string {
  const record: PushRecord = { at: entry.occurredAt, before, part: entry.part?.index ?? 0, commits: commits.map(({ sha }) => sha) };
  return JSON.stringify(record);
}

/** `<ref> <after> <index> <seq>`, as the index writes it. */
export function parsePlace(text: string): Place & { readonly seq: number } {
  const [ref = "", after = "", index = "0", seq = "0"] = text.split(" ");
  return { ref, after, index: Number(index), seq: Number(seq) };
}

/** The ref chains' entries that brought commits, each commit given as `<home>/<sha>`: the pushes that hold it, or end at it, as (ref, seq). Eventually consistent. */
export async function pushEntriesOf(
  links: Pick<LinkStore, "getMany">,
  commits: readonly string[],
): Promise<Map<string, { readonly ref: Subject; readonly seq: number }[]>> {
  const homeOf = (commit: string) => commit.slice(0, commit.lastIndexOf("/"));
  const keys = new Map(commits.map((commit) => [commitKey(homeOf(commit), commit.slice(commit.lastIndexOf("/") + 1)), commit]));
  const items = await links.getMany([...keys.keys()]);
  return new Map(
    [...items].map(([key, item]) => {
      const commit = keys.get(key) ?? "";
      const ends = [...set(item, "end")].map((text) => text.split(" ")).map(([ref = "", seq]) => ({ ref, seq: Number(seq) }));
      const held = [...set(item, "in")].map(parsePlace);
      return [commit, [...held, ...ends].map(({ ref, seq }) => ({ ref: subject("ref", homeOf(commit), ref), seq }))];
    }),
  );
}
