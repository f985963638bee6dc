import type { Found } from "@change-ledger/ledger";
import { type SealedEntry, type Subject, subject } from "@change-ledger/model";
import { compareText } from "../order.ts";
import { compareUpdates, updatesTold } from "./compare.ts";
import { type Compared, type Difference, FINDER, type Scope } from "./compare-scope.ts";
import { type Branch, pushDelivery } from "./github-push.ts";
import type { Cursor, GithubLists, HookName, ListedUpdate, ReconcilePorts, Update, Window } from "./ports.ts";

const NO_COMMIT = /^0+$/;
/** Around what is compared both sides are asked for more: their clocks differ, and no event is recorded before it happens. */
const AROUND_MS = 2 * 3_600_000;
/** GitHub sends again what it sent within three days. */
const REDELIVERED_DAYS = 3;
const DAY_MS = 86_400_000;

/** Repositories of which something is compared: those that our credentials are for, that the ledger has heard of, and that the configuration names. */
export async function repositoriesToAsk({ models, inForce }: ReconcilePorts, lists: GithubLists): Promise<readonly string[]> {
  const heard = await models.scopes("change");
  const named = (await inForce()).configuration.repositories.map(({ match }) => match);
  const known = [...heard, ...named].flatMap((home) =>
    home.startsWith("github/") && !home.endsWith("/*") ? [home.slice("github/".length)] : [],
  );
  const repositories = new Map([...known, ...(await lists.repositories())].map((name) => [name.toLowerCase(), name]));
  // Sorted, so that each run begins with the same; whose turn it is the cursors say.
  return [...repositories.values()].sort(compareText);
}

/** Branches whose updates are production's history: of each repository the default one, those that the settings name, and those that the configuration protects. */
export async function branchesToAsk(
  { settings, inForce }: ReconcilePorts,
  lists: GithubLists,
  repositories: readonly string[],
): Promise<readonly Branch[]> {
  const rules = await inForce();
  const branches: Branch[] = [];
  for (const repository of repositories) {
    const defaultBranch = await lists.defaultBranch(repository);
    if (defaultBranch === undefined) continue;
    const refs = new Set([`refs/heads/${defaultBranch}`]);
    const { configured, isProtected, rules: own } = rules.repository(`github/${repository}`);
    const tracked = settings.github.trackedRefs.map((pattern) => ({
      pattern,
      within: pattern.endsWith("*") ? pattern.slice(0, -1) : undefined,
      fits: () => true,
    }));
    // Where the configuration says nothing of a repository each of its branches counts as protected: of such only the default one is history.
    const guarded = configured ? own.protectedBranches : [];
    const protectedOnes = guarded.map((glob) => ({
      pattern: `refs/heads/${glob}`,
      within: glob.includes("*") ? `refs/heads/${glob.slice(0, glob.indexOf("*"))}` : undefined,
      fits: (ref: string) => isProtected(ref, false),
    }));
    const listed = new Map<string, readonly string[]>();
    for (const { pattern, within, fits } of [...tracked, ...protectedOnes]) {
      if (within === undefined) refs.add(pattern);
      else {
        const found = listed.get(within) ?? (await lists.refs(repository, within));
        listed.set(within, found);
        for (const ref of found) if (fits(ref)) refs.add(ref);
      }
    }
    for (const ref of refs) branches.push({ repository, ref, defaultBranch });
  }
  return branches;
}

/** A branch's own record of its updates; where its server keeps none, what it points at now. */
export function branchScope(ports: ReconcilePorts, lists: GithubLists, branch: Branch): Scope {
  const of = subject("ref", "github", branch.repository, branch.ref);
  return {
    system: "github",
    scope: of,
    async first() {
      const times = updatesTold((await tailSince(ports, of, "")).map(({ entry }) => entry)).map(({ at }) => at);
      return times.sort(compareText)[0] ?? "";
    },
    async open(from, to) {
      const since = new Date(Date.parse(from) - AROUND_MS).toISOString();
      const told = updatesTold((await tailSince(ports, of, since)).map(({ entry }) => entry)).filter(({ at }) => at >= since);
      const kept = await lists.updates(branch.repository, branch.ref, since);
      const listed = kept ?? (await headAsUpdate(ports, lists, branch, to));
      const within = [...listed, ...told].filter(({ at }) => at >= from && at < to);
      return {
        items: within,
        compare: async (window) => differenceOf(ports, lists, branch, { listed, kept: kept !== undefined, told, window }),
      };
    },
  };
}

/** The last updates on record, back to those that were recorded before `since`. Late entries lie at the chain's end, whatever they tell of. */
async function tailSince({ chains }: Pick<ReconcilePorts, "chains">, of: Subject, since: string): Promise<SealedEntry[]> {
  for (let limit = 64; ; limit *= 4) {
    const tail = await chains.tail(of, limit);
    const oldest = tail.at(-1)?.entry;
    if (oldest === undefined || oldest.seq === 0 || oldest.recordedAt < since) return tail;
  }
}

/** From where the ledger left the branch to where it is: of what lies between only the commits are known, not by how many pushes they came, nor when. */
async function headAsUpdate(ports: ReconcilePorts, lists: GithubLists, { repository, ref }: Branch, to: string): Promise<ListedUpdate[]> {
  const head = await lists.head(repository, ref);
  const told = updatesTold((await tailSince(ports, subject("ref", "github", repository, ref), "")).map(({ entry }) => entry));
  const last = told.sort((a, b) => compareText(a.at, b.at)).at(-1);
  if (head === undefined || last === undefined || told.some(({ after }) => after === head)) return [];
  const at = new Date(Date.parse(to) - 1).toISOString();
  return [{ before: last.after, after: head, at, forced: false, created: false, deleted: false }];
}

function differenceOf(
  ports: ReconcilePorts,
  lists: GithubLists,
  branch: Branch,
  of: { readonly listed: readonly ListedUpdate[]; readonly kept: boolean; readonly told: readonly Update[]; readonly window: Window },
): Difference {
  const { listed, missing, unlisted } = compareUpdates(of.listed, of.told, of.window);
  const pair = ({ before, after }: Update) => `${before}..${after}`;
  return {
    listed: listed.length,
    missing: missing.map(pair),
    // A server that keeps no record of updates cannot say that one was none.
    unlisted: of.kept ? unlisted.map(pair) : [],
    ...(of.kept && {
      list: {
        form: "updates" as const,
        askedAt: ports.now(),
        updates: listed.map(({ before, after, at }) => ({ before, after, at })),
      },
    }),
    find: async () => {
      const found: Found[] = [];
      for (const update of missing) {
        const commits = await commitsOf(lists, branch.repository, update);
        found.push({ delivery: pushDelivery(branch, update, commits, { finder: FINDER, receivedAt: ports.now() }) });
      }
      return found;
    },
  };
}

/** A branch that was made begins anywhere: of it only the commit is told that it was made at. */
export async function commitsOf(
  lists: Pick<GithubLists, "commits">,
  repository: string,
  { before, after }: Update,
): ReturnType<GithubLists["commits"]> {
  if (NO_COMMIT.test(before) || NO_COMMIT.test(after)) return { commits: [], truncated: false };
  return await lists.commits(repository, before, after);
}

/** Deliveries that no attempt got through are asked for again, each once a run, as long as GitHub keeps them. */
export async function redeliver(
  ports: ReconcilePorts,
  lists: GithubLists,
  hook: HookName,
  cursor: Cursor | undefined,
): Promise<{ cursor: Cursor; compared: Compared }> {
  const now = ports.now();
  const earliest = new Date(Date.parse(now) - REDELIVERED_DAYS * DAY_MS).toISOString();
  const { listed, failed } = await lists.failedDeliveries(hook, earliest);
  for (const { id } of failed) await lists.redeliver(hook, id);
  const compared = { listed, missing: failed.length, unlisted: 0, found: failed.length };
  return { cursor: { from: now, ranAt: now, again: cursor?.again ?? [] }, compared };
}
