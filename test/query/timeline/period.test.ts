import { type DeploymentOutcome, DurationSketch, PERIOD_FIGURES, type PeriodFigure, PeriodFigures } from "@change-ledger/query";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const SPAN = { from: "2026-03-01T00:00:00.000Z", to: "2026-03-31T00:00:00.000Z" };
const day = (n: number, hour = 0): string => new Date(Date.UTC(2026, 2, n, hour)).toISOString();
const named = (figures: PeriodFigures): Record<string, PeriodFigure> => Object.fromEntries(figures.figures().map((one) => [one.name, one]));
const ended = (endedAt: string, outcome: DeploymentOutcome["outcome"], more: Partial<DeploymentOutcome> = {}): DeploymentOutcome => ({
  endedAt,
  rollback: false,
  outcome,
  ...more,
});
const near = (value: number | undefined, expected: number) =>
  expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThanOrEqual(expected * 0.01);

describe("a period's figures", () => {
  it("stand beside their definitions, and say nothing where there is nothing to count", () => {
    const figures = new PeriodFigures(SPAN).figures();
    expect(figures.map(({ name }) => name)).toEqual(Object.keys(PERIOD_FIGURES));
    for (const { name, title, definition, value } of figures) {
      expect({ title, definition }).toEqual(PERIOD_FIGURES[name]);
      expect(value === undefined || value === 0, name).toBe(true);
    }
    expect(named(new PeriodFigures(SPAN))["changeFailureRate"]).not.toHaveProperty("value");
  });

  it("count deployments that ended in the period; neither rollbacks nor what was stopped in time", () => {
    const period = new PeriodFigures(SPAN);
    for (const one of [
      ended(day(1), "good"),
      ended(day(2), "good"),
      ended(day(3), "failed", { restoreSeconds: 300 }),
      ended(day(4), "failed"),
      ended(day(4), "good", { rollback: true }),
      ended(day(5), "failed", { rollback: true, restoreSeconds: 9 }),
      ended(day(6), "stopped"),
      ended(day(-1), "failed"),
      ended(SPAN.to, "good"),
    ])
      period.deployment(one);
    const { deployments, deploymentFrequency, changeFailureRate, timeToRestore } = named(period);
    expect(deployments).toMatchObject({ value: 4, unit: "count" });
    expect(deploymentFrequency?.value).toBeCloseTo(2 / 30);
    expect(changeFailureRate).toMatchObject({ value: 0.5, over: 4, unit: "share" });
    expect(timeToRestore).toMatchObject({ over: 1, unknown: 1, unit: "seconds" });
    near(timeToRestore?.value, 300);
  });

  it("take lead time from what was first told of the change, never from before it, and say of how many that is unknown", () => {
    const period = new PeriodFigures(SPAN);
    period.change({ releasedAt: day(3), firstToldAt: day(1), mergedAt: day(2) });
    period.change({ releasedAt: day(3) });
    period.change({ releasedAt: day(3), firstToldAt: day(4), mergedAt: day(2, 12) });
    period.change({ releasedAt: day(40), firstToldAt: day(1), mergedAt: day(1) });
    const { leadTime, mergeToProduction } = named(period);
    expect(leadTime).toMatchObject({ over: 1, unknown: 2 });
    near(leadTime?.value, 2 * 86_400);
    expect(mergeToProduction).toMatchObject({ over: 2, unknown: 1 });
  });

  it("keep incidents apart from failed deployments", () => {
    const period = new PeriodFigures(SPAN);
    period.deployment(ended(day(1), "good"));
    period.incident({ openedAt: day(2), resolvedAt: day(2, 1) });
    period.incident({ openedAt: day(3) });
    period.incident({ openedAt: day(-3), resolvedAt: day(2) });
    const { incidents, incidentTimeToResolve, changeFailureRate, timeToRestore } = named(period);
    expect(incidents?.value).toBe(2);
    expect(incidentTimeToResolve).toMatchObject({ over: 1, unknown: 1 });
    near(incidentTimeToResolve?.value, 3600);
    expect(changeFailureRate?.value).toBe(0);
    expect(timeToRestore).toMatchObject({ over: 0 });
  });

  const outcomes = fc.array(
    fc.record({
      endedAt: fc.integer({ min: -2, max: 35 }).map((n) => day(n)),
      rollback: fc.boolean(),
      outcome: fc.constantFrom("good" as const, "failed" as const, "stopped" as const),
      restoreSeconds: fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined }),
    }),
  );
  it("are the same in whatever order and parts they are added", () => {
    fc.assert(
      fc.property(
        outcomes.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.nat(all.length))),
        ([all, shuffled, cut]) => {
          const whole = new PeriodFigures(SPAN);
          for (const one of all) whole.deployment(one);
          const parts = [shuffled.slice(0, cut), shuffled.slice(cut)].map((some) => {
            const part = new PeriodFigures(SPAN);
            for (const one of some) part.deployment(one);
            return part;
          });
          const merged = new PeriodFigures(SPAN);
          for (const part of parts) merged.merge(part);
          expect(merged.figures()).toEqual(whole.figures());
        },
      ),
    );
  });
});

describe("a sketch of durations", () => {
  it("is off by at most one percent of the value", () => {
    const durations = fc.array(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.double({ min: 1, max: 3e9, noNaN: true })), { minLength: 1 });
    fc.assert(
      fc.property(durations, fc.constantFrom(0, 0.25, 0.5, 0.9, 1), (values, q) => {
        const sketch = new DurationSketch();
        for (const value of values) sketch.add(value);
        const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * values.length)) - 1] ?? Number.NaN;
        expect(Math.abs((sketch.quantile(q) ?? Number.NaN) - exact)).toBeLessThanOrEqual(exact * 0.01 * (1 + 1e-9));
      }),
    );
  });
  it("holds a bounded number of numbers, however many durations there are", () => {
    const sketch = new DurationSketch();
    for (let n = 0; n < 200_000; n++) sketch.add(1.0002 ** n);
    expect(sketch.count).toBe(200_000);
    expect(sketch.size).toBeLessThanOrEqual(1_096);
    expect(sketch.quantile(1)).toBeGreaterThan(3e9);
  });
  it("counts what is shorter than a second as nothing, and of nothing says nothing", () => {
    const sketch = new DurationSketch();
    expect(sketch.quantile(0.5)).toBeUndefined();
    sketch.add(0.4);
    expect(sketch.quantile(0.5)).toBe(0);
  });
});
