import type { DrillCase, DrillClass } from "./case.ts";
import { BUNDLE_CASES } from "./cases/bundles.ts";
import { CHAIN_CASES } from "./cases/chains.ts";
import { ENTRY_CASES } from "./cases/entries.ts";
import { HISTORY_CASES } from "./cases/history.ts";
import { INSERTION_CASES } from "./cases/insertions.ts";
import { SIGNATURE_CASES } from "./cases/signatures.ts";
import { TILE_CASES } from "./cases/tiles.ts";
import { VERSION_CASES } from "./cases/versions.ts";

/** All that an operator is tried with, in the table's order. */
export const DRILL_CLASSES: readonly DrillClass[] = [
  ENTRY_CASES,
  ...CHAIN_CASES,
  ...INSERTION_CASES,
  ...HISTORY_CASES,
  TILE_CASES,
  SIGNATURE_CASES,
  ...BUNDLE_CASES,
  VERSION_CASES,
];

export const DRILL_CASES: readonly DrillCase[] = DRILL_CLASSES.flatMap(({ cases }) => cases);
