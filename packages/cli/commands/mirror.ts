/**
 * Copies a log from a server into a folder, verified up to the root hash while it comes: what does not fit is not kept. What is there already
 * stays, so a mirror that was stopped goes on, and a log that shrank or was rewritten since the last time is told.
 */
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  type BundleTile,
  type Checkpoint,
  EMPTY_ROOT,
  type HashTile,
  LogError,
  openTrusted,
  parseCheckpoint,
  parseNote,
  parseTrust,
  readRoot,
  sameHash,
  TILE_WIDTH,
  TileHashes,
  tilePath,
  tileWidth,
  VerifiedTiles,
} from "@change-ledger/log";
import { CliError } from "../fault.ts";
import { HttpReader } from "../files/http.ts";
import { readFileWithin } from "../files/log-directory.ts";
import { hourPath } from "../verify/open-log.ts";
import { BUNDLE_MAX_BYTES } from "../verify/read-tile.ts";
import type { Progress } from "../verify/sources.ts";

export interface MirrorOptions {
  /** Of the API, or of a folder of it that holds `checkpoint`. */
  readonly url: string;
  readonly folder: string;
  readonly token: string | undefined;
  readonly progress: Progress;
  /** A trust file that the auditor had before; undefined: the server's own. */
  readonly trusted: Uint8Array | undefined;
  readonly now: string;
}

export interface Mirrored {
  readonly origin: string;
  readonly size: number;
  /** Files that were fetched. */
  readonly fetched: number;
}

const SMALL_BYTES = 1_000_000;
/** Bundles fetched at the same time. */
const AT_ONCE = 8;
const HOURS_A_PAGE = 1000;
const HOUR = /^\d{4}-\d{2}-\d{2}T\d{2}$/;

/** @throws LogError: what the server says is no log, or not the one that the folder holds; CliError when it says nothing */
export async function mirror(options: MirrorOptions): Promise<Mirrored> {
  const { folder, now, trusted } = options;
  const server = new HttpReader(options.url, "/v1/log", options.token);
  const copy = new Copy(server, folder);
  const trustBytes = await copy.fetched("trust.json", SMALL_BYTES);
  const note = await copy.fetched("checkpoint", SMALL_BYTES);
  const head = openTrusted(note, parseTrust(trusted ?? trustBytes), now);
  const before = heldCheckpoint(folder);
  if (before !== undefined && before.size > head.size)
    throw new LogError(
      "not-consistent",
      `truncated: the folder holds a checkpoint of ${before.size} entries, the server says ${head.size}`,
    );
  const tiles = new VerifiedTiles(head, copy);
  const bundles = Math.ceil(head.size / TILE_WIDTH);
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < bundles; index = next++) {
      if (!copy.holds(index, head.size)) {
        await tiles.bundle(index);
        copy.keep(index, head.size);
      }
      options.progress("mirror", ++done, bundles);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (before !== undefined && before.size > 0) await expectConsistent(copy, before, head);
  await mirrorHours(server, copy);
  copy.put("trust.json", trustBytes);
  // Last: a folder with a checkpoint holds all that it covers.
  copy.put("checkpoint", note);
  return { origin: head.origin, size: head.size, fetched: copy.written };
}

function heldCheckpoint(folder: string): Checkpoint | undefined {
  const note = readFileWithin(join(folder, "checkpoint"), SMALL_BYTES);
  return note === undefined ? undefined : parseCheckpoint(parseNote(note).text);
}

async function expectConsistent(copy: Copy, before: Checkpoint, head: Checkpoint): Promise<void> {
  const root = before.size === 0 ? EMPTY_ROOT : await readRoot(new TileHashes(head.size, copy), before.size);
  if (!sameHash(root, before.root))
    throw new LogError(
      "not-consistent",
      `fork: the folder holds a checkpoint of ${before.size} entries with another root hash than the server's log has there`,
    );
}

async function mirrorHours(server: HttpReader, copy: Copy): Promise<void> {
  let after: string | undefined;
  do {
    const page = await server.get(`hours?limit=${HOURS_A_PAGE}${after === undefined ? "" : `&after=${after}`}`, SMALL_BYTES);
    if (page === undefined) return;
    const { items, next } = hoursPage(page.bytes);
    for (const hour of items) {
      const path = hourPath(hour);
      if (!copy.has(path)) copy.put(path, await copy.fetched(path, SMALL_BYTES));
    }
    if (next !== undefined && next === after) return;
    after = next;
  } while (after !== undefined);
}

function hoursPage(bytes: Uint8Array): { readonly items: readonly string[]; readonly next: string | undefined } {
  const page = JSON.parse(Buffer.from(bytes).toString("utf8")) as { readonly items?: unknown; readonly next?: unknown };
  const isHour = (value: unknown): value is string => typeof value === "string" && HOUR.test(value);
  if (!Array.isArray(page.items) || !page.items.every(isHour))
    throw new CliError("unreadable", "expected a list of sealed hours from the server");
  return { items: page.items, next: isHour(page.next) ? page.next : undefined };
}

/** The folder, and what is on its way into it. */
class Copy {
  readonly #server: HttpReader;
  readonly #folder: string;
  /** Fetched, and not verified yet. */
  readonly #waiting = new Map<string, Uint8Array>();
  written = 0;

  constructor(server: HttpReader, folder: string) {
    this.#server = server;
    this.#folder = folder;
  }

  has(path: string): boolean {
    return existsSync(join(this.#folder, path));
  }

  async fetched(path: string, maxBytes: number): Promise<Uint8Array> {
    const answer = await this.#server.get(path, maxBytes);
    if (answer === undefined) throw new CliError("unreadable", `the server has no ${path}`);
    return answer.bytes;
  }

  put(path: string, bytes: Uint8Array): void {
    const whole = join(this.#folder, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(`${whole}.part`, bytes);
    renameSync(`${whole}.part`, whole);
    this.written++;
  }

  /** A tile, from the folder or the server; for `VerifiedTiles`, which believes neither. */
  async read(tile: HashTile | BundleTile): Promise<Uint8Array> {
    const path = tilePath(tile);
    const held = this.#waiting.get(path) ?? readFileWithin(join(this.#folder, path), BUNDLE_MAX_BYTES);
    if (held !== undefined) return held;
    const bytes = await this.fetched(path, BUNDLE_MAX_BYTES);
    this.#waiting.set(path, bytes);
    return bytes;
  }

  /** Whether a bundle and its tile are here, which they only are when they were verified. */
  holds(index: number, size: number): boolean {
    const width = tileWidth(0, index, size);
    return (["entries", 0] as const).every((level) => this.has(tilePath({ level, index, width })));
  }

  /** Writes a bundle that was verified, and the tiles above it, which were verified before it. */
  keep(index: number, size: number): void {
    this.#keep({ level: "entries", index, width: tileWidth(0, index, size) });
    for (let level = 0, at = index; tileWidth(level, at, size) > 0; level++, at = Math.floor(at / TILE_WIDTH))
      this.#keep({ level, index: at, width: tileWidth(level, at, size) });
    if (index === 0 || tileWidth(0, index, size) < TILE_WIDTH) this.#keepEdge(size);
  }

  /** The right edge is verified as a whole, with the first tile that is. */
  #keepEdge(size: number): void {
    for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / TILE_WIDTH)) {
      const width = rest % TILE_WIDTH;
      if (width > 0) this.#keep({ level, index: Math.floor(rest / TILE_WIDTH), width });
    }
  }

  #keep(tile: HashTile | BundleTile): void {
    const path = tilePath(tile);
    const bytes = this.#waiting.get(path);
    if (bytes === undefined) return;
    this.put(path, bytes);
    this.#waiting.delete(path);
  }
}
