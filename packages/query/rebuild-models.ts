import {
  type AssessWork,
  type ChainStore,
  EVERYWHERE,
  type LinkPlan,
  type LinkWork,
  type ProjectPorts,
  project,
  type WorkQueue,
} from "@change-ledger/ledger";
import type { SealedEntry, Subject } from "@change-ledger/model";
import { QueryError } from "./fault.ts";

/** How far a rebuilding has come. */
export interface RebuildState {
  /** What is gone through: every entry into models and index, then every deployment for its links. */
  readonly phase: "entries" | "links";
  /** The next page; absent at the beginning. */
  readonly cursor?: string | undefined;
  /** Entries gone through in this phase. */
  readonly done: number;
}

export interface RebuildPorts {
  /** Entries from a cursor on, each chain in order of seq, chains one after the other; what was there before the first page is among them. */
  readonly page: (cursor: string | undefined) => Promise<{ readonly entries: readonly SealedEntry[]; readonly next?: string | undefined }>;
  /** What the projector writes. */
  readonly projection: Pick<ProjectPorts, "fold" | "links" | "direct" | "tracked">;
  readonly chains: Pick<ChainStore, "read">;
  readonly link: WorkQueue<LinkWork>;
  readonly assess: WorkQueue<AssessWork>;
  /** RFC 3339, UTC, ms. */
  readonly now: () => string;
}

/**
 * Makes read models, link index and plans of deployments again from the ledger, page by page: nothing is kept in memory but a page. Writes nothing into the ledger and tells
 * nobody of what it finds: no look-ups, no notifications, no seals. In the end the links of each deployment are counted again, which changes nothing where they are what they
 * were, and every change is judged again. Doing it again, or doing it beside the projector, changes nothing.
 * @returns each state as it is reached: whoever begins with it goes on from there
 */
export async function* rebuildModels(ports: RebuildPorts, begun: RebuildState | undefined): AsyncGenerator<RebuildState> {
  let state: RebuildState = begun ?? { phase: "entries", done: 0 };
  const projector = silent(ports);
  while (state.phase === "entries") {
    const { entries, next } = await ports.page(state.cursor);
    await project(projector, entries);
    await restorePlans(ports, entries);
    state = next === undefined ? { phase: "links", done: 0 } : { phase: "entries", cursor: next, done: state.done + entries.length };
    yield state;
  }
  for (;;) {
    const { entries, next } = await ports.page(state.cursor);
    const deployments = entries.flatMap(({ entry }) => (entry.seq === 0 && isDeployment(entry.subject) ? [entry.subject] : []));
    if (deployments.length > 0) await ports.link.send(deployments.map((deployment) => ({ deployment })));
    state = { phase: "links", cursor: next, done: state.done + entries.length };
    if (next === undefined) break;
    yield state;
  }
  await ports.assess.send([{ home: EVERYWHERE }]);
  yield state;
}

const isDeployment = (of: Subject): boolean => of.startsWith("deployment:");

/** The projector, of which nobody hears: what follows from the entries has long been done. */
function silent({ projection, now }: RebuildPorts): ProjectPorts {
  const none = { send: async () => {} };
  return {
    ...projection,
    progress: async () => new Map(),
    lookup: none,
    link: none,
    seal: none,
    assess: none,
    bus: { put: async () => {} },
    entered: new Set(),
    now,
    asksGithub: false,
  };
}

/**
 * Plans are the one thing in the models table of which the chains tell only the outcome: of each pair of deployment and change the highest version of `linked` and
 * `unlinked` holds. A plan that began anew at version 1 would write entries that older ones outweigh.
 */
async function restorePlans(ports: RebuildPorts, entries: readonly SealedEntry[]): Promise<void> {
  const pairs = new Map<Subject, Set<Subject>>();
  for (const { entry } of entries)
    if (entry.kind === "linked" || entry.kind === "unlinked")
      pairs.set(entry.subject, (pairs.get(entry.subject) ?? new Set()).add(entry.facts.deployment));
  for (const [change, deployments] of pairs) for (const deployment of deployments) await restorePlan(ports, change, deployment);
}

const TRIES_MAX = 20;

async function restorePlan({ projection: { links }, chains }: RebuildPorts, change: Subject, deployment: Subject): Promise<void> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    // The plan first: a chain that is read after it is at least as new.
    const plan = await links.getPlan(deployment);
    const next = restored(plan, change, await lastLink(chains, change, deployment));
    if (next === undefined || (await links.putPlan(deployment, plan?.version ?? 0, next))) return;
  }
  throw new QueryError("contended", `${TRIES_MAX} tries on the plan of ${deployment}`);
}

/** The plan that holds what the chain tells; undefined where it does already, or a linker is at it. */
function restored(plan: LinkPlan | undefined, change: Subject, link: { readonly version: number; readonly linked: boolean }) {
  if (plan?.pending !== undefined) return undefined;
  const carries = plan?.carries ?? [];
  const lacks = link.linked && !carries.includes(change);
  if (plan !== undefined && !lacks && plan.version > link.version) return undefined;
  const version = Math.max(plan?.version ?? 0, link.version) + 1;
  return { version, carries: lacks ? [...carries, change] : carries, since: plan?.since ?? ("not-counted" as const) };
}

const PAGE = 200;

/** What the change's chain says last of the deployment; of one version `unlinked`, as everywhere. */
async function lastLink(chains: RebuildPorts["chains"], change: Subject, deployment: Subject) {
  let last = { version: 0, linked: false };
  for (let from = 0; ; from += PAGE) {
    const page = await chains.read(change, from, PAGE);
    for (const { entry } of page) {
      if ((entry.kind !== "linked" && entry.kind !== "unlinked") || entry.facts.deployment !== deployment) continue;
      const { version } = entry.facts;
      const linked = entry.kind === "linked";
      if (version > last.version || (version === last.version && !linked)) last = { version, linked };
    }
    if (page.length < PAGE) return last;
  }
}
