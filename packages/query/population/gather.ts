import type { Entry, Subject } from "@change-ledger/model";
import type { LogDifference } from "./certificate.ts";
import type { IndependentList } from "./independent-list.ts";
import { type Population, PopulationFold, type PopulationQuestion } from "./population.ts";
import { RecordedChecks } from "./recorded-checks.ts";
import { inScope } from "./scope.ts";
import type { PopulationEntry } from "./told-entry.ts";

/**
 * Where a population is gathered from. An entry is recorded when its event is known, so that what belongs to a period lies in the log from the period's beginning on: that
 * part is read, however long the ledger is. Of chains that began before, what came before is asked for chain by chain.
 */
export interface PopulationSource {
  /** What the log holds from before the period's beginning on (`leafBefore`), in its order, each entry with its leaf. */
  recorded(): AsyncIterable<PopulationEntry>;
  /** The entries of a chain before the one that is known, the latest first, as far as they are asked for; each with its leaf, where that is known. */
  before(subject: Subject, known: { readonly seq: number; readonly prev: string }): AsyncIterable<PopulationEntry>;
}

export interface GatheredPopulation {
  readonly population: Population;
  /** Lists that others keep, as the reconcilers recorded them, that hold some of the period. */
  readonly lists: readonly IndependentList[];
  /** What comparing all of ledger and log last found; undefined: nobody compared them since the period ended. */
  readonly differences: readonly LogDifference[] | undefined;
}

/** Pushes behind which the one before the period's first is looked for: by the senders' clocks it need not be the one that was recorded last. */
const PUSHES_BEFORE = 5;
const ENTRIES_BEFORE = 1_000;

/**
 * Gathers a population, and what it is reconciled with. What is held at once grows with the deployments, updates and changes of the period, not with the entries.
 * @throws QueryError `not-a-period`, `not-a-scope`; whatever the source throws
 */
export async function gatherPopulation(question: PopulationQuestion, source: PopulationSource): Promise<GatheredPopulation> {
  const fold = new PopulationFold(question);
  const checks = new RecordedChecks(question.period, question.scope);
  const begun = new BegunBefore(question.scope);
  for await (const told of source.recorded()) {
    if (told.entry.recordedAt > question.asOf) continue;
    fold.add(told);
    checks.add(told.entry);
    begun.add(told.entry);
  }
  for (const [subject, known] of begun.chains()) await addBefore(fold, source, subject, known);
  const first = fold.population();
  const unjudged = new Set(first.items.flatMap(({ type, changes }) => (type === "unassessed" ? changes : [])));
  const again = [...unjudged].flatMap((change) => begun.change(change));
  for (const [subject, known] of again) await addBefore(fold, source, subject, known);
  return { population: again.length === 0 ? first : fold.population(), lists: checks.lists(), differences: checks.differences() };
}

/** The first entry of a chain that was read. */
type Known = Pick<Entry, "seq" | "prev">;

async function addBefore(fold: PopulationFold, source: PopulationSource, subject: Subject, known: Known): Promise<void> {
  let pushes = 0;
  let read = 0;
  for await (const told of source.before(subject, known)) {
    fold.add(told);
    read++;
    const { kind } = told.entry;
    if (kind === "push" && ++pushes === PUSHES_BEFORE) return;
    if (kind === "assessed" || (subject.startsWith("ref:") && read === ENTRIES_BEFORE)) return;
  }
}

/** Chains of which the first entry that was read is not their first. */
class BegunBefore {
  readonly #scope: readonly string[] | undefined;
  readonly #first = new Map<Subject, Known>();
  readonly #changes = new Map<Subject, Known>();
  readonly #judged = new Set<Subject>();

  constructor(scope: readonly string[] | undefined) {
    this.#scope = scope;
  }

  add({ subject, seq, prev, kind }: Entry): void {
    if (subject.startsWith("change:")) {
      if (kind === "assessed") this.#judged.add(subject);
      note(this.#changes, subject, { seq, prev });
      return;
    }
    const told =
      subject.startsWith("deployment:") || kind === "host-deployment-status" || (kind === "push" && subject.includes("/refs/heads/"));
    if (told && inScope(this.#scope, subject)) note(this.#first, subject, { seq, prev });
  }

  *chains(): Generator<readonly [Subject, Known]> {
    for (const one of this.#first) if (one[1].seq > 0) yield one;
  }

  /** Where a change's chain goes on before what was read, if nothing of what was read says how it was judged. */
  change(change: Subject): (readonly [Subject, Known])[] {
    const known = this.#judged.has(change) ? undefined : this.#changes.get(change);
    return known !== undefined && known.seq > 0 ? [[change, known]] : [];
  }
}

function note(first: Map<Subject, Known>, subject: Subject, known: Known): void {
  const before = first.get(subject);
  if (before === undefined || known.seq < before.seq) first.set(subject, known);
}
