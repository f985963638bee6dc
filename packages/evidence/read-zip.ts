import { crc32 } from "node:zlib";
import { EvidenceError } from "./fault.ts";
import { CENTRAL_BYTES, centralHeader, END_BYTES, isSafePath, LOCAL_BYTES, localHeader, ZIP_MAX_FILES } from "./zip.ts";

const END = 0x06054b50;
const CENTRAL = 0x02014b50;

/**
 * Takes a zip file apart, in the one form that `writeZip` gives it: whoever made it may have been hostile. Each file is a view of `bytes`; nothing is
 * unpacked, since nothing is packed, so that no file takes more memory than the zip itself.
 * @throws EvidenceError `not-a-zip` (cut, longer, compressed, encrypted, with comments, extra fields, times or anything else that we do not write), `zip-overlaps` (files
 *   that share bytes, or bytes between them that are nobody's), `not-a-path` (absolute, climbing, control characters), `zip-doubled` (a path twice, or two that
 *   differ in case alone), `zip-damaged` (another CRC-32), `zip-too-large` (more files than the format holds)
 */
export function readZip(bytes: Uint8Array): Map<string, Uint8Array> {
  const { count, start, size } = readEnd(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files = new Map<string, Uint8Array>();
  const folded = new Set<string>();
  let before = "";
  let local = 0;
  let at = start;
  for (let number = 0; number < count; number += 1) {
    if (at + CENTRAL_BYTES > start + size || view.getUint32(at, true) !== CENTRAL)
      throw malformed(`file ${number} of ${count} in the directory at byte ${at}`);
    const [crc, length, nameBytes, offset] = [
      view.getUint32(at + 16, true),
      view.getUint32(at + 20, true),
      view.getUint16(at + 28, true),
      view.getUint32(at + 42, true),
    ];
    const path = readPath(bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes), nameBytes);
    if (folded.has(path.toLowerCase())) throw new EvidenceError("zip-doubled", `expected ${shown(path)} once, found it again`);
    if (path < before) throw malformed(`${shown(path)} in order of path`);
    if (offset !== local) throw new EvidenceError("zip-overlaps", `expected ${shown(path)} at byte ${local}, found it at ${offset}`);
    const content = offset + LOCAL_BYTES + nameBytes;
    if (content + length > start)
      throw new EvidenceError("zip-overlaps", `expected ${shown(path)} to end before the directory, found ${length} bytes`);
    const file = bytes.subarray(content, content + length);
    const header = localHeader(crc, length, Buffer.from(path));
    const same = Buffer.compare(bytes.subarray(offset, content), header) === 0;
    if (!same || Buffer.compare(bytes.subarray(at, at + CENTRAL_BYTES + nameBytes), centralHeader(header, offset)) !== 0)
      throw malformed(`the headers of ${shown(path)}`);
    if (crc32(file) !== crc) throw new EvidenceError("zip-damaged", `${shown(path)}: expected CRC-32 ${crc}, found ${crc32(file)}`);
    files.set(path, file);
    folded.add(path.toLowerCase());
    before = path;
    local = content + length;
    at += CENTRAL_BYTES + nameBytes;
  }
  if (at !== start + size) throw malformed(`the directory to end at byte ${start + size}`);
  if (local !== start)
    throw new EvidenceError("zip-overlaps", `expected the directory behind the last file at byte ${local}, found it at ${start}`);
  return files;
}

/** The record that ends the file: how many files, where the directory begins, how long it is. */
function readEnd(bytes: Uint8Array): { readonly count: number; readonly start: number; readonly size: number } {
  const at = bytes.length - END_BYTES;
  if (at < 0) throw malformed("a directory at the end");
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, END_BYTES);
  const [count, size, start] = [view.getUint16(10, true), view.getUint32(12, true), view.getUint32(16, true)];
  const rest = view.getUint32(4, true) === 0 && view.getUint16(8, true) === count && view.getUint16(20, true) === 0;
  if (view.getUint32(0, true) !== END || !rest) throw malformed("a directory at the end, without a comment and on one disk");
  if (count > ZIP_MAX_FILES) throw new EvidenceError("zip-too-large", `expected at most ${ZIP_MAX_FILES} files, found ${count}`);
  if (start + size !== at || count * CENTRAL_BYTES > size) throw malformed(`a directory of ${count} files at byte ${start}`);
  return { count, start, size };
}

function readPath(name: Uint8Array, nameBytes: number): string {
  const path = Buffer.from(name).toString("utf8");
  if (name.length !== nameBytes || Buffer.compare(Buffer.from(path), name) !== 0) throw malformed("paths in UTF-8");
  if (!isSafePath(path)) throw new EvidenceError("not-a-path", `expected relative paths, found ${shown(path)}`);
  return path;
}

function malformed(expected: string): EvidenceError {
  return new EvidenceError("not-a-zip", `expected a zip file as this ledger writes it: ${expected}`);
}

function shown(path: string): string {
  return JSON.stringify(path.slice(0, 200));
}
