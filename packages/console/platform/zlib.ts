/** Stands for `node:zlib` in what a browser runs (vite.config.ts): of it the papers use the checksum alone. */
const POLYNOMIAL = 0xedb88320;
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? POLYNOMIAL : 0);
  return value;
});

/** CRC-32 as zip files and gzip have it (ISO 3309). */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let at = 0; at < bytes.length; at++) crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[at] as number)) & 0xff] as number);
  return (crc ^ 0xffffffff) >>> 0;
}

/** What a page has no use for: other modules of the packages name it. */
const refuse = (): never => {
  throw new Error("a page packs and unpacks nothing");
};

export { refuse as deflateRawSync, refuse as gunzipSync, refuse as gzipSync, refuse as inflateRawSync };
