/**
 * `change-ledger audit`: from the log of a ledger to the working papers of a period. Everything is worked out here, from bytes that a checkpoint vouches for; the ledger is only
 * asked to put on record what was certified and drawn, in that order. What is in the folder already is not fetched again.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { canonicalBytes, type SealedEntry, type Subject, sha256Hex } from "@change-ledger/model";
import {
  certificateChain,
  certificateDigest,
  certificateStatement,
  certifiedFacts,
  drawnFacts,
  drawSample,
  type IndependentList,
  itemBytes,
  type Sample,
  type SampleQuestion,
  sampleBytes,
} from "@change-ledger/query";
import { CliError } from "../fault.ts";
import type { Progress } from "../verify/sources.ts";
import {
  BEFORE,
  bundleFile,
  CERTIFICATE,
  CONFIGURATIONS,
  entryFile,
  type ItemBundle,
  LISTS,
  MANIFEST,
  POPULATION,
  proofFile,
  SAMPLE,
} from "../workpapers/layout.ts";
import { madeFiles } from "../workpapers/made.ts";
import { PAPER_MAX_BYTES, writeManifest } from "../workpapers/manifest.ts";
import { fileOfLines, sameList } from "../workpapers/paper-files.ts";
import { KnownConfigurations } from "../workpapers/re-perform.ts";
import { type MadePopulation, makePopulation } from "../workpapers/remade-population.ts";
import { type Results, resultsOf } from "../workpapers/results.ts";
import { type AuditAsked, PaperFolder } from "./audit-state.ts";
import { ChainsBefore } from "./chains-before.ts";
import { LedgerApi, type RecordedBundle } from "./ledger-api.ts";
import { openLogPart, unlessWrong } from "./log-part.ts";
import { offeredConfigurations } from "./offered-configurations.ts";

export interface AuditOptions extends AuditAsked {
  readonly url: string;
  readonly token: string | undefined;
  readonly folder: string;
  /** A trust file that the auditor had before; undefined: the server's own. */
  readonly trusted: Uint8Array | undefined;
  /** Besides those that the reconcilers put on record: the auditor's own. */
  readonly lists: readonly IndependentList[];
  readonly now: string;
  readonly progress: Progress;
}

export interface Audited extends MadePopulation {
  readonly digest: string;
  /** Undefined: no nonce was given yet. */
  readonly results: Results | undefined;
}

const SMALL_BYTES = 1_000_000;
const AT_ONCE = 6;

/** @throws CliError, LogError, QueryError: the folder keeps what it has, and the next run goes on */
export async function audit(options: AuditOptions): Promise<Audited> {
  const { url, token, now, trusted, progress } = options;
  const folder = new PaperFolder(options.folder);
  const state = folder.begin(options, now);
  rmSync(join(folder.path, MANIFEST), { force: true });
  const api = new LedgerApi(url, token);
  return await unlessWrong(folder, async () => {
    const log = await openLogPart(api, folder, { from: state.period.from, now, trusted });
    const configurations = await offeredConfigurations(api, folder);
    const chains = new ChainsBefore(api, log.trust, log.head.size);
    const made = await makePopulation({
      period: state.period,
      asOf: state.asOf,
      certifiedAt: state.certifiedAt,
      scope: state.scope,
      configurations,
      lists: (recorded) => options.lists.filter((own) => !recorded.some((one) => sameList(one, own))),
      origin: log.head.origin,
      files: log.files,
      head: log.head,
      first: log.first,
      before: chains.before,
      place: (hashes) => chains.place(hashes),
      progress: (done, of) => progress("log", done, of),
    });
    folder.put(POPULATION, fileOfLines(made.items.map(itemBytes)));
    folder.put(LISTS, fileOfLines(made.lists.map(canonicalBytes)));
    folder.put(BEFORE, chains.bytes());
    folder.put(CONFIGURATIONS, fileOfLines(configurations.map(canonicalBytes)));
    folder.put(CERTIFICATE, certificateStatement(made.certificate));
    const digest = certificateDigest(made.certificate);
    progress("certificate on record", 0, 1);
    await putCertificate(api, folder, made, digest);
    if (state.question === undefined) return { ...made, digest, results: undefined };
    const sample = await draw(api, folder, made, digest, state.question, progress);
    const bundles = await fetchBundles(api, folder, made, sample, progress);
    const results = resultsOf({
      sample,
      item: (index) => itemAt(made, index),
      bundle: (change) => {
        const record = bundles.get(change);
        const zip = record && folder.read(bundleFile(record.sha256), PAPER_MAX_BYTES);
        return record === undefined || zip === undefined ? undefined : { record, zip };
      },
      configurations: new KnownConfigurations(configurations),
      progress: (done, of) => progress("tests", done, of),
    });
    for (const [file, bytes] of madeFiles({ certificate: made.certificate, certificateDigest: digest, sample, results }))
      folder.put(file, bytes);
    folder.put(MANIFEST, writeManifest(folder.path));
    return { ...made, digest, results };
  });
}

async function putCertificate(api: LedgerApi, folder: PaperFolder, { certificate }: MadePopulation, digest: string): Promise<void> {
  const { computed: _computed, ...facts } = certifiedFacts(certificate, "caller");
  await putOnRecord(
    api,
    folder,
    CERTIFICATE,
    certificateChain(digest),
    () => api.certify(facts),
    ({ entry }) => entry.seq === 0,
  );
}

async function draw(
  api: LedgerApi,
  folder: PaperFolder,
  { certificate, items }: MadePopulation,
  digest: string,
  question: SampleQuestion,
  progress: Progress,
): Promise<Sample> {
  const { root, size } = certificate.population;
  const sample = drawSample({ root, size }, items.map(itemBytes), question);
  const facts = drawnFacts(sample, digest);
  folder.put(SAMPLE, sampleBytes(sample));
  progress("sample on record", 0, 1);
  const isIt = ({ entry }: SealedEntry) => entry.kind === "sample-drawn" && entry.facts.sample === facts.sample;
  await putOnRecord(api, folder, SAMPLE, certificateChain(digest), () => api.sample(facts), isIt);
  return sample;
}

/** Puts what a file says on record, unless that was done; keeps the entry and its proof beside it. */
async function putOnRecord(
  api: LedgerApi,
  folder: PaperFolder,
  file: string,
  chain: Subject,
  put: () => Promise<void>,
  isIt: (sealed: SealedEntry) => boolean,
): Promise<void> {
  if ([entryFile(file), proofFile(file)].every((one) => folder.read(one, SMALL_BYTES) !== undefined)) return;
  await put();
  const { bytes, entry } = await api.awaitEntry(chain, 0, isIt);
  const proof = await api.awaitProof(chain, entry.seq);
  folder.put(entryFile(file), bytes);
  folder.put(proofFile(file), proof);
}

/** The latest bundle of each change that an item of the sample brought, as it is on record. */
async function fetchBundles(
  api: LedgerApi,
  folder: PaperFolder,
  made: MadePopulation,
  sample: Sample,
  progress: Progress,
): Promise<ReadonlyMap<string, ItemBundle>> {
  const drawn = sample.strata.flatMap((stratum) => stratum.drawn);
  const changes = [...new Set(drawn.flatMap(({ index }) => itemAt(made, index).changes))].sort();
  const found = new Map<string, ItemBundle>();
  mkdirSync(join(folder.path, "bundles"), { recursive: true });
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let change = changes[next++]; change !== undefined; change = changes[next++]) {
      const record = await api.latestBundle(change);
      if (record !== undefined) {
        await fetchBundle(api, folder, record);
        found.set(change, { change, key: record.key, versionId: record.versionId, sha256: record.sha256 });
      }
      progress("bundles", ++done, changes.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

async function fetchBundle(api: LedgerApi, folder: PaperFolder, { key, sha256 }: RecordedBundle): Promise<void> {
  const file = bundleFile(sha256);
  const held = folder.read(file, PAPER_MAX_BYTES);
  if (held !== undefined && sha256Hex(held) === sha256) return;
  const bytes = await api.bytes(`bundles/${key.split("/").map(encodeURIComponent).join("/")}`, PAPER_MAX_BYTES);
  if (sha256Hex(bytes) !== sha256)
    throw new CliError("unreadable", `${key}: expected the bundle of SHA-256 ${sha256} that is on record, got another`);
  folder.put(file, bytes);
}

function itemAt({ items }: MadePopulation, index: number): MadePopulation["items"][number] {
  const item = items[index];
  if (item === undefined) throw new CliError("unreadable", `expected an item ${index} of the population`);
  return item;
}
