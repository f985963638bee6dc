import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeOf, differing, judged, saidOf, told } from "./judged.ts";
import type { Running } from "./running.ts";

describe("the demonstration, come in reverse", () => {
  let running: Running;
  let said: ReturnType<typeof saidOf>;
  beforeAll(async () => {
    const played = await judged(told.events.toReversed());
    running = played.running;
    said = saidOf(played.ledger);
  });
  afterAll(() => running.close());

  it.each([
    [1, []],
    [5, ["T11/approval-missing", "T4/author-not-covered", "T7/inferred-bypass", "T9/qa-missing", "step-6/approval/approval-missing"]],
    [14, undefined],
  ])("says the same of scenario %i in the end", (number, open) => {
    const one = said.get(changeOf(number));
    if (open === undefined) expect(one?.open).toContain("T6/direct-push");
    else expect(one?.open).toEqual(open);
  });

  it("says last what the record says now", async () => {
    expect(await differing(said)).toEqual([]);
  });
});
