import type { LateCheckpoint } from "@change-ledger/ledger";

/** What one look at the ledger's own health has found. It holds for its instant: who shows it says so. */
export interface Health {
  readonly asOf: string;
  readonly deadLetters: readonly DeadLetters[];
  /** While the log is behind: see `LateCheckpoint`. */
  readonly late?: LateCheckpoint;
}

/** What waits in one dead-letter queue until somebody redrives it. */
export interface DeadLetters {
  readonly queue: string;
  readonly waiting: number;
  /** From which look on there was always something: the oldest message is at least as old. Absent while nothing waits. */
  readonly since?: string;
}

/** Where the last look is kept. Mutable: the next one takes its place. */
export interface HealthStore {
  /** Undefined before the first look. */
  get(): Promise<Health | undefined>;
  /** Durable once it resolves. */
  put(health: Health): Promise<void>;
}
