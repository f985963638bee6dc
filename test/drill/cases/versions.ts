import { sha256Hex } from "@change-ledger/model";
import { Bag } from "../bag.ts";
import { type DrillCase, type DrillClass, same } from "../case.ts";
import { edited, leafOf, leavesOf, lineOf, relinked, relog } from "../operator.ts";
import { differs, latest, recordsOf } from "../records.ts";
import { resealed } from "../reseal.ts";
import { CHANGE } from "../world.ts";

const VERSIONS: readonly DrillCase[] = [
  {
    name: "version",
    operator: "puts a new version of a bundle over it, everything in it made anew and signed: the later deployment never was",
    tamper: async (world) => {
      const [older] = recordsOf(world);
      const bytes = world.kept.bundles.get(older?.key ?? "");
      if (bytes === undefined) throw new Error("no older bundle");
      world.kept.bundles.set(latest(world).key, bytes);
      return same(differs(world));
    },
  },
  {
    name: "version-resealed",
    operator: "seals the same dossier once more and puts that over it",
    tamper: async (world) => {
      (await new Bag(world, latest(world).key).attestAnew(undefined, { sealedAt: "2026-11-20T10:00:00.000Z" })).store();
      return same(differs(world));
    },
  },
  {
    name: "delete-marker",
    operator: "puts a delete marker on a bundle: a plain read finds nothing",
    tamper: (world) => {
      const { subject, seq, key } = latest(world);
      world.kept.bundles.delete(key);
      return same({ check: "sealed-missing", subject, seq, file: key });
    },
  },
  {
    name: "version-recorded",
    operator: "puts a new version over a bundle, and writes its SHA-256 into the ledger's record",
    tamper: async (world) => {
      const { subject, seq, key } = latest(world);
      (await new Bag(world, key).attestAnew(undefined, { sealedAt: "2026-11-20T10:00:00.000Z" })).store();
      const at = lineOf(world.kept.ledger, subject, seq);
      const line = world.kept.ledger[at] as Uint8Array;
      const record = JSON.parse(Buffer.from(line).toString("utf8")) as { facts: { bundles: { key: string }[] } };
      const bundles = record.facts.bundles.map((bundle) => (bundle.key === key ? { ...bundle, sha256: "0".repeat(64) } : bundle));
      world.kept.ledger[at] = edited(line, { "facts.bundles": bundles });
      return same({ check: "ledger-differs", subject, seq, leaf: leafOf(world, subject, seq) }, differs(world));
    },
  },
  {
    name: "bundle-unrecorded",
    operator: "adds a bundle that is on no record",
    tamper: (world) => {
      const key = latest(world).key.replace(/[0-9a-f]{16}\.zip$/, "0000000000000000.zip");
      world.kept.bundles.set(key, world.kept.bundles.get(latest(world).key) ?? new Uint8Array());
      return same({ check: "sealed-differs", file: key });
    },
  },
  {
    name: "version-re-recorded",
    operator: "puts a new version over a bundle, and lets the ledger record that one today, properly, in log and hours",
    tamper: async (world) => {
      const { subject, seq, key } = latest(world);
      const bag = await new Bag(world, key).attestAnew(undefined, { sealedAt: "2026-11-03T10:00:00.000Z" });
      bag.store();
      const { now } = world.held;
      const sha256 = sha256Hex(world.kept.bundles.get(key) ?? "");
      const first = world.leaves.find(({ entry }) => entry.subject === subject && entry.seq === seq);
      if (first?.entry.kind !== "sealed") throw new Error("no record");
      const bundles = first.entry.facts.bundles.filter((bundle) => bundle.key === key).map((bundle) => ({ ...bundle, sha256 }));
      const again = edited(first.bytes, { "facts.bundles": bundles, "source.id": "sealed/again", occurredAt: now, recordedAt: now });
      await relog(world.kept, relinked([...leavesOf(world), { bytes: again }]), { keepHours: true });
      return same(differs(world));
    },
  },
  {
    name: "dossier-shortened",
    operator: "seals a bundle again without the last entries of the change, by the program that made it, and puts it over the first",
    tamper: async (world) => {
      const { key } = latest(world);
      const shortened = await resealed(world, key, (chains) =>
        chains.map((chain) => (chain.subject === CHANGE ? { ...chain, entries: chain.entries.slice(0, 5) } : chain)),
      );
      world.kept.bundles.set(key, shortened);
      return { ours: [{ check: "dossier-lacks", subject: CHANGE, seq: 5 }, differs(world)], python: [differs(world)] };
    },
  },
  {
    name: "dossier-without-chain",
    operator: "seals a bundle again without the checks of its commit, and puts it over the first",
    tamper: async (world) => {
      const { key } = latest(world);
      world.kept.bundles.set(key, await resealed(world, key, (chains) => chains.filter(({ subject }) => !subject.startsWith("commit:"))));
      return same(differs(world));
    },
  },
];

export const VERSION_CASES: DrillClass = { title: "Versions of a bundle", cases: VERSIONS };
