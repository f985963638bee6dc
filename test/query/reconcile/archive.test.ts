import { writeSegment } from "@change-ledger/evidence";
import { type Delivery, type SealedEntry, sealEntry, sha256Hex } from "@change-ledger/model";
import { reconcileSenders } from "@change-ledger/query";
import { DEFAULT_SETTINGS, normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

const DAY = "2026-03-08T09:00:00.000Z";
const body = (number: number) =>
  Buffer.from(
    JSON.stringify({
      action: "opened",
      repository: { full_name: "acme/shop" },
      issue: { number, state: "open", created_at: "2026-03-08T09:00:00Z", updated_at: "2026-03-08T09:00:00Z" },
    }),
  );
const delivery = (number: number): Delivery => ({
  system: "github",
  receivedAt: DAY,
  headers: { "x-github-event": "issues", "x-github-delivery": `guid-${number}` },
  body: body(number),
});
const fill = { system: "github-history", receivedAt: DAY, headers: {}, body: Buffer.from("{}") };

/** An archive of one day's segment, and a ledger that names some of it. */
function archived(
  deliveries: readonly Delivery[],
  named: readonly number[],
  change: (entry: SealedEntry["entry"]) => SealedEntry["entry"] = (entry) => entry,
) {
  const { key, bytes, places } = writeSegment(deliveries.map((one, nth) => ({ id: String(nth), ...one })));
  const ledger = named.map((nth) => {
    const one = deliveries[nth] as Delivery;
    const place = places[nth];
    const { subject, ...fact } = normalise(one, "hmac-sha256", DEFAULT_SETTINGS);
    const payload = { sha256: place?.sha256 ?? "", archive: key, offset: place?.offset ?? 0, length: place?.length ?? 0 };
    return sealEntry(change({ v: 1, subject, seq: 0, prev: "0".repeat(64), recordedAt: DAY, payload, ...fact }));
  });
  return {
    segments: {
      keys: async (day: string, after: string | undefined) => (after !== undefined || !key.includes(day) ? [] : [key]),
      read: async () => bytes,
    },
    firstDay: async () => "20260308",
    ledger: async function* () {
      yield* ledger;
    },
  };
}

describe("the archive compared with the ledger", () => {
  it("normalises every payload again, day by day, each once", async () => {
    const world = new World();
    const archive = archived([delivery(1), delivery(2)], [0, 1]);
    const { compared } = await reconcileSenders(world.ports, archive);
    expect(compared["archive"]).toEqual({ listed: 2, missing: 0, unlisted: 0, found: 0 });
    expect(world.take().results).toMatchObject([
      { kind: "verified", check: "normalisation", upTo: "2026-03-09T00:00:00.000Z", looked: 2, faulty: 0, faults: [] },
      { kind: "verified", check: "normalisation", upTo: "2026-03-10T00:00:00.000Z", looked: 2 },
    ]);
    await reconcileSenders(world.ports, archive);
    expect(world.take().results).toEqual([]);
  });

  it("names an entry that its payload does not give, and goes on naming it", async () => {
    const world = new World();
    const archive = archived([delivery(1)], [0], (entry) => ({ ...entry, occurredAt: "2026-03-08T08:00:00.000Z" }));
    await reconcileSenders(world.ports, archive);
    const fault = { subject: "ticket:github/acme/shop/issues/1", seq: 0, code: "other-facts" };
    expect(world.take().results.map(({ faults }) => faults)).toEqual([[fault], [fault]]);
    world.now = "2026-03-12T12:00:00.000Z";
    await reconcileSenders(world.ports, archive);
    expect(world.take().results.at(-1)).toMatchObject({ upTo: "2026-03-12T00:00:00.000Z", faulty: 1, faults: [fault] });
  });

  it("hands in again, as it came, what no entry names; not what our own questions were answered", async () => {
    const world = new World();
    const archive = archived([delivery(1), delivery(2), fill], [0]);
    const { compared } = await reconcileSenders(world.ports, archive);
    expect(compared["archive"]).toEqual({ listed: 3, missing: 1, unlisted: 0, found: 1 });
    const [again] = world.handed.filter(({ delivery: { system } }) => system === "github");
    expect(again).toMatchObject({ by: "webhook", delivery: { headers: delivery(2).headers, receivedAt: DAY } });
    expect(sha256Hex(again?.delivery.body ?? new Uint8Array())).toBe(sha256Hex(body(2)));
  });

  it("does not hand in what is on record by another delivery of it", async () => {
    const world = new World();
    const fact = normalise(delivery(2), "hmac-sha256", DEFAULT_SETTINGS);
    const payload = { sha256: sha256Hex(body(2)), archive: "segments/20260309/other.warc.gz", offset: 9, length: 9 };
    const { subject, ...rest } = fact;
    world.chains.set(subject, [sealEntry({ v: 1, subject, seq: 0, prev: "0".repeat(64), recordedAt: DAY, payload, ...rest })]);
    await reconcileSenders(world.ports, archived([delivery(1), delivery(2)], [0]));
    expect(world.take().found).toEqual([]);
  });

  it("waits until a day is over", async () => {
    const world = new World();
    world.now = "2026-03-09T00:30:00.000Z";
    await reconcileSenders(world.ports, archived([delivery(1)], [0]));
    expect(world.take().results).toEqual([]);
    expect(world.cursors.get("archive")).toMatchObject({ from: "2026-03-08T00:00:00.000Z" });
  });
});
