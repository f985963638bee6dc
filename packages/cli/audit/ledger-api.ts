import { setTimeout as wait } from "node:timers/promises";
import { canonicalBytes, ModelError, openEntry, type SealedEntry, type Subject } from "@change-ledger/model";
import * as z from "zod";
import { CliError } from "../fault.ts";
import { HttpReader } from "../files/http.ts";

const JSON_MAX_BYTES = 16 * 1024 * 1024;
const SMALL_BYTES = 1_000_000;
const PAGE = 100;
/** What was put on record is in the ledger within seconds, and in the log within a minute; asked for so often, so long apart. */
const AWAIT_TRIES = 150;
const AWAIT_PAUSE_MS = 1_000;
const FIRST_PAUSE_MS = 50;

const chainSchema = z.looseObject({ entries: z.array(z.looseObject({ hash: z.string(), entry: z.unknown() })) });
const bundlesSchema = z.looseObject({
  items: z.array(z.looseObject({ change: z.string(), key: z.string(), versionId: z.string(), sha256: z.string() })),
  next: z.int().optional(),
});
export type RecordedBundle = z.infer<typeof bundlesSchema>["items"][number];

/** The API of a ledger, of which nothing is believed that can be checked. */
export class LedgerApi {
  readonly #server: HttpReader;

  constructor(url: string, token: string | undefined) {
    this.#server = new HttpReader(url, "/v1", token);
  }

  /** @throws CliError `unreadable` when there is no such thing */
  async bytes(path: string, maxBytes = SMALL_BYTES): Promise<Uint8Array> {
    const answer = await this.#server.get(path, maxBytes);
    if (answer === undefined) throw new CliError("unreadable", `the server has no ${path}`);
    return answer.bytes;
  }

  async json<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
    return parsed(await this.bytes(path, JSON_MAX_BYTES), schema, path);
  }

  async post<S extends z.ZodType>(path: string, body: unknown, schema: S): Promise<z.output<S>> {
    const answer = await this.#server.post(path, body, JSON_MAX_BYTES);
    if (answer === undefined) throw new CliError("unreadable", `the server has no ${path}`);
    return parsed(answer.bytes, schema, path);
  }

  /** Entries of a chain from `from` on, at most 100; of one that is not there none. @throws CliError for what is no entry of it */
  async chain(subject: Subject, from: number, limit = PAGE): Promise<SealedEntry[]> {
    const path = `chains/${encodeURIComponent(subject)}/entries?from=${from}&limit=${limit}`;
    const answer = await this.#server.get(path, JSON_MAX_BYTES);
    if (answer === undefined) return [];
    return parsed(answer.bytes, chainSchema, path).entries.map(({ entry }, at) => opened(entry, subject, from + at));
  }

  /** The bundles of a change, the latest one. */
  async latestBundle(change: string): Promise<RecordedBundle | undefined> {
    let latest: RecordedBundle | undefined;
    for (let from: number | undefined = 0; from !== undefined; ) {
      const page: z.infer<typeof bundlesSchema> = await this.json(
        `bundles?change=${encodeURIComponent(change)}&from=${from}`,
        bundlesSchema,
      );
      latest = page.items.at(-1) ?? latest;
      if (page.next !== undefined && page.next <= from) throw new CliError("unreadable", "expected a list of bundles that ends");
      from = page.next;
    }
    return latest;
  }

  /** An entry of a chain, once it is there. @throws CliError `gave-up` */
  async awaitEntry(subject: Subject, from: number, wanted: (sealed: SealedEntry) => boolean): Promise<SealedEntry> {
    let next = from;
    return await awaited(`the entry in ${subject}`, async () => {
      for (;;) {
        const page = await this.chain(subject, next);
        const found = page.find(wanted);
        if (found !== undefined || page.length === 0) return found;
        next += page.length;
      }
    });
  }

  /** The proof that the log holds an entry, once a checkpoint covers it. @throws CliError `gave-up` */
  async awaitProof(subject: Subject, seq: number): Promise<Uint8Array> {
    const path = `log/proof?subject=${encodeURIComponent(subject)}&seq=${seq}`;
    return await awaited(`the proof of ${subject} seq ${seq}`, async () => (await this.#server.once(path, SMALL_BYTES))?.bytes);
  }
}

function parsed<S extends z.ZodType>(bytes: Uint8Array, schema: S, path: string): z.output<S> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    throw new CliError("unreadable", `${path}: expected JSON`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new CliError(
    "unreadable",
    `${path}: expected another answer; ${result.error.issues[0]?.path.join(".")}: ${result.error.issues[0]?.message}`,
  );
}

/** An entry's bytes are its canonical JSON. */
function opened(value: unknown, subject: Subject, seq: number): SealedEntry {
  try {
    const sealed = openEntry(canonicalBytes(value));
    if (sealed.entry.subject === subject && sealed.entry.seq === seq) return sealed;
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
  }
  throw new CliError("unreadable", `expected entry ${seq} of ${subject} from the server`);
}

async function awaited<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (let tried = 0; tried < AWAIT_TRIES; tried++) {
    const found = await ask();
    if (found !== undefined) return found;
    await wait(Math.min(AWAIT_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tried));
  }
  throw new CliError("gave-up", `${what} did not come; run the same command again`);
}
