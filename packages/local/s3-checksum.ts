import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { ServiceFault } from "./fault.ts";

/** S3's checksum algorithms, as the headers `x-amz-checksum-…` name them. */
export const CHECKSUMS = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"] as const;
export type Checksum = (typeof CHECKSUMS)[number];

/** The checksum of `bytes` in base64, as S3 writes it. */
export function checksum(algorithm: Checksum, bytes: Uint8Array): string {
  switch (algorithm) {
    case "sha1":
    case "sha256":
      return createHash(algorithm).update(bytes).digest("base64");
    case "crc32":
      return word(crc32(bytes));
    case "crc32c":
      return word(reflected32(CRC32C, bytes));
    case "crc64nvme":
      return crc64(bytes);
    default:
      return algorithm satisfies never;
  }
}

/** Reflected polynomials: Castagnoli's (RFC 3720) and NVMe's (NVM Express base specification, 64-bit). */
const CRC32C = table32(0x82f63b78);
const CRC64 = table64(0x9a6c9329ac4bc9b5n);

function table32(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ polynomial : c >>> 1;
    return c;
  });
}

function reflected32(table: Uint32Array, bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = (table[(c ^ byte) & 255] as number) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

interface Table64 {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

function table64(polynomial: bigint): Table64 {
  const words = Array.from({ length: 256 }, (_, n) => {
    let c = BigInt(n);
    for (let bit = 0; bit < 8; bit++) c = c & 1n ? (c >> 1n) ^ polynomial : c >> 1n;
    return c;
  });
  return { high: Uint32Array.from(words, (w) => Number(w >> 32n)), low: Uint32Array.from(words, (w) => Number(w & 0xffffffffn)) };
}

/** In two 32-bit halves: BigInt would make it a hundred times slower. */
function crc64(bytes: Uint8Array): string {
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (const byte of bytes) {
    const index = (low ^ byte) & 255;
    low = ((low >>> 8) | (high << 24)) ^ (CRC64.low[index] as number);
    high = (high >>> 8) ^ (CRC64.high[index] as number);
  }
  const out = Buffer.alloc(8);
  out.writeUInt32BE((high ^ 0xffffffff) >>> 0, 0);
  out.writeUInt32BE((low ^ 0xffffffff) >>> 0, 4);
  return out.toString("base64");
}

function word(value: number): string {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value >>> 0);
  return out.toString("base64");
}

/**
 * The payload and trailing headers of a body sent as `aws-chunked`: chunks of `hex-size[;chunk-signature=…]` lines, then trailers
 * (Amazon S3 API Reference, "Signature calculations: trailing headers"). Signatures are not checked: any credentials are good here.
 */
export function decodeChunked(body: Buffer): { readonly payload: Buffer; readonly trailers: ReadonlyMap<string, string> } {
  const chunks: Buffer[] = [];
  let at = 0;
  const line = (): string => {
    const end = body.indexOf("\r\n", at);
    if (end < 0) throw new ServiceFault("IncompleteBody", 400, "The request body terminated unexpectedly");
    const text = body.toString("latin1", at, end);
    at = end + 2;
    return text;
  };
  for (;;) {
    const size = /^([0-9a-fA-F]{1,8})(?:;|$)/.exec(line())?.[1];
    if (size === undefined) throw new ServiceFault("InvalidRequest", 400, "expected the size of a chunk in hexadecimal");
    const length = Number.parseInt(size, 16);
    if (length === 0) break;
    if (at + length + 2 > body.length) throw new ServiceFault("IncompleteBody", 400, "The request body terminated unexpectedly");
    chunks.push(body.subarray(at, at + length));
    at += length + 2;
  }
  const trailers = new Map<string, string>();
  while (at < body.length) {
    const text = line();
    const colon = text.indexOf(":");
    if (colon > 0) trailers.set(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim());
  }
  return { payload: Buffer.concat(chunks), trailers };
}
