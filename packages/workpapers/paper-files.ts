import { canonicalBytes, ModelError, openEntry, parseCanonical, type SealedEntry, sha256Hex } from "@change-ledger/model";
import { type IndependentList, listSchema, type PopulationSource } from "@change-ledger/query";
import { WorkpapersError } from "./fault.ts";
import { BEFORE, beforeLineSchema, CONFIGURATIONS, type ConfigurationLine, configurationLineSchema, LISTS } from "./layout.ts";

/** A file's lines, without their line feeds. */
export function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const feed = bytes.indexOf(10, at);
    const end = feed < 0 ? bytes.length : feed;
    lines.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return lines;
}

const LINE_FEED = Buffer.from("\n");

/** Lines as a file. */
export function fileOfLines(all: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(all.flatMap((line) => [line, LINE_FEED]));
}

/** The lines of `configurations.jsonl`. @throws WorkpapersError `unreadable` */
export function configurationLines(bytes: Uint8Array): ConfigurationLine[] {
  return linesOf(bytes).map((line) => {
    const { version, recordedAt, text } = read(line, configurationLineSchema, CONFIGURATIONS);
    if (sha256Hex(text) !== version) throw new WorkpapersError("unreadable", `${CONFIGURATIONS}: expected each text to be of its version`);
    return { version, recordedAt, text };
  });
}

/** The lists of `lists.jsonl`. @throws WorkpapersError `unreadable` */
export function listLines(bytes: Uint8Array, file = LISTS): IndependentList[] {
  return linesOf(bytes).map((line) => read(line, listSchema, file));
}

function read<T>(
  line: Uint8Array,
  schema: { safeParse(value: unknown): { readonly success: boolean; readonly data?: T } },
  file: string,
): T {
  try {
    const { success, data } = schema.safeParse(parseCanonical(line));
    if (success) return data as T;
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
  }
  throw new WorkpapersError("unreadable", `${file}: expected canonical JSON of its form, one a line`);
}

/** Entries of `before.jsonl`, each held to the `prev` of the one behind it; leaves are what was proven to who audited. */
export class KeptBefore {
  readonly #chains = new Map<string, Map<number, SealedEntry>>();
  readonly #leaves = new Map<string, number>();

  /** @throws WorkpapersError `unreadable` */
  constructor(bytes: Uint8Array) {
    for (const line of linesOf(bytes)) {
      const { entry, leaf } = read(line, beforeLineSchema, BEFORE);
      const sealed = opened(Buffer.from(entry));
      const chain = this.#chains.get(sealed.entry.subject) ?? new Map<number, SealedEntry>();
      this.#chains.set(sealed.entry.subject, chain.set(sealed.entry.seq, sealed));
      if (leaf !== undefined) this.#leaves.set(sealed.hash, leaf);
    }
  }

  readonly before: PopulationSource["before"] = (subject, known) => this.#before(subject, known);

  async *#before(
    ...[subject, known]: Parameters<PopulationSource["before"]>
  ): AsyncGenerator<{ entry: SealedEntry["entry"]; hash: string }> {
    let { prev } = known;
    for (let seq = known.seq - 1; seq >= 0; seq--) {
      const sealed = this.#chains.get(subject)?.get(seq);
      // What the papers lack, or hold otherwise, shows in what comes of it.
      if (sealed === undefined || sealed.hash !== prev) return;
      yield { entry: sealed.entry, hash: sealed.hash };
      prev = sealed.entry.prev;
    }
  }

  async place(): Promise<ReadonlyMap<string, number>> {
    return this.#leaves;
  }
}

function opened(bytes: Uint8Array): SealedEntry {
  try {
    return openEntry(bytes);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new WorkpapersError("unreadable", `${BEFORE}: ${error.message}`);
  }
}

/** Whether two lists are the same. */
export function sameList(a: IndependentList, b: IndependentList): boolean {
  return Buffer.compare(canonicalBytes(a), canonicalBytes(b)) === 0;
}
