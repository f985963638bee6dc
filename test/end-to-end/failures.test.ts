import { verifyChain } from "@change-ledger/ledger";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMONSTRATION_SECRETS, DEMONSTRATION_SETTINGS, demonstrationEvents } from "../../packages/local/demonstration/index.ts";
import { addDeployments, putObjects } from "../../packages/local/kept-demonstration.ts";
import { bearer } from "../../packages/local/token.ts";
import { failingOnce } from "./failing-functions.ts";
import { holds, send } from "./played.ts";
import { type Running, run } from "./running.ts";

const TOKEN = "an-end-to-end-token-of-good-length";
const whole = demonstrationEvents("2026-03-02T08:00:00.000Z");
/** Ordinary, merged in three ways, failed with rollback, an archive's metadata, late and doubled, backwards, repeated. */
const scenarios = whole.scenarios.filter(({ number }) => [1, 12, 18, 22, 25, 26, 29].includes(number));
const events = scenarios.flatMap((played) => played.events);

describe("functions that fail once for every message", () => {
  const { handlers, failures } = failingOnce();
  let running: Running;

  beforeAll(async () => {
    running = await run({ handlers, secrets: DEMONSTRATION_SECRETS, settings: DEMONSTRATION_SETTINGS, authorize: bearer(TOKEN) });
    addDeployments(running.stack, whole);
    await putObjects(running.stack, whole);
    // A sender tries again what was not accepted.
    await send(running, events, (status) => status >= 500);
    await running.stack.quiet();
  });
  afterAll(() => running?.close());

  it("did fail, each of them", () => {
    expect([...failures.keys()].sort()).toEqual(["assess", "ingest", "link", "lookup", "project", "seal", "sequence", "webhook"]);
  });

  it("lose nothing and record nothing twice", async () => {
    const ledger = await running.ledger();
    for (const played of scenarios)
      await holds(
        running,
        played,
        ledger.map(({ entry }) => entry),
        { authorization: `Bearer ${TOKEN}` },
      );
    expect(running.stack.stats().deadLettered).toBe(0);
    const ids = ledger.map(({ entry: { subject, source, part } }) => `${subject} ${source.system} ${source.id} ${part?.index ?? 0}`);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });

  it("leave chains without gaps", async () => {
    const chains = Map.groupBy(await running.ledger(), ({ entry }) => entry.subject);
    for (const [subject, chain] of chains) {
      const inOrder = chain.toSorted((a, b) => a.entry.seq - b.entry.seq).map(({ bytes }) => bytes);
      expect(verifyChain(subject, inOrder), subject).toEqual([]);
    }
  });

  it("seal every change that the demonstration deployed", async () => {
    const ledger = (await running.ledger()).map(({ entry }) => entry);
    const sealed = new Set(ledger.flatMap((entry) => (entry.kind === "sealed" ? entry.facts.bundles.map(({ change }) => change) : [])));
    const carried = scenarios.flatMap(({ expected }) => expected.deployments.flatMap(({ carries }) => carries));
    expect(carried.filter((change) => !sealed.has(change))).toEqual([]);
  });
});
