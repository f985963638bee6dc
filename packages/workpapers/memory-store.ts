import { WorkpapersError } from "./fault.ts";
import { TILES } from "./layout.ts";
import type { PaperStore } from "./ports.ts";

/** Working papers in memory, for who has no folder. */
export class MemoryStore implements PaperStore {
  readonly name = "this machine's memory";
  readonly #files = new Map<string, Uint8Array>();
  readonly #maxBytes: number;
  #bytes = 0;

  /** @param maxBytes all files together */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  read(file: string, maxBytes: number): Uint8Array | undefined {
    const bytes = this.#files.get(file);
    if (bytes !== undefined && bytes.length > maxBytes)
      throw new WorkpapersError("unreadable", `expected at most ${maxBytes} bytes in ${file}, it holds ${bytes.length}`);
    return bytes;
  }

  /** @throws WorkpapersError `too-large` */
  put(file: string, bytes: Uint8Array): void {
    this.#bytes += bytes.length - (this.#files.get(file)?.length ?? 0);
    if (this.#bytes > this.#maxBytes)
      throw new WorkpapersError("too-large", `these papers hold more than the ${Math.floor(this.#maxBytes / 1e6)} MB that are kept here`);
    this.#files.set(file, bytes);
  }

  remove(path: string): void {
    for (const file of [...this.#files.keys()].filter((one) => one === path || (path.endsWith("/") && one.startsWith(path)))) {
      this.#bytes -= this.#files.get(file)?.length ?? 0;
      this.#files.delete(file);
    }
  }

  files(): readonly string[] {
    return [...this.#files.keys()].filter((file) => !file.startsWith(TILES)).sort(byCodeUnit);
  }

  /** All files, the tiles too, in order. */
  all(): readonly (readonly [file: string, bytes: Uint8Array])[] {
    return [...this.#files].sort(([a], [b]) => byCodeUnit(a, b));
  }
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
