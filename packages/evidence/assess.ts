import { type AssessWork, append, EVERYWHERE, type WorkQueue } from "@change-ledger/ledger";
import type { SealedEntry, Subject } from "@change-ledger/model";
import { CONFIGURATION, verdictOf } from "./configurations.ts";
import { EvidenceError } from "./fault.ts";
import type { GatherPorts, UnlessFailed } from "./gather.ts";
import { type JudgePorts, sayAll } from "./say.ts";

/** Where the time is kept at which a change has to be judged again though nothing happens. */
export interface DueTimes {
  /** One time a change, replacing the former one; undefined: none. Durable once it resolves. */
  put(change: Subject, at: string | undefined): Promise<void>;
  /** Changes whose time lies before `at`, the earliest first, at most `limit`; may lack the very latest, or tell one that was just moved. */
  before(at: string, limit: number): Promise<readonly Subject[]>;
}

export interface AssessPorts extends JudgePorts, GatherPorts {
  readonly due: DueTimes;
  /** Every part of the list of changes: a repository, an account and region, a system. */
  readonly scopes: () => Promise<readonly string[]>;
  /** Changes of one of them, behind `after`; `next` where there are more. */
  readonly changesOf: (scope: string, after?: Place) => Promise<{ readonly changes: readonly Subject[]; readonly next?: Place }>;
  readonly again: WorkQueue<AssessWork>;
}
type Place = NonNullable<Extract<AssessWork, { home: string }>["after"]>;

/** Changes judged and written side by side. */
const AT_ONCE = 50;

/**
 * Judges the changes of `work` by what is on record now, and appends `assessed` to the chain of each whose findings or outcomes differ from what was last said of it.
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
  const failed = new Map<Subject, unknown>();
  const unlessFailed: UnlessFailed = async <T>(change: Subject, run: () => Promise<T | undefined>): Promise<T | undefined> => {
    try {
      return await run();
    } catch (error) {
      failed.set(change, error);
      return undefined;
    }
  };
  const causes = Map.groupBy(work, ({ change }) => change);
  // Whoever began to look later than all of the causes were there has judged them.
  const wanted = (change: Subject, own: readonly SealedEntry[]) => {
    const last = own.findLast(({ entry }) => entry.kind === "assessed")?.entry.occurredAt ?? "";
    return (causes.get(change) ?? []).some(({ at }) => at === undefined || !(Date.parse(last) > Date.parse(at) + LAG_MS));
  };
  const settled = await sayAll(ports, work, wanted, unlessFailed);
  await Promise.all(
    settled.map(async ({ dossier: { change }, judged }) => {
      if (judged === undefined) return;
      // A time that no longer holds comes once for nothing, and is taken away then.
      const byTime = causes.get(change)?.some(({ seen }) => seen === undefined) === true;
      if (judged.dueAt !== undefined || byTime) await unlessFailed(change, async () => ports.due.put(change, judged.dueAt));
    }),
  );
  return failed;
}

/**
 * What guards a repository's branches concerns all of its changes, and a configuration those of all: each becomes work of its own, a page of a scope at a time, the next
 * page with it. Whatever comes twice, or is left half done and comes again, judges changes again, which adds nothing.
 */
async function handOn(ports: AssessPorts, { home, after, seen }: Extract<AssessWork, { home: string }>): Promise<void> {
  const cause = seen === undefined ? {} : { seen };
  const isScope = home.split("/").length > 2;
  const scopes = isScope ? [home] : (await ports.scopes()).filter((one) => home === EVERYWHERE || `${one}/`.startsWith(`${home}/`));
  if (scopes.length !== 1 || scopes[0] !== home) return await ports.again.send(scopes.map((scope) => ({ home: scope, ...cause })));
  const { changes, next } = await ports.changesOf(home, after);
  await ports.again.send([
    ...changes.map((change) => ({ change, ...cause })),
    ...(next === undefined ? [] : [{ home, after: next, ...cause }]),
  ]);
}

/** Says of each offered configuration whether it came into force. */
async function judgeOffers(ports: AssessPorts): Promise<void> {
  const { configurations } = ports;
  const open = configurations.offers.filter(({ verdict }) => verdict === undefined);
  const verdicts = await Promise.all(open.map(async (offer) => verdictOf(offer, await configurations.read(offer.entry), ports.now())));
  const outcomes = await append(
    ports,
    verdicts.map((fact) => ({ fact })),
  );
  for (const outcome of outcomes) if (outcome.outcome === "failed") throw outcome.error;
  if (configurations.offers.length === 0) throw new EvidenceError("too-early", `expected an offered version in ${CONFIGURATION}`);
}
