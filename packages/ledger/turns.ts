import type { Subject } from "@change-ledger/model";
import type { ChainMemory, Turn } from "./chain-memory.ts";
import type { Lane } from "./lane.ts";

interface Pauses {
  /** Absent: nobody else in this process appends. */
  readonly memory?: ChainMemory;
  readonly pause: (round: number) => Promise<void>;
}

/** Pauses, each longer than the one before, until somebody whose turn does not end (its invocation was given up) is not waited for any more: that costs refused writes at worst. */
const PATIENCE = 60;

/** The turns of one batch at its chains. */
export class Turns {
  readonly #pause: Pauses["pause"];
  readonly #come: Lane[] = [];
  readonly #waiting = new Map<Lane, Promise<void>>();
  readonly #turns = new Map<Subject, Turn>();

  constructor({ memory, pause }: Pauses, lanes: readonly Lane[]) {
    this.#pause = pause;
    for (const lane of lanes) {
      const turn = memory?.turn(lane.subject);
      if (turn !== undefined) this.#turns.set(lane.subject, turn);
      if (turn?.before === undefined) this.#come.push(lane);
      else
        this.#waiting.set(
          lane,
          turn.before.then(() => this.#take(lane)),
        );
    }
  }

  /** Those whose turn has come. With nothing else to do (`busy` false) it waits for the next; none are left when it answers none then. */
  async come(busy: boolean): Promise<Lane[]> {
    for (let round = 1; !busy && this.#come.length === 0 && this.#waiting.size > 0; round++) {
      if (round <= PATIENCE) await Promise.race([...this.#waiting.values(), this.#pause(round)]);
      else for (const lane of [...this.#waiting.keys()]) this.#insist(lane);
    }
    return this.#come.splice(0);
  }

  end(subject: Subject): void {
    this.#turns.get(subject)?.end();
    this.#turns.delete(subject);
  }

  endAll(): void {
    for (const subject of [...this.#turns.keys()]) this.end(subject);
  }

  #insist(lane: Lane): void {
    this.#turns.get(lane.subject)?.insist();
    this.#take(lane);
  }

  #take(lane: Lane): void {
    if (this.#waiting.delete(lane)) this.#come.push(lane);
  }
}
