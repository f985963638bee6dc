const WIDTH = 28;
const REDRAW_MS = 100;

/** A line on stderr that says how far long work is: a bar on a terminal, one line now and then elsewhere. */
export class Progress {
  readonly #label: string;
  readonly #of: number;
  readonly #out: NodeJS.WriteStream;
  #done = 0;
  #drawnMs = 0;

  constructor(label: string, of: number, out: NodeJS.WriteStream = process.stderr) {
    this.#label = label;
    this.#of = of;
    this.#out = out;
  }

  add(by = 1): void {
    this.#done += by;
    const nowMs = Date.now();
    if (nowMs - this.#drawnMs < (this.#out.isTTY ? REDRAW_MS : 50 * REDRAW_MS)) return;
    this.#drawnMs = nowMs;
    this.#draw();
  }

  /** Draws the last state and ends the line. */
  end(note = ""): void {
    this.#draw(note);
    if (this.#out.isTTY) this.#out.write("\n");
  }

  #draw(note = ""): void {
    const share = this.#of === 0 ? 1 : Math.min(1, this.#done / this.#of);
    const filled = Math.round(share * WIDTH);
    const text = `${this.#label} [${"#".repeat(filled)}${".".repeat(WIDTH - filled)}] ${this.#done}/${this.#of} ${note}`.trimEnd();
    this.#out.write(this.#out.isTTY ? `\r\x1b[2K${text}` : `${text}\n`);
  }
}
