import { createHash, randomUUID } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ServiceFault } from "./fault.ts";

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export interface NewMessage {
  readonly body: string;
  readonly delaySeconds?: number | undefined;
  readonly attributes?: Readonly<Record<string, MessageAttribute>> | undefined;
}

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly md5: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly sentAtMs: number;
  receives: number;
  firstReceivedAtMs: number | undefined;
  /** Of the latest receive: only it may delete the message or change its visibility. */
  receipt: string;
  /** Hidden until then: delayed, in flight or backing off. */
  visibleAtMs: number;
  inFlight: boolean;
}

export interface QueueSettings {
  readonly visibilitySeconds: number;
  readonly delaySeconds: number;
  readonly redrive: { readonly deadLetters: string; readonly maxReceive: number } | undefined;
}

export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

interface Queue {
  readonly name: string;
  settings: QueueSettings;
  /** In order of arrival; those before `head` were taken. */
  ready: Message[];
  head: number;
  /** In flight or delayed, by id. */
  hidden: Map<string, Message>;
  waiters: Set<() => void>;
  timer: NodeJS.Timeout | undefined;
  timerAtMs: number;
}

/** What a message may weigh, attributes included: AWS's limit. */
export const MESSAGE_MAX_BYTES = 1_048_576;

/**
 * Standard queues: at-least-once, in no promised order, with delay, visibility and redrive. Messages are served from memory and written
 * through to SQLite before a call returns, so that a crash of the process loses none (a loss of power may lose the last ones). Messages
 * in flight are visible again after a restart: their consumer went with the process.
 */
export class QueueStore {
  readonly #database: DatabaseSync;
  readonly #nowMs: () => number;
  readonly #queues = new Map<string, Queue>();
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #remove: StatementSync;
  /** How often anything was sent: a change of it says that work has arrived meanwhile. */
  sends = 0;
  closed = false;

  constructor(database: DatabaseSync, nowMs: () => number) {
    this.#database = database;
    this.#nowMs = nowMs;
    database.exec(
      `CREATE TABLE IF NOT EXISTS message (position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, queue TEXT NOT NULL, body TEXT NOT NULL,
         attributes TEXT NOT NULL, sent INTEGER NOT NULL, receives INTEGER NOT NULL, first INTEGER, visible INTEGER NOT NULL) STRICT;`,
    );
    this.#insert = database.prepare(
      "INSERT INTO message (id, queue, body, attributes, sent, receives, visible) VALUES (?, ?, ?, ?, ?, 0, ?)",
    );
    this.#update = database.prepare("UPDATE message SET queue = ?, receives = ?, first = ?, visible = ? WHERE id = ?");
    this.#remove = database.prepare("DELETE FROM message WHERE id = ?");
  }

  /** Creates the queue, with what an earlier process left in it; an existing one takes the new settings. */
  create(name: string, settings: QueueSettings): void {
    const existing = this.#queues.get(name);
    if (existing !== undefined) {
      existing.settings = settings;
      return;
    }
    const queue: Queue = {
      name,
      settings,
      ready: [],
      head: 0,
      hidden: new Map(),
      waiters: new Set(),
      timer: undefined,
      timerAtMs: Number.POSITIVE_INFINITY,
    };
    this.#queues.set(name, queue);
    for (const row of this.#database.prepare("SELECT * FROM message WHERE queue = ? ORDER BY position").all(name)) {
      const body = String(row["body"]);
      const message: Message = {
        id: String(row["id"]),
        body,
        md5: md5(body),
        attributes: JSON.parse(String(row["attributes"])) as Record<string, MessageAttribute>,
        sentAtMs: Number(row["sent"]),
        receives: Number(row["receives"]),
        firstReceivedAtMs: row["first"] === null ? undefined : Number(row["first"]),
        receipt: "",
        visibleAtMs: Number(row["visible"]),
        inFlight: false,
      };
      this.#place(queue, message);
    }
  }

  names(): string[] {
    return [...this.#queues.keys()];
  }

  has(name: string): boolean {
    return this.#queues.has(name);
  }

  settings(name: string): QueueSettings {
    return this.#queue(name).settings;
  }

  remove(name: string): void {
    this.purge(name);
    this.#queues.delete(name);
  }

  depth(name: string): QueueDepth {
    const queue = this.#queue(name);
    let inFlight = 0;
    for (const message of queue.hidden.values()) if (message.inFlight) inFlight++;
    return { visible: queue.ready.length - queue.head, inFlight, delayed: queue.hidden.size - inFlight };
  }

  /** Durable when it returns. */
  send(name: string, messages: readonly NewMessage[]): Message[] {
    const queue = this.#queue(name);
    const now = this.#nowMs();
    const sent = messages.map(
      ({ body, attributes = {}, delaySeconds = queue.settings.delaySeconds }): Message => ({
        id: randomUUID(),
        body,
        md5: md5(body),
        attributes,
        sentAtMs: now,
        receives: 0,
        firstReceivedAtMs: undefined,
        receipt: "",
        visibleAtMs: now + delaySeconds * 1000,
        inFlight: false,
      }),
    );
    this.#together(() => {
      for (const m of sent) this.#insert.run(m.id, name, m.body, JSON.stringify(m.attributes), m.sentAtMs, m.visibleAtMs);
    });
    this.sends += sent.length;
    for (const message of sent) this.#place(queue, message);
    return sent;
  }

  /** Takes up to `max` visible messages at once; those received too often go to the dead letters instead. */
  receive(name: string, max: number, visibilitySeconds?: number): Message[] {
    const queue = this.#queue(name);
    const now = this.#nowMs();
    const taken: Message[] = [];
    const dead: Message[] = [];
    const { redrive } = queue.settings;
    while (taken.length < max && queue.head < queue.ready.length) {
      const message = queue.ready[queue.head++] as Message;
      if (redrive !== undefined && message.receives >= redrive.maxReceive && this.#queues.has(redrive.deadLetters)) {
        dead.push(message);
        continue;
      }
      message.receives++;
      message.firstReceivedAtMs ??= now;
      message.receipt = randomUUID();
      message.inFlight = true;
      taken.push(message);
      this.#hide(queue, message, now + (visibilitySeconds ?? queue.settings.visibilitySeconds) * 1000);
    }
    if (queue.head > 1024 && queue.head * 2 > queue.ready.length) {
      queue.ready = queue.ready.slice(queue.head);
      queue.head = 0;
    }
    if (taken.length + dead.length > 0) {
      this.#together(() => {
        // The database keeps `visible` of delays only: what is in flight when the process ends is visible when it starts again.
        for (const m of taken) this.#update.run(name, m.receives, m.firstReceivedAtMs ?? null, 0, m.id);
        for (const m of dead) this.#move(m, (redrive as NonNullable<typeof redrive>).deadLetters);
      });
    }
    return taken;
  }

  /** Resolves when a message is visible, or at the latest after `limitMs`. */
  async arrival(name: string, limitMs: number, signal?: AbortSignal): Promise<void> {
    const queue = this.#queue(name);
    if (queue.head < queue.ready.length || this.closed || signal?.aborted === true) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        queue.waiters.delete(done);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, limitMs);
      queue.waiters.add(done);
      signal?.addEventListener("abort", done);
    });
  }

  /** Deletes in-flight messages by receipt handle (`id/receipt`). Answers which of them it knew. */
  delete(name: string, handles: readonly string[]): boolean[] {
    const queue = this.#queue(name);
    const found = handles.map((handle) => this.#held(queue, handle));
    this.#together(() => {
      for (const message of found) if (message !== undefined) this.#remove.run(message.id);
    });
    for (const message of found) if (message !== undefined) queue.hidden.delete(message.id);
    return found.map((message) => message !== undefined);
  }

  /** Hides an in-flight message for `seconds` from now; 0 gives it back. False when the handle is unknown or old. */
  changeVisibility(name: string, handle: string, seconds: number): boolean {
    const queue = this.#queue(name);
    const message = this.#held(queue, handle);
    if (message === undefined) return false;
    queue.hidden.delete(message.id);
    message.visibleAtMs = this.#nowMs() + seconds * 1000;
    this.#place(queue, message);
    return true;
  }

  purge(name: string): void {
    const queue = this.#queue(name);
    this.#database.prepare("DELETE FROM message WHERE queue = ?").run(name);
    queue.ready = [];
    queue.head = 0;
    queue.hidden.clear();
  }

  /** Gives the visible messages of `from` to `to` with a fresh count of receives. Answers how many. */
  moveAll(from: string, to: string): number {
    const source = this.#queue(from);
    this.#queue(to);
    const moving = source.ready.slice(source.head);
    source.ready = [];
    source.head = 0;
    this.#together(() => {
      for (const message of moving) {
        message.receives = 0;
        this.#move(message, to);
      }
    });
    return moving.length;
  }

  /** Stops the timers and wakes whoever waits. */
  close(): void {
    this.closed = true;
    for (const queue of this.#queues.values()) {
      clearTimeout(queue.timer);
      for (const wake of [...queue.waiters]) wake();
    }
  }

  #move(message: Message, to: string): void {
    message.visibleAtMs = this.#nowMs();
    message.inFlight = false;
    this.#update.run(to, message.receives, message.firstReceivedAtMs ?? null, 0, message.id);
    this.sends++;
    this.#place(this.#queue(to), message);
  }

  #place(queue: Queue, message: Message): void {
    if (message.visibleAtMs > this.#nowMs()) {
      this.#hide(queue, message, message.visibleAtMs);
      return;
    }
    message.inFlight = false;
    queue.ready.push(message);
    for (const wake of [...queue.waiters]) wake();
  }

  #hide(queue: Queue, message: Message, untilMs: number): void {
    message.visibleAtMs = untilMs;
    queue.hidden.set(message.id, message);
    if (untilMs < queue.timerAtMs) this.#wakeAt(queue, untilMs);
  }

  #wakeAt(queue: Queue, atMs: number): void {
    clearTimeout(queue.timer);
    queue.timerAtMs = atMs;
    queue.timer = setTimeout(() => this.#uncover(queue), Math.min(Math.max(atMs - this.#nowMs(), 0) + 1, 2 ** 31 - 1));
    queue.timer.unref();
  }

  #uncover(queue: Queue): void {
    const now = this.#nowMs();
    let next = Number.POSITIVE_INFINITY;
    queue.timerAtMs = next;
    for (const message of queue.hidden.values()) {
      if (message.visibleAtMs > now) next = Math.min(next, message.visibleAtMs);
      else {
        queue.hidden.delete(message.id);
        this.#place(queue, message);
      }
    }
    if (next !== Number.POSITIVE_INFINITY) this.#wakeAt(queue, next);
  }

  #held(queue: Queue, handle: string): Message | undefined {
    const slash = handle.indexOf("/");
    const message = queue.hidden.get(handle.slice(0, slash));
    return message?.inFlight === true && message.receipt === handle.slice(slash + 1) ? message : undefined;
  }

  #queue(name: string): Queue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw new ServiceFault("QueueDoesNotExist", 400, "The specified queue does not exist.");
    return queue;
  }

  /** One SQLite transaction: a commit costs more than the statements within. */
  #together(work: () => void): void {
    this.#database.exec("BEGIN");
    try {
      work();
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}

/** The receipt handle of a received message. */
export function receiptHandle(message: Message): string {
  return `${message.id}/${message.receipt}`;
}

function md5(body: string): string {
  return createHash("md5").update(body).digest("hex");
}
