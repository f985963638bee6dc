/** Attributes and body as SQS carries them; binary values in base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
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

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A queue in memory: which messages are visible, which are hidden until when, and who waits. */
export class Queue {
  settings: QueueSettings;
  readonly #nowMs: () => number;
  /** In order of arrival; those before `#head` were taken. */
  #ready: Message[] = [];
  #head = 0;
  readonly #hidden = new Map<string, Message>();
  readonly #waiters = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;

  constructor(settings: QueueSettings, nowMs: () => number) {
    this.settings = settings;
    this.#nowMs = nowMs;
  }

  get visible(): number {
    return this.#ready.length - this.#head;
  }

  depth(): QueueDepth {
    let inFlight = 0;
    for (const message of this.#hidden.values()) if (message.inFlight) inFlight++;
    return { visible: this.visible, inFlight, delayed: this.#hidden.size - inFlight };
  }

  /** Puts a message where its `visibleAtMs` says. */
  place(message: Message): void {
    if (message.visibleAtMs > this.#nowMs()) {
      this.hide(message, message.visibleAtMs);
      return;
    }
    message.inFlight = false;
    this.#ready.push(message);
    this.wake();
  }

  /** The longest visible message, out of the queue. */
  take(): Message | undefined {
    if (this.#head >= this.#ready.length) return undefined;
    const message = this.#ready[this.#head++];
    if (this.#head > 1024 && this.#head * 2 > this.#ready.length) {
      this.#ready = this.#ready.slice(this.#head);
      this.#head = 0;
    }
    return message;
  }

  hide(message: Message, untilMs: number): void {
    message.visibleAtMs = untilMs;
    this.#hidden.set(message.id, message);
    if (untilMs < this.#timerAtMs) this.#wakeAt(untilMs);
  }

  /** The message in flight under this handle; `undefined` when the handle is unknown or of an earlier receive. */
  held(handle: string): Message | undefined {
    const slash = handle.indexOf("/");
    const message = this.#hidden.get(handle.slice(0, slash));
    return message?.inFlight === true && message.receipt === handle.slice(slash + 1) ? message : undefined;
  }

  /** Takes a hidden message out. */
  release(message: Message): void {
    this.#hidden.delete(message.id);
  }

  clear(): void {
    this.#ready = [];
    this.#head = 0;
    this.#hidden.clear();
  }

  /** Resolves when a message is visible or somebody wakes all, at the latest after `limitMs`. */
  async arrival(limitMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.visible > 0 || signal?.aborted === true) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiters.delete(done);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, limitMs);
      this.#waiters.add(done);
      signal?.addEventListener("abort", done);
    });
  }

  wake(): void {
    for (const done of [...this.#waiters]) done();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.wake();
  }

  #wakeAt(atMs: number): void {
    clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    // One more: a timer may fire a little early.
    this.#timer = setTimeout(() => this.#uncover(), Math.min(Math.max(atMs - this.#nowMs(), 0) + 1, LONGEST_TIMER_MS));
    this.#timer.unref();
  }

  #uncover(): void {
    const now = this.#nowMs();
    let next = Number.POSITIVE_INFINITY;
    this.#timerAtMs = next;
    for (const message of this.#hidden.values()) {
      if (message.visibleAtMs > now) next = Math.min(next, message.visibleAtMs);
      else {
        this.#hidden.delete(message.id);
        this.place(message);
      }
    }
    if (next !== Number.POSITIVE_INFINITY) this.#wakeAt(next);
  }
}
