import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { MANIFEST, TILES } from "@change-ledger/workpapers/layout.ts";
import type { PaperStore } from "@change-ledger/workpapers/ports.ts";
import { CliError } from "../fault.ts";
import { readFileWithin } from "./log-directory.ts";

const FILES_MAX = 100_000;

/** Working papers in a folder. */
export class PaperFolder implements PaperStore {
  readonly name: string;

  /** @param path of the folder, which `put` makes */
  constructor(path: string) {
    this.name = path;
  }

  /** Not through a symbolic link. */
  read(file: string, maxBytes: number): Uint8Array | undefined {
    return readFileWithin(join(this.name, file), maxBytes);
  }

  put(file: string, bytes: Uint8Array): void {
    const whole = join(this.name, file);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(`${whole}.part`, bytes);
    renameSync(`${whole}.part`, whole);
  }

  remove(path: string): void {
    rmSync(join(this.name, path), { recursive: true, force: true });
  }

  /** @throws CliError `unreadable` for more files than papers have */
  files(): readonly string[] {
    const found: string[] = [];
    const walk = (at: string): void => {
      if (TILES === `${at}/`) return;
      for (const entry of readdirSync(join(this.name, at), { withFileTypes: true })) {
        const below = at === "" ? entry.name : `${at}/${entry.name}`;
        if (entry.isDirectory()) walk(below);
        else found.push(below);
      }
      if (found.length > FILES_MAX) throw new CliError("unreadable", `expected at most ${FILES_MAX} files in ${this.name}`);
    };
    if (statSync(this.name, { throwIfNoEntry: false }) !== undefined) walk("");
    return found.sort((a, b) => (a < b ? -1 : 1));
  }
}

/** Whether a folder holds working papers, whole or not. */
export function isWorkpapers(folder: string): boolean {
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder && lstatSync(join(folder, MANIFEST), { throwIfNoEntry: false })?.isFile() === true;
}
