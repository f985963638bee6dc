import { createHash, randomUUID } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ServiceFault } from "./fault.ts";
import { type Message, type MessageAttribute, Queue, type QueueDepth, type QueueSettings } from "./queue.ts";

export interface NewMessage {
  readonly body: string;
  readonly delaySeconds?: number | undefined;
  readonly attributes?: Readonly<Record<string, MessageAttribute>> | undefined;
}

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
    const queue = new Queue(settings, this.#nowMs);
    this.#queues.set(name, queue);
    for (const row of this.#database.prepare("SELECT * FROM message WHERE queue = ? ORDER BY position").all(name)) queue.place(stored(row));
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
    return this.#queue(name).depth();
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
    for (const message of sent) queue.place(message);
    return sent;
  }

  /** Takes up to `max` visible messages at once; those received too often go to the dead letters instead. */
  receive(name: string, max: number, visibilitySeconds?: number): Message[] {
    const queue = this.#queue(name);
    const { redrive, visibilitySeconds: usual } = queue.settings;
    const now = this.#nowMs();
    const taken: Message[] = [];
    const dead: Message[] = [];
    while (taken.length < max) {
      const message = queue.take();
      if (message === undefined) break;
      if (redrive !== undefined && message.receives >= redrive.maxReceive && this.#queues.has(redrive.deadLetters)) {
        dead.push(message);
        continue;
      }
      message.receives++;
      message.firstReceivedAtMs ??= now;
      message.receipt = randomUUID();
      message.inFlight = true;
      taken.push(message);
      queue.hide(message, now + (visibilitySeconds ?? usual) * 1000);
    }
    if (taken.length + dead.length > 0) {
      this.#together(() => {
        // The database keeps the time of delays only: what is in flight when the process ends is visible when it starts again.
        for (const m of taken) this.#update.run(name, m.receives, m.firstReceivedAtMs ?? null, 0, m.id);
        for (const m of dead) this.#move(m, redrive?.deadLetters ?? name);
      });
    }
    return taken;
  }

  /** Resolves when a message is visible, or at the latest after `limitMs`. */
  async arrival(name: string, limitMs: number, signal?: AbortSignal): Promise<void> {
    if (!this.closed) await this.#queue(name).arrival(limitMs, signal);
  }

  /** Deletes in-flight messages by receipt handle; a handle that is unknown or old is ignored. */
  delete(name: string, handles: readonly string[]): void {
    const queue = this.#queue(name);
    const found = handles.map((handle) => queue.held(handle)).filter((message) => message !== undefined);
    this.#together(() => {
      for (const message of found) this.#remove.run(message.id);
    });
    for (const message of found) queue.release(message);
  }

  /** Hides an in-flight message for `seconds` from now; 0 gives it back. False when the handle is unknown or old. */
  changeVisibility(name: string, handle: string, seconds: number): boolean {
    const queue = this.#queue(name);
    const message = queue.held(handle);
    if (message === undefined) return false;
    queue.release(message);
    message.visibleAtMs = this.#nowMs() + seconds * 1000;
    queue.place(message);
    return true;
  }

  purge(name: string): void {
    const queue = this.#queue(name);
    this.#database.prepare("DELETE FROM message WHERE queue = ?").run(name);
    queue.clear();
  }

  /** Gives the visible messages of `from` to `to` with a fresh count of receives. Answers how many. */
  moveAll(from: string, to: string): number {
    const source = this.#queue(from);
    this.#queue(to);
    const count = source.visible;
    this.#together(() => {
      for (let i = 0; i < count; i++) {
        const message = source.take();
        if (message === undefined) break;
        message.receives = 0;
        this.#move(message, to);
      }
    });
    return count;
  }

  /** Stops the timers and wakes whoever waits. */
  close(): void {
    this.closed = true;
    for (const queue of this.#queues.values()) queue.close();
  }

  #move(message: Message, to: string): void {
    message.visibleAtMs = this.#nowMs();
    this.#update.run(to, message.receives, message.firstReceivedAtMs ?? null, 0, message.id);
    this.sends++;
    this.#queue(to).place(message);
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

function stored(row: Readonly<Record<string, unknown>>): Message {
  const body = String(row["body"]);
  return {
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
}

function md5(body: string): string {
  return createHash("md5").update(body).digest("hex");
}
