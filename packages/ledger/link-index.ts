import { type Entry, type FactsOf, type Subject, subject } from "@change-ledger/model";
import type { DeploymentNode, LinkView, Place, PushNode } from "./carries.ts";
import { commitKey, deploymentKey, directPushChange, groupKey, type Home, pullRequestOf, pushKey, refOf } from "./link-keys.ts";
import type { DirectChanges, LinkItem, LinkStore } from "./ports.ts";

/** States in which a deployment's own story ends. */
const TERMINAL = new Set(["Succeeded", "Failed", "Stopped"]);

export interface LinkIndexPorts {
  readonly links: LinkStore;
  readonly direct: DirectChanges;
  /** Whether pushes to this ref are production's history: the default branch, and what the configuration names. */
  readonly tracked: (home: Home, ref: string, isDefault: boolean) => boolean;
}

const set = (item: LinkItem, name: string): ReadonlySet<string> => item[name] ?? new Set();

/**
 * Enters what the entries of one chain say about links into the index and answers which deployments' links are to be counted again. Each write comes before the
 * read of what others wrote (a set's merge answers the whole item), so of two facts that concern each other the later one always sees the earlier.
 * Idempotent; of no consequence in which order entries come.
 */
export async function indexLinks(ports: LinkIndexPorts, entries: readonly Entry[]): Promise<Subject[]> {
  const pushes = entries.flatMap((entry) => pushOf(ports, entry) ?? []);
  const again = await indexPushes(ports, pushes);
  for (const entry of entries) again.push(...(await indexEntry(ports, entry)));
  return again;
}

async function indexEntry(ports: LinkIndexPorts, entry: Entry): Promise<Subject[]> {
  switch (entry.kind) {
    case "pull-request":
      return entry.facts.mergeSha === undefined || entry.facts.state !== "merged"
        ? []
        : await claim(ports, entry.subject, entry.facts.mergeSha);
    case "deployment-state":
      return TERMINAL.has(entry.facts.state) ? await indexDeployment(ports, entry.subject, { state: [entry.facts.state] }) : [];
    case "deployment-lookup":
      return entry.part === undefined || entry.part.index === 0 ? await indexDeployment(ports, entry.subject, lookedUp(entry.facts)) : [];
    case "unresolved":
      return entry.subject.startsWith("deployment:") ? await indexDeployment(ports, entry.subject, { "gave-up": ["yes"] }) : [];
    default:
      return [];
  }
}

/** A push to a tracked ref, or one part of it. */
interface IndexedPush {
  readonly home: Home;
  readonly ref: string;
  readonly entry: Entry;
  readonly facts: FactsOf<"push">;
}

function pushOf(ports: LinkIndexPorts, entry: Entry): IndexedPush | undefined {
  if (entry.kind !== "push" || entry.facts.deleted === true) return undefined;
  const of = refOf(entry.subject);
  return of === undefined || !ports.tracked(of.home, of.ref, entry.facts.default === true)
    ? undefined
    : { ...of, entry, facts: entry.facts };
}

/** A merged pull request claims the pushes that hold its merge commit. */
async function claim(ports: LinkIndexPorts, change: Subject, mergeSha: string): Promise<Subject[]> {
  const of = pullRequestOf(change);
  if (of === undefined) return [];
  const commit = await ports.links.merge(commitKey(of.home, mergeSha), { pr: [of.number] });
  const again = await Promise.all(
    [...set(commit, "in")].map(parsePlace).map(async ({ ref, after }) => {
      const push = await ports.links.merge(pushKey(of.home, ref, after), { pr: [`${mergeSha} ${of.number}`] });
      await ports.direct.drop(directPushChange(of.home, after));
      return [...set(push, "dep")] as Subject[];
    }),
  );
  return again.flat();
}

async function indexPushes(ports: LinkIndexPorts, pushes: readonly IndexedPush[]): Promise<Subject[]> {
  const commits = pushes.flatMap((push, of) =>
    push.facts.commits.map(({ sha }, position) => {
      // Places are told apart by part and position; `index` counts over all parts as (part, position), which sorts the same way.
      const index = (push.entry.part?.index ?? 0) * PART_STRIDE + position;
      return { of, sha, key: commitKey(push.home, sha), add: { in: [`${push.ref} ${push.facts.after} ${index} ${push.entry.seq}`] } };
    }),
  );
  const items = await ports.links.mergeMany(commits);
  const again = commits.flatMap((_, at) => [...set(items[at] ?? {}, "wait")] as Subject[]);
  for (const [at, push] of pushes.entries()) {
    const claims = commits.flatMap(({ of, sha }, each) =>
      of === at ? [...set(items[each] ?? {}, "pr")].map((number) => `${sha} ${number}`) : [],
    );
    again.push(...(await indexPush(ports, push, claims)));
  }
  return again;
}

async function indexPush(ports: LinkIndexPorts, { home, ref, entry, facts }: IndexedPush, claims: readonly string[]): Promise<Subject[]> {
  const { after } = facts;
  const part = entry.part?.index ?? 0;
  const record = JSON.stringify({ at: entry.occurredAt, before: facts.before, part, commits: facts.commits.map(({ sha }) => sha) });
  const key = pushKey(home, ref, after);
  const push = await ports.links.merge(key, { r: [record], ...(claims.length === 0 ? {} : { pr: claims }) });
  if (set(push, "pr").size === 0) {
    await ports.direct.put(directPushChange(home, after), entry.occurredAt);
    // A claim that came between the merge and the put has dropped nothing yet: look again.
    if (set(await ports.links.get(key), "pr").size > 0) await ports.direct.drop(directPushChange(home, after));
  } else if (set(push, "r").size > 1) {
    // Another part of it, or another push to the same commit (a branch set back), may have stood as a change of its own.
    await ports.direct.drop(directPushChange(home, after));
  }
  return [...set(push, "dep")] as Subject[];
}

/** More commits than one part of a push can hold. */
const PART_STRIDE = 10_000;

interface LookedUp {
  readonly app: string;
  readonly group: string;
  readonly at?: string | undefined;
  readonly home?: string | undefined;
  readonly commit?: string | undefined;
  readonly previous?: string | undefined;
  readonly rollback?: true | undefined;
}

function lookedUp(facts: FactsOf<"deployment-lookup">): Readonly<Record<string, readonly string[]>> {
  const { revision, previousRevision } = facts;
  const look: LookedUp = {
    app: facts.application,
    group: facts.group,
    at: facts.createdAt,
    home: revision.repository === undefined ? undefined : `github/${revision.repository}`,
    commit: revision.commit,
    previous: previousRevision?.commit,
    rollback: facts.rollsBack !== undefined || facts.creator === "codeDeployRollback" ? true : undefined,
  };
  return { look: [JSON.stringify(look)], ...(TERMINAL.has(facts.state) ? { state: [facts.state] } : {}) };
}

async function indexDeployment(
  ports: LinkIndexPorts,
  deployment: Subject,
  add: Readonly<Record<string, readonly string[]>>,
): Promise<Subject[]> {
  const item = await ports.links.merge(deploymentKey(deployment), add);
  // What it carries rests on what was looked up, not on how it ended; how it ended matters to those that came after it.
  const again = add["look"] === undefined && add["gave-up"] === undefined ? [] : [deployment];
  const look = lookOf(item);
  if (look?.commit === undefined || look.at === undefined || !set(item, "state").has("Succeeded")) return again;
  const key = groupKey(deployment, look.app, look.group);
  await ports.links.note(key, look.at, `${deployment} ${look.commit}`);
  // Of those whose previous revision nobody told, the ones that were created later.
  const open = [...set(await ports.links.get(key), "open")].map((text) => text.split(" "));
  return [...again, ...open.flatMap(([at = "", other = ""]) => (at > (look.at ?? "") ? [other as Subject] : []))];
}

/** Look-ups of one deployment agree on what links need; the greatest is taken so that it is always the same, a resolved one first. */
function lookOf(item: LinkItem): LookedUp | undefined {
  const looks = [...set(item, "look")].sort().map((text) => JSON.parse(text) as LookedUp);
  return looks.findLast(({ commit }) => commit !== undefined) ?? looks.at(-1);
}

export function isTerminal(item: LinkItem): boolean {
  return set(item, "state").size > 0;
}

function parsePlace(text: string): Place & { readonly seq: number } {
  const [ref = "", after = "", index = "0", seq = "0"] = text.split(" ");
  return { ref, after, index: Number(index), seq: Number(seq) };
}

/** The ref chains' entries that brought commits, each commit given as `<home>/<sha>`: the pushes that hold it, as (ref, seq). */
export async function pushEntriesOf(
  links: Pick<LinkStore, "getMany">,
  commits: readonly string[],
): Promise<Map<string, { readonly ref: Subject; readonly seq: number }[]>> {
  const keys = new Map(
    commits.map((commit) => [commitKey(commit.slice(0, commit.lastIndexOf("/")), commit.slice(commit.lastIndexOf("/") + 1)), commit]),
  );
  const items = await links.getMany([...keys.keys()]);
  const found = new Map<string, { readonly ref: Subject; readonly seq: number }[]>();
  for (const [key, item] of items) {
    const commit = keys.get(key) ?? "";
    const home = commit.slice(0, commit.lastIndexOf("/"));
    found.set(
      commit,
      [...set(item, "in")].map(parsePlace).map(({ ref, seq }) => ({ ref: subject("ref", home, ref), seq })),
    );
  }
  return found;
}

/**
 * The index as the walk asks it; registers the deployment wherever it looks, before it looks.
 * @param first it was never counted before, so that looking whether it is registered already would be for nothing
 */
export function storeView(links: LinkStore, first: boolean): LinkView {
  const registered = async (key: string, name: string, value: string): Promise<LinkItem> => {
    const item = first ? undefined : await links.get(key);
    return item !== undefined && set(item, name).has(value) ? item : await links.merge(key, { [name]: [value] });
  };
  return {
    async deployment(deployment): Promise<DeploymentNode | undefined> {
      const item = await links.get(deploymentKey(deployment));
      const look = lookOf(item);
      if (look === undefined) return set(item, "gave-up").size > 0 ? { rollback: false } : undefined;
      return { rollback: look.rollback === true, home: look.home, commit: look.commit, previous: look.previous };
    },
    async places(deployment, home, sha): Promise<readonly Place[]> {
      return [...set(await registered(commitKey(home, sha), "wait", deployment), "in")].map(parsePlace);
    },
    async push(deployment, home, ref, after): Promise<PushNode | undefined> {
      return pushNode(await registered(pushKey(home, ref, after), "dep", deployment), after);
    },
    async previousDeployment(deployment): Promise<string | undefined> {
      const look = lookOf(await links.get(deploymentKey(deployment)));
      if (look?.at === undefined) return undefined;
      const key = groupKey(deployment, look.app, look.group);
      await registered(key, "open", `${look.at} ${deployment}`);
      return (await links.latestBefore(key, look.at))?.split(" ")[1];
    },
  };
}

interface PushRecord {
  readonly at: string;
  readonly before: string;
  readonly part: number;
  readonly commits: readonly string[];
}

function pushNode(item: LinkItem, after: string): PushNode | undefined {
  const records = [...set(item, "r")].sort().map((text) => JSON.parse(text) as PushRecord);
  // A branch can come to the same commit twice (set back by force, deleted and made again). What stands before the commit is told by the push that
  // brought it, the latest if there are several; only if none did by the latest of all.
  const latest = records.findLast(({ commits }) => commits.includes(after)) ?? records.at(-1);
  if (latest === undefined) return undefined;
  const parts = records.filter(({ at, before }) => at === latest.at && before === latest.before);
  const commits: string[] = [];
  for (const { part, commits: shas } of parts) for (const [position, sha] of shas.entries()) commits[part * PART_STRIDE + position] = sha;
  const claims = new Map<string, string[]>();
  for (const text of [...set(item, "pr")].sort()) {
    const [sha = "", number = ""] = text.split(" ");
    claims.set(sha, [...(claims.get(sha) ?? []), number]);
  }
  return { before: latest.before, occurredAt: latest.at, commits, claims };
}
