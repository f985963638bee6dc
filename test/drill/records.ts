import type { FactsOf } from "@change-ledger/model";
import type { Finding } from "./case.ts";
import { CHANGE, type World } from "./world.ts";

/** What the evidence chain says of the bundles of CHANGE, in order. */
export function recordsOf(world: World): (FactsOf<"sealed">["bundles"][number] & { readonly subject: string; readonly seq: number })[] {
  return world.leaves.flatMap(({ entry }) =>
    entry.kind === "sealed"
      ? entry.facts.bundles.flatMap((bundle) => (bundle.change === CHANGE ? [{ ...bundle, subject: entry.subject, seq: entry.seq }] : []))
      : [],
  );
}
/** Its latest bundle. */
export const latest = (world: World) => {
  const record = recordsOf(world).at(-1);
  if (record === undefined) throw new Error("no bundle on record");
  return record;
};
/** That bundle is not the one on record. */
export const differs = (world: World): Finding => {
  const { subject, seq, key } = latest(world);
  return { check: "sealed-differs", subject, seq, file: key };
};
