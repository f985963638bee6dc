/** What feeds a function with batches. */
export interface EventSource {
  /** A batch waits for more within its window. */
  readonly waiting: boolean;
  /** The function has a batch in hand. */
  readonly busy: boolean;
  /** Ends the open window: the batch goes off as it is. */
  flush(): void;
  /** Takes nothing more; resolves when what runs has ended. */
  close(): Promise<void>;
}

/** Sleeps until a time or until somebody wakes it. */
export class Alarm {
  #wake: (() => void) | undefined;

  sleep(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake(), limitMs);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }

  wake(): void {
    this.#wake?.();
  }
}
