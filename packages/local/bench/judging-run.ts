/**
 * One measurement in a process of its own, told as JSON: `read ROUNDS` parses and hashes the stored bytes of dossiers' entries, which whoever judges has to do before;
 * `assess ROUNDS` judges them; `period CHANGES` judges so many changes in one pass, each made when its turn comes (with `--expose-gc`).
 */
import { hash } from "node:crypto";
import { assess, type Dossier, type PeriodSummary, PeriodTally } from "@change-ledger/procedure";
import { Copies } from "./judging-copies.ts";
import { AS_OF, benchRules, madeDossiers } from "./judging-made.ts";
import { cpuSeconds, peakBytes } from "./process-cost.ts";

/** What `read` and `assess` tell: dossiers a second, of the round that took the least. */
export interface JudgingRate {
  readonly perSecond: number;
}

/** What `period` tells. */
export interface PeriodRun {
  readonly perSecond: number;
  /** The most that the process held, and what is left of its heap when all that nobody needs any more is gone. */
  readonly peakBytes: number;
  readonly heapBytes: number;
  readonly summary: PeriodSummary;
}

const ROUND = 5_000;
const COPIES_A_KIND = 4;

function read(rounds: number): JudgingRate {
  const dossiers = madeDossiers().map(({ entries }) =>
    entries.map(({ bytes, hash: name }) => ({ prefixed: Buffer.concat([PREFIX, bytes]), text: Buffer.from(bytes).toString(), name })),
  );
  return fastest(rounds, (nth) => {
    for (const { prefixed, text, name } of dossiers[nth % dossiers.length] ?? []) {
      if (hash("sha256", prefixed) !== name || JSON.parse(text).v !== 1) throw new Error("not the entry");
    }
  });
}

/** RFC 6962: what a leaf's hash begins with. */
const PREFIX = Uint8Array.of(0);

function judged(rounds: number): JudgingRate {
  const rules = benchRules();
  const kinds = madeDossiers().map((made) => new Copies(made));
  const dossiers = Array.from({ length: COPIES_A_KIND * kinds.length }, (_, nth) => copyOf(kinds, nth));
  return fastest(rounds, (nth) => {
    if (assess(dossiers[nth % dossiers.length] as Dossier, rules, AS_OF).tests.length !== 18) throw new Error("not 18 tests");
  });
}

/** Each kind by turns. */
function copyOf(kinds: readonly Copies[], nth: number): Dossier {
  return (kinds[nth % kinds.length] as Copies).copy(nth);
}

/** Rounds of so many; the first is for the compiler, of the others the fastest counts: what else the machine does only adds. */
function fastest(rounds: number, once: (nth: number) => void): JudgingRate {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round <= rounds; round++) {
    const began = cpuSeconds();
    for (let nth = 0; nth < ROUND; nth++) once(nth);
    if (round > 0) least = Math.min(least, cpuSeconds() - began);
  }
  return { perSecond: ROUND / least };
}

function period(changes: number): PeriodRun {
  const rules = benchRules();
  const kinds = madeDossiers().map((made) => new Copies(made));
  const tally = new PeriodTally(rules);
  const began = cpuSeconds();
  for (let nth = 0; nth < changes; nth++) tally.add(assess(copyOf(kinds, nth), rules, AS_OF));
  const perSecond = changes / (cpuSeconds() - began);
  const peak = peakBytes();
  globalThis.gc?.();
  return { perSecond, peakBytes: peak, heapBytes: process.memoryUsage().heapUsed, summary: tally.summary() };
}

const [what, count = "1"] = process.argv.slice(2);
const run = what === "read" ? read : what === "assess" ? judged : period;
console.log(JSON.stringify(run(Number(count))));
