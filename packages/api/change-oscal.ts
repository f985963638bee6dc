import type * as z from "zod";
import { assessmentResults } from "./oscal.ts";
import type { changePageSchema } from "./schemas.ts";

/**
 * What was last said of each change of a page, as OSCAL assessment results: one finding a change, against the procedure as a whole. Changes of which nothing was said, and
 * those whose verdict is still open (OSCAL has no word for it), are counted in the description.
 */
export function changesOscal(
  { items, next }: z.output<typeof changePageSchema>,
  { from, to }: { from?: string | undefined; to?: string | undefined },
  asOf: string,
): object {
  const judged = items.flatMap(({ subject, assessment }) => (assessment === undefined ? [] : [{ subject, ...assessment }]));
  const settled = judged.filter(({ outcome }) => outcome === "satisfied" || outcome === "not-satisfied");
  return assessmentResults({
    title: "Changes as they were last judged",
    description: `${items.length} changes, by what had been said of each at ${asOf}: ${settled.length} settled, ${judged.length - settled.length} pending, not assessable or not applicable, ${items.length - judged.length} not judged.`,
    start: from ?? judged.map(({ at }) => at).sort()[0] ?? asOf,
    end: to,
    asOf,
    controls: [],
    next,
    findings: settled.map(({ subject, at, outcome, type, findings }) => ({
      target: "procedure",
      title: subject,
      description: `${subject}, judged as a ${type} change, is ${outcome}.`,
      satisfied: outcome === "satisfied",
      observations: findings.map((id) => ({ title: id, description: `Open finding ${id}`, change: subject, collected: at })),
    })),
  });
}
