import type { Progress } from "../verify/sources.ts";

const WIDTH = 28;
const REDRAW_MS = 100;

/** A bar on stderr where that is a terminal; nothing elsewhere. */
export class ProgressBar {
  readonly #out: NodeJS.WriteStream;
  #drawnMs = 0;
  #what = "";

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  readonly show: Progress = (what, done, of) => {
    if (!this.#out.isTTY) return;
    const nowMs = Date.now();
    if (what === this.#what && nowMs - this.#drawnMs < REDRAW_MS) return;
    this.#drawnMs = nowMs;
    this.#what = what;
    const share = of === 0 ? 1 : Math.min(1, done / of);
    const filled = Math.round(share * WIDTH);
    this.#out.write(`\r\x1b[2K${what} [${"#".repeat(filled)}${".".repeat(WIDTH - filled)}] ${Math.floor(share * 100)} %`);
  };

  clear(): void {
    if (this.#out.isTTY && this.#what !== "") this.#out.write("\r\x1b[2K");
    this.#what = "";
  }
}
