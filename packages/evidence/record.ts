import { createHash } from "node:crypto";
import { type Delivery, instantSchema, sha256Hex } from "@change-ledger/model";
import { EvidenceError } from "./fault.ts";

/**
 * One WARC 1.1 record (ISO 28500:2017) a delivery, of type `resource`: its content block is the sender's body and nothing else. A `request` record
 * would need a block of type application/http, that is a request line and all headers in their order, which API Gateway does not tell and
 * EventBridge never had; we would have to make them up. The headers that were kept (signature, event, delivery id) are named fields of their own:
 *
 *     WARC/1.1
 *     WARC-Type: resource
 *     WARC-Record-ID: <urn:uuid:…>             version 8 (RFC 9562), from system and id: the same delivery always has the same
 *     WARC-Date: 2026-11-21T22:14:45.000Z      when we received it
 *     WARC-Target-URI: change-ledger:delivery/github/72d3162e-cc78-11e3-81ab-4c9367dc0958
 *     WARC-Block-Digest: sha256:<64 hex>
 *     WARC-Payload-Digest: sha256:<64 hex>     a resource's payload is its block
 *     Content-Type: application/json           the sender's; application/octet-stream when it named none
 *     Content-Length: 17012
 *     Sender-Header-x-github-event: push       each kept header, in order of name; see `encode`
 *
 *     <the body>
 */
export interface RawRecord extends Delivery {
  /** The sender's id of the delivery, or what stands for it: the same for the same delivery, whenever it is archived. */
  readonly id: string;
}

/** A record read back. */
export interface ArchivedRecord extends RawRecord {
  /** `urn:uuid:…` */
  readonly recordId: string;
  /** SHA-256 of the body: what an entry's payload reference names. */
  readonly sha256: string;
}

/** A body holds at most this many bytes: the bus and the receiving function take less. */
export const BODY_MAX_BYTES = 16 * 1024 * 1024;
/** A record's header holds at most this many bytes: API Gateway takes 10 KB of headers. */
const HEAD_MAX_BYTES = 64 * 1024;
/** A whole record, uncompressed. */
export const RECORD_MAX_BYTES = HEAD_MAX_BYTES + BODY_MAX_BYTES + 4;

const END = Buffer.from("\r\n\r\n");
const SENDER = "Sender-Header-";
const TARGET = "change-ledger:delivery/";
const UNNAMED_TYPE = "application/octet-stream";
/** RFC 9110 `type/subtype` with parameters, in printable ASCII. */
const MEDIA_TYPE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+\/[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:[ \t]*;[ -~]*)?$/;

/**
 * @returns the record, uncompressed, and the SHA-256 of the body
 * @throws EvidenceError `not-an-instant`, `record-too-large`
 */
export function writeRecord(record: RawRecord): { readonly bytes: Uint8Array; readonly sha256: string } {
  const { body, receivedAt } = record;
  if (!instantSchema.safeParse(receivedAt).success)
    throw new EvidenceError("not-an-instant", "expected receivedAt as RFC 3339, UTC, with milliseconds");
  if (body.length > BODY_MAX_BYTES)
    throw new EvidenceError("record-too-large", `expected at most ${BODY_MAX_BYTES} bytes of body, got ${body.length}`);
  const sha256 = sha256Hex(body);
  const head = Buffer.from(headOf(record, sha256));
  if (head.length > HEAD_MAX_BYTES)
    throw new EvidenceError(
      "record-too-large",
      `expected at most ${HEAD_MAX_BYTES} bytes of header, got ${head.length}: keep fewer headers`,
    );
  return { bytes: Buffer.concat([head, body, END]), sha256 };
}

function headOf(record: RawRecord, sha256: string): string {
  const type = record.headers["content-type"];
  const target = `${TARGET}${encodeSegment(record.system)}/${encodeSegment(record.id)}`;
  const lines = [
    "WARC/1.1",
    "WARC-Type: resource",
    `WARC-Record-ID: <${recordIdOf(target)}>`,
    `WARC-Date: ${record.receivedAt}`,
    `WARC-Target-URI: ${target}`,
    `WARC-Block-Digest: sha256:${sha256}`,
    `WARC-Payload-Digest: sha256:${sha256}`,
    `Content-Type: ${type !== undefined && MEDIA_TYPE.test(type) ? type.trimEnd() : UNNAMED_TYPE}`,
    `Content-Length: ${record.body.length}`,
  ];
  const headers = Object.entries(record.headers).map(
    ([name, value]) => `${SENDER}${encode(name, NOT_A_TOKEN)}: ${encode(value, NOT_A_VALUE)}`,
  );
  return `${[...lines, ...headers.sort()].join("\r\n")}\r\n\r\n`;
}

/** A name-based UUID of version 8 (RFC 9562): the first 128 bits of SHA-256, less the six that the format takes. */
export function recordIdOf(name: string): string {
  const uuid = createHash("sha256").update(name).digest().subarray(0, 16);
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x80;
  uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
  return `urn:uuid:${uuid.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")}`;
}

/** Whatever a field's name (an HTTP token) or value (printable ASCII without blanks at its ends) cannot hold as it is, and `%`. */
const NOT_A_TOKEN = /[^!#$&'*+.^_`|~0-9A-Za-z-]/gu;
const NOT_A_VALUE = /[^ -~]|%|^ | $/gu;

/** Percent-encoding of UTF-8: a sender can put no line break, and so no field and no record of its own, into ours. */
function encode(text: string, unsafe: RegExp): string {
  return text
    .toWellFormed()
    .replace(unsafe, (char) => [...Buffer.from(char)].map((byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`).join(""));
}

function encodeSegment(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/**
 * Reads one uncompressed record as `writeRecord` writes it, and checks its digests.
 * @throws EvidenceError `not-a-record` (another type or spelling), `digest-differs`
 */
export function parseRecord(bytes: Uint8Array): ArchivedRecord {
  const record = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const split = record.indexOf(END);
  if (split < 0) throw new EvidenceError("not-a-record", "expected a WARC record: the end of its header is missing");
  const start = split + END.length;
  const fields = parseFields(record.toString("latin1", 0, split));
  const read = deliveryOf(fields, record.subarray(start, record.length - END.length));
  const again = headOf(read, read.sha256);
  // One spelling: whatever the parser overlooked (a field twice, another order, a wrong length or id, a digest) differs from what we write.
  if (again !== record.toString("latin1", 0, start)) {
    const told = fields.get("WARC-Block-Digest");
    if (told !== undefined && /^sha256:[0-9a-f]{64}$/.test(told) && told !== `sha256:${read.sha256}`)
      throw new EvidenceError("digest-differs", `the record names ${told}, its block has sha256:${read.sha256}: it was altered`);
    throw new EvidenceError("not-a-record", "expected a resource record as this ledger writes it; the header is spelled differently");
  }
  if (record.compare(END, 0, END.length, record.length - END.length) !== 0)
    throw new EvidenceError("not-a-record", "expected two line breaks behind the record's block");
  return read;
}

function parseFields(head: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of head.split("\r\n").slice(1)) {
    const colon = line.indexOf(": ");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2));
  }
  return fields;
}

function deliveryOf(fields: ReadonlyMap<string, string>, body: Uint8Array): ArchivedRecord {
  const target = fields.get("WARC-Target-URI") ?? "";
  const [system, id, ...rest] = target.startsWith(TARGET) ? target.slice(TARGET.length).split("/") : [];
  if (system === undefined || id === undefined || rest.length > 0)
    throw new EvidenceError("not-a-record", `expected WARC-Target-URI: ${TARGET}<system>/<id>`);
  const receivedAt = fields.get("WARC-Date") ?? "";
  if (!instantSchema.safeParse(receivedAt).success)
    throw new EvidenceError("not-a-record", "expected WARC-Date as RFC 3339, UTC, with milliseconds");
  const headers = [...fields].filter(([name]) => name.startsWith(SENDER));
  return {
    system: decode(system),
    id: decode(id),
    receivedAt,
    headers: Object.fromEntries(headers.map(([name, value]) => [decode(name.slice(SENDER.length)), decode(value)])),
    body,
    recordId: recordIdOf(target),
    sha256: sha256Hex(body),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new EvidenceError("not-a-record", "expected percent-encoded UTF-8 in a field of the record");
  }
}
