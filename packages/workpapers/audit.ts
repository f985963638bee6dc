/**
 * From the log of a ledger to the working papers of a period, for `change-ledger audit` and for the console. Everything is worked out here, from bytes that a checkpoint vouches
 * for; the ledger is only asked to put on record what was certified and drawn, in that order. What is kept already is not fetched again.
 */
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
import { type AuditAsked, beginAudit } from "./audit-state.ts";
import { ChainsBefore } from "./chains-before.ts";
import { WorkpapersError } from "./fault.ts";
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
} from "./layout.ts";
import { LedgerApi, type RecordedBundle } from "./ledger-api.ts";
import { openLogPart, unlessWrong } from "./log-part.ts";
import { madeFiles } from "./made.ts";
import { manifestOf, PAPER_MAX_BYTES } from "./manifest.ts";
import { offeredConfigurations } from "./offered-configurations.ts";
import { fileOfLines, sameList } from "./paper-files.ts";
import type { LedgerReader, PaperStore, Progress } from "./ports.ts";
import { KnownConfigurations } from "./re-perform.ts";
import { type MadePopulation, makePopulation } from "./remade-population.ts";
import { type Results, resultsOf } from "./results.ts";

export interface AuditOptions extends AuditAsked {
  readonly ledger: LedgerReader;
  readonly papers: PaperStore;
  /** A trust file that the auditor had before; undefined: the server's own. */
  readonly trusted: Uint8Array | undefined;
  /** Besides those that the reconcilers put on record: the auditor's own. */
  readonly lists: readonly IndependentList[];
  /** Entries of the log that are read at most. */
  readonly mostEntries?: number;
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

/** @throws WorkpapersError, LogError, QueryError, and what the ports throw: what is kept stays, and the next run goes on */
export async function audit(options: AuditOptions): Promise<Audited> {
  const { papers, now, trusted, progress } = options;
  const state = beginAudit(papers, options, now);
  papers.remove(MANIFEST);
  const api = new LedgerApi(options.ledger);
  return await unlessWrong(papers, async () => {
    const log = await openLogPart(api, papers, { from: state.period.from, now, trusted });
    const entries = log.head.size - log.first;
    if (options.mostEntries !== undefined && entries > options.mostEntries)
      throw new WorkpapersError("too-large", `the log of this period has ${entries} entries; at most ${options.mostEntries} are read here`);
    const configurations = await offeredConfigurations(api, papers);
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
    papers.put(POPULATION, fileOfLines(made.items.map(itemBytes)));
    papers.put(LISTS, fileOfLines(made.lists.map(canonicalBytes)));
    papers.put(BEFORE, chains.bytes());
    papers.put(CONFIGURATIONS, fileOfLines(configurations.map(canonicalBytes)));
    papers.put(CERTIFICATE, certificateStatement(made.certificate));
    const digest = certificateDigest(made.certificate);
    progress("certificate on record", 0, 1);
    await putCertificate(api, papers, made, digest);
    if (state.question === undefined) return { ...made, digest, results: undefined };
    const sample = await draw(api, papers, made, digest, state.question, progress);
    const bundles = await fetchBundles(api, papers, made, sample, progress);
    const results = resultsOf({
      sample,
      item: (index) => itemAt(made, index),
      bundle: (change) => {
        const record = bundles.get(change);
        const zip = record && papers.read(bundleFile(record.sha256), PAPER_MAX_BYTES);
        return record === undefined || zip === undefined ? undefined : { record, zip };
      },
      configurations: new KnownConfigurations(configurations),
      progress: (done, of) => progress("tests", done, of),
    });
    for (const [file, bytes] of madeFiles({ certificate: made.certificate, certificateDigest: digest, sample, results }))
      papers.put(file, bytes);
    papers.put(MANIFEST, manifestOf(papers));
    return { ...made, digest, results };
  });
}

async function putCertificate(api: LedgerApi, papers: PaperStore, { certificate }: MadePopulation, digest: string): Promise<void> {
  const { computed: _computed, ...facts } = certifiedFacts(certificate, "caller");
  await putOnRecord(
    api,
    papers,
    CERTIFICATE,
    certificateChain(digest),
    () => api.certify(facts),
    ({ entry }) => entry.seq === 0,
  );
}

async function draw(
  api: LedgerApi,
  papers: PaperStore,
  { certificate, items }: MadePopulation,
  digest: string,
  question: SampleQuestion,
  progress: Progress,
): Promise<Sample> {
  const { root, size } = certificate.population;
  const sample = drawSample({ root, size }, items.map(itemBytes), question);
  const facts = drawnFacts(sample, digest);
  papers.put(SAMPLE, sampleBytes(sample));
  progress("sample on record", 0, 1);
  const isIt = ({ entry }: SealedEntry) => entry.kind === "sample-drawn" && entry.facts.sample === facts.sample;
  await putOnRecord(api, papers, SAMPLE, certificateChain(digest), () => api.sample(facts), isIt);
  return sample;
}

/** Puts what a file says on record, unless that was done; keeps the entry and its proof beside it. */
async function putOnRecord(
  api: LedgerApi,
  papers: PaperStore,
  file: string,
  chain: Subject,
  put: () => Promise<void>,
  isIt: (sealed: SealedEntry) => boolean,
): Promise<void> {
  if ([entryFile(file), proofFile(file)].every((one) => papers.read(one, SMALL_BYTES) !== undefined)) return;
  await put();
  const { bytes, entry } = await api.awaitEntry(chain, 0, isIt);
  const proof = await api.awaitProof(chain, entry.seq);
  papers.put(entryFile(file), bytes);
  papers.put(proofFile(file), proof);
}

/** The latest bundle of each change that an item of the sample brought, as it is on record. */
async function fetchBundles(
  api: LedgerApi,
  papers: PaperStore,
  made: MadePopulation,
  sample: Sample,
  progress: Progress,
): Promise<ReadonlyMap<string, ItemBundle>> {
  const drawn = sample.strata.flatMap((stratum) => stratum.drawn);
  const changes = [...new Set(drawn.flatMap(({ index }) => itemAt(made, index).changes))].sort();
  const found = new Map<string, ItemBundle>();
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let change = changes[next++]; change !== undefined; change = changes[next++]) {
      const record = await api.latestBundle(change);
      if (record !== undefined) {
        await fetchBundle(api, papers, record);
        found.set(change, { change, key: record.key, versionId: record.versionId, sha256: record.sha256 });
      }
      progress("bundles", ++done, changes.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

async function fetchBundle(api: LedgerApi, papers: PaperStore, { key, sha256 }: RecordedBundle): Promise<void> {
  const file = bundleFile(sha256);
  const held = papers.read(file, PAPER_MAX_BYTES);
  if (held !== undefined && sha256Hex(held) === sha256) return;
  const bytes = await api.bundle(key, PAPER_MAX_BYTES);
  if (sha256Hex(bytes) !== sha256)
    throw new WorkpapersError("unreadable", `${key}: expected the bundle of SHA-256 ${sha256} that is on record, got another`);
  papers.put(file, bytes);
}

function itemAt({ items }: MadePopulation, index: number): MadePopulation["items"][number] {
  const item = items[index];
  if (item === undefined) throw new WorkpapersError("unreadable", `expected an item ${index} of the population`);
  return item;
}
