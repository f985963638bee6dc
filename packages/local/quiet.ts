import { setTimeout as delay } from "node:timers/promises";
import type { EventSource } from "./event-source.ts";
import type { LocalError } from "./fault.ts";
import type { Functions } from "./lambda.ts";
import type { QueueStore } from "./queue-store.ts";
import { WORK_QUEUES } from "./resources.ts";
import { StreamSource } from "./stream-source.ts";

/** Where an event can be. */
export interface Flow {
  readonly functions: Functions;
  readonly queues: QueueStore;
  /** In the order in which events pass them. */
  readonly sources: readonly EventSource[];
  /** Requests begun and not answered. */
  readonly openRequests: () => number;
  /** Why nothing will ever be quiet any more. */
  readonly failure: () => LocalError | undefined;
}

const LOOK_AGAIN_MS = 5;

/**
 * Resolves when no event is under way.
 *
 * Work moves only in three ways: a request arrives, a handler runs, a message is sent. So the places are looked at one after the other
 * (queues, then the stream to its end), and the look counts only when nothing of the three has happened since it began: what was seen empty is
 * then still empty.
 */
export async function quiet(flow: Flow): Promise<void> {
  for (;;) {
    const before = moves(flow);
    if (isIdle(flow)) {
      if ((await areDrained(flow.sources)) && isIdle(flow) && moves(flow) === before) return;
    }
    if (flow.openRequests() === 0) {
      // With nothing on its way before it, the first source that waits does so in vain: what comes from behind comes late anyway. Later ones may still get company.
      const at = flow.sources.findIndex(({ waiting, busy }) => waiting || busy);
      const first = flow.sources[at];
      if (first?.waiting === true && (await areDrained(flow.sources.slice(0, at)))) first.flush();
    }
    await delay(LOOK_AGAIN_MS);
    const failure = flow.failure();
    if (failure !== undefined) throw failure;
  }
}

/** Nothing is in those streams that was not handed on. */
async function areDrained(sources: readonly EventSource[]): Promise<boolean> {
  const drained = await Promise.all(sources.filter((source) => source instanceof StreamSource).map((source) => source.drained()));
  return drained.every(Boolean);
}

function moves({ functions, queues }: Flow): number {
  return functions.started + queues.sends;
}

function isIdle({ functions, queues, sources, openRequests }: Flow): boolean {
  return (
    functions.running === 0 &&
    openRequests() === 0 &&
    !sources.some(({ waiting }) => waiting) &&
    WORK_QUEUES.every((name) => {
      const { visible, inFlight, delayed } = queues.depth(name);
      return visible + inFlight + delayed === 0;
    })
  );
}
