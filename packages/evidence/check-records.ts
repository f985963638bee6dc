import type { PayloadReference, SealedEntry } from "@change-ledger/model";
import type { BagFault, BagFiles, Report } from "./bag-fault.ts";
import type { BagChains } from "./check-chains.ts";
import { payloadsOf } from "./dossier.ts";
import { EvidenceError } from "./fault.ts";
import { readMember } from "./member.ts";
import { parseRecord, RECORD_MAX_BYTES } from "./record.ts";

const RAW = "data/raw/";

/**
 * The raw records: for each payload that an entry names there is exactly one, of the length that the entry says, in the file that the body's digest names; records of
 * one body stand in order of archive and offset. Nothing else is there.
 */
export function checkRecords(files: BagFiles, { chains, whole }: BagChains, report: Report): void {
  const byBody = new Map<string, PayloadReference[]>();
  for (const reference of payloadsOf(chains)) byBody.set(reference.sha256, [...(byBody.get(reference.sha256) ?? []), reference]);
  const first = new Map<string, SealedEntry>();
  for (const { entries } of chains)
    for (const sealed of entries) {
      const body = sealed.entry.payload?.sha256;
      if (body !== undefined && !first.has(body)) first.set(body, sealed);
    }
  for (const [body, references] of byBody) {
    const file = `${RAW}${body}.warc.gz`;
    const { subject, seq } = first.get(body)?.entry ?? {};
    const where = { file, ...(subject === undefined || seq === undefined ? {} : { subject, seq }) };
    const content = files.get(file);
    if (content === undefined)
      report({ check: "payload-missing", ...where, expected: `the record of a body with SHA-256 ${body}`, found: "no file" });
    else checkFile(content, { body, references, where }, report);
  }
  // Where an entry cannot be read, nobody knows what it names.
  for (const path of whole ? files.keys() : [])
    if (path.startsWith(RAW) && !byBody.has(path.slice(RAW.length).replace(/\.warc\.gz$/, "")))
      report({ check: "file-extra", file: path, expected: "a record that an entry names", found: "one that none does" });
}

interface Records {
  readonly body: string;
  readonly references: readonly PayloadReference[];
  readonly where: Omit<BagFault, "check" | "expected" | "found">;
}

function checkFile(content: Uint8Array, { body, references, where }: Records, report: Report): void {
  const differs = (field: string, expected: string, found: string): void => {
    report({ check: "payload-differs", ...where, field, expected, found });
  };
  let at = 0;
  for (const { length } of references) {
    try {
      const member = readMember(content.subarray(at), RECORD_MAX_BYTES);
      if (member.length !== length) differs("length", `a gzip member of ${length} bytes`, `${member.length} bytes`);
      const { sha256 } = parseRecord(member.content);
      if (sha256 !== body) differs("sha256", body, sha256);
      at += member.length;
    } catch (error) {
      if (!(error instanceof EvidenceError)) throw error;
      differs("record", "a whole record as it was archived", error.code);
      return;
    }
  }
  if (at !== content.length) differs("length", `${references.length} records of ${at} bytes`, `${content.length} bytes`);
}
