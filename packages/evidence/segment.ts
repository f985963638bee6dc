import { createHash } from "node:crypto";
import { instantSchema, sha256Hex } from "@change-ledger/model";
import { EvidenceError } from "./fault.ts";
import { readMember, writeMember } from "./member.ts";
import { type ArchivedRecord, parseRecord, type RawRecord, RECORD_MAX_BYTES, recordIdOf, writeRecord } from "./record.ts";

/** Where the record of one delivery lies in its segment: with the segment's key it is the entry's payload reference. */
export interface Place {
  /** SHA-256 of the body. */
  readonly sha256: string;
  /** Bytes: the range [offset, offset + length) is one gzip member, and that is one WARC record. */
  readonly offset: number;
  readonly length: number;
}

/** Raw deliveries of one batch, archived together. */
export interface Segment {
  /**
   * `segments/<yyyymmdd>/<22 characters of base64url: the first 132 bits of the segment's SHA-256>.warc.gz`. Each entry carries it, so it is short; and
   * senders write most of a segment's bytes, so it is long enough that nobody makes two segments of one key (2^66 tries). Hence whoever finds the key
   * taken has the same bytes before him, without having to read them.
   */
  readonly key: string;
  readonly bytes: Uint8Array;
  /** One a record, in the order given. */
  readonly places: readonly Place[];
}

/**
 * A WARC 1.1 file (ISO 28500, annex D: one gzip member a record) that begins with a warcinfo record. The same records in the same order give the
 * same bytes on the same zlib, so that a batch tried again writes the same object; where zlib's output differs, it is another object with the
 * same records, and both are good.
 * @param records not empty; the first one's `receivedAt` dates the key
 * @throws EvidenceError `no-records`, `not-an-instant`, `record-too-large`
 */
export function writeSegment(records: readonly RawRecord[]): Segment {
  const [first] = records;
  if (first === undefined) throw new EvidenceError("no-records", "expected at least one record in a segment");
  if (!instantSchema.safeParse(first.receivedAt).success)
    throw new EvidenceError("not-an-instant", "expected receivedAt as RFC 3339, UTC, with milliseconds");
  const written = records.map(writeRecord);
  const members = [writeMember(infoRecord(first.receivedAt, written))];
  const places: Place[] = [];
  let offset = members[0]?.length ?? 0;
  for (const { bytes, sha256 } of written) {
    const member = writeMember(bytes);
    members.push(member);
    places.push({ sha256, offset, length: member.length });
    offset += member.length;
  }
  const bytes = Buffer.concat(members, offset);
  const day = first.receivedAt.slice(0, 10).replaceAll("-", "");
  const name = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  return { key: `segments/${day}/${name}.warc.gz`, bytes, places };
}

const INFO =
  "software: change-ledger\r\nformat: WARC File Format 1.1\r\nconformsTo: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n";

function infoRecord(date: string, records: readonly { readonly sha256: string }[]): Uint8Array {
  const lines = [
    "WARC/1.1",
    "WARC-Type: warcinfo",
    `WARC-Record-ID: <${recordIdOf(`change-ledger:segment/${date}/${records.map(({ sha256 }) => sha256).join("/")}`)}>`,
    `WARC-Date: ${date}`,
    `WARC-Block-Digest: sha256:${sha256Hex(INFO)}`,
    "Content-Type: application/warc-fields",
    `Content-Length: ${Buffer.byteLength(INFO)}`,
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${INFO}\r\n\r\n`);
}

/**
 * Reads exactly one member: one delivery's record, as a range read of a segment answers it.
 * @throws EvidenceError `not-a-member`, `record-too-large`, `not-a-record`, `digest-differs`
 */
export function readRecord(member: Uint8Array): ArchivedRecord {
  const { content, length } = readMember(member, RECORD_MAX_BYTES);
  if (length !== member.length)
    throw new EvidenceError("not-a-member", `expected one gzip member of ${member.length} bytes, got one of ${length} and more behind it`);
  return parseRecord(content);
}

/**
 * All deliveries of a segment, each with its place; the warcinfo record is passed over.
 * @throws EvidenceError as `readRecord`, once the iteration comes to the bad record
 */
export function* readSegment(bytes: Uint8Array): Generator<Place & { readonly record: ArchivedRecord }> {
  let offset = 0;
  while (offset < bytes.length) {
    const { content, length } = readMember(bytes.subarray(offset), RECORD_MAX_BYTES);
    if (offset > 0) {
      const record = parseRecord(content);
      yield { sha256: record.sha256, offset, length, record };
    } else if (!Buffer.from(content.subarray(0, 31)).equals(Buffer.from("WARC/1.1\r\nWARC-Type: warcinfo\r\n"))) {
      throw new EvidenceError("not-a-record", "expected a warcinfo record at the beginning of a segment");
    }
    offset += length;
  }
}
