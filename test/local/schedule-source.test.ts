import type { ScheduledEvent } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Functions } from "../../packages/local/lambda.ts";
import { nextTime, ScheduleSource } from "../../packages/local/schedule-source.ts";
import { SCHEDULES } from "../../stacks/definitions.ts";
import { trivialFunctions } from "./trivial-functions.ts";

const at = (text: string) => Date.parse(text);
const next = (expression: string, after: string) => new Date(nextTime(expression, at(after))).toISOString();

describe("the next time of a schedule", () => {
  it("is the first minute behind now that it names", () => {
    expect(next("cron(1 * * * ? *)", "2026-11-22T10:00:59.999Z")).toBe("2026-11-22T10:01:00.000Z");
    expect(next("cron(1 * * * ? *)", "2026-11-22T10:01:00.000Z")).toBe("2026-11-22T11:01:00.000Z");
    expect(next("cron(1 * * * ? *)", "2026-12-31T23:59:00.000Z")).toBe("2027-01-01T00:01:00.000Z");
    expect(next("cron(23 3 * * ? *)", "2026-11-22T03:22:30.000Z")).toBe("2026-11-22T03:23:00.000Z");
    expect(next("cron(23 3 * * ? *)", "2026-11-22T03:23:00.000Z")).toBe("2026-11-23T03:23:00.000Z");
    expect(next("cron(* * * * ? *)", "2026-11-22T03:23:00.001Z")).toBe("2026-11-22T03:24:00.000Z");
  });

  it("is found for every schedule of the definitions", () => {
    for (const expression of Object.values(SCHEDULES)) expect(nextTime(expression, 0)).toBeGreaterThan(0);
  });

  it("is refused for what is no such schedule", () => {
    for (const wrong of ["rate(1 hour)", "cron(60 * * * ? *)", "cron(1 24 * * ? *)", "cron(1 * 1 * ? *)", "cron(*/5 * * * ? *)", ""])
      expect(() => nextTime(wrong, 0)).toThrow(RangeError);
  });
});

describe("schedules", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: at("2026-11-22T02:30:00.000Z") });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function started(clock: boolean, fail: () => boolean = () => false) {
    const calls: (readonly [string, ScheduledEvent])[] = [];
    const note = (name: string) => async () => async (event: unknown) => {
      calls.push([name, event as ScheduledEvent]);
      if (fail()) throw new Error("not now");
    };
    const functions = new Functions({ ...trivialFunctions().handlers, sequence: note("sequence"), reconcile: note("reconcile") }, () => {});
    return { calls, source: new ScheduleSource(functions, clock ? Date.now : undefined) };
  }

  it("invoke their functions when their time comes, with EventBridge's event", async () => {
    const { calls, source } = started(true);
    await vi.advanceTimersByTimeAsync(2 * 3_600_000);
    await source.close();
    expect(calls.map(([name, { time }]) => [name, time])).toEqual([
      ["sequence", "2026-11-22T03:01:00Z"],
      ["reconcile", "2026-11-22T03:23:00Z"],
      ["sequence", "2026-11-22T04:01:00Z"],
    ]);
    expect(calls[0]?.[1]).toEqual({
      version: "0",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: "000000000000",
      time: "2026-11-22T03:01:00Z",
      region: "us-east-1",
      resources: ["arn:aws:events:us-east-1:000000000000:rule/hour"],
      detail: {},
    });
    await vi.advanceTimersByTimeAsync(2 * 3_600_000);
    expect(calls).toHaveLength(3);
  });

  it("without a clock wait to be fired", async () => {
    const { calls, source } = started(false);
    await vi.advanceTimersByTimeAsync(48 * 3_600_000);
    expect(calls).toEqual([]);
    await source.fire("day", Date.now());
    expect(calls.map(([name]) => name)).toEqual(["reconcile"]);
    await source.close();
  });

  it("try again what fails, and give it up in the end", async () => {
    let failing = 2;
    const { calls, source } = started(false, () => failing-- > 0);
    await source.fire("hour", Date.now());
    expect(calls).toHaveLength(3);
    failing = Number.POSITIVE_INFINITY;
    await source.fire("hour", Date.now());
    expect(calls).toHaveLength(6);
    await source.close();
  });
});
