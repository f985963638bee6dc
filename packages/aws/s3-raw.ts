import { GetObjectCommand, type GetObjectCommandOutput, NoSuchKey, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { EvidenceError, type RawStore } from "@change-ledger/evidence";
import type { PayloadReference } from "@change-ledger/model";

/** Members of one segment that lie no further apart are read in one range: a request costs more time than 128 KB do. */
const GAP_MAX = 128 * 1024;
/** A range read at once, unless a single member is longer. */
const RANGE_MAX = 8 * 1024 * 1024;
const PARALLEL = 16;

interface Range {
  readonly archive: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Which of the references lie in it. */
  readonly indexes: readonly number[];
}

/** Reads raw records back by ranged GETs. */
export function s3Raw({ client, bucket }: { readonly client: S3Client; readonly bucket: string }): RawStore {
  return {
    async members(references) {
      const members = new Array<Uint8Array>(references.length);
      const ranges = rangesOf(references);
      const worker = async () => {
        for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
          const bytes = await read(client, bucket, range);
          for (const index of range.indexes) members[index] = memberAt(bytes, range, references[index] as PayloadReference);
        }
      };
      await Promise.all(Array.from({ length: Math.min(PARALLEL, ranges.length) }, worker));
      return members;
    },
  };
}

/** The fewest ranges within the limits, by archive and offset. */
export function rangesOf(references: readonly PayloadReference[]): Range[] {
  const order = references.map((_, index) => index);
  const at = (index: number) => references[index] as PayloadReference;
  order.sort((a, b) => (at(a).archive < at(b).archive ? -1 : at(a).archive > at(b).archive ? 1 : at(a).offset - at(b).offset));
  const ranges: Range[] = [];
  for (const index of order) {
    const { archive, offset, length } = at(index);
    const last = ranges.at(-1);
    const end = Math.max(last?.end ?? 0, offset + length);
    if (last !== undefined && last.archive === archive && offset - last.end <= GAP_MAX && end - last.start <= RANGE_MAX)
      ranges[ranges.length - 1] = { ...last, end, indexes: [...last.indexes, index] };
    else ranges.push({ archive, start: offset, end: offset + length, indexes: [index] });
  }
  return ranges;
}

async function read(client: S3Client, bucket: string, { archive, start, end }: Range): Promise<Uint8Array> {
  let answer: GetObjectCommandOutput;
  try {
    answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: archive, Range: `bytes=${start}-${end - 1}` }));
  } catch (error) {
    if (error instanceof NoSuchKey || (error instanceof S3ServiceException && error.name === "InvalidRange"))
      throw new EvidenceError("payload-missing", `expected bytes ${start} to ${end} of ${archive}, got ${error.name}`);
    throw error;
  }
  // Asked before the body is taken in: whoever answers with more than the range must not fill the memory.
  if (answer.Body === undefined || answer.ContentLength !== end - start) {
    await answer.Body?.transformToWebStream().cancel();
    throw new EvidenceError("payload-missing", `expected ${end - start} bytes from ${start} of ${archive}, got ${answer.ContentLength}`);
  }
  return answer.Body.transformToByteArray();
}

function memberAt(bytes: Uint8Array, range: Range, { offset, length }: PayloadReference): Uint8Array {
  return bytes.subarray(offset - range.start, offset - range.start + length);
}
