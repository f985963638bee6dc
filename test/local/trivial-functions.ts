import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { APIGatewayProxyEventV2, DynamoDBStreamEvent, SQSEvent } from "aws-lambda";
import type { Handlers } from "../../packages/local/index.ts";
import { DELIVERY_DETAIL_TYPE, DELIVERY_SOURCE, type FunctionName } from "../../stacks/definitions.ts";

/** What the functions of a test saw. */
export interface Seen {
  readonly http: APIGatewayProxyEventV2[];
  readonly ingested: string[];
  readonly projected: string[];
  readonly sequenced: string[];
  readonly sealed: string[];
  readonly batches: Partial<Record<FunctionName, number[]>>;
}

/** May throw in a function's place, or name the items that fail. */
export type Interfere = (name: FunctionName, items: readonly string[]) => readonly string[] | undefined;

/** The smallest functions that pass an event all the way: webhook → bus → ingest → ledger → project and sequence → seal. */
export function trivialFunctions(interfere: Interfere = () => undefined): { handlers: Handlers; seen: Seen } {
  const seen: Seen = { http: [], ingested: [], projected: [], sequenced: [], sealed: [], batches: {} };
  const note = (name: FunctionName, items: readonly string[]) => {
    seen.batches[name] = [...(seen.batches[name] ?? []), items.length];
    return interfere(name, items) ?? [];
  };
  const env = (name: string) => process.env[name] ?? "";
  const nothing = async () => async () => undefined;
  const handlers: Handlers = {
    webhook: async () => {
      const bus = new EventBridgeClient({});
      return async (event) => {
        const request = event as APIGatewayProxyEventV2;
        seen.http.push(request);
        interfere("webhook", [request.body ?? ""]);
        const Detail = JSON.stringify({ body: request.body });
        const entry = { EventBusName: env("BUS_NAME"), Source: DELIVERY_SOURCE, DetailType: DELIVERY_DETAIL_TYPE, Detail };
        const { FailedEntryCount } = await bus.send(new PutEventsCommand({ Entries: [entry] }));
        return { statusCode: FailedEntryCount === 0 ? 202 : 503 };
      };
    },
    ingest: async () => {
      const client = new DynamoDBClient({});
      return async (event) => {
        const { Records } = event as SQSEvent;
        const bodies = Records.map(({ body }) => body);
        const failing = note("ingest", bodies);
        const good = Records.filter(({ body }) => !failing.includes(body));
        for (const { messageId, body } of good) {
          const Item = { pk: { S: messageId }, sk: { N: "0" }, b: { B: Buffer.from(body) } };
          const marker = { pk: { S: `seen:${messageId}` }, sk: { N: "0" } };
          for (const item of [marker, Item]) await client.send(new PutItemCommand({ TableName: env("LEDGER_TABLE"), Item: item }));
          seen.ingested.push(body);
        }
        return {
          batchItemFailures: Records.filter((record) => !good.includes(record)).map(({ messageId }) => ({ itemIdentifier: messageId })),
        };
      };
    },
    project: async () => {
      const sqs = new SQSClient({});
      return async (event) => {
        const { Records } = event as DynamoDBStreamEvent;
        const bodies = Records.map(({ dynamodb }) => Buffer.from(dynamodb?.NewImage?.["b"]?.B ?? "", "base64").toString());
        note("project", bodies);
        for (const MessageBody of bodies) {
          seen.projected.push(MessageBody);
          await sqs.send(new SendMessageCommand({ QueueUrl: env("SEAL_QUEUE_URL"), MessageBody }));
        }
      };
    },
    assess: nothing,
    health: nothing,
    seal: async () => async (event) => {
      const bodies = (event as SQSEvent).Records.map(({ body }) => body);
      note("seal", bodies);
      seen.sealed.push(...bodies);
    },
    population: async () => () => Promise.resolve({ statusCode: 200 }),
    console: async () => () => Promise.resolve({ statusCode: 200 }),
    api: async () => async (event) => {
      seen.http.push(event as APIGatewayProxyEventV2);
      interfere("api", []);
      return {
        statusCode: 200,
        headers: { "content-type": "text/plain" },
        cookies: ["a=1"],
        body: Buffer.from("hi").toString("base64"),
        isBase64Encoded: true,
      };
    },
    lookup: nothing,
    link: nothing,
    sequence: async () => async (event) => {
      // A schedule invokes it without any.
      const { Records = [] } = event as Partial<DynamoDBStreamEvent>;
      const bodies = Records.map(({ dynamodb }) => Buffer.from(dynamodb?.NewImage?.["b"]?.B ?? "", "base64").toString());
      note("sequence", bodies);
      seen.sequenced.push(...bodies);
    },
    reconcile: nothing,
    reconcileSenders: nothing,
  };
  return { handlers, seen };
}

/** The body that a test posted, out of the event that the ingest queue carried. */
export function postedBody(message: string): string {
  return (JSON.parse(message) as { detail: { body: string } }).detail.body;
}
