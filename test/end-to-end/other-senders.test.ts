import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { sha256Hex } from "@change-ledger/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDeployment, lookup, stateChange } from "../sources/fixtures/codedeploy.ts";
import { issue, SERVER_USER, updated } from "../sources/fixtures/jira.ts";
import { bytes, each, onBus, type Running, run, SECRETS, signature } from "./running.ts";

const CORPUS = new URL("../../../shared/corpus/", import.meta.url);
const here = existsSync(CORPUS);
if (!here)
  console.warn(
    "test/end-to-end/other-senders.test.ts: Jira's and CodeDeploy's real bodies are skipped, since ../shared/corpus is not there",
  );

interface Sent {
  readonly name: string;
  readonly kind: string;
  readonly body: Buffer;
}

const COMMENT = { id: "20001", author: SERVER_USER, updated: "2026-03-02T10:00:00.000+0000", body: "secret comment" };
const JIRA: readonly Sent[] = [
  { name: "updated", kind: "ticket", body: bytes(updated([{ field: "status", fromString: "Open", toString: "In Review" }])) },
  { name: "created", kind: "ticket", body: bytes({ webhookEvent: "jira:issue_created", timestamp: 1772445600123, issue: issue() }) },
  { name: "deleted", kind: "ticket", body: bytes({ webhookEvent: "jira:issue_deleted", timestamp: 1772445600124, issue: issue() }) },
  {
    name: "comment",
    kind: "comment",
    body: bytes({ webhookEvent: "comment_created", timestamp: 1772445600125, comment: COMMENT, issue: issue() }),
  },
  { name: "old Server", kind: "ticket", body: bytes({ issue: issue(), changelog: { items: [] } }) },
  ...corpus("jira/").map(({ name, body }) => ({ name, kind: name.includes("comment") ? "comment" : "ticket", body })),
];
const CODEDEPLOY: readonly Sent[] = [
  { name: "state", kind: "deployment-state", body: bytes({ ...stateChange("Deployment", "START"), id: randomUUID() }) },
  {
    name: "instance",
    kind: "target-state",
    body: bytes({ ...stateChange("Instance", "SUCCESS", { instanceId: "i-0123456789abcdef0" }), id: randomUUID() }),
  },
  { name: "CloudTrail", kind: "deployment-created", body: bytes({ ...createDeployment(), id: randomUUID() }) },
  ...corpus("codedeploy/").map(({ name, body }) => ({ name, kind: name.includes("instance") ? "target-state" : "deployment-state", body })),
];

function corpus(folder: string): { readonly name: string; readonly body: Buffer }[] {
  if (!here) return [];
  const at = new URL(folder, CORPUS);
  return readdirSync(at).map((name) => ({ name, body: readFileSync(new URL(name, at)) }));
}

describe("what Jira and CodeDeploy send", () => {
  let running: Running;
  const ids = new Map<Sent, string>();
  const statuses: number[] = [];

  beforeAll(async () => {
    running = await run();
    const { deploymentInfo, deploymentTargets } = lookup();
    running.stack.codedeploy.add("d-ABC123", { deploymentInfo, deploymentTargets });
    await each(JIRA, 4, async (sent) => {
      const id = randomUUID();
      ids.set(sent, id);
      // Where Jira cannot sign, a shared secret stands in the header: half of them come each way.
      const proof: Record<string, string> =
        ids.size % 2 === 0 ? { "x-hub-signature": signature(sent.body, SECRETS.jira) } : { "x-change-ledger-secret": SECRETS.jira };
      const headers = { "content-type": "application/json", "x-atlassian-webhook-identifier": id, ...proof };
      statuses.push((await running.http("POST", "/webhooks/jira", headers, sent.body)).status);
    });
    for (const sent of CODEDEPLOY) {
      const event = JSON.parse(sent.body.toString());
      ids.set(sent, event.id);
      onBus(running, event);
    }
    await running.stack.quiet();
  });
  afterAll(() => running?.close());

  it("is taken, and on record once as what it is", async () => {
    expect(statuses).toEqual(JIRA.map(() => 202));
    const entries = await running.byId();
    const wrong = [...JIRA, ...CODEDEPLOY].flatMap((sent) => {
      const found = entries.get(ids.get(sent) ?? "") ?? [];
      return found.length === 1 && found[0]?.kind === sent.kind ? [] : [`${sent.name}: ${found.length} entries, ${found[0]?.kind}`];
    });
    expect(wrong).toEqual([]);
    expect(running.counts.unparsed ?? 0).toBe(0);
    expect(running.stack.stats().deadLettered).toBe(0);
  });

  it("keeps Jira's bytes as they were sent", async () => {
    const entries = await running.byId();
    for (const sent of JIRA) {
      const [entry] = entries.get(ids.get(sent) ?? "") ?? [];
      expect(sha256Hex(await running.rawOf(entry?.payload)), sent.name).toBe(sha256Hex(sent.body));
    }
  });

  it("is looked up where CodeDeploy knows the deployment, and said to be unresolved where it does not", async () => {
    const entries = (await running.ledger()).map(({ entry }) => entry);
    const known = entries.filter(({ subject, kind }) => subject.endsWith("/d-ABC123") && kind === "deployment-lookup");
    expect(known).toHaveLength(1);
    const asked = new Set(
      entries.filter(({ kind }) => kind === "deployment-state" || kind === "deployment-created").map(({ subject }) => subject),
    );
    for (const subject of asked) {
      const answers = entries.filter(
        (entry) => entry.subject === subject && (entry.kind === "deployment-lookup" || entry.kind === "unresolved"),
      );
      expect(answers.length, subject).toBeGreaterThan(0);
    }
  });
});
