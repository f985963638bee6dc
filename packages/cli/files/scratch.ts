import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Records gathered before they are written, and read at once. */
const BUFFER_RECORDS = 512;

/** A temporary folder of files of equal records, gone with `close`. */
export class Scratch {
  readonly #recordBytes: number;
  readonly #files: RecordFile[] = [];
  #folder: string | undefined;

  constructor(recordBytes: number) {
    this.#recordBytes = recordBytes;
  }

  /** An empty file to be written, then read. */
  file(): RecordFile {
    this.#folder ??= mkdtempSync(join(tmpdir(), "change-ledger-verify-"));
    const file = new RecordFile(join(this.#folder, String(this.#files.length)), this.#recordBytes);
    this.#files.push(file);
    return file;
  }

  close(): void {
    for (const file of this.#files) file.close();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }
}

export class RecordFile {
  readonly #recordBytes: number;
  readonly #buffer: Uint8Array;
  readonly #path: string;
  #handle: number | undefined;
  #filled = 0;

  constructor(path: string, recordBytes: number) {
    this.#path = path;
    this.#recordBytes = recordBytes;
    this.#buffer = new Uint8Array(BUFFER_RECORDS * recordBytes);
    this.#handle = openSync(path, "wx+", 0o600);
  }

  append(record: Uint8Array): void {
    this.#buffer.set(record, this.#filled);
    this.#filled += this.#recordBytes;
    if (this.#filled === this.#buffer.length) this.#flush();
  }

  #flush(): void {
    if (this.#handle !== undefined && this.#filled > 0) writeSync(this.#handle, this.#buffer, 0, this.#filled);
    this.#filled = 0;
  }

  /** The records in the order in which they came, each good until the next. */
  *read(): Generator<Uint8Array> {
    this.#flush();
    const handle = this.#handle;
    if (handle === undefined) return;
    const buffer = new Uint8Array(this.#buffer.length);
    for (let position = 0; ; ) {
      const length = readSync(handle, buffer, 0, buffer.length, position);
      if (length === 0) return;
      position += length;
      for (let at = 0; at < length; at += this.#recordBytes) yield buffer.subarray(at, at + this.#recordBytes);
    }
  }

  close(): void {
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
    rmSync(this.#path, { force: true });
  }
}
