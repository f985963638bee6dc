import { ApiProblem, type Client, createClient, type Posts } from "@change-ledger/api/client/client.ts";
import { canonicalBytes, ModelError, openEntry, type SealedEntry, type Subject } from "@change-ledger/model";
import * as z from "zod";
import { WorkpapersError } from "./fault.ts";
import type { LedgerReader } from "./ports.ts";

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
const hoursSchema = z.looseObject({ items: z.array(z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}$/)) });
const takenSchema = z.looseObject({ id: z.string() });
export type RecordedBundle = z.infer<typeof bundlesSchema>["items"][number];

const ROOT = "/v1/";

/** The API of a ledger: asked by its typed client, over a reader that is patient and has limits; nothing is believed that can be checked. */
export class LedgerApi {
  readonly #server: LedgerReader;
  readonly #client: Client;

  constructor(server: LedgerReader) {
    this.#server = server;
    this.#client = createClient({ baseUrl: "", fetch: (path, init) => this.#send(path.slice(ROOT.length), init) });
  }

  async #send(path: string, { method, body }: RequestInit): Promise<Response> {
    const answer =
      method === "POST"
        ? await this.#server.post(path, JSON.parse(String(body)), JSON_MAX_BYTES)
        : await this.#server.get(path, JSON_MAX_BYTES);
    return answer === undefined
      ? new Response("{}", { status: 404 })
      : new Response(Buffer.from(answer.bytes), { headers: answer.headers });
  }

  /** What the server says there, of the shape that it has to have. @throws WorkpapersError */
  async #told<S extends z.ZodType>(what: string, asking: Promise<unknown>, schema: S): Promise<z.output<S>> {
    let value: unknown;
    try {
      value = await asking;
    } catch (error) {
      if (error instanceof ApiProblem) throw new WorkpapersError("unreadable", `the server has no ${what}`);
      if (error instanceof SyntaxError) throw new WorkpapersError("unreadable", `${what}: expected JSON`);
      throw error;
    }
    return shaped(value, schema, what);
  }

  /** @throws WorkpapersError `unreadable` when there is no such thing */
  async bytes(path: string, maxBytes = SMALL_BYTES): Promise<Uint8Array> {
    const answer = await this.#server.get(path, maxBytes);
    if (answer === undefined) throw new WorkpapersError("unreadable", `the server has no ${path}`);
    return answer.bytes;
  }

  /** An evidence bundle by its key. @throws WorkpapersError `unreadable` when there is none */
  async bundle(key: string, maxBytes: number): Promise<Uint8Array> {
    const answer = await this.#server.bundle(`bundles/${key.split("/").map(encodeURIComponent).join("/")}`, maxBytes);
    if (answer === undefined) throw new WorkpapersError("unreadable", `the server has no bundle ${key}`);
    return answer.bytes;
  }

  /** Hours that were sealed behind `after`, in order. */
  async hours(limit: number, after: string | undefined): Promise<readonly string[]> {
    return (await this.#told("log/hours", this.#client.get("/v1/log/hours", { query: { limit, after } }), hoursSchema)).items;
  }

  /** Puts a certificate on record. */
  async certify(body: Posts["/v1/population/certificates"]["body"]): Promise<void> {
    await this.#told("population/certificates", this.#client.post("/v1/population/certificates", { body }), takenSchema);
  }

  /** Puts a sample on record. */
  async sample(body: Posts["/v1/samples"]["body"]): Promise<void> {
    await this.#told("samples", this.#client.post("/v1/samples", { body }), takenSchema);
  }

  /** Entries of a chain from `from` on, at most 100; of one that is not there none. @throws WorkpapersError for what is no entry of it */
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
      const asking = this.#client.get("/v1/bundles", { query: { change, from } });
      const page: z.infer<typeof bundlesSchema> = await this.#told("bundles", asking, bundlesSchema);
      latest = page.items.at(-1) ?? latest;
      if (page.next !== undefined && page.next <= from) throw new WorkpapersError("unreadable", "expected a list of bundles that ends");
      from = page.next;
    }
    return latest;
  }

  /** An entry of a chain, once it is there. @throws WorkpapersError `gave-up` */
  async awaitEntry(subject: Subject, from: number, wanted: (sealed: SealedEntry) => boolean): Promise<SealedEntry> {
    let next = from;
    return await this.#awaited(`the entry in ${subject}`, async () => {
      for (;;) {
        const page = await this.chain(subject, next);
        const found = page.find(wanted);
        if (found !== undefined || page.length === 0) return found;
        next += page.length;
      }
    });
  }

  /** The proof that the log holds an entry, once a checkpoint covers it. @throws WorkpapersError `gave-up` */
  async awaitProof(subject: Subject, seq: number): Promise<Uint8Array> {
    const path = `log/proof?subject=${encodeURIComponent(subject)}&seq=${seq}`;
    return await this.#awaited(`the proof of ${subject} seq ${seq}`, async () => (await this.#server.once(path, SMALL_BYTES))?.bytes);
  }

  async #awaited<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
    for (let tried = 0; tried < AWAIT_TRIES; tried++) {
      const found = await ask();
      if (found !== undefined) return found;
      await this.#server.pause(Math.min(AWAIT_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tried));
    }
    throw new WorkpapersError("gave-up", `${what} did not come; do the same again`);
  }
}

function parsed<S extends z.ZodType>(bytes: Uint8Array, schema: S, path: string): z.output<S> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    throw new WorkpapersError("unreadable", `${path}: expected JSON`);
  }
  return shaped(value, schema, path);
}

function shaped<S extends z.ZodType>(value: unknown, schema: S, path: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new WorkpapersError(
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
  throw new WorkpapersError("unreadable", `expected entry ${seq} of ${subject} from the server`);
}
