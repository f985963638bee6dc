import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LocalError } from "./fault.ts";

/**
 * Opens the stack's own database (messages, stream checkpoints) and holds the data folder for this process: SQLite's exclusive lock is the
 * operating system's, so it goes with the process however that ends.
 * @throws LocalError `already-running`
 */
export function openStackFile(dataDir: string): DatabaseSync {
  mkdirSync(dataDir, { recursive: true });
  const pidFile = join(dataDir, "stack.pid");
  const database = new DatabaseSync(join(dataDir, "stack.db"));
  try {
    database.exec(
      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8000; BEGIN EXCLUSIVE; COMMIT",
    );
  } catch (error) {
    database.close();
    if (!/locked|busy/i.test((error as Error).message)) throw error;
    throw new LocalError(
      "already-running",
      `expected the data folder ${dataDir} to be free; a local stack${holder(pidFile)} uses it: stop it or choose another folder`,
    );
  }
  writeFileSync(pidFile, String(process.pid));
  return database;
}

function holder(pidFile: string): string {
  try {
    return ` (process ${readFileSync(pidFile, "utf8").trim()})`;
  } catch {
    return "";
  }
}
