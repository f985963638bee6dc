import { canonicalBytes, instantSchema, OUTCOMES, type Outcome, SCOPE_MAX, subjectSchema } from "@change-ledger/model";
import * as z from "zod";
import { QueryError } from "../fault.ts";
import { compareText } from "../order.ts";
import { type Continuity, continuityOf, continuitySchema } from "./continuity.ts";
import { comparedSchema, compareList, type IndependentList, type Known } from "./independent-list.ts";
import {
  compareItems,
  DATED_BY,
  hex64,
  ITEM_ENVIRONMENTS,
  ITEM_KINDS,
  ITEM_TYPES,
  itemBytes,
  type PopulationItem,
  type RefUpdateItem,
} from "./item.ts";
import type { Outsider, Population } from "./population.ts";
import { PopulationTally } from "./tally.ts";

/** Whoever changes what a certificate says, or what it means, raises this number and that of the predicate's type. */
export const CERTIFICATE_FORMAT = 1;

const text = z.string().min(1);
const count = z.int().nonnegative();
const counts = <K extends string>(names: readonly [K, ...K[]]) => z.record(z.enum(names), count);
/** The root hash in base64, as a checkpoint has it. */
const base64Hash = z.string().regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/);

const notAssessedSchema = z.strictObject({
  system: text,
  scope: text,
  assessed: z.literal("none"),
  /** `not-asked`: nobody asked for a list; otherwise why there was no answer, as a code. */
  because: text,
});
type NotAssessed = z.infer<typeof notAssessedSchema>;

const logDifference = z.strictObject({
  kind: text,
  subject: subjectSchema.optional(),
  seq: count.optional(),
  leaf: count.optional(),
  expected: hex64.optional(),
  found: hex64.optional(),
});
/** What comparing ledger and log found (`reconcile` of packages/log); its members without a value are left out. */
export type LogDifference = z.infer<typeof logDifference>;

const logSchema = z.strictObject({
  origin: text,
  size: count,
  root: base64Hash,
  /** Ids of items, then of what else is named here, whose entry is not known to lie below the checkpoint's size. */
  uncovered: z.array(text),
  /** Ledger against log, all of both: `none` when nobody compared them. */
  compared: z.enum(["whole", "none"]),
  differences: z.array(logDifference),
});

export const certificateSchema = z.strictObject({
  format: z.literal(CERTIFICATE_FORMAT),
  period: z.strictObject({ from: instantSchema, to: instantSchema }),
  asOf: instantSchema,
  /** What the population is restricted to; absent: everything. */
  scope: z.array(text).min(1).max(SCOPE_MAX).optional(),
  certifiedAt: instantSchema,
  configurations: z.array(text),
  population: z.strictObject({
    root: hex64,
    size: count,
    sha256: hex64,
    counts: z.strictObject({
      kinds: counts([...ITEM_KINDS]),
      environments: counts([...ITEM_ENVIRONMENTS]),
      types: counts([...ITEM_TYPES]),
      datedBy: counts([...DATED_BY]),
      late: count,
    }),
  }),
  leftOut: z.strictObject({ staging: count, other: count, hostUnnamed: count }),
  sources: z.array(z.discriminatedUnion("assessed", [comparedSchema, notAssessedSchema])),
  continuity: z.array(continuitySchema),
  log: logSchema,
  outcome: z.enum(OUTCOMES),
});
/** What is said of a population's completeness: docs/formats.md, "Completeness certificate". */
export type Certificate = z.infer<typeof certificateSchema>;

/** A list that an auditor would expect: one nobody answered, or asked for, is said to be not assessed. */
export interface ExpectedList {
  readonly system: string;
  readonly scope: string;
  /** Why there was no answer; `not-asked` where nobody asked. */
  readonly because?: string | undefined;
}

/** Everything that a certificate rests on. */
export interface Evidence {
  readonly population: Population;
  readonly lists: readonly IndependentList[];
  /** Besides those of the items themselves. */
  readonly expected: readonly ExpectedList[];
  readonly log: {
    readonly origin: string;
    readonly size: number;
    /** Base64. */
    readonly root: string;
    /** Undefined: nobody compared ledger and log. */
    readonly differences: readonly LogDifference[] | undefined;
  };
  /** When it is signed. */
  readonly certifiedAt: string;
}

/**
 * Reconciles a population three ways, independent lists ↔ ledger ↔ log, and says every difference. A list that nobody asked for is `none`, never assumed to agree.
 * A pure function of its evidence, whose order does not matter.
 * @throws QueryError `not-a-period` for one that is certified before what it knows
 */
export function certify({ population, lists, expected, log, certifiedAt }: Evidence): Certificate {
  const { period, asOf, scope, configurations, items, leftOut } = population;
  if (!instantSchema.safeParse(certifiedAt).success || certifiedAt < asOf)
    throw new QueryError("not-a-period", `expected a certificate of ${asOf} or later, got ${certifiedAt.slice(0, 40)}`);
  const tally = new PopulationTally();
  for (const item of items) tally.add(item, itemBytes(item));
  const known = knownIn(population);
  const compared = lists.map((list) => compareList(list, known));
  const unasked = unassessed(items, lists, expected);
  const sources = [...compared, ...unasked].sort((a, b) => compareText(sourceKey(a), sourceKey(b)));
  const continuity = continuities(population, known);
  const named = [...items, ...outsidersOf({ sources, continuity }).sort(compareItems)];
  const uncovered = named.flatMap(({ id, restsOn: { leaf } }) => (leaf === undefined || leaf >= log.size ? [id] : []));
  const { origin, size, root, differences } = log;
  const partial: Omit<Certificate, "outcome"> = {
    format: CERTIFICATE_FORMAT,
    period: { from: period.from, to: period.to },
    asOf,
    ...(scope !== undefined && { scope: [...scope] }),
    certifiedAt,
    configurations: [...configurations],
    population: tally.head(),
    leftOut: { ...leftOut },
    sources,
    continuity,
    log: {
      origin,
      size,
      root,
      uncovered,
      compared: differences === undefined ? "none" : "whole",
      differences: [...(differences ?? [])].sort((a, b) => Buffer.compare(canonicalBytes(a), canonicalBytes(b))),
    },
  };
  return { ...partial, outcome: outcomeOf(partial) };
}

const sourceKey = (source: Certificate["sources"][number]): string =>
  JSON.stringify([source.system, source.scope, source.assessed === "none" ? "" : `${source.form} ${source.digest}`]);

function knownIn({ period, items, outsiders }: Population): Known {
  const scopeKey = (one: { readonly system: string; readonly scope: string }) => JSON.stringify([one.system, one.scope]);
  const ids = new Set(items.map(({ id }) => id));
  const byId = new Map(outsiders.map((one) => [one.id, one]));
  const itemsIn = Map.groupBy(items, scopeKey);
  const outsidersIn = Map.groupBy(outsiders, scopeKey);
  return {
    period,
    itemsIn: (system, scope) => itemsIn.get(scopeKey({ system, scope })) ?? [],
    hasItem: (id) => ids.has(id),
    outsidersIn: (system, scope) => outsidersIn.get(scopeKey({ system, scope })) ?? [],
    outsider: (id) => byId.get(id),
  };
}

/** The lists in which the items would have to stand, and those that are expected besides, as far as there is none. */
function unassessed(items: readonly PopulationItem[], lists: readonly IndependentList[], expected: readonly ExpectedList[]): NotAssessed[] {
  const found = new Map<string, NotAssessed>();
  const expect = ({ system, scope, because = "not-asked" }: ExpectedList) => {
    if (lists.some((list) => list.system === system && list.scope === scope)) return;
    const key = JSON.stringify([system, scope]);
    const before = found.get(key);
    // A reason why there was no answer says more than that nobody asked; of two the lesser, so that it is always the same.
    if (before === undefined || before.because === "not-asked" || (because !== "not-asked" && because < before.because))
      found.set(key, { system, scope, assessed: "none", because });
  };
  for (const item of items) expect({ system: item.system, scope: item.scope });
  for (const one of expected) expect(one);
  return [...found.values()];
}

/** Of each branch with updates in the period, and of those that show a gap which holds the whole period. */
function continuities({ period, items, outsiders }: Population, known: Known): Continuity[] {
  const updates = Map.groupBy(
    items.filter((item) => item.kind === "ref-update"),
    ({ subject }) => subject,
  );
  const refs = new Set([...updates.keys(), ...outsiders.flatMap(({ scope, before }) => (before === undefined ? [] : [scope]))]);
  return ([...refs] as RefUpdateItem["subject"][])
    .sort()
    .map((ref) => continuityOf(ref, period, updates.get(ref) ?? [], known.outsidersIn("github", ref)))
    .filter((one) => one.updates > 0 || one.gaps.length > 0);
}

/**
 * Audit test T1 for the period: `not-satisfied` as soon as anything differs, whatever was not asked; `pending` while the period has not ended; `satisfied` only when
 * every list was compared for the whole period, and the log too; else `not-assessable`.
 */
export function outcomeOf({ period, asOf, sources, continuity, log }: Omit<Certificate, "outcome">): Outcome {
  const differs =
    sources.some((source) => source.assessed !== "none" && (source.missing.length > 0 || source.unlisted.length > 0)) ||
    continuity.some(({ gaps }) => gaps.length > 0) ||
    log.differences.length > 0;
  if (differs) return "not-satisfied";
  if (asOf < period.to) return "pending";
  const whole = sources.every(({ assessed }) => assessed === "whole") && log.compared === "whole" && log.uncovered.length === 0;
  return whole ? "satisfied" : "not-assessable";
}

/** Outsiders that a certificate itself names: what its comparisons can be made again with. */
export function outsidersOf({ sources, continuity }: Pick<Certificate, "sources" | "continuity">): Outsider[] {
  const found = new Map<string, Outsider>();
  for (const source of sources) {
    if (source.assessed === "none") continue;
    for (const one of source.elsewhere) found.set(one.id, { ...one, system: source.system, scope: source.scope });
  }
  for (const { ref, previous, next } of continuity)
    for (const one of [previous, next])
      if (one !== undefined && !found.has(one.id))
        found.set(one.id, { ...one, because: "outside-the-period", system: "github", scope: ref });
  return [...found.values()];
}
