import type { Schemas } from "@change-ledger/api/client/client.ts";

type Lane = Schemas["Timeline"]["lanes"][number]["lane"];
type Mark = Schemas["Mark"];
type Timeline = Schemas["Timeline"];

/** A stretch of time, milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Marks of one lane that lie too near to each other to be told apart at this zoom. */
export interface Cluster {
  /** Of the stretch shown, 0 to 1. */
  readonly at: number;
  readonly marks: readonly Mark[];
}

const MARGIN = 0.04;
const LEAST_MS = 1_000;

/** A lane with the instants of its marks, read once: there can be ten thousand. */
export interface TimedLane {
  readonly lane: Lane;
  readonly marks: readonly Mark[];
  /** Milliseconds since 1970, in the order of `marks`. */
  readonly times: readonly number[];
}

export function timed(lanes: Timeline["lanes"]): TimedLane[] {
  return lanes.map(({ lane, marks }) => ({ lane, marks, times: marks.map(({ at }) => Date.parse(at)) }));
}

/** All of the marks, with a margin; undefined without any. */
export function wholeSpan(lanes: readonly TimedLane[]): Span | undefined {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const { times } of lanes)
    for (const ms of times) {
      if (ms < from) from = ms;
      if (ms > to) to = ms;
    }
  return from <= to ? withMargin({ from, to }) : undefined;
}

function withMargin({ from, to }: Span): Span {
  const margin = Math.max(LEAST_MS, (to - from) * MARGIN);
  return { from: from - margin, to: to + margin };
}

/** Where to begin: the deployment itself, with a little of what went before and came after; all of it is one step away. */
export function openingSpan(lanes: readonly TimedLane[], whole: Span): Span {
  const of = lanes.filter(({ lane }) => lane === "deployment" || lane === "targets" || lane === "rollback");
  const own = wholeSpan(of);
  if (own === undefined) return whole;
  const length = own.to - own.from;
  return clamped({ from: own.from - length * 0.15, to: own.to + length * 0.15 }, whole);
}

/** Zooms by `factor` (below 1: nearer) around `centre`, 0 to 1 of the span, within `whole`. */
export function zoomed({ from, to }: Span, factor: number, centre: number, whole: Span): Span {
  const length = Math.max(LEAST_MS, Math.min(whole.to - whole.from, (to - from) * factor));
  const still = from + (to - from) * centre;
  return clamped({ from: still - length * centre, to: still + length * (1 - centre) }, whole);
}

/** Moves by a share of its own length. */
export function moved({ from, to }: Span, share: number, whole: Span): Span {
  const by = (to - from) * share;
  return clamped({ from: from + by, to: to + by }, whole);
}

function clamped({ from, to }: Span, whole: Span): Span {
  const length = Math.min(to - from, whole.to - whole.from);
  const start = Math.max(whole.from, Math.min(from, whole.to - length));
  return { from: start, to: Math.min(whole.to, start + length) };
}

/** What a lane shows: marks within the span, those nearer than `nearest` (a share of the span) to the first of a cluster drawn as one. */
export function clustersOf({ marks, times }: TimedLane, span: Span, nearest: number): Cluster[] {
  const length = span.to - span.from;
  const clusters: { at: number; marks: Mark[] }[] = [];
  for (const [index, mark] of marks.entries()) {
    const at = ((times[index] ?? Number.NaN) - span.from) / length;
    if (!(at >= 0 && at <= 1)) continue;
    const last = clusters.at(-1);
    if (last !== undefined && at - last.at < nearest) last.marks.push(mark);
    else clusters.push({ at, marks: [mark] });
  }
  return clusters;
}

/** How many marks of a lane lie before the span, and how many behind it. */
export function outsideOf({ times }: TimedLane, span: Span): { readonly before: number; readonly behind: number } {
  return { before: times.filter((ms) => ms < span.from).length, behind: times.filter((ms) => ms > span.to).length };
}

const STEPS_MS = [
  1_000, 5_000, 15_000, 30_000, 60_000, 300_000, 900_000, 1_800_000, 3_600_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000,
  604_800_000, 2_592_000_000, 7_776_000_000, 31_536_000_000,
];

/** Round instants of the span, at most `most` of them, and whether a clock or a date tells them apart. */
export function ticksOf(span: Span, most: number): { readonly at: readonly number[]; readonly show: "clock" | "date" } {
  const length = span.to - span.from;
  const step = STEPS_MS.find((one) => length / one <= most) ?? length / most;
  const at: number[] = [];
  for (let tick = Math.ceil(span.from / step) * step; tick <= span.to; tick += step) at.push(tick);
  return { at, show: step >= 86_400_000 ? "date" : "clock" };
}

export const LANE_NAMES: Readonly<Record<Lane, string>> = {
  ticket: "Ticket",
  code: "Code",
  review: "Review",
  checks: "Checks",
  deployment: "Deployment",
  targets: "Targets",
  rollback: "Rollback",
  incident: "Incident",
};
