import type { ProjectPorts } from "@change-ledger/ledger";
import { changeType, linksInForce } from "./change.ts";
import type { FoldPorts } from "./fold-chains.ts";

/**
 * How far changes came, as the read models tell it. Those that the last fold wrote need not be asked for; the others are read eventually consistent: who ends them
 * meanwhile has them sealed some seconds later, and that finds what was on record by then.
 */
export function progressIn({ models, memory }: Pick<FoldPorts, "models" | "memory">): ProjectPorts["progress"] {
  return async (changes, folded) => {
    const believed = new Map(
      changes.flatMap((change) => {
        const stored = folded.has(change) ? memory?.get(change) : undefined;
        return stored === undefined ? [] : [[change, stored] as const];
      }),
    );
    const asked = changes.filter((change) => !believed.has(change));
    const found = asked.length === 0 ? [] : await models.get(asked);
    return new Map(
      [...believed, ...found].flatMap(([change, { state }]) => {
        if (state?.type !== "change") return [];
        const closed = state.pull?.state === "closed" || changeType(change) === "record";
        return [[change, { deployments: linksInForce(state), closed }] as const];
      }),
    );
  };
}
