import { type Entry, recordEnd, type SealedEntry, type Subject, subjectType } from "@change-ledger/model";
import { type AssessWork, changesConcerned } from "./concerned.ts";
import { indexLinks, isTerminal, type LinkIndexPorts, TERMINAL } from "./link-index.ts";
import { deploymentKey } from "./link-keys.ts";
import { type LookupRules, type LookupWork, lookupsOf } from "./lookup-work.ts";
import { notificationsOf } from "./notifications.ts";
import type { Bus, LinkPlan, WorkQueue } from "./ports.ts";
import { triggeredBy } from "./rollback-index.ts";

export type { LookupWork } from "./lookup-work.ts";
export interface LinkWork {
  readonly deployment: Subject;
}
export interface SealWork {
  readonly change: Subject;
  /** The entry that brought it about: whoever does not see it yet reads too early. */
  readonly seen: { readonly subject: Subject; readonly seq: number };
}

/** How far a change came. */
export interface Progress {
  /** The deployments that carry it. */
  readonly deployments: readonly Subject[];
  /** It may have ended without one: its pull request was closed, or it is nothing but a record, whose state says so or not. */
  readonly closed: boolean;
}

export interface ProjectPorts extends LinkIndexPorts, LookupRules {
  /** Folds each chain's new entries, in `seq` order, into its read model; idempotent; reads the chain when entries are missing between. */
  readonly fold: (chains: ReadonlyMap<Subject, readonly SealedEntry[]>) => Promise<void>;
  /** How far these changes came, as the read models know it that `fold` has written; absent of those that have none. @param folded subjects of the last fold */
  readonly progress: (changes: readonly Subject[], folded: ReadonlySet<Subject>) => Promise<ReadonlyMap<Subject, Progress>>;
  readonly lookup: WorkQueue<LookupWork>;
  readonly link: WorkQueue<LinkWork>;
  readonly seal: WorkQueue<SealWork>;
  readonly assess: WorkQueue<AssessWork>;
  /** Hears of findings that open and resolve, of reviews that are due, of deployments that failed. */
  readonly bus: Bus;
  /** RFC 3339, UTC, ms. */
  readonly now: () => string;
  /** What this process has entered into the index of names already; absent remembers nothing. */
  readonly entered?: Set<string>;
}

/**
 * Takes new entries from the table's stream into the read models and the link index, and hands on the work that follows from them. At-least-once: everything
 * it does may be done again. Never a cause of itself: what derived entries bring about is named here and ends.
 */
export async function project(ports: ProjectPorts, entries: readonly SealedEntry[]): Promise<void> {
  const chains = new Map<Subject, SealedEntry[]>();
  for (const [subject, chain] of Map.groupBy(entries, ({ entry }) => entry.subject)) chains.set(subject, bySeq(chain));
  const folded = ports.fold(chains);
  // Both are awaited below; a failure of the one must not leave the other's unhandled.
  folded.catch(() => {});
  const seal = new Map<string, SealWork>();
  const toSeal = (change: Subject, { subject, seq }: SealWork["seen"]): void => {
    const key = `${change} ${subject}`;
    seal.set(key, { change, seen: { subject, seq: Math.max(seq, seal.get(key)?.seen.seq ?? 0) } });
  };
  const ends = new Map<Subject, Promise<boolean>>();
  const hasEnded = (deployment: Subject): Promise<boolean> => {
    const asked = ends.get(deployment) ?? ports.links.get(deploymentKey(deployment)).then(isTerminal);
    ends.set(deployment, asked);
    return asked;
  };
  const plain = [...chains.values()].flatMap((chain) => chain.map(({ entry }) => entry));
  const brought = new Map<Entry, ReadonlySet<string>>();
  const dropped = new Set<Subject>();
  const resolved = new Map<Subject, Entry>();
  const relink = await indexLinks(
    {
      ...ports,
      brought: (push, claims) => brought.set(push, claims),
      resolved: (deployment, by) => resolved.set(deployment, by),
      direct: {
        ...ports.direct,
        drop: async (change) => {
          dropped.add(change);
          await ports.direct.drop(change);
        },
      },
    },
    plain,
  );
  const plans = new Map<Subject, Promise<LinkPlan | undefined>>();
  const plan = (deployment: Subject): Promise<LinkPlan | undefined> => {
    const asked = plans.get(deployment) ?? ports.links.getPlan(deployment);
    plans.set(deployment, asked);
    return asked;
  };
  const assess = await changesConcerned({ links: ports.links, tracked: ports.tracked, plan, entered: ports.entered }, plain, brought);
  // What an artefact says concerns whoever deployed it, though nothing else links the two.
  for (const [deployment, { subject, seq }] of resolved)
    for (const change of (await plan(deployment))?.carries ?? []) assess.push({ change, seen: { subject, seq } });
  await Promise.all(
    plain.map(async (entry) => {
      for (const change of await ended(plan, entry, hasEnded)) toSeal(change, entry);
    }),
  );
  await folded;
  for (const { change, seen } of await lateEvidence(ports, assess, new Set(chains.keys()), hasEnded)) toSeal(change, seen);
  const told = [...chains.values()].flat().flatMap(notificationsOf);
  const lookups = [...chains.values()].flatMap((chain) => lookupsOf(ports, chain));
  // Read models before work: who takes the work up finds what it rests on.
  await Promise.all([
    lookups.length === 0 ? undefined : ports.lookup.send(lookups),
    ...told.map((event) => ports.bus.put(event)),
    relink.size === 0 ? undefined : ports.link.send([...relink].map((deployment) => ({ deployment }))),
    seal.size === 0 ? undefined : ports.seal.send([...seal.values()]),
    assess.length + dropped.size === 0
      ? undefined
      : ports.assess.send([...assess, ...[...dropped].map((change) => ({ change }))].map((one) => ({ ...one, at: ports.now() }))),
  ]);
}

/** What concerns a change that has ended belongs to its evidence too, however late it comes. */
async function lateEvidence(
  ports: ProjectPorts,
  concerned: readonly AssessWork[],
  folded: ReadonlySet<Subject>,
  hasEnded: (deployment: Subject) => Promise<boolean>,
): Promise<SealWork[]> {
  const causes = concerned.flatMap((one) =>
    "change" in one && one.seen !== undefined && subjectType(one.change) === "change" ? [{ change: one.change, seen: one.seen }] : [],
  );
  if (causes.length === 0) return [];
  const progress = await ports.progress([...new Set(causes.map(({ change }) => change))], folded);
  const late = await Promise.all(
    causes.map(async ({ change, seen }) => {
      const { closed, deployments } = progress.get(change) ?? { closed: false, deployments: [] };
      const over = closed || (await Promise.all(deployments.map(hasEnded))).includes(true);
      return over ? [{ change, seen }] : [];
    }),
  );
  return late.flat();
}

/** In order, each once: a stream may repeat a record. */
function bySeq(chain: readonly SealedEntry[]): SealedEntry[] {
  return chain.toSorted((a, b) => a.entry.seq - b.entry.seq).filter(({ entry }, at, all) => entry.seq !== all[at - 1]?.entry.seq);
}

/** Changes that may have reached their end by this entry: deployed, failed and rolled back, closed by their record, or abandoned. */
async function ended(
  plan: (deployment: Subject) => Promise<LinkPlan | undefined>,
  entry: Entry,
  hasEnded: (deployment: Subject) => Promise<boolean>,
): Promise<readonly Subject[]> {
  switch (entry.kind) {
    case "pull-request":
      return entry.facts.state === "closed" ? [entry.subject] : [];
    case "record":
      return subjectType(entry.subject) === "change" && recordEnd(entry.facts) !== undefined ? [entry.subject] : [];
    case "linked":
      return (await hasEnded(entry.facts.deployment)) ? [entry.subject] : [];
    // Neither is a word about how the deployment ended; each belongs to the evidence of what it carried.
    case "artifact":
    case "target-state":
      if (!entry.subject.startsWith("deployment:") || !(await hasEnded(entry.subject))) return [];
      return (await plan(entry.subject))?.carries ?? [];
    case "deployment-state":
    case "deployment-lookup": {
      const own = TERMINAL.has(entry.facts.state) ? ((await plan(entry.subject))?.carries ?? []) : [];
      // The failed deployment's own look-up may have been answered before it was rolled back: then the rollback alone ends its changes.
      const failed = triggeredBy(entry);
      return failed === undefined ? own : [...own, ...((await plan(failed))?.carries ?? [])];
    }
    default:
      return [];
  }
}
