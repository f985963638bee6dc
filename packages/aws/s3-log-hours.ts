import { ListObjectsV2Command, type ListObjectsV2CommandInput, type S3Client } from "@aws-sdk/client-s3";

const HOUR = /^(\d{4})-(\d{2})-(\d{2})T(\d{2})$/;
/** Years, months, days. */
const DEPTH = 3;
const KEY = /^hours\/(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})$/;

/** `hours/2026/11/21/22` of `2026-11-21T22`. @throws RangeError for anything that is no hour */
export function hourKey(hour: string): string {
  const [, ...parts] = HOUR.exec(hour) ?? [];
  if (parts.length !== 4) throw new RangeError(`expected an hour like 2026-11-21T22, got ${hour}`);
  return `hours/${parts.join("/")}`;
}

function hourOf(key: string): string | undefined {
  const [, year, month, day, hour] = KEY.exec(key) ?? [];
  return year === undefined ? undefined : `${year}-${month}-${day}T${hour}`;
}

/** Hours behind `after`, in order, at most `limit`. */
export async function hoursAfter(
  client: S3Client,
  bucket: string,
  prefix: string,
  after: string | undefined,
  limit: number,
): Promise<string[]> {
  const hours: string[] = [];
  const Prefix = `${prefix}hours/`;
  let start: Partial<ListObjectsV2CommandInput> = after === undefined ? {} : { StartAfter: prefix + hourKey(after) };
  while (hours.length < limit) {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix, MaxKeys: Math.min(1000, limit - hours.length), ...start }),
    );
    hours.push(...(page.Contents ?? []).flatMap(({ Key = "" }) => hourOf(Key.slice(prefix.length)) ?? []));
    if (page.NextContinuationToken === undefined) break;
    start = { ContinuationToken: page.NextContinuationToken };
  }
  return hours;
}

/** The last hour there is: in the last year, its last month, its last day. S3 lists in no other direction. What is no hour is passed over. */
export async function latestHour(client: S3Client, bucket: string, prefix: string): Promise<string | undefined> {
  return await latestUnder(`${prefix}hours/`, DEPTH);

  async function latestUnder(Prefix: string, depth: number): Promise<string | undefined> {
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix, Delimiter: "/" }));
    if (depth === 0) return (page.Contents ?? []).flatMap(({ Key = "" }) => hourOf(Key.slice(prefix.length)) ?? []).at(-1);
    for (const { Prefix: inner = "" } of (page.CommonPrefixes ?? []).toReversed()) {
      const found = /\/\d{2,4}\/$/.test(inner) ? await latestUnder(inner, depth - 1) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
