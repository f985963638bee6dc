import { type EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Bus } from "@change-ledger/ledger";
import { AwsError } from "./fault.ts";

/** Our own event bus. PutEvents answers 200 for what it did not take: FailedEntryCount decides. */
export function eventBridgeBus({ client, name }: { readonly client: EventBridgeClient; readonly name: string }): Bus {
  return {
    async put({ source, detailType, detail }) {
      const answer = await client.send(
        new PutEventsCommand({ Entries: [{ EventBusName: name, Source: source, DetailType: detailType, Detail: detail }] }),
      );
      if (answer.FailedEntryCount !== 0)
        throw new AwsError("bus-refused", `PutEvents took nothing: ${answer.Entries?.[0]?.ErrorCode ?? "no code"}`);
    },
  };
}
