import { canonicalBytes, instantSchema, sha256Hex, shaSchema, subjectSchema } from "@change-ledger/model";
import * as z from "zod";
import { hex64, type PopulationItem, restSchema } from "./item.ts";
import type { Outsider } from "./population.ts";

const text = z.string().min(1);
const span = {
  system: text,
  /** What it lists: `<account>/<region>/<application>/<group>`, or a branch's subject. */
  scope: text,
  /** It holds everything of this time, by the clock of whoever keeps it: from `from` on, before `to`. */
  from: instantSchema,
  to: instantSchema,
  /** When it was asked for. */
  askedAt: instantSchema,
};

/** What somebody else keeps of the same time, asked for apart from the events that they sent. */
export const listSchema = z.discriminatedUnion("form", [
  /** CodeDeploy's ListDeployments of one application and group (ids as subjects). */
  z.strictObject({
    ...span,
    form: z.literal("deployments"),
    deployments: z.array(z.strictObject({ id: subjectSchema, at: instantSchema.optional() })),
  }),
  /** A branch's own record of its updates (the code host's list of activity, a reflog). */
  z.strictObject({
    ...span,
    form: z.literal("updates"),
    updates: z.array(z.strictObject({ before: shaSchema, after: shaSchema, at: instantSchema.optional() })),
  }),
  /** A branch's history by first parents, oldest first, from after `base`, which it stood at when the time began, to where it stood at the end. */
  z.strictObject({ ...span, form: z.literal("history"), base: shaSchema.optional(), shas: z.array(shaSchema) }),
]);
export type IndependentList = z.infer<typeof listSchema>;

/** What the ledger knows as something else than an item of this list: that the list has it is explained. */
const elsewhereSchema = z.strictObject({
  id: text,
  at: instantSchema,
  because: z.enum(["outside-the-period", "not-production"]),
  restsOn: restSchema,
  before: shaSchema.optional(),
  after: shaSchema.optional(),
});
type Elsewhere = z.infer<typeof elsewhereSchema>;

/** A list compared with the items, both ways. */
export const comparedSchema = z.strictObject({
  ...span,
  /** `part`: it does not hold the whole period. */
  assessed: z.enum(["whole", "part"]),
  form: z.enum(["deployments", "updates", "history"]),
  /** How many it has. */
  listed: z.int().nonnegative(),
  /** SHA-256 of its canonical JSON: whoever has the list sees that it is the one. */
  digest: hex64,
  /** Listed there, unknown here: subjects of deployments, `<before>..<after>` of updates, SHAs of a history that no update brought. In the list's order. */
  missing: z.array(text),
  /** Items that it should have and has not: their ids. */
  unlisted: z.array(text),
  elsewhere: z.array(elsewhereSchema),
});
export type Compared = z.infer<typeof comparedSchema>;

interface Differences {
  readonly missing: string[];
  readonly unlisted: string[];
  readonly elsewhere: Elsewhere[];
}

/** What a comparison is made with: the population, and what else the ledger knows. */
export interface Known {
  readonly period: { readonly from: string; readonly to: string };
  readonly itemsIn: (system: string, scope: string) => readonly PopulationItem[];
  readonly hasItem: (id: string) => boolean;
  readonly outsidersIn: (system: string, scope: string) => readonly Outsider[];
  readonly outsider: (id: string) => Outsider | undefined;
}

/** Compares a list with the population, both ways. What the list itself dates outside the period only explains; it cannot be missing. */
export function compareList(list: IndependentList, known: Known): Compared {
  const { period } = known;
  const { system, scope, form, from, askedAt } = list;
  // Nobody can tell what will happen: a list is good up to the time when it was asked for.
  const to = list.to < askedAt ? list.to : askedAt;
  const items = known.itemsIn(system, scope).filter(({ at }) => from <= at && at < to);
  const { missing, unlisted, elsewhere } = differencesOf({ ...list, to }, items, known);
  const listed = list.form === "deployments" ? list.deployments : list.form === "updates" ? list.updates : list.shas;
  return {
    system,
    scope,
    form,
    from,
    to,
    askedAt,
    assessed: from <= period.from && period.to <= to ? "whole" : "part",
    listed: listed.length,
    digest: sha256Hex(canonicalBytes(list)),
    missing,
    unlisted,
    elsewhere,
  };
}

function differencesOf(list: IndependentList, items: readonly PopulationItem[], known: Known): Differences {
  switch (list.form) {
    case "deployments":
      return compareDeployments(list, items, known);
    case "updates":
      return compareUpdates(list, items, known);
    case "history":
      return compareHistory(list, items, known.outsidersIn(list.system, list.scope));
    default:
      return list satisfies never;
  }
}

const couldBeMissing = (at: string | undefined, { period }: Known) => at === undefined || (period.from <= at && at < period.to);

type OfForm<F extends IndependentList["form"]> = Extract<IndependentList, { form: F }>;

/** By id, wherever the ledger thinks that it went. */
function compareDeployments({ deployments }: OfForm<"deployments">, items: readonly PopulationItem[], known: Known): Differences {
  const missing: string[] = [];
  const elsewhere: Elsewhere[] = [];
  const listed = new Set<string>();
  for (const { id, at } of deployments) {
    if (listed.has(id)) continue;
    listed.add(id);
    if (known.hasItem(id)) continue;
    const outsider = known.outsider(id);
    if (outsider !== undefined) elsewhere.push(elsewhereOf(outsider));
    else if (couldBeMissing(at, known)) missing.push(id);
  }
  return { missing, unlisted: items.flatMap(({ id }) => (listed.has(id) ? [] : [id])), elsewhere };
}

/** By both ends. A branch that went the same way twice is listed twice. */
function compareUpdates({ updates, system, scope }: OfForm<"updates">, items: readonly PopulationItem[], known: Known): Differences {
  const waiting = new Map<string, PopulationItem[]>();
  for (const item of items) if (item.kind === "ref-update") put(waiting, `${item.before}..${item.after}`, item);
  const outside = new Map<string, Outsider[]>();
  for (const one of known.outsidersIn(system, scope)) put(outside, `${one.before}..${one.after}`, one);
  const missing: string[] = [];
  const elsewhere: Elsewhere[] = [];
  for (const { before, after, at } of updates) {
    const pair = `${before}..${after}`;
    if (waiting.get(pair)?.shift() !== undefined) continue;
    const outsider = outside.get(pair)?.shift();
    if (outsider !== undefined) elsewhere.push(elsewhereOf(outsider));
    else if (couldBeMissing(at, known)) missing.push(pair);
  }
  const left = new Set([...waiting.values()].flat());
  return { missing, unlisted: items.flatMap((item) => (left.has(item) ? [item.id] : [])), elsewhere };
}

/** An update brought what lies in the history behind its `before`, up to its `after`. What no update brought is missing; an update whose end it does not hold is unlisted. */
function compareHistory({ base, shas }: OfForm<"history">, items: readonly PopulationItem[], outside: readonly Outsider[]): Differences {
  const places = new Map(shas.map((sha, place) => [sha, place]));
  if (base !== undefined) places.set(base, -1);
  const brought = new Uint8Array(shas.length);
  const bring = (before: string, after: string): boolean => {
    const to = places.get(after);
    if (to === undefined) return false;
    const from = places.get(before) ?? to - 1;
    if (from < to) brought.fill(1, from + 1, to + 1);
    return true;
  };
  const unlisted = items.flatMap((item) => {
    if (item.kind !== "ref-update" || item.deleted === true) return [];
    return bring(item.before, item.after) ? [] : [item.id];
  });
  const elsewhere = outside.flatMap((one) =>
    one.before !== undefined && one.after !== undefined && one.after !== base && bring(one.before, one.after) ? [elsewhereOf(one)] : [],
  );
  return { missing: shas.filter((_, place) => brought[place] === 0), unlisted, elsewhere };
}

function put<T>(into: Map<string, T[]>, key: string, value: T): void {
  const known = into.get(key);
  if (known === undefined) into.set(key, [value]);
  else known.push(value);
}

function elsewhereOf({ id, at, because, restsOn, before, after }: Outsider): Elsewhere {
  return { id, at, because, restsOn, ...(before === undefined || after === undefined ? {} : { before, after }) };
}
