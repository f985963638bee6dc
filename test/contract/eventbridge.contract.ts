import { randomUUID } from "node:crypto";
import {
  CreateEventBusCommand,
  type EventBridgeClient,
  EventBridgeServiceException,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { PATTERN_CASES } from "../local/pattern-cases.ts";
import { clientsFor, type Engine, type StartEngine } from "./engine.ts";

export interface BusClients {
  readonly events: EventBridgeClient;
  readonly sqs: SQSClient;
}

/** EventBridge as this product uses it: PutEvents with an answer an entry, rules of custom and default buses, queues as targets. */
export function eventBridgeContract(name: string, start: StartEngine<BusClients>): void {
  describe(`EventBridge: ${name}`, () => {
    let engine: Engine<BusClients> | string | undefined;
    beforeAll(async () => {
      engine = await start();
    }, 960_000);
    afterAll(async () => {
      if (typeof engine === "object") await engine.close();
    });

    /** A bus of its own with a rule that gives what matches to a queue. */
    async function wired(context: TestContext, pattern: object, onDefault = false) {
      const { events, sqs } = clientsFor(engine, context);
      const id = randomUUID();
      const bus = onDefault ? "default" : `bus-${id}`;
      if (!onDefault) await events.send(new CreateEventBusCommand({ Name: bus }));
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `q-${id}` }));
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
      const Arn = Attributes?.["QueueArn"];
      const Rule = `rule-${id}`;
      await events.send(new PutRuleCommand({ Name: Rule, EventBusName: bus, EventPattern: JSON.stringify(pattern) }));
      const put = await events.send(new PutTargetsCommand({ Rule, EventBusName: bus, Targets: [{ Id: "queue", Arn }] }));
      expect(put.FailedEntryCount).toBe(0);
      return {
        events,
        Rule,
        bus,
        Arn,
        put: (...Entries: Partial<PutEventsRequestEntry>[]) =>
          events.send(
            new PutEventsCommand({
              Entries: Entries.map((entry) => ({
                EventBusName: bus,
                Source: "acme.app",
                DetailType: "Thing happened",
                Detail: "{}",
                ...entry,
              })),
            }),
          ),
        received: async (count: number) => {
          const bodies: Record<string, unknown>[] = [];
          for (let tries = 0; bodies.length < count && tries < 20; tries++) {
            const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }));
            for (const { Body, ReceiptHandle } of Messages) {
              bodies.push(JSON.parse(Body ?? "") as Record<string, unknown>);
              await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
            }
          }
          const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
          return [...bodies, ...Messages.map(({ Body }) => JSON.parse(Body ?? "") as Record<string, unknown>)];
        },
      };
    }

    it("gives what matches to the target, in the form in which AWS writes events", async (context) => {
      const { put, received } = await wired(context, { source: ["acme.app"], detail: { state: ["ok"] } });
      const answer = await put(
        { Detail: '{"state":"ok","n":1.5,"list":[null,true]}', Resources: ["arn:aws:x"] },
        { Detail: '{"state":"no"}' },
      );
      expect(answer.FailedEntryCount).toBe(0);
      const [event, ...others] = await received(1);
      expect(others).toEqual([]);
      expect(event).toMatchObject({
        version: "0",
        id: answer.Entries?.[0]?.EventId,
        source: "acme.app",
        "detail-type": "Thing happened",
        resources: ["arn:aws:x"],
        detail: { state: "ok", n: 1.5, list: [null, true] },
      });
      expect(event?.["time"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    });

    it("says of which account and region an event is", async (context) => {
      const { put, received } = await wired(context, { source: ["acme.app"] });
      await put({});
      const [event] = await received(1);
      expect(event?.["account"]).toMatch(/^\d{12}$/);
      expect(event?.["region"]).toBe("us-east-1");
    });

    it("takes the time that the sender gives", async (context) => {
      const { put, received } = await wired(context, { source: ["acme.app"] });
      await put({ Time: new Date("2026-01-02T03:04:05Z") });
      expect((await received(1))[0]?.["time"]).toBe("2026-01-02T03:04:05Z");
    });

    it("keeps buses apart", async (context) => {
      const here = await wired(context, { source: ["acme.app"] });
      const there = await wired(context, { source: ["acme.app"] });
      await here.put({});
      expect(await here.received(1)).toHaveLength(1);
      expect(await there.received(0)).toEqual([]);
    });

    it("serves the default bus", async (context) => {
      const source = `acme.${randomUUID()}`;
      const { put, received } = await wired(context, { source: [source] }, true);
      await put({ Source: source, EventBusName: undefined });
      expect(await received(1)).toHaveLength(1);
    });

    it("answers for each entry which was not taken and why", async (context) => {
      const { put, received } = await wired(context, { source: ["acme.app"] });
      const answer = await put({ Detail: '{"n":1}' }, { Detail: "not json" }, { Source: "" }, { DetailType: "" }, { Detail: '{"n":2}' });
      expect(answer.FailedEntryCount).toBe(3);
      expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
        undefined,
        "MalformedDetail",
        "InvalidArgument",
        "InvalidArgument",
        undefined,
      ]);
      expect((await received(2)).map((event) => event["detail"])).toEqual([{ n: 1 }, { n: 2 }]);
    });

    it("refuses a detail that is JSON but no object", async (context) => {
      const { put } = await wired(context, { source: ["acme.app"] });
      const answer = await put({ Detail: "[1]" }, { Detail: '"text"' });
      expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual(["MalformedDetail", "MalformedDetail"]);
    });

    it("refuses more than ten entries", async (context) => {
      const { put } = await wired(context, { source: ["acme.app"] });
      expect(await failure(put(...Array.from({ length: 11 }, () => ({}))))).toBe("ValidationException");
    });

    it("refuses entries of over 256 KiB together", async (context) => {
      const { put } = await wired(context, { source: ["acme.app"] });
      const half = { Detail: JSON.stringify({ text: "x".repeat(140_000) }) };
      expect((await put(half)).FailedEntryCount).toBe(0);
      expect(await failure(put(half, half))).toBe("ValidationException");
    });

    it("refuses events that say they are AWS's own", async (context) => {
      const { put } = await wired(context, { source: ["acme.app"] });
      expect((await put({ Source: "aws.codedeploy" })).Entries?.[0]?.ErrorCode).toBe("NotAuthorizedForSourceException");
    });

    it("tells its rules and their targets", async (context) => {
      const { events, Rule, bus, Arn } = await wired(context, { source: ["acme.app"] });
      const { Rules } = await events.send(new ListRulesCommand({ EventBusName: bus }));
      expect(Rules?.map((rule) => [rule.Name, rule.State, JSON.parse(rule.EventPattern ?? "")])).toEqual([
        [Rule, "ENABLED", { source: ["acme.app"] }],
      ]);
      const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule, EventBusName: bus }));
      expect(Targets?.map((target) => [target.Id, target.Arn])).toEqual([["queue", Arn]]);
    });

    it("refuses a pattern that is none", async (context) => {
      const { events, bus } = await wired(context, { source: ["acme.app"] });
      const rule = (EventPattern: string) => failure(events.send(new PutRuleCommand({ Name: "bad", EventBusName: bus, EventPattern })));
      expect(await rule("{")).toBe("InvalidEventPatternException");
      expect(await rule('{"source":"text"}')).toBe("InvalidEventPatternException");
    });

    it.for(PATTERN_CASES)("matches: $name", async (one, context) => {
      const { put, received } = await wired(context, { detail: one.pattern });
      for (let at = 0; at < one.events.length; at += 10) {
        const entries = one.events.slice(at, at + 10).map(([detail], i) => ({ Detail: JSON.stringify({ ...detail, at: at + i }) }));
        expect((await put(...entries)).FailedEntryCount).toBe(0);
      }
      const expected = one.events.flatMap(([, matches], at) => (matches ? [at] : []));
      const matched = (await received(expected.length)).map((event) => (event["detail"] as { at: number }).at);
      expect(matched.sort((a, b) => a - b)).toEqual(expected);
    });
  });
}

/** Code of the failure; the success is what fails the test. */
async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof EventBridgeServiceException)) throw error;
    return error.name;
  }
  return "the call succeeded";
}
