import { DERIVED_KINDS, type Subject } from "@change-ledger/model";
import { mergedPlaces } from "@change-ledger/query";
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
  const [changes, deployments, note, hours] = await Promise.all([
    mergedPlaces(lists, "change", SAMPLE),
    mergedPlaces(lists, "deployment", SAMPLE),
    ports.log.published(),
    ports.log.hours(new Date(Date.parse(now) - HOURS * HOUR_MS).toISOString().slice(0, 13), HOURS),
  ]);
  const checkpoint = note && namedIn(note.note);
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
  };
}

async function headOf({ chains, places }: ApiPorts, subject: Subject, size: number) {
  const [last] = await chains.tail(subject, 1);
  if (last === undefined) return undefined;
  const { seq, occurredAt, recordedAt, kind } = last.entry;
  const [run] = await places.runs(subject, seq, seq + 1);
  const lagSeconds = DERIVED_KINDS.has(kind) ? undefined : Math.max(0, (Date.parse(recordedAt) - Date.parse(occurredAt)) / 1000);
  return { covered: run !== undefined && run.index + (seq - run.seq) < size, recordedAt, lagSeconds };
}

/** Of our own store's checkpoint its first lines (C2SP tlog-checkpoint): whoever relies on it verifies it. */
function namedIn(note: Uint8Array): { readonly origin: string; readonly size: number } {
  const [origin = "", size = "0"] = Buffer.from(note).toString("utf8").split("\n");
  return { origin, size: Number(size) };
}
