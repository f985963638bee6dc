import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChainStates } from "../../packages/cli/verify/chain-states.ts";
import { tableWords } from "../../packages/cli/verify/chain-table.ts";

/** Hashes as the states take them: eight words. */
const words = (n: number) => Int32Array.from({ length: 8 }, (_, at) => (n === 0 ? 0 : n * 8 + at));
const hex = (n: number) => Buffer.from(words(n).buffer).toString("hex");

interface Step {
  readonly chain: number;
  readonly seq: number;
  readonly prev: number;
}

const key = (chain: number): [number, number] => [chain * 7, Math.imul(chain, 0x9e3779b1)];

/** All that is told of these entries and of the ledger's heads, by a table of so many slots. */
function tell(
  slots: number,
  steps: readonly Step[],
  heads: readonly { readonly chain: number; readonly length: number; readonly hash: number }[] = [],
) {
  const states = new ChainStates(new Int32Array(tableWords(slots)));
  try {
    const found = steps.flatMap(
      ({ chain, seq, prev }, leaf) => states.entry(...key(chain), seq, words(prev), 0, words(leaf + 1), 0, leaf) ?? [],
    );
    const differences = heads.flatMap(({ chain, length, hash }) => states.head(...key(chain), length, hex(hash), false) ?? []);
    for (const each of states.rest(heads.length > 0)) {
      if (each.what === "break") found.push(each);
      else differences.push(each);
    }
    return {
      breaks: found.sort((a, b) => a.leaf - b.leaf),
      differences: differences.map(({ what, low }) => `${what} ${low}`).sort(),
      spilled: states.spilled,
    };
  } finally {
    states.close();
  }
}

describe("the states of chains", () => {
  it("tell the same however few chains fit into memory", () => {
    const step = fc.record({ chain: fc.nat(40), seq: fc.nat(3), prev: fc.nat(5) });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 200 }),
        fc.array(fc.record({ chain: fc.nat(50), length: fc.nat(4), hash: fc.nat(200) }), { maxLength: 20 }),
        (steps, heads) => {
          const once = [...new Map(heads.map((head) => [head.chain, head])).values()];
          const [all, few] = [tell(1 << 12, steps, once), tell(4, steps, once)];
          expect(few.breaks).toEqual(all.breaks);
          expect(few.differences).toEqual(all.differences);
          expect(all.spilled).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("tell what a chain would have gone on with", () => {
    const { breaks } = tell(16, [
      { chain: 1, seq: 0, prev: 0 },
      { chain: 1, seq: 2, prev: 1 },
      { chain: 1, seq: 3, prev: 9 },
      { chain: 1, seq: 1, prev: 1 },
      { chain: 2, seq: 0, prev: 4 },
    ]);
    expect(breaks).toEqual([
      { what: "break", step: "gap", leaf: 1, seq: 1, prev: hex(1) },
      { what: "break", step: "prev", leaf: 2, seq: 3, prev: hex(2) },
      { what: "break", step: "doubled", leaf: 3, seq: 4, prev: hex(3) },
      { what: "break", step: "prev", leaf: 4, seq: 0, prev: hex(0) },
    ]);
  });

  it("tell of heads that differ, of chains that only one side has", () => {
    const steps = [1, 2, 3, 4, 5].map((chain) => ({ chain, seq: 0, prev: 0 }));
    for (const slots of [4, 4096]) {
      const { differences, spilled } = tell(slots, steps, [
        { chain: 1, length: 1, hash: 1 },
        { chain: 2, length: 1, hash: 9 },
        { chain: 3, length: 2, hash: 3 },
        { chain: 9, length: 1, hash: 1 },
      ]);
      expect(differences).toEqual([`differs ${2 * 7}`, `differs ${3 * 7}`, `extra ${9 * 7}`, `missing ${4 * 7}`, `missing ${5 * 7}`]);
      expect(spilled > 0).toBe(slots === 4);
    }
  });
});
