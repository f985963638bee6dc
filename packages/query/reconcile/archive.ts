import { readSegment } from "@change-ledger/evidence";
import { type Found, handFound, isRecorded, partsOf } from "@change-ledger/ledger";
import { canonicalBytes, type Entry, type FactsOf, type SealedEntry, type SourceFact, type Subject, sha256Hex } from "@change-ledger/model";
import { normalise, sourceOf } from "@change-ledger/sources";
import * as z from "zod";
import { type Compared, LEAST_MS } from "./compare-scope.ts";
import type { Cursor, ReconcilePorts, SegmentLists } from "./ports.ts";
import { resultDelivery } from "./result.ts";

/** A day's segments are looked at once the day is over for so long: then nothing more comes to it but what waited in a queue. */
const SETTLE_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Of so many days the entries are remembered at once. */
const DAYS_A_RUN = 7;
const KEYS_A_PAGE = 1000;
const FAULTS_MAX = 100;

const keptSchema = z.object({
  looked: z.number(),
  faulty: z.number(),
  faults: z.array(z.object({ subject: z.custom<Subject>((value) => typeof value === "string"), seq: z.number(), code: z.string() })),
});
type Kept = z.output<typeof keptSchema>;

/** An entry as it is to be found again: where its payload lies, and a digest of what it says. */
interface Remembered {
  readonly subject: Subject;
  readonly seq: number;
  readonly part: number;
  readonly auth: Entry["source"]["auth"];
  readonly unauthenticated: boolean;
  readonly digest: string;
}

export interface ArchivePorts {
  readonly segments: SegmentLists;
  /** All entries, in any order; what is appended meanwhile may be missing. */
  readonly ledger: () => AsyncIterable<SealedEntry>;
  /** The day of the first segment, yyyymmdd; undefined while there is none. */
  readonly firstDay: () => Promise<string | undefined>;
}

/**
 * Reads the archived raw payloads of the days that have ended since the last run, each once. What an entry names is normalised again and has to give that entry (audit
 * test T2); a payload that no entry names and that is on record in no other way is handed in again, the way it came.
 */
export async function compareArchive(
  ports: ReconcilePorts,
  archive: ArchivePorts,
  cursor: Cursor | undefined,
): Promise<{ readonly cursor: Cursor | undefined; readonly compared: Compared }> {
  const now = ports.now();
  const compared = { listed: 0, missing: 0, unlisted: 0, found: 0 };
  const first = cursor?.from ?? startOf(await archive.firstDay());
  if (first === undefined) return { cursor, compared };
  const settled = Date.parse(now) - SETTLE_MS;
  const days: string[] = [];
  for (let ms = Date.parse(first); ms + DAY_MS <= settled && days.length < DAYS_A_RUN; ms += DAY_MS) days.push(dayOf(ms));
  if (days.length === 0)
    return { cursor: { from: first, ranAt: now, again: [], ...(cursor?.kept !== undefined && { kept: cursor.kept }) }, compared };

  const places = await remembered(archive.ledger(), new Set(days));
  const kept: Kept = cursor?.kept === undefined ? { looked: 0, faulty: 0, faults: [] } : keptSchema.parse(JSON.parse(cursor.kept));
  let from = first;
  for (const day of days) {
    if (ports.remainingMs() < LEAST_MS) break;
    const found = await compareDay(ports, archive.segments, day, places, kept, compared);
    from = new Date(Date.parse(from) + DAY_MS).toISOString();
    const facts: FactsOf<"verified"> = { check: "normalisation", upTo: from, ...kept };
    await handFound(ports, [...found, { delivery: resultDelivery({ kind: "verified", facts }, now) }]);
  }
  return { cursor: { from, ranAt: now, again: [], kept: JSON.stringify(kept) }, compared };
}

async function compareDay(
  ports: ReconcilePorts,
  segments: SegmentLists,
  day: string,
  places: ReadonlyMap<string, readonly Remembered[]>,
  kept: Kept,
  compared: { listed: number; missing: number; found: number },
): Promise<readonly Found[]> {
  const found: Found[] = [];
  const fault = (subject: Subject, seq: number, code: string) => {
    kept.faulty++;
    if (kept.faults.length < FAULTS_MAX) kept.faults.push({ subject, seq, code });
  };
  for (let after: string | undefined, page: readonly string[] = [""]; page.length > 0; ) {
    page = await segments.keys(day, after, KEYS_A_PAGE);
    after = page.at(-1);
    for (const key of page) {
      for (const { offset, sha256, record } of readSegment(await segments.read(key))) {
        compared.listed++;
        const { system, receivedAt, headers, body } = record;
        const delivery = { system, receivedAt, headers, body };
        const here = places.get(`${key}#${offset}`);
        for (const one of here ?? []) {
          kept.looked++;
          // Of what was not its sender's the entry says only that.
          if (!one.unauthenticated && digestsOf(normalise(delivery, one.auth, ports.settings)).get(one.part) !== one.digest)
            fault(one.subject, one.seq, "other-facts");
        }
        if (here !== undefined) continue;
        const by = wayOf(system);
        // What tells anew of what an event told already has no entry, and shall have none.
        if (by === undefined) continue;
        const fact = normalise(delivery, by === "webhook" ? "hmac-sha256" : "bus", ports.settings);
        if (await isRecorded(ports.chains, fact, { sha256 })) continue;
        compared.missing++;
        compared.found++;
        found.push({ delivery, by });
      }
    }
  }
  return found;
}

/** The way it came first; undefined for answers to our own questions: asked again, they come again. */
function wayOf(system: string): Found["by"] {
  const source = sourceOf(system);
  return source?.webhook !== undefined ? "webhook" : source === undefined || source.bus !== undefined ? "bus" : undefined;
}

async function remembered(ledger: AsyncIterable<SealedEntry>, days: ReadonlySet<string>): Promise<Map<string, Remembered[]>> {
  const places = new Map<string, Remembered[]>();
  for await (const { entry } of ledger) {
    const { payload, source, subject, seq, part } = entry;
    if (payload === undefined || !days.has(payload.archive.split("/")[1] ?? "")) continue;
    const place = `${payload.archive}#${payload.offset}`;
    const one = {
      subject,
      seq,
      part: part?.index ?? 0,
      auth: source.auth,
      unauthenticated: source.event === "unauthenticated",
      digest: digestOf(entry),
    };
    places.set(place, [...(places.get(place) ?? []), one]);
  }
  return places;
}

/** Of what an entry says, all that its payload gives: not its place in the chain, nor when it was recorded, nor that a body came before. */
function digestOf(of: Pick<Entry, "subject" | "kind" | "facts" | "occurredAt" | "source"> & { readonly actor?: Entry["actor"] }): string {
  const { subject, kind, facts, occurredAt, actor, source } = of;
  const { replays: _, ...told } = source;
  return sha256Hex(canonicalBytes(JSON.parse(JSON.stringify({ subject, kind, facts, occurredAt, actor, source: told }))));
}

function digestsOf(fact: SourceFact): Map<number, string> {
  return new Map(
    partsOf(fact).map(({ part, kind, facts }) => [part?.index ?? 0, digestOf({ ...fact, kind, facts } as Parameters<typeof digestOf>[0])]),
  );
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10).replaceAll("-", "");
}

function startOf(day: string | undefined): string | undefined {
  return day === undefined ? undefined : `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}T00:00:00.000Z`;
}
