import { mkdirSync, writeFileSync } from "node:fs";
import { open, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Beyond this an object is a file of its own. Most are far smaller, and to create a file takes longer than to write a row beside the index's own. */
const ROW_MAX_BYTES = 256 * 1024;

/** The bytes of objects: rows of the index's database, or files. */
export class ObjectBodies {
  readonly #folder: string;
  readonly #keep: StatementSync;
  readonly #read: StatementSync;
  readonly #drop: StatementSync;

  constructor(database: DatabaseSync, folder: string) {
    this.#folder = folder;
    database.exec("CREATE TABLE IF NOT EXISTS body (file TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT");
    this.#keep = database.prepare("INSERT INTO body VALUES (?, ?)");
    this.#read = database.prepare("SELECT substr(bytes, ?, ?) AS bytes FROM body WHERE file = ?");
    this.#drop = database.prepare("DELETE FROM body WHERE file = ?");
  }

  /** In one go: nothing comes between what was allowed and what is written. @param file a name that nothing has yet */
  keep(file: string, bytes: Uint8Array): void {
    if (bytes.length <= ROW_MAX_BYTES) {
      this.#keep.run(file, bytes);
      return;
    }
    const path = this.#path(file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes, { flag: "wx", mode: 0o600 });
  }

  /** @param size of the whole; `from` and `length`, in bytes, lie within it */
  async read(file: string, size: number, from: number, length: number): Promise<Buffer> {
    const row = this.#read.get(from + 1, length, file)?.["bytes"];
    if (row instanceof Uint8Array) return Buffer.from(row.buffer, row.byteOffset, row.byteLength);
    const path = this.#path(file);
    if (from === 0 && length === size) return await readFile(path);
    const opened = await open(path);
    try {
      const bytes = Buffer.alloc(length);
      await opened.read(bytes, 0, length, from);
      return bytes;
    } finally {
      await opened.close();
    }
  }

  async drop(file: string): Promise<void> {
    if (this.#drop.run(file).changes === 0) await rm(this.#path(file), { force: true });
  }

  #path(file: string): string {
    return join(this.#folder, file.slice(0, 2), file);
  }
}
