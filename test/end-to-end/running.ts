import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { s3Raw } from "@change-ledger/aws/s3-raw.ts";
import { readRecord } from "@change-ledger/evidence";
import type { Count } from "@change-ledger/ledger";
import type { Entry, PayloadReference, SealedEntry } from "@change-ledger/model";
import type { BusEvent } from "../../packages/local/event-bus.ts";
import { functionEnvironment, HANDLERS } from "../../packages/local/handlers.ts";
import { bucketName, type LocalStack, type LocalStackOptions, REGION, startLocalStack } from "../../packages/local/index.ts";
import { readLedger } from "../../packages/local/survey.ts";

/** What the senders of these tests sign with; nobody's secret. */
export const SECRETS = {
  github: "end-to-end github",
  jira: "end-to-end jira",
  servicenow: "end-to-end servicenow",
  pagerduty: "end-to-end pagerduty",
} as const;

export const CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export interface Running {
  readonly stack: LocalStack;
  readonly dataDir: string;
  readonly s3: S3Client;
  /** What the functions have counted so far. */
  readonly counts: Readonly<Partial<Record<Parameters<Count>[0], number>>>;
  http(method: string, path: string, headers?: Readonly<Record<string, string>>, body?: Uint8Array): Promise<HttpAnswer>;
  ledger(): Promise<SealedEntry[]>;
  /** Entries by the sender's id of the event. */
  byId(): Promise<Map<string, Entry[]>>;
  /** The sender's exact bytes, read back from the archive. */
  rawOf(payload: PayloadReference | undefined): Promise<Uint8Array>;
  close(): Promise<void>;
}

interface RunOptions extends Partial<LocalStackOptions> {
  readonly settings?: unknown;
  /** Of each sender; several are live at once while one is rotated. */
  readonly secrets?: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * The whole pipeline on a data folder of its own: real engine, real functions. One a test file: the functions' modules keep the endpoints that
 * they first saw.
 */
export async function run(options: RunOptions = {}): Promise<Running> {
  const { settings, environment, secrets = SECRETS, ...given } = options;
  const dataDir = mkdtempSync(join(tmpdir(), "change-ledger-end-to-end-"));
  const live = Object.fromEntries(Object.entries(secrets).map(([system, some]) => [system, typeof some === "string" ? [some] : some]));
  const stack = await startLocalStack({
    dataDir,
    handlers: HANDLERS,
    ...given,
    environment: { ...functionEnvironment({ secrets: live, settings }), ...environment },
  });
  // Only now: the module reads the environment that the stack has set.
  const { watch } = await import("@change-ledger/aws/observe.ts");
  const counts: Partial<Record<Parameters<Count>[0], number>> = {};
  const unwatch = watch({
    count: (name, by) => {
      counts[name] = (counts[name] ?? 0) + by;
    },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 24 });
  const s3 = new S3Client({ endpoint: stack.endpoints.aws, region: REGION, credentials: CREDENTIALS, forcePathStyle: true });
  const raw = s3Raw({ client: s3, bucket: bucketName("archive") });
  const ledger = () => readLedger(stack.endpoints.dynamodb);
  return {
    stack,
    dataDir,
    s3,
    counts,
    http: (method, path, headers = {}, body) => call(agent, method, `${stack.url}${path}`, headers, body),
    ledger,
    byId: async () =>
      Map.groupBy(
        (await ledger()).map(({ entry }) => entry),
        ({ source }) => source.id,
      ),
    rawOf: async (payload) => {
      if (payload === undefined) throw new Error("expected the entry to name its payload");
      const [member] = await raw.members([payload]);
      return readRecord(member ?? new Uint8Array()).body;
    },
    close: async () => {
      unwatch();
      agent.destroy();
      s3.destroy();
      await stack.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

async function call(
  agent: Agent,
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | undefined,
): Promise<HttpAnswer> {
  return await new Promise((done, fail) => {
    const length = body === undefined ? {} : { "content-length": String(body.length) };
    const sending = request(url, { method, agent, headers: { ...headers, ...length } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", fail);
      response.once("end", () =>
        done({
          status: response.statusCode ?? 0,
          type: response.headers["content-type"] ?? "",
          body: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    sending.once("error", fail);
    sending.end(body);
  });
}

export function signature(body: Uint8Array, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** Headers of a GitHub delivery, signed. @param own replaces any of them */
export function githubHeaders(event: string, body: Uint8Array, own: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    "content-type": "application/json",
    "x-github-event": event,
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": signature(body, SECRETS.github),
    ...own,
  };
}

/** POSTs a body as GitHub would. @returns the answer and the delivery's id */
export async function sendGithub(
  running: Running,
  event: string,
  body: Uint8Array,
  own: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer & { readonly id: string }> {
  const headers = githubHeaders(event, body, own);
  return { ...(await running.http("POST", "/webhooks/github", headers, body)), id: headers["x-github-delivery"] ?? "" };
}

/** Runs `act` over all `items`, `width` at a time, in order of their beginning. */
export async function each<T, R>(items: readonly T[], width: number, act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  const waiting = items.entries();
  const worker = async () => {
    for (const [at, item] of waiting) results[at] = await act(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

/** An event of the default bus. */
export function onBus(running: Running, event: object): void {
  running.stack.injectDefaultBus(event as BusEvent);
}

/** Bytes of text as it is, or of a value as JSON. */
export function bytes(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}
