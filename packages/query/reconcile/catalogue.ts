import type { Found } from "@change-ledger/ledger";
import { subject } from "@change-ledger/model";
import { FINDER_HEADER } from "@change-ledger/sources";
import { FINDER, type Scope } from "./compare-scope.ts";
import type { CatalogueLists, Place, ReconcilePorts } from "./ports.ts";

const CHAIN_MAX = 100;

/** The Service Catalog's records of requests: each is a standard change of its own. What is not on record of it, its end included, is told by the record. */
export function catalogueScope(ports: ReconcilePorts, lists: CatalogueLists, at: Place): Scope {
  return {
    system: "service-catalog",
    scope: `${at.account}/${at.region}`,
    first: async () => "",
    async open(from) {
      const records = await lists.records(at, from);
      return {
        items: records.map(({ createdAt }) => ({ at: createdAt })),
        async compare(window) {
          const listed = records.filter(({ createdAt }) => window.from <= createdAt && createdAt < window.to);
          const missing: string[] = [];
          const found: Found[] = [];
          for (const { id, state, body } of listed) {
            const change = subject("change", "service-catalog", at.account, at.region, id);
            const chain = await ports.chains.read(change, 0, CHAIN_MAX);
            if (chain.length === 0) missing.push(change);
            if (chain.some(({ entry }) => entry.kind === "record" && entry.facts.state === state)) continue;
            found.push({
              delivery: { system: "service-catalog-lookup", receivedAt: ports.now(), headers: { [FINDER_HEADER]: FINDER }, body },
            });
          }
          return { listed: listed.length, missing, unlisted: [], find: async () => found };
        },
      };
    },
  };
}
