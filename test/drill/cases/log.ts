import { formatBundle, formatTrust, parseBundle, parseNote, signCheckpoint } from "@change-ledger/log";
import { leafHash } from "@change-ledger/model";
import { type DrillCase, type DrillClass, type Findings, same } from "../case.ts";
import { FOREIGN_SIGNER, NOTE_SIGNERS, ORIGIN } from "../keys.ts";
import { hourPath, hoursOf } from "../mirror.ts";
import { edited, entryOf, leafOf, leavesOf, lineOf, relog, signersOf, sizeOf } from "../operator.ts";
import { CHANGE, rewrittenWorld, silencedWorld, type World } from "../world.ts";

type Files = World["kept"]["log"];
const file = (log: Files, path: string): Uint8Array => {
  const bytes = log.get(path);
  if (bytes === undefined) throw new Error(`no ${path}`);
  return bytes;
};
const flipped = (bytes: Uint8Array, at: number): Uint8Array => Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 1 : byte));
const root = (note: Uint8Array): Uint8Array => Buffer.from(Buffer.from(note).toString("utf8").split("\n")[2] ?? "", "base64");
/** The partial tile of a level at the end of the log. */
const partial = (log: Files, level: string): string =>
  [...log.keys()].filter((path) => path.startsWith(`tile/${level}/`) && path.includes(".p/")).at(-1) ?? "";
/** An hour in the middle and the auditor's. */
const MIDDLE = "2026-11-02T20";
const HELD = (world: World): string => {
  const note = Buffer.from(world.held.checkpoints[1]?.note ?? "").toString("utf8");
  return /^hour (.*)$/m.exec(note)?.[1] ?? "";
};
const signed = async (log: Files, from: Uint8Array, signers: Parameters<typeof signCheckpoint>[1], origin = ORIGIN): Promise<void> => {
  log.set("checkpoint", await signCheckpoint({ origin, size: sizeOf(from), root: root(from), extensions: [] }, signers));
};

const HOURS: readonly DrillCase[] = [
  {
    name: "hours-middle",
    operator: "deletes a run of hourly checkpoints",
    tamper: ({ kept }) => {
      for (const hour of ["2026-11-02T18", "2026-11-02T19", "2026-11-02T20"]) kept.log.delete(hourPath(hour));
      return same({ check: "hour-missing" });
    },
  },
  {
    name: "hours-end",
    operator: "deletes the hourly checkpoints since some time; the auditor took one of them",
    tamper: (world) => {
      for (const hour of hoursOf(world.kept.log)) if (hour >= HELD(world)) world.kept.log.delete(hourPath(hour));
      return same({ check: "hour-missing" });
    },
  },
  {
    name: "hours-all",
    operator: "deletes all of them",
    tamper: ({ kept }) => {
      for (const hour of hoursOf(kept.log)) kept.log.delete(hourPath(hour));
      return same({ check: "hour-missing" });
    },
  },
  {
    name: "hour-moved",
    operator: "puts one hour's checkpoint in another one's place",
    tamper: ({ kept }) => {
      kept.log.set(hourPath("2026-11-02T21"), file(kept.log, hourPath(MIDDLE)));
      return same({ check: "hour-differs", file: hourPath("2026-11-02T21") });
    },
  },
  {
    name: "hour-root",
    operator: "signs an hour again with another root hash",
    tamper: async ({ kept }) => {
      const size = sizeOf(file(kept.log, hourPath(MIDDLE)));
      kept.log.set(
        hourPath(MIDDLE),
        await signCheckpoint({ origin: ORIGIN, size, root: Buffer.alloc(32, 7), extensions: [`hour ${MIDDLE}`] }, signersOf(MIDDLE)),
      );
      return same({ check: "fork", file: hourPath(MIDDLE) });
    },
  },
  {
    name: "hour-later",
    operator: "signs the hour that the auditor took again, as large as the next one, to hide what came late",
    tamper: async (world) => {
      const hour = HELD(world);
      const next =
        hoursOf(world.kept.log).find(
          (each) => each > hour && sizeOf(file(world.kept.log, hourPath(each))) > sizeOf(file(world.kept.log, hourPath(hour))),
        ) ?? "";
      const note = file(world.kept.log, hourPath(next));
      world.kept.log.set(
        hourPath(hour),
        await signCheckpoint({ origin: ORIGIN, size: sizeOf(note), root: root(note), extensions: [`hour ${hour}`] }, signersOf(hour)),
      );
      return same({ check: "hour-differs" });
    },
  },
  {
    name: "hour-shrunk",
    operator: "signs an hour again as the one six hours before was",
    tamper: async ({ kept }) => {
      const note = file(kept.log, hourPath("2026-11-02T14"));
      kept.log.set(
        hourPath(MIDDLE),
        await signCheckpoint({ origin: ORIGIN, size: sizeOf(note), root: root(note), extensions: [`hour ${MIDDLE}`] }, signersOf(MIDDLE)),
      );
      return same({ check: "hour-differs", file: hourPath(MIDDLE) });
    },
  },
];

/** The log of a world that went otherwise, in this one's place. */
async function showInstead(world: World, other: World): Promise<Findings> {
  world.kept.log.clear();
  for (const [path, bytes] of other.kept.log) world.kept.log.set(path, bytes);
  world.kept.ledger = [...other.kept.ledger];
  world.kept.bundles.clear();
  for (const [key, bytes] of other.kept.bundles) world.kept.bundles.set(key, bytes);
  return same({ check: "fork", file: "held-checkpoint" }, { check: "fork", file: "held-hour" });
}

const FORKS: readonly DrillCase[] = [
  {
    name: "split-view",
    operator:
      "shows the auditor another log than before: the same days, other reviews, all by the same programs and keys, ledger and bundles with it",
    tamper: async (world) => await showInstead(world, await rewrittenWorld()),
  },
  {
    name: "split-view-silenced",
    operator: "shows a log in which some events never came, ledger and bundles with it",
    tamper: async (world) => await showInstead(world, await silencedWorld()),
  },
  {
    name: "split-view-log",
    operator: "shows the other log beside the ledger and the bundles that there were",
    tamper: async (world) => {
      const { ledger, bundles } = { ledger: world.kept.ledger, bundles: new Map(world.kept.bundles) };
      const found = await showInstead(world, await rewrittenWorld());
      world.kept.ledger = ledger;
      world.kept.bundles.clear();
      for (const [key, bytes] of bundles) world.kept.bundles.set(key, bytes);
      const { seq } = entryOf(world, CHANGE, "review").entry;
      return { ours: [...found.ours, { check: "ledger-differs", subject: CHANGE, seq }] };
    },
  },
  {
    name: "rolled-back",
    operator: "puts the lock row back to an earlier size, lets the sequencer go on from there with other entries, and signs",
    tamper: async (world) => {
      const leaves = leavesOf(world);
      const after = leaves.slice(150).map((leaf, nth) => leaves[150 + ((nth + 40) % (leaves.length - 150))] ?? leaf);
      const order = [...leaves.slice(0, 150), ...bySeq(after)];
      await relog(
        world.kept,
        order.map(({ bytes }, was) => ({ bytes, was })),
        { keepHours: true },
      );
      return same({ check: "fork", file: "held-checkpoint" }, { check: "fork", file: hourPath(HELD(world)) });
    },
  },
  {
    name: "rolled-back-shorter",
    operator: "puts lock row, tiles and checkpoint back to an earlier size and signs; the hours stay",
    tamper: async (world) => {
      await relog(world.kept, leavesOf(world).slice(0, 150), { keepHours: true });
      return same({ check: "truncated", file: "held-checkpoint" }, { check: "truncated", file: hourPath(HELD(world)) });
    },
  },
  {
    name: "old-checkpoint",
    operator: "serves an earlier checkpoint, rightly signed in its day, as the current one",
    tamper: async ({ kept }) => {
      await signed(kept.log, file(kept.log, hourPath(MIDDLE)), [NOTE_SIGNERS.present]);
      return same({ check: "truncated", file: "held-hour" });
    },
  },
];

/** The same leaves, each chain's in its own order. */
function bySeq(leaves: readonly { readonly bytes: Uint8Array }[]): { readonly bytes: Uint8Array }[] {
  const of = (bytes: Uint8Array): { subject: string; seq: number } => JSON.parse(Buffer.from(bytes).toString("utf8"));
  const chains = Map.groupBy(leaves, ({ bytes }) => of(bytes).subject);
  for (const chain of chains.values()) chain.sort((a, b) => of(b.bytes).seq - of(a.bytes).seq);
  return leaves.map(({ bytes }) => chains.get(of(bytes).subject)?.pop() ?? { bytes });
}

/** The review's leaf changed in the first entry bundle, which is full. */
function alterBundle(world: World): { leaf: number; entry: Uint8Array; before: Uint8Array } {
  const { seq } = entryOf(world, CHANGE, "review").entry;
  const leaf = leafOf(world, CHANGE, seq);
  const entries = parseBundle(file(world.kept.log, "tile/entries/000"), 256);
  const before = entries[leaf] as Uint8Array;
  const entry = edited(before, { "facts.state": "dismissed" });
  world.kept.log.set("tile/entries/000", formatBundle(entries.map((each, at) => (at === leaf ? entry : each))));
  return { leaf, entry, before };
}

const TILES: readonly DrillCase[] = [
  {
    name: "bundle-entry",
    operator: "edits an entry in an entry bundle",
    tamper: (world) => same({ check: "bundle-entry", leaf: alterBundle(world).leaf, file: "tile/entries/000" }),
  },
  {
    name: "bundle-ledger",
    operator: "edits an entry in the ledger and in its entry bundle",
    tamper: (world) => {
      const { leaf, entry } = alterBundle(world);
      const { seq } = entryOf(world, CHANGE, "review").entry;
      world.kept.ledger[lineOf(world.kept.ledger, CHANGE, seq)] = entry;
      return same({ check: "bundle-entry", leaf, file: "tile/entries/000" });
    },
  },
  {
    name: "bundle-tile",
    operator: "edits an entry in its entry bundle, and its hash in the tile of level 0",
    tamper: (world) => {
      const { leaf, entry } = alterBundle(world);
      const tile = Buffer.from(file(world.kept.log, "tile/0/000"));
      Buffer.from(leafHash(entry), "hex").copy(tile, leaf * 32);
      world.kept.log.set("tile/0/000", tile);
      // Bottom up, where it begins, the first that is not as it should be is the tile above.
      return {
        ours: [{ check: "tile", file: "tile/0/000" }],
        python: [
          { check: "tile", file: "tile/1/000" },
          { check: "root", file: "checkpoint" },
        ],
      };
    },
  },
  {
    name: "swap-leaves",
    operator: "swaps two entries in an entry bundle",
    tamper: (world) => {
      const entries = parseBundle(file(world.kept.log, "tile/entries/000"), 256);
      world.kept.log.set(
        "tile/entries/000",
        formatBundle(entries.map((each, at) => entries[at === 30 ? 31 : at === 31 ? 30 : at] ?? each)),
      );
      return same({ check: "bundle-entry", leaf: 30 }, { check: "bundle-entry", leaf: 31 });
    },
  },
  {
    name: "tile-byte",
    operator: "changes one bit of a hash in a tile of level 0",
    tamper: ({ kept }) => {
      kept.log.set("tile/0/000", flipped(file(kept.log, "tile/0/000"), 40 * 32 + 5));
      return same({ check: "tile", file: "tile/0/000" });
    },
  },
  {
    name: "tile-above",
    operator: "changes one bit of a hash in a tile of level 1",
    tamper: ({ kept }) => {
      kept.log.set(partial(kept.log, "1"), flipped(file(kept.log, partial(kept.log, "1")), 32));
      return same({ check: "tile", file: "tile/1/000" });
    },
  },
  {
    name: "tile-swap",
    operator: "swaps two tiles",
    tamper: ({ kept }) => {
      const [one, other] = [file(kept.log, "tile/0/000"), file(kept.log, "tile/0/001")];
      kept.log.set("tile/0/000", other);
      kept.log.set("tile/0/001", one);
      return same({ check: "tile", file: "tile/0/000" });
    },
  },
  {
    name: "bundle-swap",
    operator: "swaps two entry bundles",
    tamper: ({ kept }) => {
      const [one, other] = [file(kept.log, "tile/entries/000"), file(kept.log, "tile/entries/001")];
      kept.log.set("tile/entries/000", other);
      kept.log.set("tile/entries/001", one);
      return same({ check: "bundle-entry", leaf: 0, file: "tile/entries/000" });
    },
  },
  {
    name: "tile-truncated",
    operator: "takes the last hash off a tile",
    tamper: ({ kept }) => {
      kept.log.set("tile/0/001", file(kept.log, "tile/0/001").subarray(0, -32));
      return same({ check: "tile", file: "tile/0/001" });
    },
  },
  {
    name: "tile-extended",
    operator: "adds a hash to a tile",
    tamper: ({ kept }) => {
      const path = partial(kept.log, "0");
      kept.log.set(path, Buffer.concat([file(kept.log, path), Buffer.alloc(32, 7)]));
      return same({ check: "tile", file: path });
    },
  },
  {
    name: "bundle-truncated",
    operator: "takes the last entry off an entry bundle",
    tamper: ({ kept }) => {
      const entries = parseBundle(file(kept.log, "tile/entries/001"), 256);
      kept.log.set("tile/entries/001", formatBundle(entries.slice(0, -1)));
      return same({ check: "tile", file: "tile/entries/001" });
    },
  },
  {
    name: "bundle-extended",
    operator: "adds an entry to an entry bundle",
    tamper: ({ kept }) => {
      const path = partial(kept.log, "entries");
      kept.log.set(path, Buffer.concat([file(kept.log, path), formatBundle([Buffer.from("{}")])]));
      return same({ check: "tile", file: path });
    },
  },
  {
    name: "tile-removed",
    operator: "removes a tile",
    tamper: ({ kept }) => {
      kept.log.delete("tile/0/000");
      return same({ check: "tile-missing", file: "tile/0/000" });
    },
  },
  {
    name: "bundle-removed",
    operator: "removes an entry bundle",
    tamper: ({ kept }) => {
      kept.log.delete("tile/entries/001");
      return same({ check: "tile-missing", file: "tile/entries/001" });
    },
  },
];

const KEYS: readonly DrillCase[] = [
  {
    name: "key-retired",
    operator: "signs the checkpoint with the key that was retired",
    tamper: async ({ kept }) => {
      await signed(kept.log, file(kept.log, "checkpoint"), [NOTE_SIGNERS.old]);
      return same({ check: "retired-key", file: "checkpoint" });
    },
  },
  {
    name: "key-retired-hour",
    operator: "signs an hour again with the key that was retired before",
    tamper: async (world) => {
      const hour = "2026-11-03T05";
      const note = file(world.kept.log, hourPath(hour));
      world.kept.log.set(
        hourPath(hour),
        await signCheckpoint({ origin: ORIGIN, size: sizeOf(note), root: root(note), extensions: [`hour ${hour}`] }, [NOTE_SIGNERS.old]),
      );
      return same({ check: "retired-key", file: hourPath(hour) });
    },
  },
  {
    name: "key-foreign",
    operator: "signs the checkpoint with a key that is nobody's",
    tamper: async ({ kept }) => {
      await signed(kept.log, file(kept.log, "checkpoint"), [FOREIGN_SIGNER]);
      return same({ check: "not-signed", file: "checkpoint" });
    },
  },
  {
    name: "key-foreign-trust",
    operator: "signs everything with a new key, and puts that key into the trust file that the log shows",
    tamper: async (world) => {
      await relog(world.kept, leavesOf(world), { signers: [FOREIGN_SIGNER] });
      world.kept.log.set(
        "trust.json",
        formatTrust({ origin: ORIGIN, noteKeys: [{ key: FOREIGN_SIGNER.key, from: "2026-11-01T00:00:00Z" }], envelopeKeys: [] }),
      );
      return same({ check: "not-signed", file: "checkpoint" });
    },
  },
  {
    name: "key-id-taken",
    operator: "signs with another key under a trusted key's name and id",
    tamper: async ({ kept }) => {
      const { text } = parseNote(file(kept.log, "checkpoint"));
      const { key } = NOTE_SIGNERS.present;
      const signature = Buffer.concat([Buffer.from(key.id, "hex"), await FOREIGN_SIGNER.sign(Buffer.from(text))]);
      kept.log.set("checkpoint", Buffer.from(`${text}\n— ${key.name} ${signature.toString("base64")}\n`));
      return same({ check: "signature", file: "checkpoint" });
    },
  },
  {
    name: "checkpoint-text",
    operator: "states another root hash above the signature that there was",
    tamper: ({ kept }) => {
      const lines = Buffer.from(file(kept.log, "checkpoint")).toString("utf8").split("\n");
      kept.log.set("checkpoint", Buffer.from([lines[0], lines[1], Buffer.alloc(32, 7).toString("base64"), ...lines.slice(3)].join("\n")));
      return same({ check: "signature", file: "checkpoint" });
    },
  },
  {
    name: "origin",
    operator: "serves the checkpoint of another log",
    tamper: async ({ kept }) => {
      await signed(kept.log, file(kept.log, "checkpoint"), [NOTE_SIGNERS.present], "ledger.example/other");
      return same({ check: "wrong-origin", file: "checkpoint" });
    },
  },
  {
    name: "checkpoint-form",
    operator: "serves a checkpoint that programs read differently: a size with a zero before it",
    tamper: ({ kept }) => {
      const lines = Buffer.from(file(kept.log, "checkpoint")).toString("utf8").split("\n");
      kept.log.set("checkpoint", Buffer.from([lines[0], `0${lines[1]}`, ...lines.slice(2)].join("\n")));
      return { ours: [{ check: "checkpoint", file: "checkpoint" }] };
    },
  },
];

export const LOG_CASES: readonly DrillClass[] = [
  { title: "Hourly checkpoints", cases: HOURS },
  { title: "Fork the log, roll it back, rewrite all of it", cases: FORKS },
  { title: "Tiles", cases: TILES },
  { title: "Keys and signatures", cases: KEYS },
];
