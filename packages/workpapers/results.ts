import { canonicalBytes, OUTCOMES, type Outcome } from "@change-ledger/model";
import type { PopulationItem, Sample } from "@change-ledger/query";
import * as z from "zod";
import { type ItemBundle, itemBundleSchema } from "./layout.ts";
import { type KnownConfigurations, type Reperformed, reperform } from "./re-perform.ts";

const text = z.string().min(1);
const outcome = z.enum(OUTCOMES);
const testSchema = z.strictObject({ test: text, outcome, told: text.optional(), code: text, because: text });
const changeSchema = z.strictObject({
  change: text,
  bundle: itemBundleSchema.omit({ change: true }).optional(),
  again: z.enum(["same", "differs", "no-assessment", "no-configuration", "no-bundle", "not-readable"]),
  because: text,
  /** Of the change, done again. */
  outcome,
  asOf: text.optional(),
  configuration: text.optional(),
  type: text.optional(),
  tests: z.array(testSchema),
});
const itemSchema = z.strictObject({
  id: text,
  index: z.int().nonnegative(),
  stratum: text,
  at: text,
  kind: text,
  type: text,
  outcome,
  changes: z.array(changeSchema),
});
/** A sample item that failed, or that cannot be tested: by which change and test. */
const exceptionSchema = z.strictObject({
  id: text,
  change: text.optional(),
  test: text.optional(),
  code: text,
  because: text,
  waiver: text.optional(),
});
export const resultsSchema = z.strictObject({ format: z.literal(1), items: z.array(itemSchema), exceptions: z.array(exceptionSchema) });
export type Results = z.infer<typeof resultsSchema>;
export type ItemResult = Results["items"][number];
type ChangeResult = ItemResult["changes"][number];
type Exception = Results["exceptions"][number];

export interface ResultsFrom {
  readonly sample: Sample;
  /** The item at an index of the population. */
  readonly item: (index: number) => PopulationItem;
  /** The latest bundle of a change; undefined: it has none. */
  readonly bundle: (change: string) => { readonly record: ItemBundle; readonly zip: Uint8Array } | undefined;
  readonly configurations: KnownConfigurations;
  readonly progress?: ((done: number, of: number) => void) | undefined;
}

/** What each test says of each item that was drawn, done again from its changes' bundles; a function of what is given alone. Replacements are not tested. */
export function resultsOf({ sample, item, bundle, configurations, progress }: ResultsFrom): Results {
  const items: ItemResult[] = [];
  const exceptions: Exception[] = [];
  const all = sample.strata.flatMap(({ stratum, drawn }) => drawn.map((one) => ({ stratum, ...one })));
  for (const [at, { stratum, index, id }] of all.entries()) {
    const { at: when, kind, type, changes: of } = item(index);
    const changes: ChangeResult[] = [];
    for (const change of of) {
      const found = bundle(change);
      const again = reperform(change, found?.zip, configurations);
      changes.push(changeResult(change, found?.record, again));
      exceptions.push(...exceptionsOf(id, change, again));
    }
    if (of.length === 0) exceptions.push({ id, code: "no-change", because: NO_CHANGE });
    items.push({ id, index, stratum, at: when, kind, type, outcome: worst(changes.map((one) => one.outcome)), changes });
    progress?.(at + 1, all.length);
  }
  return { format: 1, items, exceptions };
}

export function resultsBytes(results: Results): Uint8Array {
  return canonicalBytes(results);
}

const NO_CHANGE = "No change is known for this item: test it by hand, from its own chain.";

function changeResult(
  change: string,
  record: ItemBundle | undefined,
  { outcome: again, because, assessment, told }: Reperformed,
): ChangeResult {
  const { change: _change, ...bundle } = record ?? { change };
  return {
    change,
    ...("key" in bundle && { bundle }),
    again,
    because,
    outcome: again === "same" || again === "differs" ? (assessment?.outcome ?? "not-assessable") : "not-assessable",
    ...(assessment && { asOf: assessment.asOf, configuration: assessment.configuration, type: assessment.type.judgedAs }),
    tests: (assessment?.tests ?? []).map((test) => {
      const said = told.get(test.test);
      return { test: test.test, outcome: test.outcome, ...(said !== undefined && { told: said }), code: test.code, because: test.because };
    }),
  };
}

function exceptionsOf(id: string, change: string, { outcome: again, because, assessment }: Reperformed): Exception[] {
  const findings = (assessment?.findings ?? []).map(({ test, code, because: why, waiver }) => ({
    id,
    change,
    test,
    code,
    because: why,
    ...(waiver !== undefined && { waiver }),
  }));
  return again === "same" ? findings : [{ id, change, code: again, because }, ...findings];
}

/** What is known to be wrong beats what nobody can tell, and that what is still to come. */
const WORST_FIRST: readonly Outcome[] = ["not-satisfied", "not-assessable", "pending", "satisfied", "not-applicable"];

function worst(outcomes: readonly Outcome[]): Outcome {
  return WORST_FIRST.find((one) => outcomes.includes(one)) ?? "not-assessable";
}
