import { randomUUID } from "node:crypto";
import type { ScheduledEvent } from "aws-lambda";
import { FUNCTIONS, type FunctionName, SCHEDULES, type ScheduleName } from "../../stacks/definitions.ts";
import type { EventSource } from "./event-source.ts";
import type { Functions } from "./lambda.ts";
import { ACCOUNT, REGION } from "./names.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Asynchronous invocations are tried twice more (Lambda's default), here without the minutes between. */
const TRIES = 3;

/** EventBridge's schedules of the definitions: each invokes the functions that name it, with the scheduled event. */
export class ScheduleSource implements EventSource {
  readonly #functions: Functions;
  readonly #timers = new Map<ScheduleName, NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  /** Schedules have no windows. */
  readonly waiting = false;

  /** @param nowMs the clock; undefined: only `fire` invokes anything */
  constructor(functions: Functions, nowMs: (() => number) | undefined) {
    this.#functions = functions;
    if (nowMs !== undefined) for (const name of Object.keys(SCHEDULES) as ScheduleName[]) this.#arm(name, nowMs);
  }

  get busy(): boolean {
    return this.#running.size > 0;
  }

  flush(): void {}

  async close(): Promise<void> {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  /** Invokes the functions of a schedule as if its time had come. Throws nothing: what fails too often is dropped, and the next time comes. */
  async fire(name: ScheduleName, atMs: number): Promise<void> {
    const called = (Object.keys(FUNCTIONS) as FunctionName[]).filter((each) => {
      const definition = FUNCTIONS[each];
      return "schedule" in definition && definition.schedule === name;
    });
    const run = Promise.all(called.map((each) => this.#invoke(each, scheduledEvent(name, atMs)))).then(() => {});
    this.#running.add(run);
    await run.finally(() => this.#running.delete(run));
  }

  async #invoke(name: FunctionName, event: ScheduledEvent): Promise<void> {
    for (let tries = 1; tries <= TRIES; tries++) {
      try {
        await this.#functions.invoke(name, event);
        return;
      } catch {
        // `Functions` has told of it.
      }
    }
  }

  #arm(name: ScheduleName, nowMs: () => number): void {
    const dueMs = nextTime(SCHEDULES[name], nowMs());
    // Looked at again every hour: a timer's clock stands still while the machine sleeps.
    const wait = () => this.#timers.set(name, setTimeout(wake, Math.min(HOUR_MS, dueMs - nowMs())).unref());
    const wake = () => {
      if (nowMs() < dueMs) return wait();
      void this.fire(name, dueMs);
      this.#arm(name, nowMs);
    };
    wait();
  }
}

/**
 * The first time after `afterMs` that an expression names, in ms: `cron(minute hour * * ? *)`, a number or a star each, or `0/15`: every 15th from 0. The definitions use no more.
 * @throws RangeError for any other expression
 */
export function nextTime(expression: string, afterMs: number): number {
  const [, minute = "", hour = ""] = /^cron\((\d{1,2}|\*|0\/\d{1,2}) (\d{1,2}|\*) \* \* \? \*\)$/.exec(expression) ?? [];
  const [every] = minute.split("/").slice(1);
  if (minute === "" || every === "0" || Number(minute) > 59 || Number(hour) > 23)
    throw new RangeError(`expected a schedule of minute and hour, got ${expression}`);
  const fits = (field: string, value: number) =>
    field === "*" || Number(field) === value || (field === minute && every !== undefined && value % Number(every) === 0);
  for (let ms = (Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS; ; ms += MINUTE_MS) {
    const at = new Date(ms);
    if (fits(minute, at.getUTCMinutes()) && fits(hour, at.getUTCHours())) return ms;
  }
}

function scheduledEvent(name: ScheduleName, atMs: number): ScheduledEvent {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: ACCOUNT,
    time: new Date(atMs).toISOString().replace(/\.\d{3}Z$/, "Z"),
    region: REGION,
    resources: [`arn:aws:events:${REGION}:${ACCOUNT}:rule/${name}`],
    detail: {},
  };
}
