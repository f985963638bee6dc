import type { EventBridgeClient, PutEventsCommand, PutEventsCommandOutput } from "@aws-sdk/client-eventbridge";
import { describe, expect, it } from "vitest";
import { eventBridgeBus } from "../../packages/aws/eventbridge-bus.ts";

type Answer = (details: readonly string[]) => Partial<PutEventsCommandOutput>;

/** A client that answers when told to, and the calls that it got. */
function held(): { client: Pick<EventBridgeClient, "send">; calls: string[][]; answer(by: Answer): Promise<void> } {
  const calls: string[][] = [];
  let open: ((by: Answer) => void)[] = [];
  const send = ({ input }: PutEventsCommand) =>
    new Promise((done, fail) => {
      const details = (input.Entries ?? []).map(({ Detail }) => Detail ?? "");
      calls.push(details);
      open.push((by) => {
        try {
          done(by(details));
        } catch (error) {
          fail(error);
        }
      });
    });
  const answer = async (by: Answer) => {
    const answering = open;
    open = [];
    for (const each of answering) each(by);
    await new Promise(setImmediate);
  };
  return { client: { send } as unknown as Pick<EventBridgeClient, "send">, calls, answer };
}

const taken: Answer = (details) => ({ FailedEntryCount: 0, Entries: details.map((detail) => ({ EventId: detail })) });
const event = (detail: string) => ({ source: "s", detailType: "t", detail });
const settled = async (puts: readonly Promise<void>[]) => (await Promise.allSettled(puts)).map(({ status }) => status);

describe("puts on the bus", () => {
  it("go at once, and those that come meanwhile together, at most ten in a call", async () => {
    const { client, calls, answer } = held();
    const bus = eventBridgeBus({ client, name: "own" });
    const puts = Array.from({ length: 14 }, (_, at) => bus.put(event(String(at))));
    expect(calls).toEqual([["0"], ["1"]]);
    await answer(taken);
    expect(calls.slice(2)).toEqual([
      ["2", "3", "4", "5", "6", "7", "8", "9", "10", "11"],
      ["12", "13"],
    ]);
    await answer(taken);
    await Promise.all(puts);
    const later = bus.put(event("later"));
    expect(calls.at(-1)).toEqual(["later"]);
    await answer(taken);
    await later;
  });

  it("that are large go in calls of their own", async () => {
    const { client, calls, answer } = held();
    const bus = eventBridgeBus({ client, name: "own" });
    const puts = ["a", "b", "c".repeat(130_000), "d".repeat(130_000), "e"].map((detail) => bus.put(event(detail)));
    await answer(taken);
    expect(calls.slice(2).map((details) => details.map((detail) => detail[0]))).toEqual([["c"], ["d", "e"]]);
    await answer(taken);
    await Promise.all(puts);
  });

  it("fail one by one when their own entry was not taken, and together when the call failed or answered less", async () => {
    const { client, answer } = held();
    const bus = eventBridgeBus({ client, name: "own" });
    const first = ["a", "b"].map((detail) => bus.put(event(detail)));
    const next = ["c", "d", "e"].map((detail) => bus.put(event(detail)));
    const [one, other] = [settled(first), settled(next)];
    await answer(taken);
    expect(await one).toEqual(["fulfilled", "fulfilled"]);
    await answer((details) => ({
      FailedEntryCount: 1,
      Entries: details.map((detail) => (detail === "d" ? { ErrorCode: "InternalFailure" } : { EventId: detail })),
    }));
    expect(await other).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const lost = settled([bus.put(event("f"))]);
    await answer(() => {
      throw new Error("no connection");
    });
    expect(await lost).toEqual(["rejected"]);
    const short = settled([bus.put(event("g"))]);
    await answer(() => ({}));
    expect(await short).toEqual(["rejected"]);
  });
});
