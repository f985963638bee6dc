/** The population of working papers: certified, on record, the log's, and, where its part of the log is at hand, made again. */
import { type Checkpoint, LogError, type LogFiles, logIdentity, openCheckpoint, TILE_WIDTH, type TrustFile } from "@change-ledger/log";
import {
  type Certificate,
  certificateStatement,
  type PopulationFault,
  parseCertificate,
  QueryError,
  verifyCertificate,
} from "@change-ledger/query";
import {
  BEFORE,
  CERTIFICATE,
  CHECKPOINT,
  CONFIGURATIONS,
  configurationLines,
  entryFile,
  KeptBefore,
  LISTS,
  linesOf,
  listLines,
  makePopulation,
  PAPER_MAX_BYTES,
  type PaperStore,
  POPULATION,
  proofFile,
  sameList,
} from "@change-ledger/workpapers";
import type { Fault } from "../verify/fault.ts";
import { firstDifference } from "../verify/first-difference.ts";
import { openOrTell, rootText } from "../verify/open-log.ts";
/** The part of the log that is at hand. */
export interface LogAtHand {
  readonly files: LogFiles;
  /** The first entry bundle that is there. */
  readonly firstBundle: number;
}

export interface PopulationChecked {
  readonly certificate: Certificate | undefined;
  /** Whether it was made again from the log. */
  readonly remade: boolean;
}

export interface CheckPopulation {
  readonly papers: PaperStore;
  readonly trust: TrustFile;
  /** Undefined: no part of it is at hand. */
  readonly log: LogAtHand | undefined;
  readonly progress: (done: number, of: number) => void;
}

const NOTHING = new Uint8Array();

export async function* checkPopulation(check: CheckPopulation): AsyncGenerator<Fault, PopulationChecked> {
  const { papers, trust, log } = check;
  const file = (name: string) => papers.read(name, PAPER_MAX_BYTES) ?? NOTHING;
  const bytes = file(CERTIFICATE);
  const { faults, certificate } = verifyCertificate({
    certificate: bytes,
    items: linesOf(file(POPULATION)),
    lists: listLines(file(LISTS)),
    trust,
    recorded: { entry: file(entryFile(CERTIFICATE)), proof: file(proofFile(CERTIFICATE)) },
  });
  for (const fault of faults) yield faultOf(fault);
  if (certificate === undefined) return { certificate, remade: false };
  const note = file(CHECKPOINT);
  const head = yield* openOrTell(() => openCheckpoint(note, logIdentity(trust)), note, CHECKPOINT);
  if (head === undefined) return { certificate, remade: false };
  yield* checkHead(certificate, head);
  if (log === undefined || parseCertificate(bytes).envelope !== undefined) return { certificate, remade: false };
  try {
    const again = await makeAgain(check, certificate, head, log);
    const difference = firstDifference(bytes, certificateStatement(again));
    if (difference !== undefined)
      yield {
        check: "population",
        file: CERTIFICATE,
        field: difference.field,
        expected: `${difference.found}, as the log says`,
        found: difference.expected,
      };
  } catch (error) {
    if (error instanceof LogError) yield { check: "tile", file: CHECKPOINT, expected: "the log of this checkpoint", found: error.message };
    else if (error instanceof QueryError)
      yield { check: "population", file: CERTIFICATE, expected: "a population that can be made again", found: error.message };
    else throw error;
    return { certificate, remade: false };
  }
  return { certificate, remade: true };
}

function* checkHead({ log }: Certificate, { origin, size, root }: Checkpoint): Generator<Fault> {
  for (const [field, expected, found] of [
    ["log.origin", origin, log.origin],
    ["log.size", String(size), String(log.size)],
    ["log.root", rootText(root), log.root],
  ] as const)
    if (expected !== found) yield { check: "certificate", file: CERTIFICATE, field, expected, found };
}

async function makeAgain(
  { papers, progress }: CheckPopulation,
  certificate: Certificate,
  head: Checkpoint,
  log: LogAtHand,
): Promise<Certificate> {
  const file = (name: string) => papers.read(name, PAPER_MAX_BYTES) ?? NOTHING;
  const kept = new KeptBefore(file(BEFORE));
  const lists = listLines(file(LISTS));
  const { period, asOf, certifiedAt, scope } = certificate;
  const made = await makePopulation({
    period,
    asOf,
    certifiedAt,
    scope,
    configurations: configurationLines(file(CONFIGURATIONS)),
    lists: (recorded) => lists.filter((one) => !recorded.some((other) => sameList(one, other))),
    origin: head.origin,
    files: log.files,
    head,
    first: log.firstBundle * TILE_WIDTH,
    before: kept.before,
    place: () => kept.place(),
    progress,
  });
  return made.certificate;
}

/** Of the population's own lines, or of what the certificate says. */
function faultOf({ check, line, field, expected, found }: PopulationFault): Fault {
  const where = line === undefined ? CERTIFICATE : `${POPULATION}:${line}`;
  const ofItems = ["item", "order", "doubled", "period", "population", "counts"].includes(check);
  return {
    check: ofItems ? "population" : "certificate",
    file: where,
    field: field === undefined ? check : `${check} ${field}`,
    expected,
    found,
  };
}
