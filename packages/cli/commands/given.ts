import { readFileSync } from "node:fs";
import { CliError } from "../fault.ts";
import { readFileWithin } from "../files/log-directory.ts";
import type { Progress } from "../verify/sources.ts";
import { type Terminal, VERIFY_USAGE } from "./verify.ts";

export const USAGE = `usage: change-ledger COMMAND
  ${VERIFY_USAGE}
  mirror --url URL [--token-file FILE] [--trust FILE] DIR
  export --url URL [--token-file FILE] FILE
  export --table NAME FILE
  rebuild --log DIR --table NAME [--trust FILE]
  rebuild-models --ledger NAME --models NAME --link-queue URL --assess-queue URL --settings FILE [--state FILE]
  audit --url URL [--token-file FILE] --from DAY --to DAY [--scope PATTERNS] [--as-of INSTANT] --out DIR
       [--nonce TEXT [--method fixed25|fixed40|attribute] [--confidence PERCENT] [--tolerable PERCENT] [--expected N]
       [--model binomial|hypergeometric] [--strata proportional|each] [--replacements N]] [--lists FILE] [--trust FILE]
  backfill github --since DAY --bus NAME --repository OWNER/NAME… [--ref REF…] [--token-file FILE] [--api URL] [--inbox BUCKET] [--state FILE]
  backfill codedeploy --since DAY --bus NAME --account ID --region NAME… [--inbox BUCKET] [--state FILE]
  config check FILE
  config schema
  config put FILE --bus NAME [--label TEXT]`;

export const SMALL_FILE_BYTES = 1_000_000;
/** Of all commands but `verify`. */
export const OPTIONS = {
  url: { type: "string" },
  "token-file": { type: "string" },
  trust: { type: "string" },
  table: { type: "string" },
  log: { type: "string" },
} as const;

/** What a command was given. */
export interface Given {
  readonly values: { readonly [K in keyof typeof OPTIONS]?: string | undefined };
  readonly place: string | undefined;
  readonly terminal: Terminal;
  readonly progress: Progress;
}

/** @throws CliError `usage` */
export function needed(value: string | undefined): string {
  if (value === undefined) throw new CliError("usage", USAGE);
  return value;
}

/** A small file's bytes. @throws CliError `unreadable` */
export function fileOf(path: string): Uint8Array {
  const bytes = readFileWithin(path, SMALL_FILE_BYTES);
  if (bytes === undefined) throw new CliError("unreadable", `there is no file ${path}`);
  return bytes;
}

/** The token in the file that was named. */
export function tokenOf(values: Given["values"]): string | undefined {
  return values["token-file"] === undefined ? undefined : readFileSync(values["token-file"], "utf8").trim();
}
