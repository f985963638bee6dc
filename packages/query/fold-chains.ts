import type { ChainStore, DirectChanges, ProjectPorts } from "@change-ledger/ledger";
import type { SealedEntry, Subject } from "@change-ledger/model";
import { changeType, linksInForce, withBundle } from "./change.ts";
import { evolve, isSummarised, type Summary } from "./evolve.ts";
import { QueryError } from "./fault.ts";
import { type ModelStore, type ModelWrite, NOT_STORED, type Stored } from "./ports.ts";
import { noteRollback, restoredFrom } from "./restore.ts";
import { stubChange, withoutStub } from "./stub.ts";

export interface FoldPorts {
  readonly models: ModelStore;
  readonly chains: Pick<ChainStore, "read">;
  /** Waits, with jitter, after the `round`-th time in a row that another writer was first. */
  readonly pause: (round: number) => Promise<void>;
  /** What this process wrote last, by subject; absent remembers nothing. It may be out of date: a write against it is then lost, and the model read again. */
  readonly memory?: FoldMemory;
}

const MOST_REMEMBERED = 5_000;

/** The least recently written are forgotten. */
export class FoldMemory {
  readonly #stored = new Map<Subject, Stored>();

  get(subject: Subject): Stored | undefined {
    return this.#stored.get(subject);
  }

  set(subject: Subject, stored: Stored): void {
    this.#stored.delete(subject);
    this.#stored.set(subject, stored);
    const [oldest] = this.#stored.keys();
    if (this.#stored.size > MOST_REMEMBERED && oldest !== undefined) this.#stored.delete(oldest);
  }

  forget(subject: Subject): void {
    this.#stored.delete(subject);
  }
}

const PAGE = 200;
const MAX_ROUNDS = 40;

/**
 * Takes the new entries of many chains into their read models: one read and one write for all of them; of each lost race the read model is read again.
 * Entries that are missing between are read from the ledger, so that a model is always the fold of its chain from the beginning. Idempotent.
 * @throws QueryError `contended`, `gap`, or whatever the stores throw: what was written stays right, and the batch may come again
 */
export async function foldChains(ports: FoldPorts, chains: ReadonlyMap<Subject, readonly SealedEntry[]>): Promise<void> {
  const changes = new Map<Subject, ((before: Summary | undefined) => Promise<Summary | undefined>)[]>();
  const plan = (subject: Subject, change: (before: Summary | undefined) => Promise<Summary | undefined>) =>
    changes.set(subject, [...(changes.get(subject) ?? []), change]);
  for (const [subject, entries] of chains) {
    if (isSummarised(subject)) plan(subject, (before) => foldChain(ports, subject, before, entries));
    for (const { entry } of entries) {
      const restored = restoredFrom(entry);
      if (restored !== undefined) plan(restored.failed, async (before) => noteRollback(before, restored));
      if (entry.kind !== "sealed") continue;
      for (const bundle of entry.facts.bundles) {
        plan(bundle.change, async (before) =>
          withBundle(before?.type === "change" ? before : undefined, bundle.change, bundle, entry.occurredAt),
        );
      }
    }
  }
  // A chain that begins here has no read model yet, as far as anybody can tell without asking.
  const fresh = new Set([...chains].flatMap(([subject, [first]]) => (first?.entry.seq === 0 ? [subject] : [])));
  await rewrite(ports, changes, fresh);
}

/** Direct pushes in the list of changes. */
export function directChanges(ports: FoldPorts): DirectChanges {
  const change = (subject: Subject, to: (before: Summary | undefined) => Summary) =>
    rewrite(ports, new Map([[subject, [async (before: Summary | undefined) => to(before)]]]));
  return {
    put: (subject, occurredAt) =>
      change(subject, (before) => stubChange(subject, occurredAt, before?.type === "change" ? before : undefined)),
    drop: (subject) => change(subject, (before) => withoutStub(subject, before?.type === "change" ? before : undefined)),
  };
}

/**
 * How far changes came, as the read models tell it. Those that the last fold wrote need not be asked for; the others are read eventually consistent: who ends them
 * meanwhile has them sealed some seconds later, and that finds what was on record by then.
 */
export function progressIn({ models, memory }: Pick<FoldPorts, "models" | "memory">): ProjectPorts["progress"] {
  return async (changes, folded) => {
    const believed = new Map(
      changes.flatMap((change) => {
        const stored = folded.has(change) ? memory?.get(change) : undefined;
        return stored === undefined ? [] : [[change, stored] as const];
      }),
    );
    const asked = changes.filter((change) => !believed.has(change));
    const found = asked.length === 0 ? [] : await models.get(asked);
    return new Map(
      [...believed, ...found].flatMap(([change, { state }]) => {
        if (state?.type !== "change") return [];
        const closed = state.pull?.state === "closed" || changeType(change) === "record";
        return [[change, { deployments: linksInForce(state), closed }] as const];
      }),
    );
  };
}

type Change = (before: Summary | undefined) => Promise<Summary | undefined>;

async function rewrite(
  ports: FoldPorts,
  changes: ReadonlyMap<Subject, readonly Change[]>,
  fresh: ReadonlySet<Subject> = new Set(),
): Promise<void> {
  const { models, pause, memory } = ports;
  let subjects = [...changes.keys()];
  for (let round = 0; subjects.length > 0; round++) {
    if (round === MAX_ROUNDS) throw new QueryError("contended", `${MAX_ROUNDS} rounds lost on ${subjects.length} read models`);
    if (round > 0) await pause(round);
    const stored = await storedOf(ports, subjects, round === 0 ? fresh : undefined);
    const writes = await Promise.all(subjects.map((subject) => writeOf(stored.get(subject) ?? NOT_STORED, changes.get(subject) ?? [])));
    const planned = writes.filter((write) => write !== undefined);
    for (const { state } of planned) memory?.forget(state.subject);
    const results = planned.length === 0 ? [] : await models.put(planned);
    for (const [at, { state, before }] of planned.entries())
      if (results[at] === "written") memory?.set(state.subject, { state, version: before.version + 1 });
    subjects = planned.filter((_, at) => results[at] === "lost").map(({ state }) => state.subject);
  }
}

/** What is stored, or what this process believes to be: a write against an outdated belief is lost. @param fresh undefined: ask, strongly consistent */
async function storedOf(
  { models, memory }: FoldPorts,
  subjects: readonly Subject[],
  fresh: ReadonlySet<Subject> | undefined,
): Promise<ReadonlyMap<Subject, Stored>> {
  if (fresh === undefined) return await models.get(subjects, { consistent: true });
  const believed = new Map(
    subjects.flatMap((subject) => {
      const stored = memory?.get(subject) ?? (fresh.has(subject) ? NOT_STORED : undefined);
      return stored === undefined ? [] : [[subject, stored] as const];
    }),
  );
  const unknown = subjects.filter((subject) => !believed.has(subject));
  return unknown.length === 0 ? believed : new Map([...believed, ...(await models.get(unknown))]);
}

async function writeOf(before: Stored, changes: readonly Change[]): Promise<ModelWrite | undefined> {
  let state = before.state;
  for (const change of changes) state = (await change(state)) ?? state;
  return state === undefined || state === before.state ? undefined : { state, before };
}

/** The summary after `entries`, or undefined when they change nothing. */
async function foldChain(
  ports: FoldPorts,
  subject: Subject,
  before: Summary | undefined,
  entries: readonly SealedEntry[],
): Promise<Summary | undefined> {
  let state = before;
  for (const entry of entries) {
    let folded = evolve(subject, state, entry);
    while (folded !== undefined && "gap" in folded) {
      const { expected } = folded.gap;
      const missing = await ports.chains.read(subject, expected, Math.min(PAGE, entry.entry.seq - expected));
      for (const each of missing) {
        const step = evolve(subject, state, each);
        if (step !== undefined && "state" in step) state = step.state;
      }
      if (missing.length === 0) throw new QueryError("gap", `${subject} has no entry ${expected} yet`);
      folded = evolve(subject, state, entry);
    }
    if (folded !== undefined && "state" in folded) state = folded.state;
  }
  return state === before ? undefined : state;
}
