import { type AssessWork, append, type WorkQueue } from "@change-ledger/ledger";
import type { SealedEntry, Subject } from "@change-ledger/model";
import { CONFIGURATION, verdictOf } from "./configurations.ts";
import { EvidenceError } from "./fault.ts";
import { type GatherPorts, gatherDossiers, type UnlessFailed } from "./gather.ts";
import { type JudgePorts, sayOf } from "./say.ts";

/** Where the time is kept at which a change has to be judged again though nothing happens. */
export interface DueTimes {
  /** One time a change, replacing the former one; undefined: none. Durable once it resolves. */
  put(change: Subject, at: string | undefined): Promise<void>;
  /** Changes whose time lies before `at`, the earliest first, at most `limit`; may lack the very latest, or tell one that was just moved. */
  before(at: string, limit: number): Promise<readonly Subject[]>;
}

export interface AssessPorts extends JudgePorts, GatherPorts {
  readonly due: DueTimes;
  /** Changes of a repository or an owner, behind `after`; `next` where there are more. */
  readonly changesOf: (home: string, after?: Place) => Promise<{ readonly changes: readonly Subject[]; readonly next?: Place }>;
  readonly again: WorkQueue<AssessWork>;
}
type Place = NonNullable<Extract<AssessWork, { home: string }>["after"]>;

/** Changes judged and written side by side. */
const AT_ONCE = 50;
/** So often a change is judged again because its chain went on meanwhile. */
const ROUNDS = 4;

/**
 * Judges the changes of `work` by what is on record now, and appends `assessed` to the chain of each whose findings or outcomes differ from what was last said of it.
 * The entry enters behind the very chain that was judged, or the change is judged again: of two who judge at once the later one has seen what the earlier one said.
 * Judging again adds nothing. Before any configuration was offered nothing is said at all.
 * @returns the work that is to come again, each with the reason
 */
export async function assessChanges(ports: AssessPorts, work: readonly AssessWork[]): Promise<Map<AssessWork, unknown>> {
  const failed = new Map<AssessWork, unknown>();
  const changes = work.flatMap((one) => ("change" in one ? [{ ...one, asked: one }] : []));
  await ports.configurations.refresh();
  const whole = work.map(async (one) => {
    try {
      if ("home" in one) await handOn(ports, one);
      else if (one.change === CONFIGURATION) await judgeOffers(ports);
    } catch (error) {
      failed.set(one, error);
    }
  });
  await Promise.all(whole);
  // Nobody has said yet what is required: the API and the bundles tell what the default asks for, and nothing of it goes on record.
  if (ports.configurations.offers.length === 0) return failed;
  const subjects = [...new Set(changes.map(({ change }) => change))].filter((change) => change !== CONFIGURATION);
  for (let from = 0; from < subjects.length; from += AT_ONCE) {
    const some = new Set(subjects.slice(from, from + AT_ONCE));
    const lost = await assessSome(
      ports,
      changes.filter(({ change }) => some.has(change)),
    );
    for (const { change, asked } of changes) if (lost.has(change)) failed.set(asked, lost.get(change));
  }
  return failed;
}

type ChangeWork = Extract<AssessWork, { change: Subject }>;

/** Reads may lag, and clocks differ, by less than this. */
const LAG_MS = 2_000;

async function assessSome(ports: AssessPorts, work: readonly ChangeWork[]): Promise<Map<Subject, unknown>> {
  let todo = work;
  const failed = new Map<Subject, unknown>();
  const unlessFailed: UnlessFailed = async <T>(change: Subject, run: () => Promise<T | undefined>): Promise<T | undefined> => {
    try {
      return await run();
    } catch (error) {
      failed.set(change, error);
      return undefined;
    }
  };
  for (let round = 0; todo.length > 0; round++) {
    const causes = Map.groupBy(todo, ({ change }) => change);
    // Whoever judged later than all of the causes has judged them.
    const wanted = (change: Subject, own: readonly SealedEntry[]) => {
      const last = own.findLast(({ entry }) => entry.kind === "assessed")?.entry.occurredAt ?? "";
      return (causes.get(change) ?? []).some(({ at }) => at === undefined || !(Date.parse(last) > Date.parse(at) + LAG_MS));
    };
    const dossiers = await gatherDossiers(ports, todo, wanted, unlessFailed);
    const { contended, judged } = await sayOf(ports, dossiers, unlessFailed, round + 1 < ROUNDS);
    await Promise.all(
      judged.map(async ({ change, dueAt }) => {
        // A time that no longer holds comes once for nothing, and is taken away then.
        const byTime = causes.get(change)?.some(({ seen }) => seen === undefined) === true;
        if (dueAt !== undefined || byTime) await unlessFailed(change, async () => ports.due.put(change, dueAt));
      }),
    );
    todo = todo.filter(({ change }) => contended.has(change));
  }
  return failed;
}

/** What guards a repository's branches concerns all of its changes: each becomes work of its own. */
async function handOn(ports: AssessPorts, { home, after, seen }: Extract<AssessWork, { home: string }>): Promise<void> {
  const { changes, next } = await ports.changesOf(home, after);
  const cause = seen === undefined ? {} : { seen };
  await ports.again.send([
    ...changes.map((change) => ({ change, ...cause })),
    ...(next === undefined ? [] : [{ home, after: next, ...cause }]),
  ]);
}

/** Says of each offered configuration whether it came into force. */
async function judgeOffers(ports: AssessPorts): Promise<void> {
  const { configurations } = ports;
  const open = configurations.offers.filter(({ judged }) => !judged);
  const verdicts = await Promise.all(open.map(async (offer) => verdictOf(offer, await configurations.read(offer.entry), ports.now())));
  const outcomes = await append(
    ports,
    verdicts.map((fact) => ({ fact })),
  );
  for (const outcome of outcomes) if (outcome.outcome === "failed") throw outcome.error;
  if (configurations.offers.length === 0) throw new EvidenceError("too-early", `expected an offered version in ${CONFIGURATION}`);
}
