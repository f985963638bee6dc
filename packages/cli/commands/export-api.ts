import { CliError } from "../fault.ts";
import { HttpReader } from "../files/http.ts";
import type { Progress } from "../verify/sources.ts";
import { type ExportedEntry, placeOf, writeSorted } from "./sorted-export.ts";

export interface ApiExport {
  /** Of the API, or of its `/v1/ledger/entries`. */
  readonly url: string;
  readonly path: string;
  readonly token: string | undefined;
  readonly progress: Progress;
}

const PAGE = 1000;
/** A page holds some megabytes; a line 32,768 bytes at most. */
const PAGE_MAX_BYTES = 64 * 1024 * 1024;

/** Writes the ledger's export, as the API hands it out, to `path`. @returns how many entries there are. @throws CliError */
export async function exportFromApi({ url, path, token, progress }: ApiExport): Promise<number> {
  return await writeSorted(path, pages(new HttpReader(url, "/v1/ledger/entries", token), progress));
}

async function* pages(server: HttpReader, progress: Progress): AsyncGenerator<ExportedEntry> {
  let cursor: string | undefined;
  let count = 0;
  do {
    const page = await server.get(`?limit=${PAGE}${cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`}`, PAGE_MAX_BYTES);
    if (page === undefined) throw new CliError("unreadable", "the server has no ledger to export");
    for (let at = 0; at < page.bytes.length; ) {
      const feed = page.bytes.indexOf(10, at);
      if (feed < 0) throw new CliError("unreadable", "expected each entry to end in a line feed");
      yield placeOf(page.bytes.subarray(at, feed));
      count++;
      at = feed + 1;
    }
    progress(`export: ${count} entries`, 0, 1);
    cursor = page.headers.get("x-next-cursor") ?? undefined;
  } while (cursor !== undefined);
}
