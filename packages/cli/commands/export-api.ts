import { type Client, createClient } from "@change-ledger/api/client/client.ts";
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

const ENTRIES = "/v1/ledger/entries";
const PAGE = 1000;
/** A page holds some megabytes; a line 32,768 bytes at most. */
const PAGE_MAX_BYTES = 64 * 1024 * 1024;

/** Writes the ledger's export, as the API hands it out, to `path`. @returns how many entries there are. @throws CliError */
export async function exportFromApi({ url, path, token, progress }: ApiExport): Promise<number> {
  return await writeSorted(path, pages(clientOver(new HttpReader(url, ENTRIES, token)), progress));
}

/** The API's typed client, over a reader that is patient, has limits, and may know the export by another address. */
function clientOver(server: HttpReader): Client {
  return createClient({
    baseUrl: "",
    fetch: async (url) => {
      const page = await server.get(url.slice(ENTRIES.length), PAGE_MAX_BYTES);
      if (page === undefined) throw new CliError("unreadable", "the server has no ledger to export");
      return new Response(Buffer.from(page.bytes), { headers: page.headers });
    },
  });
}

async function* pages(client: Client, progress: Progress): AsyncGenerator<ExportedEntry> {
  let cursor: string | undefined;
  let count = 0;
  do {
    const page = await client.file(ENTRIES, { query: { limit: PAGE, cursor } });
    const bytes = new Uint8Array(await page.arrayBuffer());
    for (let at = 0; at < bytes.length; ) {
      const feed = bytes.indexOf(10, at);
      if (feed < 0) throw new CliError("unreadable", "expected each entry to end in a line feed");
      yield placeOf(bytes.subarray(at, feed));
      count++;
      at = feed + 1;
    }
    progress(`export: ${count} entries`, 0, 1);
    cursor = page.headers.get("x-next-cursor") ?? undefined;
  } while (cursor !== undefined);
}
