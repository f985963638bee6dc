/**
 * Verifies working papers, offline: every file is the manifest's; the certificate is what its entry says, and that entry is in the log; the population is the certified one, and
 * where the log is at hand it is made again; lists, gaps and counts are gone through again; the sample is drawn again, from the certificate that was on record before it; every
 * test is done again, and the pages say what comes of that. The bundles are verified like all others: see verify/open-bundles.ts.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type LogFiles, parseTrust, type Tile, tilePath } from "@change-ledger/log";
import {
  type Certificate,
  certificateDigest,
  checkDrawn,
  type PopulationItem,
  parseItem,
  parseSample,
  QueryError,
  type Sample,
  verifySample,
} from "@change-ledger/query";
import {
  bundleFile,
  CONFIGURATIONS,
  configurationLines,
  entryFile,
  KnownConfigurations,
  LOG,
  linesOf,
  madeFiles,
  PAPER_MAX_BYTES,
  POPULATION,
  proofFile,
  RESULTS,
  type Results,
  resultsOf,
  resultsSchema,
  SAMPLE,
  WorkpapersError,
} from "@change-ledger/workpapers";
import { CliError } from "../fault.ts";
import { directoryLog } from "../files/log-directory.ts";
import { PaperFolder } from "../files/paper-folder.ts";
import type { Fault } from "../verify/fault.ts";
import { firstDifference } from "../verify/first-difference.ts";
import { readTile } from "../verify/read-tile.ts";
import type { LogFiles as FolderLog, Progress } from "../verify/sources.ts";
import { checkManifest } from "./check-manifest.ts";
import { checkPopulation, type LogAtHand } from "./check-population.ts";

export interface CheckWorkpapers {
  readonly folder: string;
  /** The trust file's bytes. */
  readonly trust: Uint8Array;
  /** A mirror of the whole log; undefined: the part in the papers, if it is there. */
  readonly log: FolderLog | undefined;
  readonly progress: Progress;
}

/** What was verified. */
export interface WorkpapersSummary {
  readonly period: { readonly from: string; readonly to: string };
  readonly items: number;
  readonly drawn: number;
  readonly exceptions: number;
  /** Completeness, as certified. */
  readonly outcome: string;
  /** Whether the population was made again from the log. */
  readonly remade: boolean;
}

const NOTHING = new Uint8Array();

/** Yields what is wrong; returns what was verified, as far as it could be read. @throws CliError, LogError for what cannot be read at all */
export async function* checkWorkpapers({
  folder,
  trust: trustBytes,
  log,
  progress,
}: CheckWorkpapers): AsyncGenerator<Fault, WorkpapersSummary | undefined> {
  const papers = new PaperFolder(folder);
  yield* checkManifest(papers);
  const trust = parseTrust(trustBytes);
  const atHand = log === undefined ? partAtHand(folder) : { files: filesOf(log), firstBundle: 0 };
  const population = checkPopulation({ papers, trust, log: atHand, progress: (done, of) => progress("log", done, of) });
  const { certificate, remade } = yield* population;
  if (certificate === undefined) return undefined;
  const items = readItems(papers);
  const sample = yield* checkSample(papers, certificate, trust);
  if (sample === undefined || items === undefined) return undefined;
  const results = yield* checkResults(papers, certificate, sample, items, progress);
  const drawn = sample.strata.reduce((sum, stratum) => sum + stratum.drawn.length, 0);
  const { period, outcome } = certificate;
  return { period, items: items.length, drawn, exceptions: results?.exceptions.length ?? 0, outcome, remade };
}

function* checkSample(
  papers: PaperFolder,
  certificate: Certificate,
  trust: ReturnType<typeof parseTrust>,
): Generator<Fault, Sample | undefined> {
  const bytes = papers.read(SAMPLE, PAPER_MAX_BYTES) ?? NOTHING;
  const { root, size } = certificate.population;
  for (const { check, field, expected, found } of verifySample(
    bytes,
    { root, size },
    linesOf(papers.read(POPULATION, PAPER_MAX_BYTES) ?? NOTHING),
  ))
    yield { check: "sample", file: SAMPLE, field: field === undefined ? check : `${check} ${field}`, expected, found };
  let sample: Sample;
  try {
    sample = parseSample(bytes);
  } catch (error) {
    // It was said above.
    if (error instanceof QueryError) return undefined;
    throw error;
  }
  const recorded = {
    entry: papers.read(entryFile(SAMPLE), PAPER_MAX_BYTES) ?? NOTHING,
    proof: papers.read(proofFile(SAMPLE), PAPER_MAX_BYTES) ?? NOTHING,
  };
  for (const { field, expected, found } of checkDrawn(sample, certificateDigest(certificate), recorded, trust))
    yield { check: "sample", file: entryFile(SAMPLE), field, expected, found };
  return sample;
}

/** Does every test again, makes the pages again, and compares. */
function* checkResults(
  papers: PaperFolder,
  certificate: Certificate,
  sample: Sample,
  items: readonly PopulationItem[],
  progress: Progress,
): Generator<Fault, Results | undefined> {
  const told = resultsIn(papers.read(RESULTS, PAPER_MAX_BYTES) ?? NOTHING);
  if (told === undefined) {
    yield { check: "result", file: RESULTS, expected: "results of working papers, format 1", found: "something else" };
    return undefined;
  }
  const records = new Map(
    told.items.flatMap(({ changes }) => changes.flatMap(({ change, bundle }) => (bundle === undefined ? [] : [[change, bundle] as const]))),
  );
  const configurations = new KnownConfigurations(configurationLines(papers.read(CONFIGURATIONS, PAPER_MAX_BYTES) ?? NOTHING));
  let results: Results;
  try {
    results = resultsOf({
      sample,
      item(index) {
        const item = items[index];
        if (item === undefined) throw new WorkpapersError("unreadable", `expected an item ${index} of the population`);
        return item;
      },
      bundle(change) {
        const record = records.get(change);
        const zip = record && papers.read(bundleFile(record.sha256), PAPER_MAX_BYTES);
        return record === undefined || zip === undefined ? undefined : { record: { change, ...record }, zip };
      },
      configurations,
      progress: (done, of) => progress("tests", done, of),
    });
  } catch (error) {
    // A sample that names what the population has not: it was said above.
    if (error instanceof WorkpapersError) return undefined;
    throw error;
  }
  for (const [file, made] of madeFiles({ certificate, certificateDigest: certificateDigest(certificate), sample, results })) {
    const found = papers.read(file, PAPER_MAX_BYTES) ?? NOTHING;
    if (Buffer.compare(found, made) === 0) continue;
    const difference = file.endsWith(".json") ? firstDifference(made, found) : undefined;
    yield { check: "result", file, ...(difference ?? { expected: "what the evidence gives", found: "something else" }) };
  }
  return results;
}

function resultsIn(bytes: Uint8Array): Results | undefined {
  try {
    const parsed = resultsSchema.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined when a line is no item: it was said already. */
function readItems(papers: PaperFolder): PopulationItem[] | undefined {
  try {
    return linesOf(papers.read(POPULATION, PAPER_MAX_BYTES) ?? NOTHING).map(parseItem);
  } catch (error) {
    if (error instanceof QueryError) return undefined;
    throw error;
  }
}

function filesOf(log: FolderLog): LogFiles {
  return {
    async read(tile: Tile) {
      const found = await readTile(log, tile);
      if (found === undefined) throw new CliError("unreadable", `the log has no ${tilePath(tile)}`);
      return found.bytes;
    },
  };
}

/** The part of the log that the papers hold: from its first entry bundle on. */
function partAtHand(folder: string): LogAtHand | undefined {
  const first = firstBundle(join(folder, LOG, "tile", "entries"), "");
  return first === undefined ? undefined : { files: filesOf(directoryLog(join(folder, LOG))), firstBundle: first };
}

/** Paths of tiles: groups of three digits, all but the last with an `x` before them (C2SP tlog-tiles); the first in this order is the first of the log. */
function firstBundle(folder: string, digits: string): number | undefined {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return undefined;
  }
  const last = names.filter((name) => /^\d{3}(?:\.p)?$/.test(name)).sort()[0];
  if (last !== undefined && digits === "") return Number(last.slice(0, 3));
  if (last !== undefined) return Number(digits + last.slice(0, 3));
  for (const name of names.filter((one) => /^x\d{3}$/.test(one)).sort()) {
    const found = firstBundle(join(folder, name), digits + name.slice(1));
    if (found !== undefined) return found;
  }
  return undefined;
}
