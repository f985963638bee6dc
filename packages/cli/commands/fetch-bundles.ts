/** The evidence bundles that a ledger export has on record, fetched from the API, each below a folder under its key. */
import { createReadStream, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { CliError } from "../fault.ts";
import { HttpReader } from "../files/http.ts";
import type { Progress } from "../verify/sources.ts";

export interface FetchBundles {
  /** Of the API. */
  readonly url: string;
  readonly token: string | undefined;
  /** An export: it says which bundles there are. What it says is believed no further. */
  readonly ledger: string;
  readonly folder: string;
  readonly progress: Progress;
}

/** Larger ones are refused. */
const BUNDLE_MAX_BYTES = 1 << 30;
/** Fetched at the same time. */
const AT_ONCE = 6;
/** Segments that stay below the folder: neither empty nor dots alone. */
const KEY = /^(?:(?!\.{1,2}\/)[\w%.-]{1,255}\/){1,64}(?!\.{1,2}$)[\w%.-]{1,255}$/;
const SEALED = '"kind":"sealed"';

/** A bundle that the server has not is left out: the verifier names it. @returns how many were fetched. @throws CliError */
export async function fetchBundles({ url, token, ledger, folder, progress }: FetchBundles): Promise<number> {
  const keys = [...(await keysIn(ledger))];
  const server = new HttpReader(url, "/v1/bundles", token);
  mkdirSync(folder, { recursive: true });
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let key = keys[next++]; key !== undefined; key = keys[next++]) {
      const answer = await server.get(key.split("/").map(encodeURIComponent).join("/"), BUNDLE_MAX_BYTES);
      if (answer !== undefined) {
        const path = join(folder, key);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, answer.bytes);
      }
      progress("bundles", ++done, keys.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return done;
}

/** @throws CliError `unreadable` for a key that is no path below a folder */
async function keysIn(ledger: string): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const line of createInterface({ input: createReadStream(ledger), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (!line.includes(SEALED)) continue;
    for (const key of keysOf(line)) {
      if (!KEY.test(key)) throw new CliError("unreadable", "a sealed record names a key that is no path of a bundle");
      keys.add(key);
    }
  }
  return keys;
}

/** Of a line that is no entry none: the verifier says what is wrong with it. */
function keysOf(line: string): string[] {
  let entry: { readonly kind?: unknown; readonly facts?: { readonly bundles?: unknown } } | null;
  try {
    entry = JSON.parse(line) as typeof entry;
  } catch {
    return [];
  }
  const bundles = entry?.kind === "sealed" ? entry.facts?.bundles : undefined;
  if (!Array.isArray(bundles)) return [];
  return bundles.flatMap((bundle: { readonly key?: unknown } | null) => (typeof bundle?.key === "string" ? [bundle.key] : []));
}
