/**
 * One measurement in a process of its own, told as JSON: `bare LOG SIZE` hashes each entry of a log once and does nothing else, its
 * bundles being in memory; `verify LOG SIZE
 * [LEDGER] [SLOTS]` verifies it. Time is that of the processor, of all of the process's threads: one core's, however many there are.
 */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { directoryLog, ledgerFile, type Summary, verify } from "@change-ledger/cli";
import { TILE_WIDTH, tilePath, tileWidth } from "@change-ledger/log";
import { cpuSeconds, peakBytes } from "./process-cost.ts";

/** What a run tells. */
export interface VerifyRun {
  readonly seconds: number;
  readonly peakBytes: number;
  readonly faults: number;
  readonly summary?: Summary;
}

function bare(log: string, size: number): VerifyRun {
  let spent = 0;
  let characters = 0;
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const bundle = readFileSync(join(log, tilePath({ level: "entries", index, width: tileWidth(0, index, size) })));
    const began = cpuSeconds();
    for (let at = 0; at < bundle.length; ) {
      const end = at + 2 + (bundle[at] as number) * 256 + (bundle[at + 1] as number);
      characters += hash("sha256", bundle.subarray(at + 2, end)).length;
      at = end;
    }
    spent += cpuSeconds() - began;
  }
  return { seconds: spent, peakBytes: peakBytes(), faults: characters === 64 * size ? 0 : 1 };
}

async function verified(log: string, ledger: string | undefined, tableSlots: number | undefined): Promise<VerifyRun> {
  const began = cpuSeconds();
  const now = "2026-11-22T00:00:00Z";
  const verifying = verify({ log: directoryLog(log), ledger: ledger ? ledgerFile(ledger) : undefined, now, tableSlots });
  for (let faults = 0; ; faults++) {
    const next = await verifying.next();
    if (next.done) return { seconds: cpuSeconds() - began, peakBytes: peakBytes(), faults, summary: next.value };
  }
}

const [what, log = "", size = "0", ledger, slots] = process.argv.slice(2);
const run =
  what === "bare" ? bare(log, Number(size)) : await verified(log, ledger || undefined, slots === undefined ? undefined : Number(slots));
console.log(JSON.stringify(run));
