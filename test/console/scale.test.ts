import { clustersOf, moved, openingSpan, ticksOf, timed, wholeSpan, zoomed } from "@change-ledger/console/timeline/scale.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

type Lanes = Parameters<typeof timed>[0];

const mark = (at: number) => ({
  subject: "deployment:codedeploy/1/r/d-1",
  seq: 0,
  hash: String(at),
  at: new Date(at).toISOString(),
  recordedAt: new Date(at).toISOString(),
  kind: "push",
  event: "push",
  what: "",
  tone: "neutral" as const,
});
const lanes = (own: readonly number[], others: readonly number[] = []): Lanes => [
  { lane: "code", marks: others.map(mark) },
  { lane: "deployment", marks: own.map(mark) },
];
const instants = fc
  .array(fc.integer({ min: 0, max: 4_000_000_000_000 }), { minLength: 1, maxLength: 60 })
  .map((all) => all.sort((a, b) => a - b));

describe("the axis of time", () => {
  it("is undefined without a mark", () => {
    expect(wholeSpan(timed(lanes([])))).toBeUndefined();
  });
  it("holds every mark, and begins where the deployment itself lies", () => {
    fc.assert(
      fc.property(instants, instants, (own, others) => {
        const told = timed(lanes(own, others));
        const whole = wholeSpan(told) ?? { from: 0, to: 0 };
        const opening = openingSpan(told, whole);
        expect(clustersOf(told[1] as (typeof told)[number], opening, 0).reduce((sum, { marks }) => sum + marks.length, 0)).toBe(own.length);
        for (const lane of told)
          expect(clustersOf(lane, whole, 0).reduce((sum, { marks }) => sum + marks.length, 0)).toBe(lane.marks.length);
        expect(opening.from).toBeGreaterThanOrEqual(whole.from);
        expect(opening.to).toBeLessThanOrEqual(whole.to);
      }),
    );
  });
  it("draws no two clusters of a lane nearer than it was told, and loses no mark", () => {
    fc.assert(
      fc.property(instants, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (own, nearest) => {
        const told = timed(lanes(own));
        const clusters = clustersOf(told[1] as (typeof told)[number], wholeSpan(told) ?? { from: 0, to: 1 }, nearest);
        for (const [at, cluster] of clusters.entries()) {
          const next = clusters[at + 1];
          if (next !== undefined) expect(next.at - cluster.at).toBeGreaterThanOrEqual(nearest);
        }
        expect(clusters.flatMap(({ marks }) => marks)).toEqual(told[1]?.marks);
      }),
    );
  });
  it("never leaves the whole by zooming or moving, and keeps what is under the pointer where it is", () => {
    const whole = { from: 0, to: 1_000_000 };
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.double({ min: 0.3, max: 3, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), {
          maxLength: 30,
        }),
        (steps) => {
          let span: { readonly from: number; readonly to: number } = whole;
          for (const [zoom, by, centre] of steps) {
            span = zoom ? zoomed(span, by, centre, whole) : moved(span, by - 1, whole);
            expect(span.from).toBeGreaterThanOrEqual(-0.001);
            expect(span.to).toBeLessThanOrEqual(whole.to + 0.001);
            expect(span.to - span.from).toBeGreaterThanOrEqual(999);
          }
        },
      ),
    );
    expect(zoomed(whole, 0.5, 0.5, whole)).toEqual({ from: 250_000, to: 750_000 });
  });
  it("is marked at round instants, no more than there is room for", () => {
    expect(ticksOf({ from: 0, to: 3_600_000 }, 6)).toEqual({ at: [0, 900_000, 1_800_000, 2_700_000, 3_600_000], show: "clock" });
    expect(ticksOf({ from: 0, to: 86_400_000 * 20 }, 5)).toMatchObject({ show: "date" });
  });
});
