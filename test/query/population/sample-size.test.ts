import { binomialSize, hypergeometricSize, QueryError } from "@change-ledger/query";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const size = (confidencePercent: number, tolerablePercent: number, expectedDeviations = 0) =>
  binomialSize({ confidencePercent, tolerablePercent, expectedDeviations });

/** Probability of at most `most` deviations in `n` items, by the recurrence of its definition, in doubles: another way than the code's. */
function tail(n: number, rate: number, most: number): number {
  let probability = (1 - rate) ** n;
  let sum = probability;
  for (let i = 1; i <= most; i++) {
    probability *= ((n - i + 1) / i) * (rate / (1 - rate));
    sum += probability;
  }
  return sum;
}

describe("sizes of attribute samples", () => {
  it("are those of the published tables where no deviation is expected", () => {
    const rates = [2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20];
    expect(rates.map((rate) => size(95, rate))).toEqual([149, 99, 74, 59, 49, 42, 36, 32, 29, 19, 14]);
    expect(rates.map((rate) => size(90, rate))).toEqual([114, 76, 57, 45, 38, 32, 28, 25, 22, 15, 11]);
  });

  it("are those of the published tables where one or two are expected", () => {
    expect([1, 2].map((most) => size(95, 5, most))).toEqual([93, 124]);
    expect([1, 2].map((most) => size(95, 10, most))).toEqual([46, 61]);
    expect([1, 2].map((most) => size(90, 10, most))).toEqual([38, 52]);
  });

  it("are the least that will do", () => {
    const question = fc.tuple(
      fc.constantFrom(80, 90, 95, 97.5, 99),
      fc.constantFrom(0.5, 1, 2.5, 5, 7, 10, 33),
      fc.integer({ min: 0, max: 6 }),
    );
    fc.assert(
      fc.property(question, ([confidence, rate, most]) => {
        const n = size(confidence, rate, most);
        const risk = 1 - confidence / 100;
        expect(tail(n, rate / 100, most)).toBeLessThanOrEqual(risk * (1 + 1e-9));
        expect(n - 1 <= most || tail(n - 1, rate / 100, most) > risk * (1 - 1e-9)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("fit the population when it is small: never more than the tables', and nearly theirs when it is large", () => {
    const question = { confidencePercent: 95, tolerablePercent: 5, expectedDeviations: 0 };
    // 100 items, 5 of them deviating: C(95,n)/C(100,n) falls to 5 % at n = 45 (0.0491; at 44 it is 0.0507).
    expect(hypergeometricSize(question, 100)).toBe(45);
    expect(hypergeometricSize(question, 1_000_000)).toBe(59);
    expect(hypergeometricSize(question, 10)).toBe(10);
    expect(hypergeometricSize(question, 0)).toBe(0);
    // Where two of ten may deviate and two are expected, only all of them will do.
    expect(hypergeometricSize({ confidencePercent: 95, tolerablePercent: 20, expectedDeviations: 2 }, 10)).toBe(10);
    fc.assert(
      fc.property(
        fc.constantFrom(80, 90, 95, 99),
        fc.constantFrom(1, 3, 5, 10, 25),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 1, max: 3000 }),
        (confidencePercent, tolerablePercent, expectedDeviations, items) => {
          const asked = { confidencePercent, tolerablePercent, expectedDeviations };
          expect(hypergeometricSize(asked, items)).toBeLessThanOrEqual(Math.min(items, binomialSize(asked)));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("refuse what is no question", () => {
    for (const [confidence, rate, most] of [
      [100, 5, 0],
      [40, 5, 0],
      [95, 0, 0],
      [95, 100, 0],
      [95, 5.001, 0],
      [Number.NaN, 5, 0],
      [95, 5, -1],
      [95, 5, 0.5],
      [95, 5, 21],
    ] as const)
      expect(() => size(confidence, rate, most), `${confidence} ${rate} ${most}`).toThrow(QueryError);
    expect(() => hypergeometricSize({ confidencePercent: 95, tolerablePercent: 5, expectedDeviations: 0 }, 1.5)).toThrow(QueryError);
  });
});
