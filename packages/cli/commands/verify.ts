import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { LogError } from "@change-ledger/log";
// Not by the package's name, which would load the procedure: who verifies no papers needs none of it.
import { WorkpapersError } from "@change-ledger/workpapers/fault.ts";
import { TRUST } from "@change-ledger/workpapers/layout.ts";
import { CliError } from "../fault.ts";
import { bundleAt, bundlesBelow } from "../files/bundle-files.ts";
import { ledgerFile } from "../files/ledger-file.ts";
import { directoryLog, readFileWithin } from "../files/log-directory.ts";
import { isWorkpapers } from "../files/paper-folder.ts";
import { unpackPapers } from "../files/paper-zip.ts";
import { faultLine, printable, summaryLines } from "../text.ts";
import type { Fault } from "../verify/fault.ts";
import type { BundleFiles } from "../verify/sources.ts";
import { type Summary, type VerifyInputs, verify } from "../verify/verify.ts";
import type { checkWorkpapers, WorkpapersSummary } from "../workpapers/check-workpapers.ts";
import { exportFromApi } from "./export-api.ts";
import { fetchBundles } from "./fetch-bundles.ts";
import { mirror } from "./mirror.ts";
import { ProgressBar } from "./progress-bar.ts";

export const VERIFY_USAGE = `verify --url URL [--token-file FILE] [--trust FILE] [--checkpoint FILE]…   (log, ledger and bundles of an API)
  verify PAPERS… [--log DIR|URL] [--trust FILE]   (working papers: a folder, or a ZIP file of it)
  verify [BUNDLE…] [--log DIR|URL] [--ledger FILE|DIR|URL] [--bundles DIR] [--trust FILE]
       [--checkpoint FILE]… [--token-file FILE] [--now INSTANT] [--json]`;

/** Where a command writes, and what time it is. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: NodeJS.WriteStream;
  readonly now: () => string;
}

/** Faults that are listed; the others are counted. */
const MAX_LISTED = 200;
/** What an export in a folder is called. */
const LEDGER_FILE = "ledger.jsonl";
const SMALL_FILE_BYTES = 1_000_000;

/** @returns the exit code: 0 when all is sound, 1 when anything is wrong. @throws CliError, LogError: exit code 2 */
export async function verifyCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      url: { type: "string" },
      log: { type: "string" },
      ledger: { type: "string" },
      bundles: { type: "string" },
      trust: { type: "string" },
      checkpoint: { type: "string", multiple: true },
      "token-file": { type: "string" },
      now: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const { url, log = url, ledger = url } = values;
  if (positionals.length === 0 && log === undefined && ledger === undefined && values.bundles === undefined)
    throw new CliError("usage", `nothing to verify\nusage: ${VERIFY_USAGE}`);
  const now = values.now ?? terminal.now();
  if (Number.isNaN(Date.parse(now))) throw new CliError("usage", `expected an instant like 2026-11-21T22:14:45Z for --now, got ${now}`);
  const bar = new ProgressBar(terminal.err);
  const scratch = new ScratchFolder();
  try {
    const tokenFile = values["token-file"];
    const token = tokenFile === undefined ? undefined : readFileSync(tokenFile, "utf8").trim();
    const logAt = log === undefined ? undefined : await logFolder(log, token, scratch, bar, now);
    // The log first: of a ledger that is still written to, what came meanwhile is then extra, which it is, and nothing is missing.
    const ledgerAt = ledger === undefined ? undefined : await ledgerPath(ledger, token, scratch, bar);
    const bundlesAt = values.bundles ?? (url === undefined || ledgerAt === undefined ? undefined : join(scratch.path, "bundles"));
    if (values.bundles === undefined && url !== undefined && ledgerAt !== undefined && bundlesAt !== undefined)
      await fetchBundles({ url, token, ledger: ledgerAt, folder: bundlesAt, progress: bar.show });
    const paths = positionals.map((path, at) => unpackPapers(path, () => join(scratch.path, `papers-${at}`)) ?? path);
    const papers = paths.filter(isWorkpapers);
    const bundles = paths.filter((path) => !papers.includes(path));
    const trustFile = values.trust ?? papers.map((folder) => join(folder, TRUST)).find(() => logAt === undefined);
    const inputs: VerifyInputs = {
      log: logAt === undefined ? undefined : directoryLog(logAt),
      ledger: ledgerAt === undefined ? undefined : ledgerFile(ledgerAt),
      bundles: [...bundles.map(bundleAt), ...papers.flatMap(bundlesIn), ...(bundlesAt === undefined ? [] : bundlesBelow(bundlesAt))],
      allBundles: bundlesAt !== undefined,
      trust: trustFile === undefined ? undefined : small(trustFile),
      checkpoints: (values.checkpoint ?? []).map((path) => ({ name: basename(path), note: small(path) })),
      now,
      progress: bar.show,
    };
    // The procedure is loaded by who needs it alone.
    const { checkWorkpapers } = papers.length === 0 ? { checkWorkpapers: none } : await import("../workpapers/check-workpapers.ts");
    const checks = papers.map((folder) => {
      const trust = inputs.trust ?? small(join(folder, TRUST));
      return checkWorkpapers({ folder, trust, log: inputs.log, progress: bar.show });
    });
    return await report(inputs, checks, { json: values.json, ownKeys: values.trust !== undefined }, terminal, bar);
  } finally {
    bar.clear();
    scratch.remove();
  }
}

async function report(
  inputs: VerifyInputs,
  checks: readonly ReturnType<typeof checkWorkpapers>[],
  { json, ownKeys }: { readonly json: boolean; readonly ownKeys: boolean },
  { out }: Terminal,
  bar: ProgressBar,
): Promise<number> {
  const faults: Fault[] = [];
  let count = 0;
  const verifying = all(inputs, checks, ownKeys);
  let summary: Summary | undefined;
  while (summary === undefined) {
    const next = await verifying.next();
    if (next.done) summary = next.value;
    else {
      count++;
      if (faults.length < MAX_LISTED) faults.push(next.value);
      if (json || count > MAX_LISTED) continue;
      bar.clear();
      out(`${count === 1 ? "The first thing wrong:\n" : ""}${faultLine(next.value)}\n`);
      if (count === 1) out("\n");
    }
  }
  bar.clear();
  if (json) out(`${JSON.stringify({ sound: count === 0, count, faults, summary })}\n`);
  else {
    const verdict =
      count === 0
        ? "Sound."
        : `NOT SOUND: ${count} ${count === 1 ? "thing is" : "things are"} wrong${count > MAX_LISTED ? `, of which ${MAX_LISTED} are listed` : ""}.`;
    out([...(count === 0 ? [] : [""]), verdict, ...summaryLines(summary).map((line) => `  ${line}`), ""].join("\n"));
  }
  return count === 0 ? 0 : 1;
}

async function* none(): AsyncGenerator<Fault, undefined> {}

/** Working papers first: what is wrong with them says most. */
async function* all(
  inputs: VerifyInputs,
  checks: readonly ReturnType<typeof checkWorkpapers>[],
  ownKeys: boolean,
): AsyncGenerator<Fault, Summary> {
  const papers: WorkpapersSummary[] = [];
  for (const check of checks) {
    const checked = yield* check;
    if (checked !== undefined) papers.push(checked);
  }
  const summary = yield* verify(inputs);
  if (checks.length === 0) return summary;
  return { ...summary, papers, trust: ownKeys ? "given" : inputs.log === undefined ? "of the working papers" : summary.trust };
}

/** Bundles of working papers. */
function bundlesIn(folder: string): BundleFiles[] {
  const below = join(folder, "bundles");
  return existsSync(below)
    ? bundlesBelow(below).map((one) => ({ ...one, name: `bundles/${one.name}`, zip: one.zip && { ...one.zip, key: undefined } }))
    : [];
}

/** A folder for what was fetched, made when it is needed. */
class ScratchFolder {
  #path: string | undefined;

  get path(): string {
    this.#path ??= mkdtempSync(join(tmpdir(), "change-ledger-verify-"));
    return this.#path;
  }

  remove(): void {
    if (this.#path !== undefined) rmSync(this.#path, { recursive: true, force: true });
  }
}

const isUrl = (text: string): boolean => /^https?:\/\//.test(text);

async function logFolder(log: string, token: string | undefined, scratch: ScratchFolder, bar: ProgressBar, now: string): Promise<string> {
  if (!isUrl(log)) return log;
  const folder = join(scratch.path, "log");
  await mirror({ url: log, folder, token, progress: bar.show, trusted: undefined, now });
  return folder;
}

/** The file itself; of a folder the one in it; of a URL what the API exports, sorted. */
async function ledgerPath(ledger: string, token: string | undefined, scratch: ScratchFolder, bar: ProgressBar): Promise<string> {
  if (!isUrl(ledger)) return statSync(ledger, { throwIfNoEntry: false })?.isDirectory() === true ? join(ledger, LEDGER_FILE) : ledger;
  const path = join(scratch.path, LEDGER_FILE);
  await exportFromApi({ url: ledger, path, token, progress: bar.show });
  return path;
}

function small(path: string): Uint8Array {
  const bytes = readFileWithin(path, SMALL_FILE_BYTES);
  if (bytes === undefined) throw new CliError("unreadable", `there is no file ${path}`);
  return bytes;
}

/** What a command that could not be done says of it; undefined for what is a defect of the program. */
export function toldError(error: unknown): string | undefined {
  if (error instanceof CliError || error instanceof LogError || error instanceof WorkpapersError)
    return error.message.split("\n").map(printable).join("\n");
  const code = (error as { readonly code?: unknown }).code;
  return error instanceof Error && typeof code === "string" && /^(?:ERR_PARSE_ARGS|E[A-Z]+$)/.test(code)
    ? printable(error.message)
    : undefined;
}
