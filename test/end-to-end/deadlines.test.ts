import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { FactsOf, Subject } from "@change-ledger/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configCommand } from "../../packages/cli/commands/config.ts";
import {
  DEMONSTRATION_SECRETS,
  DEMONSTRATION_SETTINGS,
  demonstrationConfiguration,
  PEOPLE,
  type PlayedScenario,
  play,
} from "../../packages/local/demonstration/index.ts";
import { ACCOUNT, OWN_BUS, REGION } from "../../packages/local/names.ts";
import { bearer } from "../../packages/local/token.ts";
import { saidOf } from "./judged.ts";
import { send } from "./played.ts";
import { CREDENTIALS, type Running, run } from "./running.ts";

const TOKEN = "a-token-of-good-length-for-deadlines";
const HOUR_MS = 3_600_000;
const { ben, lee, omar } = PEOPLE;
const began = new Date(Date.now() - 10 * HOUR_MS).toISOString();
const about = { title: "Deadlines", shows: "What is still to come.", tests: ["T13"] } as const;

/** An emergency that went out this morning, and that nobody has reviewed yet. */
const emergency = play(
  {
    ...about,
    number: 91,
    tell(scene) {
      const incident = scene.ticket(omar, { type: "Incident", summary: "Payments time out" });
      const ticket = scene.ticket(ben, { type: "Emergency change", risk: "High" }).set(lee, "reason", "Payments time out").approve(lee);
      const pull = scene.repository.pullRequest(ben, { ticket, title: `${ticket.key} ${incident.key}: Raise the timeout` });
      pull.merge(ben);
      scene.deploy();
      return { open: [pull.subject], expected: {} };
    },
  },
  began,
);
/** Merged this morning without a ticket, not signed off, not deployed. */
const waiting = play(
  {
    ...about,
    number: 92,
    tell(scene) {
      const pull = scene.repository.pullRequest(ben, { bare: true, title: "Rename a column" });
      pull.review(lee);
      pull.merge(ben);
      return { open: [pull.subject], expected: {} };
    },
  },
  began,
);
const changeOf = ({ open }: PlayedScenario): Subject => open[0] ?? "change:none";
const [hotfix, column] = [changeOf(emergency), changeOf(waiting)];

const RealDate = Date;
/** From here on it is so many hours later, for whoever asks; clocks go on. */
function pass(hours: number): void {
  const later = () => RealDate.now() + hours * HOUR_MS;
  globalThis.Date = new Proxy(RealDate, {
    construct: (real, args: []) => (args.length === 0 ? new real(later()) : new real(...args)),
    get: (real, name) => (name === "now" ? later : Reflect.get(real, name)),
  });
}

describe("deadlines, and configurations by the command line", () => {
  let running: Running;
  const folder = mkdtempSync(join(tmpdir(), "change-ledger-deadlines-"));
  const heard: string[] = [];
  const open = { now: true };
  let hearing: Promise<void> | undefined;
  const repositories = [emergency, waiting].map(({ repository }) => repository.slice(repository.indexOf("/") + 1));
  const rules = JSON.parse(demonstrationConfiguration(repositories)) as { readonly emergency?: object };

  /** Offers it as an administrator does. @returns the exit code */
  async function put(name: string, text: string): Promise<number> {
    const file = join(folder, name);
    writeFileSync(file, text);
    const terminal = { out: () => {}, err: process.stderr, now: () => new Date().toISOString() };
    const code = await configCommand(["put", file, "--bus", OWN_BUS], terminal);
    await running.stack.quiet();
    return code;
  }
  const said = async (change: Subject) => saidOf(await running.ledger()).get(change)?.open ?? [];
  const assessed = async (change: Subject, query = "") => {
    const path = `/v1/changes/${encodeURIComponent(change.slice("change:".length))}/assessment${query}`;
    return JSON.parse((await running.http("GET", path, { authorization: `Bearer ${TOKEN}` })).body);
  };
  const codes = (assessment: { readonly findings: readonly { readonly test: string; readonly code: string }[] }) =>
    assessment.findings.map(({ test, code }) => `${test}/${code}`);

  /** A team's own queue behind a rule for findings. */
  async function subscribe(): Promise<void> {
    const options = { endpoint: running.stack.endpoints.aws, region: REGION, credentials: CREDENTIALS };
    const [bus, queues] = [new EventBridgeClient(options), new SQSClient(options)];
    const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: "slack" }));
    const EventPattern = JSON.stringify({ source: ["change-ledger"], "detail-type": [{ prefix: "Finding " }] });
    await bus.send(new PutRuleCommand({ EventBusName: OWN_BUS, Name: "slack", EventPattern }));
    const Arn = `arn:aws:sqs:${REGION}:${ACCOUNT}:slack`;
    await bus.send(new PutTargetsCommand({ EventBusName: OWN_BUS, Rule: "slack", Targets: [{ Id: "slack", Arn }] }));
    hearing = (async () => {
      while (open.now) {
        const { Messages = [] } = await queues.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
        if (Messages.length === 0) await sleep(20);
        for (const { Body = "", ReceiptHandle } of Messages) {
          const event = JSON.parse(Body) as {
            readonly "detail-type": string;
            readonly detail: { readonly finding: { readonly id: string } };
          };
          heard.push(`${event["detail-type"]}: ${event.detail.finding.id}`);
          await queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
      }
      bus.destroy();
      queues.destroy();
    })();
  }

  beforeAll(async () => {
    running = await run({ secrets: DEMONSTRATION_SECRETS, settings: DEMONSTRATION_SETTINGS, authorize: bearer(TOKEN) });
    for (const { codedeploy } of [emergency, waiting])
      for (const [id, record] of Object.entries(codedeploy)) running.stack.codedeploy.add(id, record);
    await subscribe();
    expect(await put("good.yaml", JSON.stringify(rules))).toBe(0);
    await send(running, [...emergency.events, ...waiting.events]);
    await running.stack.quiet();
  });
  afterAll(async () => {
    globalThis.Date = RealDate;
    open.now = false;
    await hearing;
    await running?.close();
    rmSync(folder, { recursive: true });
  });

  it("stand open while there is time, and nothing is said when the clock comes early", async () => {
    expect(await said(hotfix)).not.toContain("T13/retrospective-missing");
    expect(await said(column)).not.toContain("T9/qa-missing");
    const { knownNow } = await assessed(hotfix);
    expect(knownNow.obligations.map(({ id }: { readonly id: string }) => id)).toContain(`${hotfix}#T13/retrospective-due`);
    const before = (await running.ledger()).length;
    await running.stack.fire("quarter");
    await running.stack.quiet();
    expect((await running.ledger()).length).toBe(before);
  });

  it("become findings when their time is up, though nothing happens", async () => {
    const then = new Date().toISOString();
    pass(80);
    await running.stack.fire("quarter");
    await running.stack.quiet();
    expect(await said(hotfix)).toContain("T13/retrospective-missing");
    expect(await said(column)).toEqual(expect.arrayContaining(["T3/unticketed", "T9/qa-missing"]));
    const { knownNow, knownThen } = await assessed(hotfix, `?as-of=${then}`);
    expect(codes(knownNow)).toContain("T13/retrospective-missing");
    expect(codes(knownThen)).not.toContain("T13/retrospective-missing");
    expect(heard).toContain(`Finding opened: ${hotfix}#T13/retrospective-missing`);
  });

  it("are others by another configuration, which judges every change again", async () => {
    const patient = { ...rules, emergency: { retrospective: { withinHours: 500 } }, obligations: { qaHours: 500 } };
    expect(await put("patient.yaml", JSON.stringify(patient))).toBe(0);
    expect(await said(hotfix)).not.toContain("T13/retrospective-missing");
    expect(await said(column)).toContain("T3/unticketed");
    expect(await said(column)).not.toContain("T9/qa-missing");
    expect(heard).toContain(`Finding resolved: ${hotfix}#T13/retrospective-missing`);
  });

  it("are not touched by a bad one, which does not leave the administrator's machine", async () => {
    const before = (await running.ledger()).length;
    expect(await put("bad.yaml", "format: 1\npeople:\n  - id: ada\n    roles: [king]\n")).toBe(1);
    const ledger = await running.ledger();
    expect(ledger.length).toBe(before);
    const chain = ledger.flatMap(({ entry }) => (entry.kind === "configuration" ? [(entry.facts as FactsOf<"configuration">).status] : []));
    expect(chain.sort()).toEqual(["in-force", "in-force", "offered", "offered"]);
    expect(running.stack.stats().deadLettered).toBe(0);
  });
});
