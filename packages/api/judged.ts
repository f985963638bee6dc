import { assessDossier, type GatheredChange, gatherDossiers } from "@change-ledger/evidence";
import type { Subject } from "@change-ledger/model";
import type { Assessment, InForce } from "@change-ledger/procedure";
import type { ApiPorts } from "./ports.ts";

/** What a change is judged as, by what was known at each of the instants asked for, in their order. */
export interface Judged {
  readonly change: Subject;
  /** Undefined for an instant that is past and by which nothing of the change itself was on record. */
  readonly assessments: readonly (Assessment | undefined)[];
}

/**
 * Judges changes again, each by its whole dossier and the configuration that was in force. What they share is read once.
 * @param changes on record, or standing on the link index alone (a direct push)
 * @param asOf RFC 3339, UTC, milliseconds
 */
export async function judgeAgain(
  ports: Pick<ApiPorts, "judging">,
  changes: readonly Subject[],
  ...asOf: readonly string[]
): Promise<Judged[]> {
  return (await judgeEach(ports, changes, asOf, assessDossier)).map(({ change, judged }) => ({ change, assessments: judged }));
}

/** The same for whatever is said of a change by its whole dossier. */
export async function judgeEach<T>(
  { judging }: Pick<ApiPorts, "judging">,
  changes: readonly Subject[],
  asOf: readonly string[],
  judge: (dossier: GatheredChange, inForce: InForce, asOf: string) => T,
): Promise<{ readonly change: Subject; readonly judged: readonly (T | undefined)[] }[]> {
  await judging.configurations.refresh();
  const now = judging.now();
  const run = <T>(_change: Subject, make: () => Promise<T | undefined>) => make();
  const dossiers = await gatherDossiers(
    judging,
    changes.map((change) => ({ change })),
    () => true,
    run,
    { alsoAsOf: asOf },
  );
  const inForce = await Promise.all(asOf.map((at) => judging.configurations.at(at)));
  return dossiers.map((dossier) => ({
    change: dossier.change,
    judged: inForce.map((configuration, at) =>
      (asOf[at] ?? "") >= now || wasOnRecord(dossier, asOf[at] ?? "") ? judge(dossier, configuration, asOf[at] ?? "") : undefined,
    ),
  }));
}

/** A change without a chain of its own (a direct push of which nothing was said) is on record as the push that brought it. */
function wasOnRecord({ change, chains }: GatheredChange, asOf: string): boolean {
  const own = chains.find(({ subject }) => subject === change)?.entries ?? [];
  const told = own.length > 0 ? own : chains.flatMap(({ subject, entries }) => (subject.startsWith("ref:") ? entries : []));
  return told.some(({ entry }) => entry.recordedAt <= asOf);
}
