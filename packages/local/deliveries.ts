import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import * as z from "zod";
import type { BusEvent } from "./event-bus.ts";
import { LocalError } from "./fault.ts";
import { seeded, shuffled } from "./seeded.ts";

/** A line of a deliveries file: a webhook's request, or an event of the default bus. */
export type RecordedDelivery =
  | {
      readonly channel: "webhook";
      readonly source: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** When it happened, as the file tells: the sender's own record has it so. */
      readonly at?: string | undefined;
    }
  | { readonly channel: "bus"; readonly event: BusEvent };

const lineSchema = z.union([
  z.object({
    channel: z.string().regex(/^[a-z]+-webhook$/),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
    at: z.string().max(64).optional(),
  }),
  z.object({ channel: z.literal("eventbridge"), event: z.looseObject({ id: z.string(), source: z.string(), "detail-type": z.string() }) }),
]);

/**
 * Reads a deliveries file: one JSON object a line, gzip when its name ends in `.gz`.
 * @throws LocalError `bad-deliveries-file`, naming line and rule
 */
export async function readDeliveries(file: string): Promise<RecordedDelivery[]> {
  const stream = createReadStream(file);
  const opened = new Promise<never>((_, fail) =>
    stream.once("error", (error) => fail(new LocalError("bad-deliveries-file", `cannot read ${file}: ${error.message}`))),
  );
  opened.catch(() => {});
  const lines = createInterface({
    input: file.endsWith(".gz") ? stream.pipe(createGunzip()) : stream,
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  const deliveries: RecordedDelivery[] = [];
  const reading = (async () => {
    let number = 0;
    for await (const line of lines) {
      number++;
      if (line.trim() !== "") deliveries.push(deliveryOf(line, `${file}, line ${number}`));
    }
  })();
  await Promise.race([reading, opened]);
  return deliveries;
}

function deliveryOf(line: string, where: string): RecordedDelivery {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new LocalError("bad-deliveries-file", `${where}: expected a JSON object`);
  }
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) {
    throw new LocalError(
      "bad-deliveries-file",
      `${where}: expected {channel: "<source>-webhook", headers, body} or {channel: "eventbridge", event}`,
    );
  }
  if ("event" in parsed.data) return { channel: "bus", event: parsed.data.event as unknown as BusEvent };
  const { channel, headers, body, at } = parsed.data;
  return { channel: "webhook", source: channel.slice(0, -"-webhook".length), headers, body, at };
}

export interface Disorder {
  /** Seed of a shuffle of all deliveries; absent keeps the file's order. */
  readonly shuffle?: number | undefined;
  /** Share of deliveries sent twice. */
  readonly duplicate: number;
  /** Share of deliveries left out. */
  readonly drop: number;
  /** Draws which ones, and which are sent twice; absent: the same as 0. */
  readonly seed?: number | undefined;
}

/** Any odd number: seeds of shuffles and of drops shall not meet. */
const SEED_STEP = 104_729;

/** The deliveries as they shall be sent: some left out, some twice (the second time a while later), shuffled. The same numbers give the same list. */
export function disordered<T>(deliveries: readonly T[], { shuffle, duplicate, drop, seed }: Disorder): T[] {
  const random = seeded(((shuffle ?? 0) ^ 0x5eed) + (seed ?? 0) * SEED_STEP);
  const kept = deliveries.filter(() => random() >= drop);
  const placed = kept.flatMap((delivery, at) =>
    random() < duplicate
      ? [
          { at, delivery },
          { at: at + 1 + random() * 100, delivery },
        ]
      : [{ at, delivery }],
  );
  const sent = placed.sort((a, b) => a.at - b.at).map(({ delivery }) => delivery);
  return shuffle === undefined ? sent : shuffled(sent, random);
}

/** The sender's id of a delivery. */
export function idOf(delivery: RecordedDelivery): string {
  return delivery.channel === "bus" ? delivery.event.id : (delivery.headers["x-github-delivery"] ?? "");
}
