/** The population of the working papers, made from the log: by who audits, and again by who verifies. */
import type { LogFiles, TreeHead } from "@change-ledger/log";
import type { Subject } from "@change-ledger/model";
import {
  type Certificate,
  certifyGathered,
  configurationHistory,
  gatherPopulation,
  type IndependentList,
  type PopulationItem,
  type PopulationSource,
  recordedInLog,
  unplaced,
  withLeaves,
} from "@change-ledger/query";
import type { ConfigurationLine } from "./layout.ts";

export interface MakePopulation {
  readonly period: { readonly from: string; readonly to: string };
  readonly asOf: string;
  readonly certifiedAt: string;
  readonly scope: readonly string[] | undefined;
  readonly configurations: readonly ConfigurationLine[];
  /** Those besides the ones on record, which it is given. */
  readonly lists: (recorded: readonly IndependentList[]) => readonly IndependentList[];
  readonly origin: string;
  readonly files: LogFiles;
  readonly head: TreeHead;
  readonly first: number;
  readonly before: PopulationSource["before"];
  /** Leaf indices of entries, by hash, of those that `before` gave. */
  readonly place: (hashes: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  readonly progress?: ((done: number, of: number) => void) | undefined;
}

export interface MadePopulation {
  readonly certificate: Certificate;
  readonly items: readonly PopulationItem[];
  readonly lists: readonly IndependentList[];
}

/** @throws QueryError for a period, scope or lists that are none; LogError for a log that is not the checkpoint's */
export async function makePopulation(making: MakePopulation): Promise<MadePopulation> {
  const { period, asOf, certifiedAt, scope, files, head, first, before, progress, origin } = making;
  const configuration = configurationHistory(making.configurations);
  const question = { period, asOf, configuration, ...(scope !== undefined && { scope }) };
  const source: PopulationSource = {
    recorded: () => recordedInLog({ files, head, from: first, ahead: READ_AHEAD, progress }),
    before: (subject: Subject, known) => before(subject, known),
  };
  const gathered = await gatherPopulation(question, source);
  const lists = making.lists(gathered.lists);
  const certify = (from: typeof gathered) =>
    certifyGathered({ gathered: from, lists, configuration, log: { origin, ...head }, certifiedAt });
  const once = certify(gathered);
  const unknown = unplaced(once.certificate, gathered.population.items);
  if (unknown.length === 0) return { ...once, items: gathered.population.items };
  const placed = withLeaves(gathered, await making.place(unknown));
  return { ...certify(placed), items: placed.population.items };
}

const READ_AHEAD = 8;
