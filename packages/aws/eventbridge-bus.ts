import { type EventBridgeClient, PutEventsCommand, type PutEventsResultEntry } from "@aws-sdk/client-eventbridge";
import type { Bus } from "@change-ledger/ledger";
import { AwsError } from "./fault.ts";

/** PutEvents takes 10 entries and 256 KB in one call (EventBridge User Guide, "PutEvents"); some room is left for what the service counts besides. */
const ENTRIES_MAX = 10;
const BYTES_MAX = 240_000;
/** A call that hangs must not hold up everybody. */
const CALLS_MAX = 2;

interface Waiting {
  readonly entry: { readonly EventBusName: string; readonly Source: string; readonly DetailType: string; readonly Detail: string };
  readonly bytes: number;
  readonly settle: (answer: PutEventsResultEntry | undefined) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Our own event bus. PutEvents answers 200 for what it did not take: each entry's own answer decides. A put is sent at once; those that come while calls are
 * under way (where one process serves several requests at a time) go together in the next.
 */
export function eventBridgeBus({ client, name }: { readonly client: Pick<EventBridgeClient, "send">; readonly name: string }): Bus {
  let waiting: Waiting[] = [];
  let calls = 0;

  async function send(): Promise<void> {
    calls++;
    while (waiting.length > 0) {
      const count = fitting(waiting);
      const batch = waiting.slice(0, count);
      waiting = waiting.slice(count);
      try {
        const { Entries } = await client.send(new PutEventsCommand({ Entries: batch.map(({ entry }) => entry) }));
        for (const [at, { settle }] of batch.entries()) settle(Entries?.[at]);
      } catch (error) {
        for (const { fail } of batch) fail(error);
      }
    }
    calls--;
  }

  return {
    async put({ source, detailType, detail }) {
      const answer = await new Promise<PutEventsResultEntry | undefined>((settle, fail) => {
        const entry = { EventBusName: name, Source: source, DetailType: detailType, Detail: detail };
        waiting.push({ entry, bytes: Buffer.byteLength(detail) + source.length + detailType.length, settle, fail });
        if (calls < CALLS_MAX) void send();
      });
      if (answer?.EventId === undefined) throw new AwsError("bus-refused", `PutEvents took nothing: ${answer?.ErrorCode ?? "no code"}`);
    },
  };
}

/** How many of the first go into one call; at least one. */
function fitting(waiting: readonly Waiting[]): number {
  let bytes = 0;
  const over = waiting.findIndex((each) => {
    bytes += each.bytes;
    return bytes > BYTES_MAX;
  });
  return Math.min(ENTRIES_MAX, Math.max(1, over < 0 ? waiting.length : over));
}
