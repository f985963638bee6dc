import { isStatementSignedBy } from "@change-ledger/evidence";
import { envelopeKeyAt, LogError, type TrustFile } from "@change-ledger/log";
import { canonicalBytes } from "@change-ledger/model";
import { QueryError } from "../fault.ts";
import { type Certificate, certify, outcomeOf, outsidersOf } from "./certificate.ts";
import type { IndependentList } from "./independent-list.ts";
import { compareItems, type PopulationItem, parseItem } from "./item.ts";
import { checkCertified, type Proven } from "./on-record.ts";
import { inScope } from "./scope.ts";
import { parseCertificate, type SignedCertificate } from "./statement.ts";

/**
 * - `certificate`: its bytes are not of the form
 * - `signature`: not signed by a key that the trust file knows for that time, or not what the entry says that has it on record, or that entry is not proven
 * - `item`, `order`, `doubled`, `period`: a line that is no item, stands wrongly, stands twice, or is of another time or scope
 * - `population`: the items are not those that were certified (root hash, size or digest); `counts`: its numbers are not theirs
 * - `list-missing`: a list that was compared was not given; `list-differs`: one that was given was not compared
 * - `differences`: comparing again finds others; `continuity`: going through the updates again finds other gaps
 * - `not-in-log`: the log holds another entry at the leaf that an item names, or none
 * - `outcome`: what follows from the rest of the certificate is another
 */
export type PopulationCheck =
  | "certificate"
  | "signature"
  | "item"
  | "order"
  | "doubled"
  | "period"
  | "population"
  | "counts"
  | "list-missing"
  | "list-differs"
  | "differences"
  | "continuity"
  | "not-in-log"
  | "outcome";

export interface PopulationFault {
  readonly check: PopulationCheck;
  /** Line of the population's file, from 1. */
  readonly line?: number;
  readonly field?: string;
  readonly expected: string;
  readonly found: string;
}

export interface CertificateInputs {
  /** `certificate.json`, the bare statement, or `certificate.sigstore.json`. */
  readonly certificate: Uint8Array;
  /** The entry that has it on record: what a bare statement is signed by. */
  readonly recorded?: Proven | undefined;
  /** The lines of `population.jsonl`, without their line feeds. */
  readonly items: Iterable<Uint8Array>;
  /** The lists that were compared, as they were. */
  readonly lists: readonly IndependentList[];
  /** The auditor's own copy; undefined: the signature is not looked at, which the caller says. */
  readonly trust?: TrustFile | undefined;
  /** Hash (hexadecimal) of the log's leaf, of a log that was verified up to the certificate's checkpoint; undefined where it has none. */
  readonly leaf?: ((index: number) => string | undefined) | undefined;
}

/** What of a certificate could be verified, and everything wrong with it: none is sound. Needs nothing but its inputs. */
export function verifyCertificate(inputs: CertificateInputs): { readonly faults: PopulationFault[]; readonly certificate?: Certificate } {
  const faults: PopulationFault[] = [];
  const report = (check: PopulationCheck, expected: string, found: string, where: { line?: number; field?: string } = {}) =>
    faults.push({ check, ...where, expected, found });
  let signed: SignedCertificate;
  try {
    signed = parseCertificate(inputs.certificate);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    report("certificate", "a signed certificate of format 1", error.message);
    return { faults };
  }
  const { certificate } = signed;
  if (inputs.trust !== undefined) checkSignatures(signed, inputs.recorded, inputs.trust, report);
  const items = readItems(inputs.items, certificate, report);
  if (items === undefined) return { faults, certificate };
  if (inputs.leaf !== undefined) checkLeaves(certificate, items, inputs.leaf, report);
  checkAgain(certificate, items, inputs.lists, report);
  return { faults, certificate };
}

type Report = (check: PopulationCheck, expected: string, found: string, where?: { line?: number; field?: string }) => void;

/** By an envelope, by the entry that has it on record, or by both: each of them has to hold, and one of them has to be there. */
function checkSignatures(
  { envelope, certificate }: SignedCertificate,
  recorded: Proven | undefined,
  trust: TrustFile,
  report: Report,
): void {
  if (envelope === undefined && recorded === undefined) report("signature", "an envelope, or an entry that has it on record", "neither");
  if (recorded !== undefined)
    for (const { field, expected, found } of checkCertified(certificate, recorded, trust)) report("signature", expected, found, { field });
  if (envelope === undefined) return;
  try {
    const { pem } = envelopeKeyAt(trust, envelope.keyId, certificate.certifiedAt);
    if (!isStatementSignedBy(envelope, pem))
      report("signature", `a signature by envelope key ${envelope.keyId}`, "one that does not verify");
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    report("signature", `a key of the trust file at ${certificate.certifiedAt}`, error.message);
  }
}

/** The items, or undefined when any of them cannot be read: then nothing can be counted. */
function readItems(lines: Iterable<Uint8Array>, { period }: Certificate, report: Report): PopulationItem[] | undefined {
  const items: PopulationItem[] = [];
  const ids = new Map<string, number>();
  let line = 0;
  let readable = true;
  for (const bytes of lines) {
    line++;
    let item: PopulationItem;
    try {
      item = parseItem(bytes);
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      report("item", "the canonical JSON of an item", error.message, { line });
      readable = false;
      continue;
    }
    const before = items.at(-1);
    const first = ids.get(item.id);
    if (first !== undefined) report("doubled", `${item.id} once`, `it stands in line ${first} already`, { line });
    else if (before !== undefined && compareItems(before, item) > 0)
      report("order", `an item behind ${before.at} ${before.id}`, `${item.at} ${item.id}`, { line });
    if (item.at < period.from || item.at >= period.to)
      report("period", `a time from ${period.from} on, before ${period.to}`, item.at, { line });
    ids.set(item.id, first ?? line);
    items.push(item);
  }
  return readable ? items : undefined;
}

/** Items by their lines, then what else the certificate names: whoever explains a difference by an entry must have that entry. */
function checkLeaves(
  certificate: Certificate,
  items: readonly PopulationItem[],
  leaf: (index: number) => string | undefined,
  report: Report,
): void {
  const check = ({ id, restsOn }: Pick<PopulationItem, "id" | "restsOn">, where: { line?: number; field?: string }): void => {
    // What the checkpoint does not cover is said to be uncovered.
    if (restsOn.leaf === undefined || restsOn.leaf >= certificate.log.size) return;
    const found = leaf(restsOn.leaf);
    if (found !== restsOn.hash) report("not-in-log", `${restsOn.hash} at leaf ${restsOn.leaf} for ${id}`, found ?? "no such leaf", where);
  };
  for (const [at, item] of items.entries()) check(item, { line: at + 1 });
  for (const one of outsidersOf(certificate)) check(one, { field: "sources" });
}

/** Certifies again, from the items, the lists, and what else the certificate names; whatever comes out otherwise is wrong. */
function checkAgain(certificate: Certificate, items: readonly PopulationItem[], lists: readonly IndependentList[], report: Report): void {
  const { period, asOf, scope, configurations, leftOut, log, certifiedAt, sources } = certificate;
  for (const { id, subject } of items)
    if (!inScope(scope, subject)) report("period", `an item of ${scope?.join(", ")}`, id, { field: "scope" });
  const expected = sources.flatMap((source) => (source.assessed === "none" ? [source] : []));
  const outsiders = outsidersOf(certificate);
  for (const { id, at, because } of outsiders)
    if (because === "outside-the-period" && period.from <= at && at < period.to)
      report("differences", `${id} outside the period`, at, { field: "sources" });
  let again: Certificate;
  try {
    again = certify({
      population: { period, asOf, scope, configurations, leftOut, items, outsiders },
      lists,
      expected,
      log: { ...log, differences: log.compared === "none" ? undefined : log.differences },
      certifiedAt,
    });
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    report("certificate", "times and a period that go together", error.message);
    return;
  }
  for (const field of ["root", "size", "sha256"] as const)
    differ("population", `population.${field}`, certificate.population[field], again.population[field]);
  differ("counts", "population.counts", certificate.population.counts, again.population.counts);
  checkSources(certificate, again, report);
  differ("continuity", "continuity", certificate.continuity, again.continuity);
  differ("not-in-log", "log.uncovered", log.uncovered, again.log.uncovered);
  differ("outcome", "outcome", certificate.outcome, outcomeOf(certificate));

  function differ(check: PopulationCheck, field: string, stated: unknown, found: unknown): void {
    const [said, is] = [textOf(stated), textOf(found)];
    if (said !== is) report(check, said, is, { field });
  }
}

function checkSources(certificate: Certificate, again: Certificate, report: Report): void {
  const keyOf = (source: Certificate["sources"][number]) =>
    source.assessed === "none" ? `${source.system} ${source.scope}` : `${source.system} ${source.scope} ${source.form} ${source.digest}`;
  const found = new Map(again.sources.map((source) => [keyOf(source), source]));
  for (const source of certificate.sources) {
    const key = keyOf(source);
    const other = found.get(key);
    found.delete(key);
    if (other === undefined) report("list-missing", key, "no such list", { field: "sources" });
    else if (textOf(source) !== textOf(other)) report("differences", textOf(source), textOf(other), { field: "sources" });
  }
  // A scope without a list shows itself as not assessed, when the list that was compared is not there: that was said above.
  for (const [key, { assessed }] of found)
    if (assessed !== "none") report("list-differs", "a list that was compared", key, { field: "sources" });
    else if (!certificate.sources.some((source) => `${source.system} ${source.scope}` === key))
      report("differences", `a word on the list ${key}`, "none", { field: "sources" });
}

const textOf = (value: unknown): string => Buffer.from(canonicalBytes(value)).toString();
