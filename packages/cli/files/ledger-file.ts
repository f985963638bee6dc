import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import { CliError } from "../fault.ts";
import type { LedgerFile } from "../verify/sources.ts";

/** A ledger export in a file. */
export function ledgerFile(path: string): LedgerFile {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new CliError("unreadable", `there is no file ${path}`);
  return {
    name: basename(path),
    bytes: stat.size,
    open() {
      const handle = openSync(path, "r");
      return { read: (into) => readSync(handle, into, 0, into.length, null), close: () => closeSync(handle) };
    },
  };
}
