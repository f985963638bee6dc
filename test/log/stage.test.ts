import type { Subject } from "@change-ledger/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf, formatStage, parseStage, runsOf, type Stage } from "../../packages/log/stage.ts";
import { hex } from "./naive.ts";
import { codeOf } from "./refusal.ts";

const from = { size: 7, root: Buffer.alloc(32, 7), stage: "a".repeat(64), before: [5, 3] };
const stage: Stage = {
  from,
  stretches: [
    { subject: "ticket:trial/A", seq: 4, entries: [Buffer.from("one"), Buffer.alloc(0), Buffer.from("\n")] },
    { subject: "ticket:trial/é", seq: 0, entries: [Buffer.from("two")] },
  ],
};
const told = ({ from: row, stretches }: Stage) => ({
  from: { ...row, root: hex(row.root) },
  stretches: stretches.map(({ entries, ...rest }) => ({ ...rest, entries: entries.map(hex) })),
});

describe("a stage", () => {
  it("is read as it was written, from any row and with any entries", () => {
    const subject = fc.stringMatching(/^[a-zé/]{1,9}$/).map((id): Subject => `change:${id}`);
    const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 });
    const stretch = fc.record({ subject, seq: fc.nat(), entries });
    const row = fc.record({
      size: fc.maxSafeNat(),
      root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      stage: fc.option(fc.constant("0".repeat(64)), { nil: undefined }),
      before: fc.array(fc.nat(), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.record({ from: row, stretches: fc.array(stretch, { minLength: 1, maxLength: 5 }) }), (any) => {
        const bytes = formatStage(any);
        expect(told(parseStage(bytes, digestOf(bytes)))).toEqual(told(any));
      }),
    );
  });
  it("says where its entries lie", () => {
    expect(runsOf(stage)).toEqual([
      { subject: "ticket:trial/A", seq: 4, count: 3, index: 7 },
      { subject: "ticket:trial/é", seq: 0, count: 1, index: 10 },
    ]);
  });
  it("has another name wherever it goes on from, and whatever it adds", () => {
    const others = [
      { ...stage, from: { ...from, size: 8 } },
      { ...stage, from: { ...from, root: Buffer.alloc(32, 8) } },
      { ...stage, from: { ...from, stage: undefined } },
      { ...stage, stretches: stage.stretches.toReversed() },
      { ...stage, stretches: stage.stretches.slice(1) },
    ];
    const digests = [stage, ...others].map((each) => digestOf(formatStage(each)));
    expect(new Set(digests).size).toBe(digests.length);
  });
  it("is refused under another name, and in another form even under its own", () => {
    const bytes = formatStage(stage);
    expect(codeOf(() => parseStage(bytes, "0".repeat(64)))).toBe("wrong-stage");
    const text = Buffer.from(bytes).toString("latin1");
    const bad = [
      text.slice(0, -1),
      `${text}x`,
      text.slice(text.indexOf("\n")),
      text.replace('"format":1', '"format":2'),
      text.replace('"size":7', '"size":-7'),
      text.replace('"size":7', '"size": 7'),
      text.replace(',3],["ticket', ',2],["ticket'),
      text.replace("ticket:trial/A", "nothing:trial/A"),
      "",
    ];
    for (const each of bad) {
      const other = Buffer.from(each, "latin1");
      expect(codeOf(() => parseStage(other, digestOf(other)))).toBe("wrong-stage");
    }
  });
});
