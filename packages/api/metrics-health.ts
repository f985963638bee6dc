import { DERIVED_KINDS, type Subject } from "@change-ledger/model";
import { checkpointLines, mergedPlaces, readHead } from "@change-ledger/query";
import type * as z from "zod";
import { type Caller, listsFor } from "./caller.ts";
import type { metricsSchema } from "./metrics-schema.ts";
import type { ApiPorts } from "./ports.ts";

type Health = z.output<typeof metricsSchema>["ledger"];

/** Of the latest changes and of the latest deployments so many are looked at. */
const SAMPLE = 10;
const HOURS = 48;
const HOUR_MS = 3_600_000;

/** What the latest chains say of the ledger's health: some thirty reads, however long the record is. */
export async function ledgerHealth(ports: ApiPorts, caller: Caller, now: string): Promise<Health> {
  const lists = listsFor(caller, ports.models);
  const [changes, deployments, note, hours, looked] = await Promise.all([
    mergedPlaces(lists, "change", SAMPLE),
    mergedPlaces(lists, "deployment", SAMPLE),
    ports.log.published(),
    ports.log.hours(new Date(Date.parse(now) - HOURS * HOUR_MS).toISOString().slice(0, 13), HOURS),
    ports.health.get(),
  ]);
  const checkpoint = note && checkpointLines(note.note);
  const heads = await Promise.all([...changes, ...deployments].map(({ subject }) => headOf(ports, subject, checkpoint?.size ?? 0)));
  const known = heads.filter((head) => head !== undefined);
  const lags = known.flatMap(({ lagSeconds }) => lagSeconds ?? []).sort((a, b) => a - b);
  const median = lags[Math.floor((lags.length - 1) / 2)];
  const lastRecordedAt = known
    .map(({ recordedAt }) => recordedAt)
    .sort()
    .at(-1);
  const sealedHour = hours.at(-1);
  return {
    sampled: known.length,
    covered: known.filter(({ covered }) => covered).length,
    ...(median !== undefined && { ingestLagSeconds: { median, most: lags.at(-1) ?? median } }),
    ...(lastRecordedAt !== undefined && { lastRecordedAt }),
    ...(checkpoint && { checkpoint: { ...checkpoint, ...(sealedHour !== undefined && { sealedHour }) } }),
    // What waits names no repository. Of a log that is late the entry does: that it is late is for everybody.
    ...(looked && {
      looked: { asOf: looked.asOf, deadLetters: [...looked.deadLetters], ...(looked.late && { checkpointLateSince: looked.late.since }) },
    }),
  };
}

async function headOf(ports: ApiPorts, subject: Subject, size: number) {
  const head = await readHead(ports, subject, size);
  if (head === undefined) return undefined;
  const { occurredAt, recordedAt, kind } = head.last.entry;
  const lagSeconds = DERIVED_KINDS.has(kind) ? undefined : Math.max(0, (Date.parse(recordedAt) - Date.parse(occurredAt)) / 1000);
  return { covered: head.covered, recordedAt, lagSeconds };
}
