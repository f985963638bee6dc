import { leafHash, ModelError, openEntry, type SealedEntry, type Subject, subjectSchema } from "@change-ledger/model";
import * as z from "zod";
import type { BagCheck, BagFiles, Report } from "./bag-fault.ts";
import { type ChainFault, type ChainItem, chainFaults } from "./dossier.ts";
import { BUNDLE_FORMAT } from "./layout.ts";
import { parseExact } from "./statement.ts";

const CHAINS_FILE = "data/chains.json";
const ENTRIES_FILE = "data/entries.jsonl";

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const chainsSchema = z.strictObject({
  format: z.int().positive(),
  change: subjectSchema,
  chains: z
    .array(z.strictObject({ subject: subjectSchema, length: z.int().positive(), head: hex64, excerpt: z.literal(true).optional() }))
    .min(1),
});

/** A chain as a bag holds it. */
export interface BagChain {
  readonly subject: Subject;
  /** As chains.json says. */
  readonly length: number;
  readonly head: string;
  readonly excerpt: boolean;
  /** Those that could be read. */
  readonly entries: readonly SealedEntry[];
}

export interface BagChains {
  readonly change: Subject;
  readonly chains: readonly BagChain[];
  /** Every line of entries.jsonl is an entry, and has its place in a chain. */
  readonly whole: boolean;
}

/**
 * A bag's chains: what chains.json says, and the entries, held to it and to each other.
 * @returns undefined when chains.json cannot be read: without it no line has its place
 */
export function checkChains(files: BagFiles, report: Report): BagChains | undefined {
  const [told, lines] = [files.get(CHAINS_FILE), files.get(ENTRIES_FILE)];
  for (const file of [CHAINS_FILE, ENTRIES_FILE])
    if (!files.has(file)) report({ check: "file-missing", file, expected: "a file", found: "none" });
  if (told === undefined || lines === undefined) return undefined;
  const read = parseExact(told, chainsSchema);
  if (read === undefined || read.format !== BUNDLE_FORMAT) {
    const field = read === undefined ? {} : { field: "format" };
    report({
      check: "bag-format",
      file: CHAINS_FILE,
      ...field,
      expected: `format ${BUNDLE_FORMAT}, canonical JSON`,
      found: read === undefined ? "other text" : String(read.format),
    });
    return undefined;
  }
  checkOrder(read, report);
  const all = splitLines(lines, report);
  let at = 0;
  let whole = true;
  const chains = read.chains.map(({ subject, length, head, excerpt = false }): BagChain => {
    const items = all.slice(at, at + length).map((bytes, index) => openLine(bytes, { subject, line: at + index + 1 }, report));
    at += items.length;
    for (const fault of chainFaults({ subject, entries: items, excerpt })) reportChain(subject, fault, report);
    const found = { length: items.length, head: items.at(-1)?.hash ?? "none" };
    for (const field of ["length", "head"] as const) {
      const [expected, is] = [String({ length, head }[field]), String(found[field])];
      if (expected !== is) report({ check: "bundle-chains", subject, file: ENTRIES_FILE, field, expected, found: is });
    }
    const entries = items.filter((item): item is SealedEntry => item.entry !== undefined);
    whole &&= entries.length === length;
    return { subject, length, head, excerpt, entries };
  });
  if (at < all.length)
    report({ check: "bundle-chains", file: ENTRIES_FILE, field: "length", expected: `${at} entries`, found: `${all.length} lines` });
  return { change: read.change, chains, whole: whole && at === all.length };
}

/** A bag's chains as far as they could be read, whatever is wrong with it: that `openBag` says. */
export function chainsInBag(files: BagFiles): BagChains | undefined {
  return checkChains(files, () => {});
}

/** The change's own chain first, then the others in order of subject, each once. */
function checkOrder({ change, chains }: z.infer<typeof chainsSchema>, report: Report): void {
  for (const [at, { subject }] of chains.entries()) {
    const before = at < 2 ? "" : (chains[at - 1]?.subject ?? "");
    if (at === 0 ? subject !== change : subject <= before || subject === change)
      report({
        check: "bundle-chains",
        subject,
        file: CHAINS_FILE,
        field: "subject",
        expected: at === 0 ? change : `a subject after ${before || "the change's"}`,
        found: subject,
      });
  }
}

function splitLines(bytes: Uint8Array, report: Report): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let from = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
    lines.push(bytes.subarray(from, end));
    from = end + 1;
  }
  if (from < bytes.length) {
    report({ check: "bundle-chains", file: ENTRIES_FILE, expected: "a line break at the end", found: `${bytes.length - from} bytes more` });
    lines.push(bytes.subarray(from));
  }
  return lines;
}

function openLine(bytes: Uint8Array, { subject, line }: { readonly subject: string; readonly line: number }, report: Report): ChainItem {
  try {
    return openEntry(bytes);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const check = error.code === "not-canonical" || error.code === "lone-surrogate" ? "canonical" : "entry";
    report({ check, subject, file: ENTRIES_FILE, field: `line ${line}`, expected: "an entry of version 1", found: error.message });
    return { entry: undefined, bytes, hash: leafHash(bytes) };
  }
}

function reportChain(subject: Subject, fault: ChainFault, report: Report): void {
  const { seq, field, expected, found } = fault;
  report({ check: checkOf(fault), subject, seq, file: ENTRIES_FILE, field, expected, found });
}

function checkOf({ field, seq, found }: ChainFault): BagCheck {
  switch (field) {
    case "subject":
      return "bundle-chains";
    case "seq":
      return Number(found) > seq ? "chain-gap" : "chain-doubled";
    case "prev":
      return "chain-prev";
    case "hash":
      return "entry";
    default:
      return field satisfies never;
  }
}
