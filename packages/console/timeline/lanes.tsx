import type { Schemas } from "@change-ledger/api/client/client.ts";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { duration } from "../parts/duration.ts";
import { Time } from "../parts/time.tsx";
import { count } from "../parts/words.tsx";
import { MarkList } from "./mark-list.tsx";
import {
  type Cluster,
  clustersOf,
  LANE_NAMES,
  moved,
  openingSpan,
  outsideOf,
  type Span,
  ticksOf,
  timed,
  wholeSpan,
  zoomed,
} from "./scale.ts";

type Lane = Schemas["Timeline"]["lanes"][number]["lane"];
type Mark = Schemas["Mark"];
type Timeline = Schemas["Timeline"];

/** Pixels that a mark takes: what lies nearer is drawn as one. */
const MARK_PX = 22;
/** Pixels that a label of the axis takes behind its line, less what stands free beside it on a phone: one that would reach over the edge is left out. */
const LABEL_PX = 50;

/** Swim lanes on one axis of time. Arrow keys go from mark to mark and lane to lane; + and − zoom; Enter tells what a mark stands for. */
export function Lanes({ timeline }: { readonly timeline: Timeline }) {
  const lanes = useMemo(() => timed(timeline.lanes), [timeline]);
  const whole = useMemo(() => wholeSpan(lanes), [lanes]);
  const [span, setSpan] = useState<Span>();
  const [width, setWidth] = useState(720);
  const [open, setOpen] = useState<{ readonly lane: Lane; readonly marks: readonly Mark[] }>();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const of = box.current;
    if (of === null) return;
    const watch = new ResizeObserver(([entry]) => entry !== undefined && setWidth(Math.max(160, entry.contentRect.width)));
    watch.observe(of);
    return () => watch.disconnect();
  }, []);
  const opening = useMemo(() => (whole === undefined ? undefined : openingSpan(lanes, whole)), [lanes, whole]);
  const shown = span ?? opening;
  const drawn = useMemo(
    () => (shown === undefined ? [] : lanes.map((lane) => clustersOf(lane, shown, MARK_PX / width))),
    [lanes, shown, width],
  );
  const outside = useMemo(() => (shown === undefined ? [] : lanes.map((lane) => outsideOf(lane, shown))), [lanes, shown]);
  if (whole === undefined || shown === undefined) return <p class="state empty">No event of this deployment has come yet.</p>;
  const zoom = (factor: number, centre = 0.5) => setSpan(zoomed(shown, factor, centre, whole));
  const ticks = ticksOf(shown, Math.max(3, Math.floor(width / 100)));
  const along = (ms: number) => (ms - shown.from) / (shown.to - shown.from);
  const place = (ms: number) => `${along(ms) * 100}%`;
  const fits = (ms: number) => (1 - along(ms)) * width >= LABEL_PX;
  const onKey = (event: KeyboardEvent) => {
    const step = KEYS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    step(zoom, (share) => setSpan(moved(shown, share, whole)), event);
  };
  return (
    <section class="timeline" aria-label="Timeline">
      <div class="timeline-tools" role="toolbar" aria-label="Zoom">
        <button type="button" onClick={() => zoom(0.5)} aria-label="Zoom in" title="Zoom in (+)">
          +
        </button>
        <button type="button" onClick={() => zoom(2)} aria-label="Zoom out" title="Zoom out (−)">
          −
        </button>
        <button type="button" onClick={() => setSpan(moved(shown, -0.5, whole))} aria-label="Earlier" title="Earlier (Shift + ←)">
          ←
        </button>
        <button type="button" onClick={() => setSpan(moved(shown, 0.5, whole))} aria-label="Later" title="Later (Shift + →)">
          →
        </button>
        <button type="button" onClick={() => setSpan(undefined)}>
          Deployment
        </button>
        <button type="button" onClick={() => setSpan(whole)}>
          All
        </button>
        <span class="quiet" role="status">
          {duration((shown.to - shown.from) / 1000)} from <Time at={new Date(shown.from).toISOString()} />
        </span>
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the marks within */}
      <div
        class="lanes"
        onKeyDown={onKey}
        onWheel={(event) => {
          if (!event.ctrlKey || box.current === null) return;
          event.preventDefault();
          const { left, width: wide } = box.current.getBoundingClientRect();
          zoom(event.deltaY > 0 ? 1.25 : 0.8, Math.min(1, Math.max(0, (event.clientX - left) / wide)));
        }}
      >
        <div class="axis" aria-hidden="true">
          <div class="lane-name" />
          <div class="axis-line" ref={box}>
            {ticks.at.map((ms) => (
              <span key={ms} class="tick" style={{ left: place(ms) }}>
                {fits(ms) && <Time at={new Date(ms).toISOString()} show={ticks.show} />}
              </span>
            ))}
          </div>
        </div>
        {lanes.map(({ lane, marks }, index) => (
          <div class={`lane lane-${lane}`} key={lane}>
            <h3 class="lane-name">
              {LANE_NAMES[lane]} <span class="quiet">{marks.length === 0 ? "" : marks.length.toLocaleString()}</span>
            </h3>
            <div class="lane-line">
              {drawn[index]?.map((cluster) => (
                <ClusterMark
                  key={`${cluster.marks[0]?.hash}`}
                  lane={lane}
                  cluster={cluster}
                  open={open?.marks[0]?.hash === cluster.marks[0]?.hash}
                  onOpen={() => setOpen({ lane, marks: cluster.marks })}
                />
              ))}
              <Outside {...outside[index]} />
            </div>
          </div>
        ))}
      </div>
      <p class="quiet keys">
        <kbd>←</kbd> <kbd>→</kbd> mark to mark · <kbd>↑</kbd> <kbd>↓</kbd> lane to lane · <kbd>+</kbd> <kbd>−</kbd> zoom · <kbd>Shift</kbd>{" "}
        <kbd>←</kbd> <kbd>→</kbd> earlier, later
      </p>
      {open !== undefined && <MarkList lane={open.lane} marks={open.marks} onClose={() => setOpen(undefined)} />}
    </section>
  );
}

/** What a lane holds that is not in sight: "All" shows it. */
function Outside({ before = 0, behind = 0 }: { readonly before?: number; readonly behind?: number }) {
  return (
    <>
      {before > 0 && <span class="outside before">‹ {before.toLocaleString()} earlier</span>}
      {behind > 0 && <span class="outside behind">{behind.toLocaleString()} later ›</span>}
    </>
  );
}

/** What stands worst in a cluster gives it its colour. */
function toneOf(marks: readonly Mark[]): Mark["tone"] {
  for (const tone of ["bad", "running", "good"] as const) if (marks.some((mark) => mark.tone === tone)) return tone;
  return "neutral";
}

function ClusterMark({
  lane,
  cluster: { at, marks },
  open,
  onOpen,
}: {
  readonly lane: Lane;
  readonly cluster: Cluster;
  readonly open: boolean;
  readonly onOpen: () => void;
}) {
  const [first] = marks;
  if (first === undefined) return null;
  const words = marks.length === 1 ? first.what : `${count(marks.length, "entry", "entries")}, the first: ${first.what}`;
  return (
    <button
      type="button"
      class={`point tone-${toneOf(marks)}${marks.length > 1 ? " many" : ""}`}
      style={{ left: `${at * 100}%` }}
      title={words}
      aria-label={`${LANE_NAMES[lane]}, ${first.at.replace("T", " ").slice(0, 19)} UTC: ${words}`}
      aria-expanded={open}
      onClick={onOpen}
    >
      {marks.length > 1 ? (marks.length > 99 ? "99+" : marks.length) : ""}
    </button>
  );
}

type Step = (zoom: (factor: number) => void, move: (share: number) => void, event: KeyboardEvent) => void;

/** To the next mark of the lane, or the first of the lane above or below that has one. */
function walk(event: KeyboardEvent, by: -1 | 1, across: boolean): void {
  const from = event.target;
  if (!(from instanceof HTMLElement)) return;
  const lane = from.closest(".lane");
  if (lane === null) return;
  if (!across) {
    const points = [...lane.querySelectorAll<HTMLElement>(".point")];
    points[points.indexOf(from) + by]?.focus();
    return;
  }
  const lanes = [...(lane.parentElement?.querySelectorAll(".lane") ?? [])];
  for (let at = lanes.indexOf(lane) + by; at >= 0 && at < lanes.length; at += by) {
    const point = lanes[at]?.querySelector<HTMLElement>(".point");
    if (point === null || point === undefined) continue;
    point.focus();
    return;
  }
}

const KEYS: Readonly<Record<string, Step>> = {
  "+": (zoom) => zoom(0.5),
  "=": (zoom) => zoom(0.5),
  "-": (zoom) => zoom(2),
  ArrowLeft: (_zoom, move, event) => (event.shiftKey ? move(-0.25) : walk(event, -1, false)),
  ArrowRight: (_zoom, move, event) => (event.shiftKey ? move(0.25) : walk(event, 1, false)),
  ArrowUp: (_zoom, _move, event) => walk(event, -1, true),
  ArrowDown: (_zoom, _move, event) => walk(event, 1, true),
};
