import { randomUUID } from "node:crypto";
import { SQSClient, StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queueName, REGION } from "../../packages/local/index.ts";
import { deadLetterName, queueArn } from "../../packages/local/names.ts";
import { QUEUES } from "../../stacks/definitions.ts";
import { stateChange } from "../sources/fixtures/codedeploy.ts";
import { refusing } from "./failing-functions.ts";
import { bytes, CREDENTIALS, onBus, type Running, run, sendGithub } from "./running.ts";

describe("a message that a function cannot take", () => {
  const poison = randomUUID();
  let refuses = true;
  let tries = 0;
  let running: Running;
  const good: string[] = [];

  beforeAll(async () => {
    const handlers = refusing((body) => {
      const refused = refuses && body.includes(poison);
      if (refused) tries++;
      return refused;
    });
    running = await run({ handlers });
    for (let nth = 0; nth < 20; nth++) good.push((await sendGithub(running, "ping", bytes({ zen: `good ${nth}` }))).id);
    onBus(running, { ...stateChange("Deployment", "START"), id: poison });
    await running.stack.quiet();
  });
  afterAll(() => running?.close());

  it("is tried as often as its queue says, then kept among the dead letters and counted", async () => {
    expect(tries).toBe(QUEUES.ingest.maxReceive);
    expect(running.stack.stats().deadLettered).toBe(1);
    expect(running.stack.queueDepths()[deadLetterName(queueName("ingest"))]).toMatchObject({ visible: 1 });
    expect((await running.byId()).get(poison)).toBeUndefined();
  });

  it("keeps no other from being recorded", async () => {
    const entries = await running.byId();
    expect(good.filter((id) => entries.get(id)?.length !== 1)).toEqual([]);
  });

  it("is on record once it was redriven to a function that can", async () => {
    refuses = false;
    const client = new SQSClient({ endpoint: running.stack.endpoints.aws, region: REGION, credentials: CREDENTIALS });
    await client.send(new StartMessageMoveTaskCommand({ SourceArn: queueArn(deadLetterName(queueName("ingest"))) }));
    client.destroy();
    await running.stack.quiet();
    expect((await running.byId()).get(poison)?.map(({ kind }) => kind)).toEqual(["deployment-state"]);
    expect(running.stack.stats().deadLettered).toBe(0);
  });
});
