import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import type { FunctionName } from "../../stacks/definitions.ts";
import { callEngine, type Input } from "./aws-json.ts";
import { compilePattern } from "./event-pattern.ts";
import { Alarm, type EventSource } from "./event-source.ts";
import { ServiceFault } from "./fault.ts";
import { type Functions, failedItems } from "./lambda.ts";
import { functionArn, REGION } from "./names.ts";

export interface StreamSourceSettings {
  readonly function: FunctionName;
  readonly endpoint: string;
  readonly table: string;
  readonly batch: number;
  readonly windowSeconds: number;
  /** Lambda's filter: records that do not match reach nobody. */
  readonly filter: unknown;
  /** Takes what failed too often: Lambda's message about a discarded batch, which says where it lies in the stream. */
  readonly onFailure: (body: string) => void;
  /** How often a record is tried before it is given up. */
  readonly tries: number;
}

/** A stream record in the form in which the engine and Lambda write it. */
type StreamRecord = Input & { readonly dynamodb: { readonly SequenceNumber: string } };

const API = "DynamoDBStreams_20120810";
const PAGE = 500;
const IDLE_FIRST_MS = 40;
const IDLE_MOST_MS = 160;
const RETRY_FIRST_MS = 10;
/** Some 20 s for all the tries of a record. */
const RETRY_MOST_MS = 1500;

/**
 * Lambda's event source of a table's stream: in order within a shard, at least once, halving a batch that fails. The place reached is kept
 * in `database` after each batch, so that a restart goes on where the last one stopped.
 */
export class StreamSource implements EventSource {
  readonly #settings: StreamSourceSettings;
  readonly #database: DatabaseSync;
  readonly #functions: Functions;
  readonly #matches: (record: unknown) => boolean;
  readonly #alarm = new Alarm();
  readonly #loop: Promise<void>;
  #closed = false;
  #flush = false;
  #polls = 0;
  #drains: { readonly after: number; readonly resolve: (drained: boolean) => void }[] = [];
  waiting = false;
  busy = false;

  constructor(settings: StreamSourceSettings, database: DatabaseSync, functions: Functions) {
    this.#settings = settings;
    this.#database = database;
    this.#functions = functions;
    this.#matches = compilePattern(settings.filter);
    database.exec("CREATE TABLE IF NOT EXISTS checkpoint (shard TEXT PRIMARY KEY, sequence TEXT, ended INTEGER NOT NULL) STRICT");
    this.#loop = this.#run();
  }

  flush(): void {
    this.#flush = true;
    this.#alarm.wake();
  }

  /** Looks at the stream anew: whether it held nothing more, with nothing in hand either. */
  drained(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#drains.push({ after: this.#polls, resolve });
      this.#alarm.wake();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.flush();
    await this.#loop;
    for (const { resolve } of this.#drains) resolve(false);
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        const stream = await this.#arn();
        const shard = await this.#nextShard(stream);
        if (shard === undefined) await this.#alarm.sleep(IDLE_MOST_MS);
        else await this.#readShard(stream, shard);
      } catch {
        // The engine does not answer (it may be ending): what was handled is on record, so begin again from there.
        this.waiting = false;
        this.#tell(Number.POSITIVE_INFINITY, false);
        if (!this.#closed) await delay(IDLE_MOST_MS);
      }
    }
  }

  async #arn(): Promise<string> {
    const { Table } = await callEngine(this.#settings.endpoint, "DynamoDB_20120810.DescribeTable", { TableName: this.#settings.table });
    return String((Table as Input)["LatestStreamArn"]);
  }

  /** The oldest shard that is not read to its end: a shard comes after its parent, so one after the other keeps the order of each key. */
  async #nextShard(stream: string): Promise<string | undefined> {
    const { StreamDescription } = await callEngine(this.#settings.endpoint, `${API}.DescribeStream`, { StreamArn: stream });
    const shards = ((StreamDescription as Input)["Shards"] ?? []) as { readonly ShardId: string; readonly ParentShardId?: string }[];
    const open = shards.filter(({ ShardId }) => this.#checkpoint(stream, ShardId)?.ended !== true);
    return open.find(({ ParentShardId }) => !open.some(({ ShardId }) => ShardId === ParentShardId))?.ShardId;
  }

  async #readShard(stream: string, shard: string): Promise<void> {
    let iterator = await this.#iterator(stream, shard);
    let held: StreamRecord[] = [];
    let last: string | undefined;
    let windowEndMs = 0;
    let idleMs = IDLE_FIRST_MS;
    const { batch: size, windowSeconds } = this.#settings;
    while (!this.#closed && iterator !== undefined) {
      const poll = ++this.#polls;
      const page: Input = await callEngine(this.#settings.endpoint, `${API}.GetRecords`, { ShardIterator: iterator, Limit: PAGE });
      const records = (page["Records"] ?? []) as StreamRecord[];
      iterator = page["NextShardIterator"] as string | undefined;
      last = records.at(-1)?.dynamodb.SequenceNumber ?? last;
      const matching = records.filter(this.#matches);
      if (held.length === 0 && matching.length > 0) windowEndMs = Date.now() + windowSeconds * 1000;
      held.push(...matching);
      while (held.length >= size || (held.length > 0 && (this.#flush || Date.now() >= windowEndMs || iterator === undefined))) {
        this.#flush = false;
        const batch = held.slice(0, size);
        this.busy = true;
        const handled = await this.#inOrder(stream, shard, batch).finally(() => {
          this.busy = false;
        });
        if (!handled) return;
        held = held.slice(size);
        this.#keep(stream, shard, batch.at(-1)?.dynamodb.SequenceNumber, false);
        windowEndMs = Date.now() + windowSeconds * 1000;
      }
      this.waiting = held.length > 0;
      if (records.length > 0) {
        idleMs = IDLE_FIRST_MS;
        if (held.length === 0) this.#keep(stream, shard, last, false);
      }
      this.#tell(poll, records.length === 0 && held.length === 0);
      if (records.length === PAGE) continue;
      if (iterator === undefined) this.#keep(stream, shard, last, true);
      else await this.#pause(held.length > 0 ? Math.min(idleMs, Math.max(0, windowEndMs - Date.now())) : idleMs);
      idleMs = Math.min(IDLE_MOST_MS, idleMs * 2);
    }
  }

  async #pause(ms: number): Promise<void> {
    if (this.#flush || this.#closed || this.#drains.length > 0) await new Promise(setImmediate);
    else await this.#alarm.sleep(ms);
  }

  /** Tells those who asked before the poll began what it found. */
  #tell(poll: number, drained: boolean): void {
    if (drained) this.#flush = false;
    const asked = this.#drains.filter(({ after }) => after < poll);
    this.#drains = this.#drains.filter(({ after }) => after >= poll);
    for (const { resolve } of asked) resolve(drained);
  }

  /** Hands the records on until each has succeeded or was given up: a batch that fails is halved down to the record that is at fault. False when the source was closed before. */
  async #inOrder(stream: string, shard: string, records: readonly StreamRecord[]): Promise<boolean> {
    let left = records;
    for (let tried = 0; left.length > 0 && !this.#closed; ) {
      const done = await this.#hand(stream, left);
      left = left.slice(done);
      const [first] = left;
      if (first === undefined) return true;
      if (done === 0 && left.length > 1) {
        const half = Math.ceil(left.length / 2);
        if (!(await this.#inOrder(stream, shard, left.slice(0, half)))) return false;
        left = left.slice(half);
        continue;
      }
      tried = done > 0 ? 1 : tried + 1;
      if (tried >= this.#settings.tries && left.length === 1) {
        this.#giveUp(stream, shard, first, tried);
        return true;
      }
      await delay(Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** tried));
    }
    return left.length === 0;
  }

  /** Index of the first record that failed; their number when none did. */
  async #hand(stream: string, records: readonly StreamRecord[]): Promise<number> {
    const Records = records.map((record) => ({ ...record, awsRegion: REGION, eventSourceARN: stream }));
    try {
      const failed = failedItems(await this.#functions.invoke(this.#settings.function, { Records }));
      if (failed === undefined) return records.length;
      const first = records.findIndex(({ dynamodb }) => failed.has(dynamodb.SequenceNumber));
      return Math.max(0, first);
    } catch {
      return 0;
    }
  }

  #giveUp(stream: string, shard: string, record: StreamRecord, tries: number): void {
    const sequence = record.dynamodb.SequenceNumber;
    this.#settings.onFailure(
      JSON.stringify({
        version: "1.0",
        timestamp: new Date().toISOString(),
        requestContext: {
          functionArn: functionArn(this.#settings.function),
          condition: "RetryAttemptsExhausted",
          approximateInvokeCount: tries,
        },
        DDBStreamBatchInfo: { shardId: shard, startSequenceNumber: sequence, endSequenceNumber: sequence, batchSize: 1, streamArn: stream },
      }),
    );
  }

  async #iterator(stream: string, shard: string): Promise<string | undefined> {
    const sequence = this.#checkpoint(stream, shard)?.sequence;
    const from = (kind: object) =>
      callEngine(this.#settings.endpoint, `${API}.GetShardIterator`, { StreamArn: stream, ShardId: shard, ...kind });
    const oldest = { ShardIteratorType: "TRIM_HORIZON" };
    try {
      const found = await from(sequence === undefined ? oldest : { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: sequence });
      return found["ShardIterator"] as string | undefined;
    } catch (error) {
      // Streams forget after 24 hours.
      if (!(error instanceof ServiceFault && error.code === "TrimmedDataAccessException")) throw error;
      return (await from(oldest))["ShardIterator"] as string | undefined;
    }
  }

  #checkpoint(stream: string, shard: string): { readonly sequence: string | undefined; readonly ended: boolean } | undefined {
    const row = this.#database.prepare("SELECT sequence, ended FROM checkpoint WHERE shard = ?").get(this.#place(stream, shard));
    return row && { sequence: row["sequence"] === null ? undefined : String(row["sequence"]), ended: row["ended"] === 1 };
  }

  #keep(stream: string, shard: string, sequence: string | undefined, ended: boolean): void {
    const row = [this.#place(stream, shard), sequence ?? null, ended ? 1 : 0];
    this.#database.prepare("INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?)").run(...row);
  }

  /** Each function that reads a stream is as far as it is, whatever the others are. */
  #place(stream: string, shard: string): string {
    return `${this.#settings.function} ${stream} ${shard}`;
  }
}
