import { createHash } from "node:crypto";
import { writeSegment } from "@change-ledger/evidence";
import type { Archive } from "@change-ledger/ledger";
import { type OnceOptions, putOnce } from "./s3-once.ts";

/**
 * The archive of raw messages: one PUT a batch. A key that is taken is the same segment from an earlier try: its name is its content's digest, and S3 checked
 * that digest then (132 of its bits are in the name, see `writeSegment`). Reading it back to compare would need a role that can read what it archives.
 */
export function s3Segments(options: OnceOptions): Archive {
  return {
    async keep(messages) {
      const { key, bytes, places } = writeSegment(messages.map(({ id, delivery }) => ({ id, ...delivery })));
      const ChecksumSHA256 = createHash("sha256").update(bytes).digest("base64");
      await putOnce(options, { Key: key, Body: bytes, ContentType: "application/warc", ChecksumSHA256 });
      return places.map(({ sha256, offset, length }) => ({ sha256, archive: key, offset, length }));
    },
  };
}
