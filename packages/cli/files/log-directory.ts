import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../fault.ts";
import type { LogFiles } from "../verify/sources.ts";

/** A file's bytes; undefined when there is none. Not through a symbolic link: who wrote the folder does not decide what is read. */
export function readFileWithin(path: string, maxBytes: number, into?: Uint8Array): Uint8Array | undefined {
  let handle: number;
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new CliError("unreadable", `cannot read ${path}: ${code}`, { cause: error });
  }
  try {
    if (into !== undefined) {
      const length = readSync(handle, into, 0, into.length, 0);
      if (length < Math.min(maxBytes, into.length)) return into.subarray(0, length);
    }
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw new CliError("unreadable", `expected a file at ${path}`);
    if (stat.size > maxBytes) throw new CliError("unreadable", `expected at most ${maxBytes} bytes in ${path}, it holds ${stat.size}`);
    const bytes = into !== undefined && into.length >= stat.size ? into.subarray(0, stat.size) : new Uint8Array(stat.size);
    let length = 0;
    for (let got = 1; got > 0 && length < bytes.length; length += got) got = readSync(handle, bytes, length, bytes.length - length, length);
    return bytes.subarray(0, length);
  } finally {
    closeSync(handle);
  }
}

const HOUR_LEVELS = [/^\d{4}$/, /^\d{2}$/, /^\d{2}$/, /^\d{2}$/];

/** A mirrored log in a folder. */
export function directoryLog(folder: string): LogFiles {
  if (!existsSync(folder)) throw new CliError("unreadable", `there is no folder ${folder}`);
  return {
    read: (path, maxBytes, into) => readFileWithin(`${folder}/${path}`, maxBytes, into),
    hours: () => hoursBelow(join(folder, "hours"), []),
    tiles: () => filesBelow(folder, "tile"),
  };
}

function* hoursBelow(folder: string, parts: readonly string[]): Generator<string> {
  const form = HOUR_LEVELS[parts.length];
  if (form === undefined) {
    const [year, month, day, hour] = parts;
    yield `${year}-${month}-${day}T${hour}`;
    return;
  }
  for (const name of names(join(folder, ...parts))) if (form.test(name)) yield* hoursBelow(folder, [...parts, name]);
}

function* filesBelow(folder: string, path: string): Generator<string> {
  for (const entry of entriesOf(join(folder, path))) {
    const below = `${path}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(folder, below);
    else yield below;
  }
}

function names(folder: string): string[] {
  return entriesOf(folder).map(({ name }) => name);
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
