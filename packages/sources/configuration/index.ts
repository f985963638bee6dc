import { gunzipSync } from "node:zlib";
import { sha256Hex, subject } from "@change-ledger/model";
import * as z from "zod";
import { assemble } from "../assemble.ts";
import { busEventId, putBy, putUnder, readPutEvent, VERSION } from "../bus-event.ts";
import { SourceError } from "../fault.ts";
import { present, told } from "../present.ts";
import { read } from "../read.ts";
import type { Source } from "../source.ts";

/** The text may hold so many bytes; on the bus, where an entry takes 256 KB, a long one travels as gzip. */
const TEXT_MAX_BYTES = 4 * 1024 * 1024;

/** Its own detail type, so that the bus's policy can leave it to named roles. */
const OFFERED = "configuration.offered";

const offer = z.object({
  detail: z.object({
    version: VERSION,
    label: z.string().max(128).nullish(),
    text: z.string().nullish(),
    gzip: z.base64().nullish(),
    /** What the text stands for where it is not JSON itself: gzip, in base64, of JSON. */
    valueGzip: z.base64().nullish(),
  }),
});

/** A version of the configuration: its digest and label go on record here, and its text stays in the archive. Whether it is valid is judged when it is read. */
export const configuration: Source = {
  system: "configuration",
  version: 1,
  bus: putUnder(new Set([OFFERED])),
  deliveryId: ({ body }) => busEventId(body),
  normalise(delivery, auth) {
    const event = readPutEvent(delivery.body);
    const { detail } = read(offer, { detail: event.detail });
    const facts = present({ status: "offered" as const, version: sha256Hex(textOf(detail)), label: told(detail.label) });
    const reading = { kind: "configuration" as const, subject: subject("config", "default"), occurredAt: event.time, facts };
    return assemble(configuration, delivery, auth, reading, { id: event.id, event: event.detailType, actor: putBy(event) });
  },
};

/**
 * The text of an offered configuration, out of the archived payload of its entry: the bytes whose SHA-256 is the entry's `version`.
 * @throws SourceError when it is no such payload
 */
export function offeredConfiguration(payload: Uint8Array): Uint8Array {
  return textOf(read(offer, { detail: readPutEvent(payload).detail }).detail);
}

/**
 * What an offered text stands for, without reading YAML: the value that was sent along, else the text as JSON.
 * @returns undefined when neither is there
 * @throws SourceError when it is no such payload
 */
export function offeredValue(payload: Uint8Array): unknown {
  const { detail } = read(offer, { detail: readPutEvent(payload).detail });
  const json = detail.valueGzip == null ? textOf(detail) : unpacked(detail.valueGzip, "detail.valueGzip");
  try {
    return JSON.parse(Buffer.from(json).toString("utf8"));
  } catch {
    return undefined;
  }
}

function textOf({ text, gzip }: z.output<typeof offer>["detail"]): Uint8Array {
  const [plain, packed] = [text ?? undefined, gzip ?? undefined];
  if ((plain === undefined) === (packed === undefined)) throw new SourceError("detail.text", "expected either text or gzip");
  if (packed === undefined) {
    const bytes = Buffer.from(plain ?? "", "utf8");
    if (bytes.length > TEXT_MAX_BYTES) throw new SourceError("detail.text", `expected at most ${TEXT_MAX_BYTES} bytes`);
    return bytes;
  }
  return unpacked(packed, "detail.gzip");
}

function unpacked(packed: string, field: string): Uint8Array {
  try {
    return gunzipSync(Buffer.from(packed, "base64"), { maxOutputLength: TEXT_MAX_BYTES });
  } catch {
    throw new SourceError(field, `expected gzip, in base64, of at most ${TEXT_MAX_BYTES} bytes`);
  }
}
