import type { DeploymentState, Entry, FactsOf, Subject } from "@change-ledger/model";
import { awaitClaims, indexArtifacts, resolveClaims } from "./artifact-index.ts";
import type { DeploymentNode, LinkView, Place, PushNode } from "./carries.ts";
import { commitKey, deploymentKey, groupKey, pushKey } from "./link-keys.ts";
import { indexMerges, type MergeIndexPorts, PART_STRIDE, type PushRecord, parsePlace } from "./merge-index.ts";
import type { LinkItem, LinkStore } from "./ports.ts";

/** States in which a deployment's own story ends. */
export const TERMINAL: ReadonlySet<DeploymentState> = new Set<DeploymentState>(["Succeeded", "Failed", "Stopped"]);

export interface LinkIndexPorts extends MergeIndexPorts {
  /** Told of each deployment of which an artefact's entry names the commit. */
  readonly resolved?: (deployment: Subject, by: Entry) => void;
}

const set = (item: LinkItem, name: string): ReadonlySet<string> => item[name] ?? new Set();

/**
 * Enters what the entries of a batch say about links into the index and answers which deployments' links are to be counted again. Each write comes before the
 * read of what others wrote (a set's merge answers the whole item), so of two facts that concern each other the later one always sees the earlier.
 * Idempotent; of no consequence in which order and in what company entries come.
 */
export async function indexLinks(ports: LinkIndexPorts, entries: readonly Entry[]): Promise<Set<Subject>> {
  const again = new Set(await indexMerges(ports, entries));
  const byDeployment = Map.groupBy(entries, ({ subject: of }) => of).values();
  const indexed = await Promise.all([...byDeployment].map((chain) => indexDeployments(ports, chain)));
  const claimed = await indexArtifacts(ports.links, entries);
  for (const { deployment, by } of claimed) ports.resolved?.(deployment, by);
  const resolved = await Promise.all(claimed.map(({ deployment, claims }) => indexDeployment(ports, deployment, claims)));
  for (const deployment of [...indexed, ...resolved].flat()) again.add(deployment);
  return again;
}

async function indexDeployments(ports: LinkIndexPorts, chain: readonly Entry[]): Promise<Subject[]> {
  const again: Subject[] = [];
  for (const entry of chain) {
    const add = deploymentSets(entry);
    if (add === undefined) continue;
    const claims = entry.kind === "deployment-lookup" ? await awaitClaims(ports.links, entry.subject, entry.facts) : {};
    again.push(...(await indexDeployment(ports, entry.subject, { ...add, ...claims })));
  }
  return again;
}

function deploymentSets(entry: Entry): Readonly<Record<string, readonly string[]>> | undefined {
  switch (entry.kind) {
    case "deployment-state":
      return told({
        state: TERMINAL.has(entry.facts.state) ? [entry.facts.state] : undefined,
        restores: entry.facts.restores === undefined ? undefined : [entry.facts.restores],
      });
    case "deployment-lookup":
      return entry.part === undefined || entry.part.index === 0 ? lookedUp(entry.facts) : undefined;
    case "unresolved":
      return entry.subject.startsWith("deployment:") && entry.facts.asked === "deployment" ? { "gave-up": ["yes"] } : undefined;
    default:
      return undefined;
  }
}

/** The sets that there is something for; undefined when there are none. */
function told(sets: Readonly<Record<string, readonly string[] | undefined>>): Readonly<Record<string, readonly string[]>> | undefined {
  const given = Object.entries(sets).flatMap(([name, values]) => (values === undefined ? [] : [[name, values] as const]));
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** What CodeDeploy, and our reading of ECS, call the creator of a deployment that restores a revision by itself. */
const ROLLBACK_CREATORS: ReadonlySet<string | undefined> = new Set(["codeDeployRollback", "ecsRollback"]);

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
    rollback: facts.rollsBack !== undefined || ROLLBACK_CREATORS.has(facts.creator) ? true : undefined,
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
  const again = OF_ITSELF.some((name) => add[name] !== undefined) ? [deployment] : [];
  const look = lookOf(item);
  // That somebody claims a commit is for good; which one it is may change with the next claim, so it is asked when it is needed.
  const commit = look?.commit ?? (set(item, "art").size > 0 ? CLAIMED : undefined);
  if (look?.at === undefined || commit === undefined || !set(item, "state").has("Succeeded")) return again;
  const key = groupKey(deployment, look.app, look.group);
  await ports.links.note(key, look.at, `${deployment} ${commit}`);
  // Of those whose previous revision nobody told, the ones that were created later.
  const open = [...set(await ports.links.get(key), "open")].map((text) => text.split(" "));
  return [...again, ...open.flatMap(([at = "", other = ""]) => (at > (look.at ?? "") ? [other as Subject] : []))];
}

/** What of a deployment its own links rest on. */
const OF_ITSELF = ["look", "gave-up", "restores", "art", "artp"] as const;
/** In a note, in place of a commit. */
const CLAIMED = "claimed";

/** Look-ups of one deployment agree on what links need; the greatest is taken so that it is always the same, a resolved one first. */
function lookOf(item: LinkItem): LookedUp | undefined {
  const looks = [...set(item, "look")].sort().map((text) => JSON.parse(text) as LookedUp);
  return looks.findLast(({ commit }) => commit !== undefined) ?? looks.at(-1);
}

/** The look-up, with the commits that artefacts name where it names none. */
function resolvedLook(item: LinkItem): LookedUp | undefined {
  const look = lookOf(item);
  if (look === undefined) return undefined;
  const own = look.commit === undefined ? resolveClaims(set(item, "art")) : undefined;
  return { ...look, ...own, previous: look.previous ?? resolveClaims(set(item, "artp"))?.commit };
}

export function isTerminal(item: LinkItem): boolean {
  return set(item, "state").size > 0;
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
      const look = resolvedLook(item);
      const restores = set(item, "restores").size > 0;
      if (look === undefined) return set(item, "gave-up").size > 0 ? { rollback: restores } : undefined;
      return { rollback: look.rollback === true || restores, home: look.home, commit: look.commit, previous: look.previous };
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
      for (let before = look.at; ; ) {
        const [other = "", commit] = (await links.latestBefore(key, before))?.split(" ") ?? [];
        if (commit !== CLAIMED) return commit;
        const its = resolvedLook(await links.get(deploymentKey(other as Subject)));
        if (its?.commit !== undefined) return its.commit;
        // Claims about it contradict each other: the one before it counts.
        if (its?.at === undefined || its.at >= before) return undefined;
        before = its.at;
      }
    },
  };
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
