import { formatBundle, parseBundle } from "@change-ledger/log";
import { leafHash } from "@change-ledger/model";
import { type DrillCase, type DrillClass, same } from "../case.ts";
import { edited, entryOf, fileOf, leafOf, lineOf } from "../operator.ts";
import { CHANGE, type World } from "../world.ts";

const flipped = (bytes: Uint8Array, at: number): Uint8Array => Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 1 : byte));
/** The partial tile of a level at the end of the log. */
const partial = ({ log }: World["kept"], level: string): string =>
  [...log.keys()].filter((path) => path.startsWith(`tile/${level}/`) && path.includes(".p/")).at(-1) ?? "";

/** The review's leaf changed in the first entry bundle, which is full. */
function alterBundle(world: World): { leaf: number; entry: Uint8Array; before: Uint8Array } {
  const { seq } = entryOf(world, CHANGE, "review").entry;
  const leaf = leafOf(world, CHANGE, seq);
  const entries = parseBundle(fileOf(world.kept, "tile/entries/000"), 256);
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
      const tile = Buffer.from(fileOf(world.kept, "tile/0/000"));
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
      const entries = parseBundle(fileOf(world.kept, "tile/entries/000"), 256);
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
      kept.log.set("tile/0/000", flipped(fileOf(kept, "tile/0/000"), 40 * 32 + 5));
      return same({ check: "tile", file: "tile/0/000" });
    },
  },
  {
    name: "tile-above",
    operator: "changes one bit of a hash in a tile of level 1",
    tamper: ({ kept }) => {
      kept.log.set(partial(kept, "1"), flipped(fileOf(kept, partial(kept, "1")), 32));
      return same({ check: "tile", file: "tile/1/000" });
    },
  },
  {
    name: "tile-swap",
    operator: "swaps two tiles",
    tamper: ({ kept }) => {
      const [one, other] = [fileOf(kept, "tile/0/000"), fileOf(kept, "tile/0/001")];
      kept.log.set("tile/0/000", other);
      kept.log.set("tile/0/001", one);
      return same({ check: "tile", file: "tile/0/000" });
    },
  },
  {
    name: "bundle-swap",
    operator: "swaps two entry bundles",
    tamper: ({ kept }) => {
      const [one, other] = [fileOf(kept, "tile/entries/000"), fileOf(kept, "tile/entries/001")];
      kept.log.set("tile/entries/000", other);
      kept.log.set("tile/entries/001", one);
      return same({ check: "bundle-entry", leaf: 0, file: "tile/entries/000" });
    },
  },
  {
    name: "tile-truncated",
    operator: "takes the last hash off a tile",
    tamper: ({ kept }) => {
      kept.log.set("tile/0/001", fileOf(kept, "tile/0/001").subarray(0, -32));
      return same({ check: "tile", file: "tile/0/001" });
    },
  },
  {
    name: "tile-extended",
    operator: "adds a hash to a tile",
    tamper: ({ kept }) => {
      const path = partial(kept, "0");
      kept.log.set(path, Buffer.concat([fileOf(kept, path), Buffer.alloc(32, 7)]));
      return same({ check: "tile", file: path });
    },
  },
  {
    name: "bundle-truncated",
    operator: "takes the last entry off an entry bundle",
    tamper: ({ kept }) => {
      const entries = parseBundle(fileOf(kept, "tile/entries/001"), 256);
      kept.log.set("tile/entries/001", formatBundle(entries.slice(0, -1)));
      return same({ check: "tile", file: "tile/entries/001" });
    },
  },
  {
    name: "bundle-extended",
    operator: "adds an entry to an entry bundle",
    tamper: ({ kept }) => {
      const path = partial(kept, "entries");
      kept.log.set(path, Buffer.concat([fileOf(kept, path), formatBundle([Buffer.from("{}")])]));
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

export const TILE_CASES: DrillClass = { title: "Tiles", cases: TILES };
