import { createHash } from "node:crypto";
import { canonicalBytes, leafHash, ModelError, parseCanonical, sampleQuestionSchema } from "@change-ledger/model";
import * as z from "zod";
import { QueryError } from "../fault.ts";
import { compareText } from "../order.ts";
import { hex64, ITEM_TYPES, type ItemType, parseItem } from "./item.ts";
import { proportions } from "./proportions.ts";
import { binomialSize, hypergeometricSize } from "./sample-size.ts";
import { Smallest } from "./smallest.ts";
import { PopulationTally } from "./tally.ts";

const SAMPLE_FORMAT = 1;
const count = z.int().nonnegative();

export { sampleQuestionSchema };
export type SampleQuestion = z.infer<typeof sampleQuestionSchema>;
type SampleMethod = SampleQuestion["method"];

const drawn = z.strictObject({
  id: z.string().min(1),
  /** Of the item in the population, from 0. */
  index: count,
  /** Leaf hash of its canonical bytes. */
  hash: hex64,
  /** SHA-256(seed ‖ hash). */
  score: hex64,
});
export type DrawnItem = z.infer<typeof drawn>;

const sampleSchema = z.strictObject({
  format: z.literal(SAMPLE_FORMAT),
  population: z.strictObject({ root: hex64, size: count }),
  question: sampleQuestionSchema,
  /** SHA-256(root ‖ nonce). */
  seed: hex64,
  strata: z.array(
    z.strictObject({
      /** `all` of a sample that is not stratified. */
      stratum: z.enum(["all", ...ITEM_TYPES]),
      items: count,
      /** In order of their scores. */
      drawn: z.array(drawn),
      /** In the order in which they step in. */
      replacements: z.array(drawn),
    }),
  ),
});
export type Sample = z.infer<typeof sampleSchema>;

/**
 * Draws a sample that nobody can choose: neither who keeps the population, since the auditor gives the nonce, nor the auditor, since the population is certified. Each item's score is
 * SHA-256(seed ‖ leaf hash), and those with the smallest scores are drawn: every item is as likely as every other, and anybody draws the same with `sha256sum` and `sort` (docs/population.md).
 * @param population root and size as certified
 * @param items the population's lines, without their line feeds. Read once
 * @throws QueryError `population-differs` for items that are not of this root and size; `not-a-sample` for a question out of bounds; `not-an-item`
 */
export function drawSample(
  population: { readonly root: string; readonly size: number },
  items: Iterable<Uint8Array>,
  question: SampleQuestion,
): Sample {
  const asked = sampleQuestionSchema.safeParse(question);
  if (!asked.success || !question.nonce.isWellFormed())
    throw new QueryError(
      "not-a-sample",
      `expected a question for a sample; ${asked.error?.issues[0]?.message ?? "the nonce is no Unicode text"}`,
    );
  const seed = createHash("sha256").update(Buffer.from(population.root, "hex")).update(question.nonce, "utf8").digest();
  const most = Math.max(sizeOf(question.method, population.size), question.strata === "each" ? sizeOf(question.method) : 0);
  const kept = new Map<"all" | ItemType, Smallest<DrawnItem>>();
  const tally = new PopulationTally();
  let index = 0;
  for (const bytes of items) {
    const item = parseItem(bytes);
    tally.add(item, bytes);
    const stratum = question.strata === undefined ? "all" : item.type;
    const smallest = kept.get(stratum) ?? new Smallest<DrawnItem>(most + question.replacements, byScore);
    kept.set(stratum, smallest);
    const hash = leafHash(bytes);
    const score = createHash("sha256").update(seed).update(Buffer.from(hash, "hex")).digest("hex");
    smallest.add({ id: item.id, index: index++, hash, score });
  }
  const { root, size } = tally.head();
  if (root !== population.root || size !== population.size)
    throw new QueryError("population-differs", `expected ${population.size} items of root ${population.root}, got ${size} of ${root}`);
  const sizes = divided(question, size, new Map([...kept].map(([stratum, { seen }]) => [stratum, seen])));
  return {
    format: SAMPLE_FORMAT,
    population: { root, size },
    question: asked.data,
    seed: seed.toString("hex"),
    strata: [...kept]
      .sort(([a], [b]) => compareText(a, b))
      .map(([stratum, smallest]) => {
        const inOrder = smallest.sorted();
        const some = sizes.get(stratum) ?? 0;
        return {
          stratum,
          items: smallest.seen,
          drawn: inOrder.slice(0, some),
          replacements: inOrder.slice(some, some + question.replacements),
        };
      }),
  };
}

/** Two items with one score are one item: ids, and so leaf hashes, are each once. The index decides nevertheless, so that the order is total. */
function byScore(a: DrawnItem, b: DrawnItem): number {
  return compareText(a.score, b.score) || a.index - b.index;
}

/** @param items of the population or stratum; undefined: whatever it has, at most */
function sizeOf(method: SampleMethod, items?: number): number {
  const size =
    method.name === "fixed"
      ? method.size
      : method.model === "hypergeometric" && items !== undefined
        ? hypergeometricSize(method, items)
        : binomialSize(method);
  return items === undefined ? size : Math.min(size, items);
}

/** How many of each stratum. */
function divided(
  { method, strata }: SampleQuestion,
  size: number,
  items: ReadonlyMap<"all" | ItemType, number>,
): Map<"all" | ItemType, number> {
  if (strata !== "proportional") return new Map([...items].map(([stratum, some]) => [stratum, sizeOf(method, some)]));
  return proportions(sizeOf(method, size), items);
}

/** The sample's canonical bytes: what goes on record, and into the working papers. */
export function sampleBytes(sample: Sample): Uint8Array {
  return canonicalBytes(sample);
}

/** @throws QueryError `not-a-sample` */
export function parseSample(bytes: Uint8Array): Sample {
  let value: unknown;
  try {
    value = parseCanonical(bytes);
  } catch (error) {
    if (error instanceof ModelError) throw new QueryError("not-a-sample", error.message);
    throw error;
  }
  const parsed = sampleSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new QueryError("not-a-sample", `expected a sample; ${issue?.path.join(".") || "sample"}: ${issue?.message}`);
}
