import type { DrillCase, DrillClass } from "./case.ts";
import { BUNDLE_CASES } from "./cases/bundles.ts";
import { CHAIN_CASES } from "./cases/chains.ts";
import { ENTRY_CASES } from "./cases/entries.ts";
import { LOG_CASES } from "./cases/log.ts";

/** All that an operator is tried with, in the table's order. */
export const DRILL_CLASSES: readonly DrillClass[] = [ENTRY_CASES, ...CHAIN_CASES, ...LOG_CASES, ...BUNDLE_CASES];

export const DRILL_CASES: readonly DrillCase[] = DRILL_CLASSES.flatMap(({ cases }) => cases);
