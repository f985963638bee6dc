import { type AppendPorts, append } from "@change-ledger/ledger";
import type { Subject } from "@change-ledger/model";
import { CONFIGURATION, type Configurations } from "./configurations.ts";
import { EvidenceError } from "./fault.ts";
import {
  type GatheredChange,
  type GatherHow,
  type GatherPorts,
  type GatherWork,
  gatherDossiers,
  type UnlessFailed,
  type Wanted,
} from "./gather.ts";
import { type Judged, judge } from "./judge.ts";

/** What judging needs besides the dossier. */
export interface JudgePorts extends AppendPorts {
  readonly configurations: Configurations;
  /** Those direct pushes that a merge claims: they are no changes of their own. */
  readonly claimed: (changes: readonly Subject[]) => Promise<ReadonlySet<Subject>>;
}

/** A change that was looked at. */
interface Look {
  readonly dossier: GatheredChange;
  /** Undefined: there is nothing to judge. */
  readonly judged: Judged | undefined;
}

/** So often a change is looked at in one go, because its chain went on meanwhile or something was said of it. */
const ROUNDS = 6;

/**
 * Judges the changes of `work`, and says what differs from what was last said of them, until nothing does.
 *
 * The later word rests on the later look, however many judge at once. What is said enters behind the very chain that was judged: of two who have something to say the
 * second looks again. And whoever has said something looks once more, at what is there then: somebody else may have read a fact that came meanwhile, and have found
 * that the word which stood until then still held. All is judged as of the instant at which the look began, so that the same assessment can be made again from the record.
 * @returns the changes of which all is said, each with its dossier, which holds the last word
 */
export async function sayAll(
  ports: JudgePorts & GatherPorts,
  work: readonly GatherWork[],
  wanted: Wanted,
  unlessFailed: UnlessFailed,
): Promise<readonly Look[]> {
  const settled: Look[] = [];
  let todo = work;
  for (let round = 0; todo.length > 0; round++) {
    const again = new Set<Subject>();
    for (const look of await lookAt(
      ports,
      todo,
      round === 0 || wanted === "ended" ? wanted : () => true,
      unlessFailed,
      round === 0 ? "own" : "all",
    )) {
      if (look.judged?.pending === undefined) settled.push(look);
      else again.add(look.dossier.change);
    }
    if (again.size > 0 && round + 1 === ROUNDS) {
      const restless = new EvidenceError("too-early", `expected that all is said after ${ROUNDS} looks`);
      for (const change of again) await unlessFailed(change, () => Promise.reject(restless));
      break;
    }
    todo = todo.filter(({ change }) => again.has(change));
  }
  return settled;
}

/** Gathers, judges and says: one look. What could not be said because the chain has gone on is there with its word, as what was said is. */
async function lookAt(
  ports: JudgePorts & GatherPorts,
  work: readonly GatherWork[],
  wanted: Wanted,
  unlessFailed: UnlessFailed,
  exact: GatherHow["exact"] & string,
): Promise<readonly Look[]> {
  const asOf = ports.now();
  await ports.configurations.refresh();
  const dossiers = await gatherDossiers(ports, work, wanted, unlessFailed, { exact });
  if (dossiers.length === 0) return [];
  const causes = Map.groupBy(work, ({ change }) => change);
  const direct = dossiers.map(({ change }) => change).filter((change) => /^change:.+\/push\/[0-9a-f]+$/.test(change));
  const claimed = direct.length === 0 ? new Set<Subject>() : await ports.claimed(direct);
  const inForce = await ports.configurations.at(asOf);
  const judging = dossiers.map((dossier) =>
    unlessFailed(dossier.change, async (): Promise<Look> => {
      demandKnown(ports, dossier, causes.get(dossier.change) ?? [], asOf);
      return { dossier, judged: judge(dossier, inForce, asOf, claimed) };
    }),
  );
  const looks = (await Promise.all(judging)).filter((one) => one !== undefined);
  const said = looks.flatMap(({ dossier: { change }, judged }) =>
    judged?.pending === undefined ? [] : [{ change, word: judged.pending }],
  );
  const outcomes = await append(
    ports,
    said.map(({ word }) => word),
  );
  const lost = new Set<Subject>();
  for (const [at, { change }] of said.entries()) {
    const outcome = outcomes[at];
    if (outcome?.outcome !== "failed" || outcome.error.code === "contended") continue;
    lost.add(change);
    await unlessFailed(change, () => Promise.reject(outcome.error));
  }
  return looks.filter(({ dossier }) => !lost.has(dossier.change));
}

/** Clocks differ: what brought the work about may have been recorded after the instant as of which it would be judged. It comes again. */
function demandKnown({ configurations }: JudgePorts, { chains }: GatheredChange, causes: readonly GatherWork[], asOf: string): void {
  for (const { seen } of causes) {
    if (seen === undefined) continue;
    const of =
      seen.subject === CONFIGURATION ? configurations.chain : (chains.find((chain) => chain.subject === seen.subject)?.entries ?? []);
    const cause = of.findLast(({ entry }) => entry.seq === seen.seq)?.entry;
    if ((cause === undefined && seen.subject === CONFIGURATION) || (cause !== undefined && cause.recordedAt > asOf))
      throw new EvidenceError("too-early", `expected seq ${seen.seq} of ${seen.subject} to be on record by ${asOf}`);
  }
}
