/** `change-ledger audit`: makes the working papers of a period. */
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { instantSchema } from "@change-ledger/model";
import { QueryError, type SampleQuestion } from "@change-ledger/query";
import { audit, type LedgerReader, listLines, PAPER_MAX_BYTES, readQuestion, readScope } from "@change-ledger/workpapers";
import { CliError } from "../fault.ts";
import { HttpReader } from "../files/http.ts";
import { readFileWithin } from "../files/log-directory.ts";
import { PaperFolder } from "../files/paper-folder.ts";
import { printable } from "../text.ts";
import { fileOf, needed } from "./given.ts";
import { ProgressBar } from "./progress-bar.ts";
import type { Terminal } from "./verify.ts";

const OPTIONS = {
  url: { type: "string" },
  "token-file": { type: "string" },
  trust: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  "as-of": { type: "string" },
  scope: { type: "string" },
  lists: { type: "string" },
  out: { type: "string" },
  nonce: { type: "string" },
  method: { type: "string", default: "fixed25" },
  confidence: { type: "string", default: "95" },
  tolerable: { type: "string", default: "5" },
  expected: { type: "string", default: "0" },
  model: { type: "string", default: "binomial" },
  strata: { type: "string" },
  replacements: { type: "string", default: "5" },
} as const;
type Values = { readonly [K in keyof typeof OPTIONS]?: string | undefined };

/** @returns the exit code. @throws CliError, LogError: exit code 2 */
export async function auditCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const given: Values = values;
  const bar = new ProgressBar(terminal.err);
  try {
    const lists = given.lists === undefined ? undefined : readFileWithin(given.lists, PAPER_MAX_BYTES);
    if (given.lists !== undefined && lists === undefined) throw new CliError("unreadable", `there is no file ${given.lists}`);
    const folder = needed(given.out);
    const { certificate, digest, results } = await audit({
      ledger: readerOf(needed(given.url), given["token-file"]),
      papers: new PaperFolder(folder),
      trusted: given.trust === undefined ? undefined : fileOf(given.trust),
      lists: lists === undefined ? [] : listLines(lists, given.lists),
      period: { from: instantOf(needed(given.from)), to: instantOf(needed(given.to)) },
      asOf: given["as-of"] === undefined ? undefined : instantOf(given["as-of"]),
      scope: scopeOf(given.scope),
      question: questionOf(given),
      now: terminal.now(),
      progress: bar.show,
    });
    bar.clear();
    terminal.out(`population: ${certificate.population.size} items, root ${certificate.population.root}\n`);
    terminal.out(`completeness: ${certificate.outcome}; certificate ${digest}, on record\n`);
    if (results === undefined) {
      terminal.out("Now choose a nonce (dice will do), and run the same command again with --nonce.\n");
      return 0;
    }
    const of = (outcome: string) => results.items.filter((item) => item.outcome === outcome).length;
    terminal.out(`sample: ${results.items.length} items, ${of("satisfied")} satisfied, ${results.exceptions.length} exceptions\n`);
    terminal.out(`working papers: ${printable(folder)}/index.html; verify them with: change-ledger verify ${printable(folder)}\n`);
    return 0;
  } catch (error) {
    if (error instanceof QueryError) throw new CliError("usage", error.message);
    throw error;
  } finally {
    bar.clear();
  }
}

function readerOf(url: string, tokenFile: string | undefined): LedgerReader {
  const token = tokenFile === undefined ? undefined : readFileSync(tokenFile, "utf8").trim();
  const http = new HttpReader(url, "/v1", token);
  return {
    get: (path, maxBytes) => http.get(path, maxBytes),
    // It follows where the API leads.
    bundle: (path, maxBytes) => http.get(path, maxBytes),
    post: (path, body, maxBytes) => http.post(path, body, maxBytes),
    once: (path, maxBytes) => http.once(path, maxBytes),
    pause: (milliseconds) => wait(milliseconds),
  };
}

/** A day is its first instant. */
function instantOf(text: string): string {
  const whole = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00.000Z` : text;
  if (instantSchema.safeParse(whole).success) return whole;
  throw new CliError("usage", `expected a day like 2026-07-01, or an instant like 2026-07-01T00:00:00.000Z, got ${text}`);
}

function scopeOf(text: string | undefined): readonly string[] | undefined {
  return text === undefined ? undefined : usable(readScope(text));
}

function questionOf(given: Values): SampleQuestion | undefined {
  const { nonce, method = "", confidence = "", tolerable = "", expected = "", model = "", strata, replacements = "" } = given;
  if (nonce === undefined) return undefined;
  return usable(readQuestion({ nonce, method, confidence, tolerable, expected, model, strata, replacements }));
}

function usable<T extends object>(read: T | string): T {
  if (typeof read === "string") throw new CliError("usage", read);
  return read;
}
