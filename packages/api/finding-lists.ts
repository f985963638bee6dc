import { CONFIGURATION, refusedVersions } from "@change-ledger/evidence";
import { beginChange, type ChangeSummary, type ListName, listsAmong } from "@change-ledger/query";
import type { Caller } from "./caller.ts";
import { knownThen } from "./known-then.ts";
import type { ApiPorts } from "./ports.ts";

const REFUSED = "configuration/refused";

/**
 * The ports with all that `finding-open` and `finding-resolved` are to list: besides changes the configuration, as if it were one, while a version of it was refused and
 * none came into force since. It speaks of everything: who is restricted to some repositories is not told.
 * @param asOf no index holds what was open at an instant: `finding-open` is then the list of all changes that there were, as they were known
 */
export async function findingLists(now: ApiPorts, caller: Caller, asOf?: string): Promise<ApiPorts> {
  const ports = knownThen(now, asOf);
  const { models } = ports;
  const configuration = caller.repositories === undefined ? await readConfiguration(ports) : undefined;
  const own = listsAmong(new Map(configuration && [[CONFIGURATION, { state: configuration, version: 1 }]]));
  const scopes = new Set(await own.scopes("finding-open"));
  const listed = (list: ListName): ListName => (asOf === undefined ? list : "change");
  const isOwn = (list: ListName) => configuration !== undefined && (asOf !== undefined || list === ofState(configuration));
  return {
    ...ports,
    models: {
      get: async (subjects) => {
        const others = subjects.filter((one) => one !== CONFIGURATION);
        const stored = others.length === 0 ? new Map() : await models.get(others);
        return configuration === undefined || others.length === subjects.length
          ? stored
          : new Map([...stored, [CONFIGURATION, { state: configuration, version: 1 }]]);
      },
      places: (list, scope, ...asked) =>
        scopes.has(scope) && isOwn(list) ? own.places(list, scope, ...asked) : models.places(listed(list), scope, ...asked),
      scopes: async (list) => [...(await models.scopes(listed(list))), ...(isOwn(list) ? scopes : [])],
    },
  };
}

/** The configuration's findings as a change's are told; undefined where none of its versions was ever refused. */
async function readConfiguration({ judging: { configurations, now } }: ApiPorts): Promise<ChangeSummary | undefined> {
  await configurations.refresh();
  const { since, resolvedAt } = refusedVersions(configurations.offers, now());
  const at = since ?? resolvedAt;
  if (at === undefined) return undefined;
  const said = since === undefined ? { outcome: "satisfied" as const, open: [], resolved: [[REFUSED, at] as const] } : OPEN(since);
  return { ...beginChange(CONFIGURATION), firstAt: at, judged: { at, type: "normal", ...said } };
}

const OPEN = (since: string) => ({ outcome: "not-satisfied" as const, open: [REFUSED], since: [since] });

function ofState({ judged }: ChangeSummary): ListName {
  return judged?.open.length === 0 ? "finding-resolved" : "finding-open";
}
