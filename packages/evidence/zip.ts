import { type Zippable, zipSync } from "fflate";
import { EvidenceError } from "./fault.ts";

/** Files of an archive by their paths: relative, `/` between segments. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** Without ZIP64 (which this writer has not): files, and bytes of the whole. */
export const ZIP_MAX_FILES = 0xffff;
export const ZIP_MAX_BYTES = 0xffff_ffff;

/**
 * zip keeps local time without a zone, so this is 1980-01-01 00:00:00, the earliest that it can say, wherever it is made.
 * `level` and `mem` are fixed since fflate would take `mem` from a logarithm, which engines may round differently.
 */
const EARLIEST = new Date(1980, 0, 1);
const DEFLATED = { level: 6, mem: 4 } as const;
const STORED = { level: 0 } as const;

/** One segment of a path: no control character, no backslash or colon, not `.` or `..`: no file leaves the folder where it is unpacked. */
const SEGMENT = /^(?!\.{1,2}$)[^\p{Cc}\p{Surrogate}\\/:*?"<>|]+$/u;

/**
 * A zip file (APPNOTE 6.3.10) that is the same for the same files on every machine: in order of path (by UTF-16 code unit), no times, no extra
 * fields, no comments. Deflated in JavaScript: zlib's output differs between processors. What is compressed already (`.gz`) is stored.
 * @throws EvidenceError `not-a-path` (absolute, climbing, control characters, or two that differ in case alone), `zip-too-large`
 */
export function writeZip(files: Files): Uint8Array {
  const seen = new Set<string>();
  let bytes = 22;
  for (const [path, content] of files) {
    const folded = path.toLowerCase();
    if (seen.has(folded) || !path.split("/").every((segment) => SEGMENT.test(segment)))
      throw new EvidenceError("not-a-path", `expected distinct relative paths; got ${JSON.stringify(path.slice(0, 200))}`);
    seen.add(folded);
    // Deflate may grow what does not compress by five bytes in each block of at most 64 KB; headers take 76 bytes and the path twice.
    bytes += content.length * 1.001 + 2 * Buffer.byteLength(path) + 128;
  }
  if (files.size > ZIP_MAX_FILES || bytes > ZIP_MAX_BYTES)
    throw new EvidenceError("zip-too-large", `expected at most ${ZIP_MAX_FILES} files and ${ZIP_MAX_BYTES} bytes; ZIP64 is not written`);
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const entries = sorted.map(([path, content]) => [path, [content, path.endsWith(".gz") ? STORED : DEFLATED]] as const);
  return zipSync(Object.fromEntries(entries) as unknown as Zippable, { mtime: EARLIEST, os: 0 });
}
