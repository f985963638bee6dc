import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type BusEvent,
  createTables,
  type LocalStack,
  type LocalStackOptions,
  queueName,
  startDynamoDb,
  startLocalStack,
} from "../../packages/local/index.ts";
import { FUNCTIONS, QUEUES } from "../../stacks/definitions.ts";
import { type Interfere, postedBody, trivialFunctions } from "./trivial-functions.ts";

let dataDir: string;
let stacks: LocalStack[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "change-ledger-stack-"));
  stacks = [];
});
afterEach(async () => {
  for (const stack of stacks) await stack.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(interfere?: Interfere, options: Partial<LocalStackOptions> = {}) {
  const { handlers, seen } = trivialFunctions(interfere);
  const stack = await startLocalStack({ dataDir, handlers, ...options });
  stacks.push(stack);
  const post = (body: string, headers: Record<string, string> = { "content-type": "application/json" }) =>
    fetch(`${stack.url}/webhooks/github`, { method: "POST", body, headers });
  return { stack, seen, post };
}

const bodies = (count: number) => Array.from({ length: count }, (_, i) => `{"n":${i}}`);
const idle = { visible: 0, inFlight: 0, delayed: 0 };

describe("the local stack", () => {
  it("brings every delivery through to the end, and is quiet then", async () => {
    const { stack, seen, post } = await start();
    const sent = bodies(230);
    for (const response of await Promise.all(sent.map((body) => post(body)))) expect(response.status).toBe(202);
    await stack.quiet();
    for (const list of [seen.ingested, seen.projected, seen.sequenced, seen.sealed])
      expect(list.map(postedBody).sort()).toEqual([...sent].sort());
    expect(Object.values(stack.queueDepths())).toEqual(Object.values(stack.queueDepths()).map(() => idle));
    for (const [name, sizes] of Object.entries(seen.batches)) {
      const { batch } = { batch: 0, ...FUNCTIONS[name as keyof typeof FUNCTIONS] };
      expect(Math.max(...sizes)).toBeLessThanOrEqual(batch);
    }
    expect(seen.batches.ingest?.length).toBeLessThan(sent.length / 10);
    expect(stack.stats()).toMatchObject({ functions: { webhook: { invocations: 230, errors: 0 } }, deadLettered: 0 });
  });

  it("keeps what was under way, and hands on once what was done, when it is started again", async () => {
    const first = await start((name) => {
      if (name === "seal") throw new Error("not today");
    });
    await Promise.all(bodies(20).map((body) => first.post(body)));
    while (first.seen.projected.length < 20) await new Promise((resolve) => setTimeout(resolve, 5));
    await first.stack.close();
    const again = await start();
    await again.stack.quiet();
    expect(again.seen.sealed.map(postedBody).sort()).toEqual(bodies(20).sort());
    expect(again.seen.ingested).toEqual([]);
    const last = await (async () => {
      await again.stack.close();
      return start();
    })();
    await last.stack.quiet();
    expect([last.seen.ingested, last.seen.projected, last.seen.sealed]).toEqual([[], [], []]);
  });

  it("hands the ledger's stream to each of the functions that read it, however far another is", async () => {
    let failing = true;
    const { stack, seen, post } = await start((name) => {
      if (name === "sequence" && failing) throw new Error("not yet");
    });
    const sent = bodies(5);
    await Promise.all(sent.map((body) => post(body)));
    while (seen.sealed.length < sent.length) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen.sequenced).toEqual([]);
    failing = false;
    await stack.quiet();
    for (const list of [seen.projected, seen.sequenced]) expect(list.map(postedBody).sort()).toEqual([...sent].sort());
  });

  it("invokes what is on a schedule when it is told to", async () => {
    const { stack } = await start();
    await stack.fire("hour");
    await stack.fire("day");
    expect(stack.stats().functions).toEqual({
      sequence: { invocations: 1, errors: 0 },
      reconcile: { invocations: 1, errors: 0 },
      reconcileSenders: { invocations: 1, errors: 0 },
    });
  });

  it("gives back what a function says it failed, and only that", async () => {
    let failing = 3;
    const { stack, seen, post } = await start((name, items) => {
      const bad = name === "ingest" && failing > 0 ? items.filter((item) => postedBody(item) === '{"n":7}') : [];
      failing -= bad.length;
      return bad;
    });
    await Promise.all(bodies(12).map((body) => post(body)));
    await stack.quiet();
    expect(failing).toBe(0);
    expect(seen.ingested.map(postedBody).sort()).toEqual(bodies(12).sort());
  });

  it("moves what fails again and again to the dead letters", async () => {
    const { stack, seen, post } = await start((name, items) =>
      name === "ingest" ? items.filter((item) => postedBody(item) === '{"n":1}') : [],
    );
    await Promise.all(bodies(3).map((body) => post(body)));
    await stack.quiet();
    expect(seen.ingested.map(postedBody).sort()).toEqual(['{"n":0}', '{"n":2}']);
    expect(stack.stats().deadLettered).toBe(1);
    expect(seen.batches.ingest?.reduce((sum, size) => sum + size, 0)).toBe(2 + QUEUES.ingest.maxReceive);
    expect(stack.queueDepths()[`${queueName("ingest")}-dlq`]).toEqual({ ...idle, visible: 1 });
  });

  it("delivers events of the default bus with their ids as they are, and those that no rule names to nobody", async () => {
    const { stack, seen } = await start();
    const event: BusEvent = {
      version: "0",
      id: "c071bfbf-83c4-49ca-a6ff-3df053957145",
      "detail-type": "CodeDeploy Deployment State-change Notification",
      source: "aws.codedeploy",
      account: "123456789012",
      time: "2016-06-30T22:06:31Z",
      region: "eu-west-1",
      resources: ["arn:aws:codedeploy:eu-west-1:123456789012:application:cargo"],
      detail: { deploymentId: "d-ABC", state: "START" },
    };
    stack.injectDefaultBus(event);
    stack.injectDefaultBus({ ...event, source: "aws.ec2" });
    await stack.quiet();
    expect(seen.ingested.map((message) => JSON.parse(message) as unknown)).toEqual([event]);
  });

  it("replays its archive", async () => {
    const { stack, seen, post } = await start();
    await Promise.all(bodies(3).map((body) => post(body)));
    await stack.quiet();
    expect(await stack.replayArchive(0, Date.now() + 1000)).toBe(3);
    await stack.quiet();
    expect(seen.ingested.map(postedBody).sort()).toEqual([...bodies(3), ...bodies(3)].sort());
    expect(await stack.replayArchive(0, 1000)).toBe(0);
  });

  it("gives the process its environment back", async () => {
    const before = { ...process.env };
    const { stack } = await start(undefined, { environment: { RETENTION_DAYS: "1" } });
    expect(process.env["RETENTION_DAYS"]).toBe("1");
    expect(process.env["AWS_ENDPOINT_URL_S3"]).toBe(stack.endpoints.aws);
    await stack.close();
    expect(process.env).toEqual(before);
  });

  it("says why it is not quiet when it is closed", async () => {
    const { stack, post } = await start((name) => {
      if (name === "ingest") throw new Error("never");
    });
    await post("{}");
    const quiet = stack.quiet();
    const refused = expect(quiet).rejects.toMatchObject({ code: "closed" });
    await stack.close();
    await refused;
  });
});

describe("an engine that dies", () => {
  it("ends the wait for quiet with the reason", async () => {
    const { stack } = await start();
    process.kill(Number(readFileSync(join(dataDir, "dynamodb.pid"), "utf8")), "SIGKILL");
    const quiet = (async () => {
      for (;;) await stack.quiet();
    })();
    await expect(quiet).rejects.toMatchObject({ code: "engine-failed" });
  });
});

describe("starting the local stack", () => {
  it("is refused in a folder that another one uses", async () => {
    const { stack } = await start();
    await expect(startLocalStack({ dataDir, handlers: trivialFunctions().handlers })).rejects.toMatchObject({
      name: "LocalError",
      code: "already-running",
    });
    await stack.quiet();
    await stack.close();
    await start();
  });

  it("is refused on a port that is taken, and leaves the folder free", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as AddressInfo;
    await expect(start(undefined, { port })).rejects.toMatchObject({ code: "port-in-use", message: expect.stringContaining(String(port)) });
    await new Promise((resolve) => taken.close(resolve));
    expect((await start(undefined, { port })).stack.url).toBe(`http://127.0.0.1:${port}`);
  });

  it("is refused where the engine named is none", async () => {
    const other = createServer((_, response) => response.end("hello")).listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const dynamoDbEndpoint = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await expect(start(undefined, { dynamoDbEndpoint })).rejects.toMatchObject({ code: "engine-failed" });
    other.closeAllConnections();
    await new Promise((resolve) => other.close(resolve));
  });

  it("is refused where no engine is installed, and says what to do", async () => {
    const platform = process.platform;
    Object.defineProperty(process, "platform", { value: "sunos" });
    try {
      await expect(start()).rejects.toMatchObject({
        code: "engine-missing",
        message: expect.stringContaining("AWS_ENDPOINT_URL_DYNAMODB"),
      });
    } finally {
      Object.defineProperty(process, "platform", { value: platform });
    }
  });

  it("uses an engine that runs already, and leaves it running", async () => {
    const folder = mkdtempSync(join(tmpdir(), "change-ledger-engine-"));
    const engine = await startDynamoDb(folder);
    const { stack, seen, post } = await start(undefined, { dynamoDbEndpoint: engine.endpoint });
    await post("{}");
    await stack.quiet();
    expect(seen.sealed).toHaveLength(1);
    await stack.close();
    await createTables(engine.endpoint);
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  it("is refused with a CodeDeploy file that is none", async () => {
    await expect(start(undefined, { codedeployFile: join(dataDir, "missing.json") })).rejects.toMatchObject({
      code: "bad-codedeploy-file",
    });
  });
});
