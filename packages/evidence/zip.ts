import { crc32 } from "node:zlib";
import { EvidenceError } from "./fault.ts";

/** Files of an archive by their paths: relative, `/` between segments. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** What the format's fields hold without ZIP64 (which this writer has not): files, and bytes of the whole. */
export const ZIP_MAX_FILES = 0xfffe;
const ZIP_MAX_BYTES = 0xffff_fffe;

/** APPNOTE 6.3.10, 4.4: version 2.0, names in UTF-8 (bit 11), 1980-01-01 00:00:00, which is the earliest that its fields can say. */
const VERSION = 20;
const UTF8 = 1 << 11;
const STORED = 0;
const TIME = 0;
const DATE = (1 << 5) | 1;

export const LOCAL_BYTES = 30;
export const CENTRAL_BYTES = 46;
export const END_BYTES = 22;

/** One segment of a path: no control character, no backslash or colon, not `.` or `..`: no file leaves the folder where it is unpacked. */
const SEGMENT = /^(?!\.{1,2}$)[^\p{Cc}\p{Surrogate}\\/:*?"<>|]+$/u;

/**
 * A zip file (APPNOTE 6.3.10) that is the same for the same files on every machine: in order of path (by UTF-16 code unit), no times, no extra
 * fields, no comments, no attributes, nothing compressed: most of a bag is raw records, which are gzip members already; the rest would save some kilobytes,
 * cost more processor time than all else about a bundle, and make its bytes depend on a compressor.
 * @throws EvidenceError `not-a-path` (absolute, climbing, control characters, or two that differ in case alone), `zip-too-large`
 */
export function writeZip(files: Files): Uint8Array {
  return Buffer.concat(zipParts(files));
}

/** What `writeZip` writes, part by part: the files' own bytes are among them, uncopied. */
export function zipParts(files: Files): Uint8Array[] {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  refuse(sorted);
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const [path, content] of sorted) {
    const name = Buffer.from(path);
    const header = localHeader(crc32(content), content.length, name);
    local.push(header, content);
    central.push(centralHeader(header, offset));
    offset += header.length + content.length;
  }
  const directory = Buffer.concat(central);
  const count = u16(sorted.length);
  return [...local, directory, u32(0x06054b50), u32(0), count, count, u32(directory.length), u32(offset), u16(0)];
}

/** What stands before a file's content: flags, method, time, date, CRC-32, sizes, lengths of name and extra field, the name. */
export function localHeader(crc: number, size: number, name: Uint8Array): Uint8Array {
  const fields = [u16(VERSION), u16(UTF8), u16(STORED), u16(TIME), u16(DATE), u32(crc), u32(size), u32(size), u16(name.length), u16(0)];
  return Buffer.concat([u32(0x04034b50), ...fields, name]);
}

/** What the directory says of the file with that local header at `offset`: the same, by whom it was made, no comment, no attributes. */
export function centralHeader(local: Uint8Array, offset: number): Uint8Array {
  const [fields, name] = [local.subarray(4, LOCAL_BYTES), local.subarray(LOCAL_BYTES)];
  return Buffer.concat([u32(0x02014b50), u16(VERSION), fields, new Uint8Array(10), u32(offset), name]);
}

/** Relative, `/` between segments: unpacked, the file stays in the folder where it is unpacked, on any system. */
export function isSafePath(path: string): boolean {
  return path.split("/").every((segment) => SEGMENT.test(segment));
}

function refuse(files: readonly (readonly [path: string, content: Uint8Array])[]): void {
  const seen = new Set<string>();
  let bytes = END_BYTES;
  for (const [path, content] of files) {
    const folded = path.toLowerCase();
    const nameBytes = Buffer.byteLength(path);
    if (seen.has(folded) || nameBytes > 0xffff || !isSafePath(path))
      throw new EvidenceError("not-a-path", `expected distinct relative paths; got ${JSON.stringify(path.slice(0, 200))}`);
    seen.add(folded);
    bytes += LOCAL_BYTES + CENTRAL_BYTES + 2 * nameBytes + content.length;
  }
  if (files.length > ZIP_MAX_FILES || bytes > ZIP_MAX_BYTES)
    throw new EvidenceError("zip-too-large", `expected at most ${ZIP_MAX_FILES} files and ${ZIP_MAX_BYTES} bytes; ZIP64 is not written`);
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >>> 8);
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}
