/** A period's population, made by the API itself from the log: as far as an invocation goes. */
import { logIdentity, openCheckpoint, parseTrust } from "@change-ledger/log";
import type { Subject } from "@change-ledger/model";
import {
  type Certificate,
  certifyGathered,
  gatherPopulation,
  isScope,
  leafBefore,
  type PopulationEntry,
  type PopulationItem,
  QueryError,
  recordedInLog,
} from "@change-ledger/query";
import { invalid } from "./body.ts";
import type { Caller } from "./caller.ts";
import { ApiError } from "./fault.ts";
import type { PopulationPorts } from "./ports.ts";

/** Leaves that one answer reads through: some seconds' work. Longer periods are worked out by `change-ledger audit`, from the same log. */
const LEAVES_MAX = 65_536;
const READ_AHEAD = 8;
const PAGE = 100;

export interface PopulationAsked {
  readonly from: string;
  readonly to: string;
  readonly asOf: string | undefined;
  readonly scope: readonly string[] | undefined;
}

/** What a restricted caller may read is all that they may ask for. @throws ApiError `invalid`, `not-found` */
export function demandScopeRead(caller: Caller, scope: readonly string[] | undefined): void {
  if (scope !== undefined && !isScope(scope))
    throw invalid([{ field: "scope", rule: "patterns such as github/acme/*, in order, each once" }]);
  if (caller.repositories === undefined) return;
  if (scope === undefined) throw invalid([{ field: "scope", rule: "given, since you may not read everything" }]);
  if (!scope.every((pattern) => caller.mayReadScope(pattern))) throw new ApiError("not-found", "nothing of this scope is on record");
}

/** @throws ApiError `not-found`, `invalid` (also for a period that is too long to be worked out here), `not-yet` */
export async function makePopulation(
  ports: PopulationPorts,
  caller: Caller,
  { from, to, asOf, scope }: PopulationAsked,
): Promise<{ readonly certificate: Certificate; readonly items: readonly PopulationItem[] }> {
  demandScopeRead(caller, scope);
  const { log, judging } = ports;
  const [published, trustBytes] = await Promise.all([log.published(), log.trust(), judging.configurations.refresh()]);
  if (published === undefined || trustBytes === undefined) throw new ApiError("not-yet", "the log has no checkpoint yet");
  const now = judging.now();
  const known = asOf ?? now;
  if (known > now) throw invalid([{ field: "as-of", rule: "not in the future" }]);
  const trust = parseTrust(trustBytes);
  const head = openCheckpoint(published.note, logIdentity(trust));
  const first = await leafBefore(log, trust, from, now);
  if (head.size - first > LEAVES_MAX)
    throw invalid([
      {
        field: "from",
        rule: `a period since which at most ${LEAVES_MAX} entries were recorded: longer ones are worked out by change-ledger audit`,
      },
    ]);
  const configuration = await judging.configurations.history();
  const question = { period: { from, to }, asOf: known, ...(scope !== undefined && { scope }), configuration };
  const source = {
    recorded: () => recordedInLog({ files: log, head, from: first, ahead: READ_AHEAD }),
    before: (subject: Subject, { seq }: { readonly seq: number }) => before(ports, subject, seq),
  };
  try {
    const gathered = await gatherPopulation(question, source);
    const { certificate } = certifyGathered({ gathered, lists: [], configuration, log: head, certifiedAt: now });
    return { certificate, items: gathered.population.items };
  } catch (error) {
    if (error instanceof QueryError && error.code === "not-a-period") throw invalid([{ field: "to", rule: "later than from" }]);
    throw error;
  }
}

async function* before({ chains, places }: PopulationPorts, subject: Subject, seq: number): AsyncGenerator<PopulationEntry> {
  for (let to = seq; to > 0; ) {
    const from = Math.max(0, to - PAGE);
    const [entries, runs] = await Promise.all([chains.read(subject, from, to - from), places.runs(subject, from, to)]);
    for (const { entry, hash } of entries.toReversed()) {
      const run = runs.find((one) => one.seq <= entry.seq && entry.seq < one.seq + one.count);
      yield { entry, hash, leaf: run === undefined ? undefined : run.index + entry.seq - run.seq };
    }
    to = from;
  }
}
