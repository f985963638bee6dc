import { bundleKey, gatherDossiers, openBag, readBundle } from "@change-ledger/evidence";
import type { World } from "./world.ts";

/** Changes that have ended and whose latest bundle lacks an entry of their dossier as it is now. Of a body that came again the first one is enough. */
export async function unsealed(world: World): Promise<string[]> {
  const changes = [...world.models.items.keys()].filter((of) => of.startsWith("change:"));
  const ports = { store: world.chains, links: world.links };
  const work = changes.map((change) => ({ change }));
  const ended = await gatherDossiers(ports, work, "ended", (_change, run) => run(), { exact: "all", judged: false });
  return ended.flatMap((dossier) => {
    const state = world.models.items.get(dossier.change)?.state;
    const [latest] = state?.type === "change" ? (state.bundles ?? []) : [];
    if (latest?.key === bundleKey(dossier)) return [];
    const bundle = world.bundles.get(latest?.key ?? "");
    const { bag } = bundle === undefined ? {} : openBag(readBundle(bundle.bytes).files);
    const held = new Set(bag?.chains.flatMap(({ entries }) => entries.map(({ hash }) => hash)));
    const lacking = dossier.chains.flatMap(({ entries }) =>
      entries.filter(({ entry, hash }) => entry.source.replays === undefined && !held.has(hash)),
    );
    return lacking.map(({ entry }) => `${dossier.change}: its bundle lacks ${entry.subject} seq ${entry.seq} (${entry.kind})`);
  });
}
