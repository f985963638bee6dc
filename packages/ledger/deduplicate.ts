import { markerOf } from "./identity.ts";
import { type Lane, type Outcomes, UNMARKED_ENTRIES } from "./lane.ts";
import type { ChainStore } from "./ports.ts";

/** Leaves out what is on record; for chains that are not wholly in hand the markers are asked. Afterwards each lane's first step is new. */
export async function dropKnown(store: ChainStore, lanes: readonly Lane[], outcomes: Outcomes): Promise<void> {
  const asking = lanes.filter((lane) => !lane.complete);
  const keys = new Set(asking.flatMap((lane) => lane.steps.flatMap(({ identity, body }) => (body === undefined ? [identity] : [body]))));
  const marked = keys.size === 0 ? new Map<string, string>() : await store.markers([...keys]);
  const repeats: { lane: Lane; identity: string }[] = [];
  for (const lane of asking) {
    for (const { identity, body, fact } of lane.steps) {
      const under = marked.get(body ?? identity);
      if (under === undefined) continue;
      if (body === undefined || under === fact.source.id) lane.known.add(identity);
      else {
        lane.bodies.set(body, under);
        repeats.push({ lane, identity });
      }
    }
    lane.complete = true;
  }
  // The same body under another id: that repetition may itself be on record.
  const again =
    repeats.length === 0 ? new Map<string, string>() : await store.markers([...new Set(repeats.map(({ identity }) => identity))]);
  for (const { lane, identity } of repeats) if (again.has(identity)) lane.known.add(identity);
  for (const lane of lanes) {
    while (lane.steps[0] !== undefined && lane.known.has(lane.steps[0].identity)) {
      const step = lane.steps.shift();
      if (step !== undefined) outcomes[step.of] ??= { outcome: "duplicate" };
    }
  }
}

/**
 * Whoever reads a chain has its last UNMARKED_ENTRIES in hand: before one more comes, whatever that would push out of sight gets its marker, and with it,
 * in one call, all others that have none yet.
 */
export async function markOutOfSight(store: ChainStore, lanes: readonly Lane[]): Promise<void> {
  const growing = lanes.filter(({ seen, unmarked }) => {
    const next = (seen?.[0]?.entry.seq ?? -1) + 1;
    return (unmarked.at(-1)?.entry.seq ?? next) <= next - UNMARKED_ENTRIES;
  });
  const markers = new Map(
    growing.flatMap((lane) => lane.unmarked.map(({ entry }) => markerOf(entry))).map(({ key, value }) => [key, value]),
  );
  if (markers.size === 0) return;
  await store.mark(markers);
  for (const lane of growing) lane.unmarked = [];
}
