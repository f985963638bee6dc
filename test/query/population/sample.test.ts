import { createHash } from "node:crypto";
import { canonicalBytes } from "@change-ledger/model";
import {
  compareItems,
  drawSample,
  ITEM_TYPES,
  itemBytes,
  type PopulationItem,
  PopulationTally,
  QueryError,
  type Sample,
  type SampleQuestion,
  sampleBytes,
  verifySample,
} from "@change-ledger/query";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { proportions } from "../../../packages/query/population/proportions.ts";
import { at, MAIN, sha } from "./trial.ts";

/** Updates that differ in little, of each type in turn unless told. */
function items(count: number, typeOf = (nth: number) => ITEM_TYPES[nth % 3]): PopulationItem[] {
  return Array.from({ length: count }, (_, nth): PopulationItem => {
    const [before, after] = [sha(`${nth}`), sha(`${nth + 1}`)];
    return {
      kind: "ref-update",
      id: `${MAIN} ${before}..${after}`,
      at: at(1 + (nth % 20)),
      datedBy: "pushed",
      recordedAt: at(21),
      subject: MAIN,
      system: "github",
      scope: MAIN,
      changes: [],
      type: typeOf(nth) ?? "none",
      restsOn: { seq: nth, hash: "0".repeat(64) },
      before,
      after,
    };
  }).sort(compareItems);
}
function headOf(list: readonly PopulationItem[]) {
  const tally = new PopulationTally();
  for (const item of list) tally.add(item, itemBytes(item));
  const { root, size } = tally.head();
  return { root, size };
}
const draw = (list: readonly PopulationItem[], over: Partial<SampleQuestion> = {}): Sample =>
  drawSample(headOf(list), list.map(itemBytes), { ...FIXED, ...over });
const FIXED: SampleQuestion = { nonce: "a nonce of the auditor's", method: { name: "fixed", size: 25 }, replacements: 5 };
const ATTRIBUTE = { name: "attribute", confidencePercent: 95, tolerablePercent: 5, expectedDeviations: 0, model: "binomial" } as const;
const ids = ({ strata }: Sample) => strata.flatMap(({ drawn }) => drawn.map(({ id }) => id));
const sizes = ({ strata }: Sample) =>
  strata.map(({ stratum, items: some, drawn, replacements }) => [stratum, some, drawn.length, replacements.length]);
const sha256 = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();

describe("a sample", () => {
  it("is what anybody finds who hashes and sorts", () => {
    const list = items(300);
    const sample = draw(list);
    const seed = sha256(Buffer.from(headOf(list).root, "hex"), Buffer.from(FIXED.nonce));
    const byHand = list
      .map((item) => ({ id: item.id, score: sha256(seed, sha256(Buffer.from([0]), itemBytes(item))).toString("hex") }))
      .sort((a, b) => (a.score < b.score ? -1 : 1));
    expect(sample.seed).toBe(seed.toString("hex"));
    expect(ids(sample)).toEqual(byHand.slice(0, 25).map(({ id }) => id));
    expect(sample.strata[0]?.replacements.map(({ id }) => id)).toEqual(byHand.slice(25, 30).map(({ id }) => id));
  });

  it("is the same when it is drawn twice, and another when nonce or population are", () => {
    const list = items(60);
    expect(sampleBytes(draw(list))).toEqual(sampleBytes(draw(list)));
    expect(ids(draw(list, { nonce: "another" }))).not.toEqual(ids(draw(list)));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: list.length - 1 }), (nth) => {
        const changed = list.map((item, place) => (place === nth ? { ...item, recordedAt: at(22) } : item));
        const drawn = draw(changed);
        expect(drawn.seed).not.toBe(draw(list).seed);
        expect(ids(drawn)).not.toEqual(ids(draw(list)));
      }),
      { numRuns: 20 },
    );
  });

  it("is as large as its method says, and never larger than the population", () => {
    const list = items(300);
    const sizeFor = (over: Partial<SampleQuestion>, of = list) => ids(draw(of, over)).length;
    expect(sizeFor({})).toBe(25);
    expect(sizeFor({ method: { name: "fixed", size: 40 } })).toBe(40);
    expect(sizeFor({ method: ATTRIBUTE })).toBe(59);
    expect(sizeFor({ method: { ...ATTRIBUTE, confidencePercent: 90, tolerablePercent: 10 } })).toBe(22);
    expect(sizeFor({ method: { ...ATTRIBUTE, model: "hypergeometric" } })).toBe(54);
    expect(sizeFor({}, items(7))).toBe(7);
    expect(sizeFor({}, [])).toBe(0);
  });

  it("takes every item as likely as every other", () => {
    const list = items(20);
    const head = headOf(list);
    const lines = list.map(itemBytes);
    const times = new Map(list.map(({ id }) => [id, 0]));
    const draws = 400;
    for (let nth = 0; nth < draws; nth++)
      for (const { id } of drawSample(head, lines, { ...FIXED, nonce: String(nth) }).strata[0]?.drawn.slice(0, 5) ?? [])
        times.set(id, (times.get(id) ?? 0) + 1);
    // A quarter of the draws each: 100, with a deviation of about 9; five of them either way.
    for (const [id, count] of times) expect(Math.abs(count - draws / 4), id).toBeLessThan(45);
  });

  it("goes by types when it is stratified: in proportion, at least one each, or so many each", () => {
    const list = items(100, (nth) => (nth === 0 ? "emergency" : nth < 20 ? "standard" : "normal"));
    expect(sizes(draw(list, { strata: "proportional" }))).toEqual([
      ["emergency", 1, 1, 0],
      ["normal", 80, 19, 5],
      ["standard", 19, 5, 5],
    ]);
    expect(sizes(draw(list, { strata: "each" }))).toEqual([
      ["emergency", 1, 1, 0],
      ["normal", 80, 25, 5],
      ["standard", 19, 19, 0],
    ]);
    const exact = { ...ATTRIBUTE, model: "hypergeometric" } as const;
    expect(sizes(draw(list, { method: exact, strata: "each" })).map(([, , drawn]) => drawn)).toEqual([1, 42, 19]);
    // Of 101 items six would have to deviate, of 100 five: a stratum can need more than the whole.
    const most = items(101, (nth) => (nth === 0 ? "emergency" : "normal"));
    expect(sizes(draw(most, { method: exact, strata: "each" })).map(([, , drawn]) => drawn)).toEqual([1, 45]);
    expect(draw(most, { method: exact }).strata[0]?.drawn).toHaveLength(39);
    const type = new Map(list.map((item) => [item.id, item.type]));
    for (const { stratum, drawn, replacements } of draw(list, { strata: "proportional" }).strata)
      for (const { id } of [...drawn, ...replacements]) expect(type.get(id)).toBe(stratum);
  });

  it("divides a size without losing or making any", () => {
    const strata = fc.uniqueArray(fc.tuple(fc.string({ maxLength: 3 }), fc.integer({ min: 0, max: 500 })), {
      selector: ([name]) => name,
      maxLength: 6,
    });
    fc.assert(
      fc.property(strata, fc.integer({ min: 0, max: 100 }), (list, wanted) => {
        const all = new Map(list);
        const there = list.reduce((sum, [, some]) => sum + some, 0);
        const size = Math.min(wanted, there);
        const found = proportions(size, all);
        expect([...found.values()].reduce((sum, some) => sum + some, 0)).toBe(size);
        const filled = list.filter(([, some]) => some > 0);
        for (const [name, some] of filled) {
          expect(found.get(name)).toBeLessThanOrEqual(some);
          if (size >= filled.length) expect(found.get(name)).toBeGreaterThanOrEqual(1);
        }
        expect(proportions(size, new Map([...list].reverse()))).toEqual(found);
      }),
      { numRuns: 200 },
    );
  });

  it("is not drawn from other items than were certified, nor for a question out of bounds", () => {
    const list = items(30);
    const codeOf = (act: () => unknown) => {
      try {
        act();
        return "passed";
      } catch (error) {
        return error instanceof QueryError ? error.code : "another";
      }
    };
    expect(codeOf(() => drawSample(headOf(list), list.slice(1).map(itemBytes), FIXED))).toBe("population-differs");
    expect(codeOf(() => drawSample(headOf(list), [...list].reverse().map(itemBytes), FIXED))).toBe("population-differs");
    expect(codeOf(() => drawSample(headOf(list), [Buffer.from("{}")], FIXED))).toBe("not-an-item");
    for (const bad of [
      { nonce: "" },
      { nonce: "\ud800" },
      { replacements: -1 },
      { method: { name: "fixed", size: 26 } },
      { method: { ...ATTRIBUTE, tolerablePercent: 0 } },
      { strata: "some" },
    ])
      expect(
        codeOf(() => drawSample(headOf(list), list.map(itemBytes), { ...FIXED, ...bad } as SampleQuestion)),
        JSON.stringify(bad),
      ).toBe("not-a-sample");
  });
});

describe("verifying a sample", () => {
  const list = items(90);
  const lines = list.map(itemBytes);
  const right = draw(list, { strata: "proportional" });
  const checksOf = (sample: object, population = headOf(list), of: readonly Uint8Array[] = lines) =>
    verifySample(canonicalBytes(sample), population, of).map(({ check, field }) => (field === undefined ? check : `${check} ${field}`));

  it("finds nothing wrong with what is right", () => {
    expect(checksOf(right)).toEqual([]);
    expect(checksOf(draw(list, { method: ATTRIBUTE }))).toEqual([]);
  });

  it("says what was done to it", () => {
    const [first, ...others] = right.strata;
    const [one, two, ...more] = first?.drawn ?? [];
    const [spare, ...spares] = first?.replacements ?? [];
    const over = (stratum: object) => ({ ...right, strata: [{ ...first, ...stratum }, ...others] });
    expect(checksOf(over({ drawn: [spare, two, ...more] }))).toEqual(["drawn emergency"]);
    expect(checksOf(over({ drawn: [two, one, ...more] }))).toEqual(["drawn emergency"]);
    expect(checksOf(over({ replacements: [...spares, spare] }))).toEqual(["replacements emergency"]);
    expect(checksOf(over({ drawn: [two, ...more] }))).toEqual(["strata", "drawn emergency"]);
    expect(checksOf({ ...right, strata: others })).toEqual(["strata"]);
    expect(checksOf({ ...right, seed: "0".repeat(64) })).toEqual(["seed"]);
    expect(checksOf({ ...right, question: { ...right.question, nonce: "chosen afterwards" } })).toContain("seed");
    expect(checksOf({ ...right, more: 1 })).toEqual(["sample"]);
  });

  it("refuses one that was drawn from another population, or is held to other items", () => {
    expect(checksOf(right, headOf(list.slice(1)), lines.slice(1))).toEqual(["population"]);
    expect(checksOf(right, headOf(list), lines.slice(1))).toEqual(["population"]);
    expect(verifySample(Buffer.from("{"), headOf(list), lines)).toMatchObject([{ check: "sample" }]);
  });
});
