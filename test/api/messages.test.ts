import { describe, expect, it } from "vitest";
import { eventWith, FAILED, GOOD, makeWorld } from "./world.ts";

const world = await makeWorld();
/** May read the ledger, and no evidence. */
const ENV = { event: eventWith("ledger:read") };
const ask = async (id: string, seq: number) =>
  await world.app.request(`/v1/deployments/${encodeURIComponent(id.slice("deployment:".length))}/messages?seq=${seq}`, {}, ENV);

describe("what lifecycle events said", () => {
  it("is told to every reader out of the archive, without the log, and goes on record", async () => {
    const before = world.audited.length;
    const answer = await ask(FAILED, 3);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      deployment: FAILED,
      seq: 3,
      items: [{ target: "i-1", event: "ValidateService", script: "validate.sh", message: "exit code 1" }],
      omitted: 0,
    });
    expect(world.audited.slice(before)).toMatchObject([{ kind: "evidence-read", facts: { what: "messages", subject: FAILED, seq: 3 } }]);
  });

  it("is asked of CodeDeploy's answers alone", async () => {
    const before = world.audited.length;
    for (const [id, seq] of [
      [FAILED, 0],
      [FAILED, 4],
      [GOOD, 1],
      ["deployment:codedeploy/1/eu-west-1/none", 0],
    ] as const)
      expect((await ask(id, seq)).status).toBe(404);
    expect(world.audited).toHaveLength(before);
  });
});
