import { type AppendPorts, append } from "@change-ledger/ledger";
import type { Subject } from "@change-ledger/model";
import type { Assessment } from "@change-ledger/procedure";
import type { Configurations } from "./configurations.ts";
import type { GatheredChange, UnlessFailed } from "./gather.ts";
import { assessDossier, type Judged, judge } from "./judge.ts";

/** What judging needs besides the dossier. */
export interface JudgePorts extends AppendPorts {
  readonly configurations: Configurations;
  /** Those direct pushes that a merge claims: they are no changes of their own. */
  readonly claimed: (changes: readonly Subject[]) => Promise<ReadonlySet<Subject>>;
}

/**
 * Judges dossiers, and says what differs from what was said last.
 * @param tryAgain whether a change whose chain has gone on is answered as contended, or fails
 */
export async function sayOf(
  ports: JudgePorts,
  dossiers: readonly GatheredChange[],
  unlessFailed: UnlessFailed,
  tryAgain: boolean,
): Promise<{ readonly contended: ReadonlySet<Subject>; readonly judged: readonly Judged[] }> {
  const direct = dossiers.map(({ change }) => change).filter((change) => /^change:.+\/push\/[0-9a-f]+$/.test(change));
  const claimed = direct.length === 0 ? new Set<Subject>() : await ports.claimed(direct);
  const asOf = ports.now();
  const inForce = await ports.configurations.at(asOf);
  const judging = dossiers.map((dossier) => unlessFailed(dossier.change, async () => judge(dossier, inForce, asOf, claimed)));
  const judged = (await Promise.all(judging)).filter((one) => one !== undefined);
  const said = judged.flatMap(({ change, pending }) => (pending === undefined ? [] : [{ change, pending }]));
  const outcomes = await append(
    ports,
    said.map(({ pending }) => pending),
  );
  const contended = new Set<Subject>();
  const lost = new Set<Subject>();
  for (const [at, { change }] of said.entries()) {
    const outcome = outcomes[at];
    if (outcome?.outcome !== "failed") continue;
    lost.add(change);
    if (outcome.error.code === "contended" && tryAgain) contended.add(change);
    else await unlessFailed(change, () => Promise.reject(outcome.error));
  }
  return { contended, judged: judged.filter(({ change }) => !lost.has(change)) };
}

/**
 * Judges dossiers that are about to be sealed, so that what is sealed holds the last word on them.
 * @returns each with what was said at the end of its chain, and the assessment of what is in it, as of the latest entry: the same for whoever seals the same entries
 */
export async function assessSealed(
  ports: JudgePorts,
  dossiers: readonly GatheredChange[],
  unlessFailed: UnlessFailed,
): Promise<readonly (GatheredChange & { readonly assessment: Assessment })[]> {
  await ports.configurations.refresh();
  const { judged } = ports.configurations.offers.length === 0 ? { judged: [] } : await sayOf(ports, dossiers, unlessFailed, false);
  const said = new Map(judged.map((one) => [one.change, one]));
  const whole = dossiers.map((dossier) =>
    unlessFailed(dossier.change, async () => {
      const one = said.get(dossier.change);
      const full = one?.pending === undefined ? dossier : await withSaid(ports, dossier);
      const asOf = full.chains.flatMap(({ entries }) => entries.map(({ entry }) => entry.recordedAt)).reduce((a, b) => (a > b ? a : b));
      return { ...full, assessment: assessDossier(full, await ports.configurations.at(asOf), asOf) };
    }),
  );
  return (await Promise.all(whole)).filter((each) => each !== undefined);
}

/** The dossier with what its change's chain holds since: this process has just written it. */
async function withSaid(ports: JudgePorts, { change, chains }: GatheredChange): Promise<GatheredChange> {
  const grown = chains.map(async (chain) => {
    if (chain.subject !== change) return chain;
    const length = chain.entries.length;
    const known = (ports.memory?.get(change)?.entries ?? []).filter(({ entry }) => entry.seq >= length).reverse();
    const whole = known[0]?.entry.seq === length ? known : await ports.store.read(change, length, 100);
    return { ...chain, entries: [...chain.entries, ...whole] };
  });
  return { change, chains: await Promise.all(grown) };
}
