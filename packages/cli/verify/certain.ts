import { isUtf8 } from "node:buffer";
import { type EntryScanner, LIMIT, START, SURE } from "../wasm/entry-scan.ts";
import { type EntryForm, entryForm } from "./entry-form.ts";

/** An entry that is none, by its place among those that were scanned. */
export interface Unfit {
  readonly at: number;
  readonly fault: NonNullable<EntryForm["fault"]>;
  /** Whether its chain, seq and `prev` can be told all the same. */
  readonly noted: boolean;
}

const NONE: readonly Unfit[] = [];

/** Goes to the definition with each of the first `count` scanned entries of which the scanner is not sure. @returns those that are none */
export function certain(scanner: EntryScanner, count: number): readonly Unfit[] {
  if (scanner.unsure === 0) return NONE;
  const unfit: Unfit[] = [];
  for (let at = 0; at < count; at++) {
    const found = scanner.found(at);
    const sure = scanner.words[found + SURE];
    if (sure === 1) continue;
    const bytes = scanner.bytes.subarray(scanner.words[found + START], scanner.words[found + LIMIT]);
    if (sure === 2 && isUtf8(bytes)) {
      scanner.words[found + SURE] = 1;
      continue;
    }
    const { fault, noted } = entryForm(bytes);
    scanner.note(found, noted);
    if (fault !== undefined) unfit.push({ at, fault, noted: noted !== undefined });
  }
  return unfit;
}
