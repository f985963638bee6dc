import { canonicalBytes, instantSchema, ModelError, parseCanonical, shaSchema, subjectSchema } from "@change-ledger/model";
import * as z from "zod";
import { QueryError } from "../fault.ts";
import { compareText } from "../order.ts";

/**
 * How the change that an item brought was judged, in the order in which one of several decides for the item: an emergency first. `unassessed`: a change without
 * an assessment; `rollback`: a deployment that restores and carries nothing; `none`: no change is known for it.
 */
export const ITEM_TYPES = ["emergency", "unassessed", "normal", "standard", "rollback", "none"] as const;
export type ItemType = (typeof ITEM_TYPES)[number];

/** `unnamed`: the configuration does not say what is deployed there, so that it counts as production. */
export const ITEM_ENVIRONMENTS = ["production", "unnamed"] as const;

/** What its time is: see docs/population.md, "When". */
export const DATED_BY = ["created", "first-told", "recorded", "pushed"] as const;
export type DatedBy = (typeof DATED_BY)[number];

/** An item that was first recorded so long after its own time is called late. */
export const LATE_AFTER_HOURS = 24;

const text = z.string().min(1);
export const hex64 = z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits");

/** The entry that dates the item, in the chain of its subject; the leaf index where it is known. */
export const restSchema = z.strictObject({ seq: z.int().nonnegative(), hash: hex64, leaf: z.int().nonnegative().optional() });
export type ItemRest = z.infer<typeof restSchema>;

const ofEvery = {
  id: text,
  /** By the sender's clock. */
  at: instantSchema,
  datedBy: z.enum(DATED_BY),
  /** When the ledger first heard of it. */
  recordedAt: instantSchema,
  /** First recorded over LATE_AFTER_HOURS after its own time. */
  late: z.literal(true).optional(),
  subject: subjectSchema,
  /** Who keeps a list of his own in which it has to stand, and which: see independent-list.ts. */
  system: text,
  scope: text,
  /** Sorted, each once. */
  changes: z.array(subjectSchema),
  type: z.enum(ITEM_TYPES),
  restsOn: restSchema,
};
const deployment = z.strictObject({ ...ofEvery, kind: z.literal("deployment"), environment: z.enum(ITEM_ENVIRONMENTS) });
const refUpdate = z.strictObject({
  ...ofEvery,
  kind: z.literal("ref-update"),
  before: shaSchema,
  after: shaSchema,
  created: z.literal(true).optional(),
  deleted: z.literal(true).optional(),
  forced: z.literal(true).optional(),
});

/** An item of the population: a production deployment, or an update of a protected branch. */
export const itemSchema = z.discriminatedUnion("kind", [deployment, refUpdate]);
export type RefUpdateItem = z.infer<typeof refUpdate>;
export type PopulationItem = z.infer<typeof itemSchema>;
export const ITEM_KINDS = ["deployment", "ref-update"] as const satisfies readonly PopulationItem["kind"][];

/** The order of a population: by time, then by id. */
export function compareItems(a: Pick<PopulationItem, "at" | "id">, b: Pick<PopulationItem, "at" | "id">): number {
  return compareText(a.at, b.at) || compareText(a.id, b.id);
}

/** The item's canonical bytes: a line of the population's file without its line feed, and a leaf of its tree. */
export function itemBytes(item: PopulationItem): Uint8Array {
  return canonicalBytes(item);
}

/** @throws QueryError `not-an-item` for bytes that are not the canonical JSON of an item */
export function parseItem(bytes: Uint8Array): PopulationItem {
  const parsed = itemSchema.safeParse(parsedJson(bytes));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new QueryError("not-an-item", `expected an item of a population; ${issue?.path.join(".") || "item"}: ${issue?.message}`);
  }
  return parsed.data;
}

function parsedJson(bytes: Uint8Array): unknown {
  try {
    return parseCanonical(bytes);
  } catch (error) {
    if (error instanceof ModelError) throw new QueryError("not-an-item", error.message);
    throw error;
  }
}
