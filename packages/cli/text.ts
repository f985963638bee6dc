/** What is said on a terminal. Most of it was written by others, who may be attackers. */
import type { Fault } from "./verify/fault.ts";
import type { Summary } from "./verify/verify.ts";

/** Longer texts are cut. */
const MAX_LENGTH = 300;

/** A text without anything that a terminal obeys or that changes how the line reads: control, format and separator characters are written out. */
export function printable(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  return plain.length <= MAX_LENGTH ? plain : `${plain.slice(0, MAX_LENGTH)}…`;
}

/** One line. */
export function faultLine({ check, subject, seq, leaf, file, field, expected, found }: Fault): string {
  const places = [
    subject,
    seq === undefined ? undefined : `seq ${seq}`,
    leaf === undefined ? undefined : `leaf ${leaf}`,
    file,
    field,
  ].filter((each) => each !== undefined);
  return `${check}: ${places.map(printable).join(", ")}: expected ${printable(expected)}, found ${printable(found)}`;
}

/** What was verified, a line each. */
export function summaryLines({ trust, log, ledger, bundles, papers = [] }: Summary): string[] {
  const lines: string[] = [];
  for (const { period, items, outcome, drawn, exceptions, remade } of papers) {
    lines.push(
      `working papers from ${period.from} to ${period.to}: ${items} items, completeness ${outcome}, ${drawn} drawn, ${exceptions} exceptions`,
    );
    lines.push(remade ? "population: made again from the log" : "population: not made again, since no part of the log is at hand (--log)");
  }
  if (log !== undefined) {
    lines.push(`log ${printable(log.origin)}: ${log.size} entries, root hash ${log.root}`);
    if (log.hours !== undefined) lines.push(`hours: ${log.hours.count}, from ${log.hours.first} to ${log.hours.last}`);
  }
  if (ledger !== undefined)
    lines.push(`ledger: ${ledger.entries} entries in ${ledger.chains} chains${ledger.ordered ? "" : ", not to its end"}`);
  if (bundles > 0) lines.push(`evidence bundles: ${bundles}`);
  if (trust !== "given")
    lines.push(
      `keys: taken from the ${trust === "of the log itself" ? "log itself" : "working papers"}. Whoever could alter ${trust === "of the log itself" ? "the log" : "these"} could alter them: use a trust file that you had before (--trust)`,
    );
  return lines;
}
