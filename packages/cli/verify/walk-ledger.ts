/**
 * Goes through a ledger export once: one JSON Lines file, the exact bytes of an entry a line, chains one after the other in order of subject (by
 * UTF-16 code units), entries by seq. So a chain is checked in constant memory, and compared with the log's by its length and head alone: the head
 * binds every entry before it.
 */
import { hash } from "node:crypto";
import { type EntryScanner, KEY, LIMIT, PREV, SEQ } from "../wasm/entry-scan.ts";
import { certain } from "./certain.ts";
import type { ChainStates, Difference } from "./chain-states.ts";
import type { Fault } from "./fault.ts";
import type { ByteSource, LedgerFile, Progress } from "./sources.ts";

/** Bytes read at once; a line can be no longer. */
const CHUNK_BYTES = 1 << 20;
const HASH_BYTES = 32;
/** After so many subjects out of order it is an export in another order, and not gone on with. */
const MAX_ASTRAY = 100;

export interface LedgerWalk {
  readonly ledger: LedgerFile;
  readonly scanner: EntryScanner;
  /** The chains of the log, to compare with. */
  readonly states: ChainStates | undefined;
  readonly progress: Progress;
  /** Told of each chain that differs from the log's, where that shows at once. */
  readonly differs: (difference: Difference, subject: string) => void;
}

export interface LedgerSummary {
  readonly entries: number;
  readonly chains: number;
  /** Whether it was in order to its end, and so could be compared. */
  readonly ordered: boolean;
}

/** Lines that are entries or should be, a batch after the other: how many the scanner found, and the number of the first line. */
export async function* readLines(
  ledger: LedgerFile,
  scanner: EntryScanner,
  progress: Progress,
): AsyncGenerator<{ readonly count: number; readonly line: number }, string | undefined> {
  const source: ByteSource = ledger.open();
  try {
    let held = 0;
    let line = 1;
    let done = 0;
    for (;;) {
      const start = scanner.room(held + CHUNK_BYTES);
      const got = source.read(scanner.bytes.subarray(start + held, start + held + CHUNK_BYTES));
      const bytes = got instanceof Promise ? await got : got;
      if (bytes === 0) return held === 0 ? undefined : `line ${line} does not end in a line feed`;
      scanner.end(held + bytes);
      const end = start + held + bytes;
      let at = start;
      for (;;) {
        const count = scanner.scanLines(at, held + bytes);
        if (count === 0) break;
        at = (scanner.words[scanner.found(count - 1) + LIMIT] as number) + 1;
        yield { count, line };
        line += count;
      }
      held = end - at;
      if (held >= CHUNK_BYTES) return `line ${line} is longer than any entry`;
      scanner.bytes.copyWithin(start, at, end);
      done += bytes;
      progress("ledger", done, ledger.bytes ?? done);
    }
  } finally {
    source.close();
  }
}

/** The chain that the lines are in. */
interface OpenChain {
  readonly subject: string;
  readonly low: number;
  readonly high: number;
  length: number;
  broken: boolean;
}

export async function* walkLedger(walk: LedgerWalk): AsyncGenerator<Fault, LedgerSummary> {
  const { ledger, scanner, states, progress, differs } = walk;
  const head = Buffer.alloc(HASH_BYTES);
  const headWords = new Int32Array(head.buffer, head.byteOffset, HASH_BYTES / 4);
  let chain: OpenChain | undefined;
  let entries = 0;
  let chains = 0;
  let astray = 0;
  const close = (): void => {
    if (chain === undefined) return;
    chains++;
    const difference = states?.head(chain.low, chain.high, chain.length, head.toString("hex"), chain.broken);
    if (difference !== undefined) differs(difference, chain.subject);
  };
  const batches = readLines(ledger, scanner, progress);
  for (;;) {
    const batch = await batches.next();
    if (batch.done) {
      close();
      if (batch.value !== undefined) yield { check: "ledger-order", file: ledger.name, expected: "one entry a line", found: batch.value };
      return { entries, chains, ordered: batch.value === undefined };
    }
    const { count, line } = batch.value;
    const unfit = certain(scanner, count);
    const unknown = new Set(unfit.filter(({ noted }) => !noted).map(({ at }) => at));
    for (const { at, fault } of unfit) {
      const found = scanner.found(at);
      const of = unknown.has(at) ? { subject: chain?.subject } : { subject: scanner.subject(found), seq: scanner.words[found + SEQ] };
      yield { ...fault, ...of, file: `${ledger.name}:${line + at}` };
    }
    const { words } = scanner;
    for (let at = 0; at < count; at++) {
      const found = scanner.found(at);
      entries++;
      if (unknown.has(at)) {
        // Its hash is what the next one must name.
        if (chain !== undefined) {
          head.write(hash("sha256", scanner.prefixed(found)), "hex");
          chain.length++;
          chain.broken = true;
        }
        continue;
      }
      const [low, high, seq] = [words[found + KEY] as number, words[found + KEY + 1] as number, words[found + SEQ] as number];
      const file = `${ledger.name}:${line + at}`;
      if (chain === undefined || chain.low !== low || chain.high !== high) {
        close();
        const subject = scanner.subject(found);
        const strays = chain !== undefined && chain.subject >= subject;
        if (strays) {
          yield { check: "ledger-order", subject, seq, file, expected: `a subject after ${chain?.subject}`, found: subject };
          if (++astray > MAX_ASTRAY) return { entries, chains, ordered: false };
        }
        // What stands before a line that strays is not known: it is taken as it comes, and the chain is looked at again.
        chain = { subject, low, high, length: strays ? seq : 0, broken: strays };
        headWords.fill(0);
        if (strays) headWords.set(words.subarray(found + PREV, found + PREV + headWords.length));
      }
      const { subject } = chain;
      if (seq !== chain.length) {
        const check = seq > chain.length ? "chain-gap" : "chain-doubled";
        yield { check, subject, seq, file, field: "seq", expected: String(chain.length), found: String(seq) };
        chain.broken = true;
      } else {
        let same = true;
        for (let i = 0; i < headWords.length; i++) same &&= words[found + PREV + i] === headWords[i];
        if (!same) {
          const prev = Buffer.from(scanner.bytes.subarray(4 * (found + PREV), 4 * (found + PREV) + HASH_BYTES)).toString("hex");
          yield { check: "chain-prev", subject, seq, file, field: "prev", expected: head.toString("hex"), found: prev };
          chain.broken = true;
        }
      }
      chain.length = Math.max(chain.length, seq + 1);
      head.write(hash("sha256", scanner.prefixed(found)), "hex");
    }
  }
}
