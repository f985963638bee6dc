import { assessmentResults, type OscalFinding } from "@change-ledger/api/oscal.ts";
import { AUDIT_TESTS } from "@change-ledger/procedure";
import type { Papers } from "./page.ts";

/** `oscal.json`: what each audit test said of the sample, as OSCAL assessment results. */
export function oscalResults({ certificate, sample, results }: Papers): Uint8Array {
  const { period, asOf, outcome, population } = certificate;
  const findings = AUDIT_TESTS.flatMap(({ id, title, sheet }): OscalFinding[] => {
    if (id === "T1") {
      const description = `Completeness of ${population.size} items: ${outcome}.`;
      return [{ target: id, title: `${id} ${title}`, description, satisfied: outcome === "satisfied", observations: [] }];
    }
    const said = results.items.flatMap(({ changes }) => changes.flatMap((one) => one.tests.filter(({ test }) => test === id)));
    if (said.every((one) => one.outcome === "not-applicable")) return [];
    const failed = results.exceptions.filter(({ test }) => test === id);
    return [
      {
        target: id,
        title: `${id} ${title}`,
        description: `${sheet.rule} ${said.length} changes of the sample were tested, ${failed.length} exceptions were found.`,
        satisfied: said.every((one) => one.outcome === "satisfied" || one.outcome === "not-applicable"),
        observations: failed.map(({ id: item, change = item, code, because }) => ({
          title: `${item}: ${code}`,
          description: because,
          change,
          collected: asOf,
        })),
      },
    ];
  });
  const drawn = sample.strata.reduce((sum, stratum) => sum + stratum.drawn.length, 0);
  const document = assessmentResults({
    title: `Production changes from ${period.from} to ${period.to}`,
    description: `A sample of ${drawn} of ${population.size} items (root ${population.root}), each tested again from its evidence.`,
    start: period.from,
    end: period.to,
    asOf,
    controls: [],
    findings,
  });
  return Buffer.from(`${JSON.stringify(document, undefined, 1)}\n`);
}
