import { evolve, isEnd, type Stored, type Summary } from "@change-ledger/query";
import type { ApiPorts } from "./ports.ts";

/** Of deployments that never told of their end there can be many: looked after are so many of one answer, and so many of the latest entries of each. */
const DEPLOYMENTS_MAX = 10;
const ENTRIES_MAX = 100;

/**
 * The ports with deployments under way as their chains tell them, not as they were projected last: the projection gathers for seconds, and who watches a deployment
 * shall see it fail at once. One query for each that is under way; one that is not projected at all is not there yet.
 */
export function withUnderWay(ports: ApiPorts): ApiPorts {
  const { models } = ports;
  const get: ApiPorts["models"]["get"] = async (subjects, options) => {
    const stored = await models.get(subjects, options);
    const underWay = [...stored.values()].flatMap(({ state }) => (state?.type === "deployment" && !isEnd(state.state) ? [state] : []));
    const moved = await Promise.all(underWay.slice(0, DEPLOYMENTS_MAX).map((state) => goOn(ports, state)));
    return new Map([...stored, ...moved.map((state) => [state.subject, { state, version: 0 } satisfies Stored] as const)]);
  };
  return { ...ports, models: { get, places: (...asked) => models.places(...asked), scopes: (list) => models.scopes(list) } };
}

async function goOn({ chains }: ApiPorts, state: Summary): Promise<Summary> {
  let now = state;
  for (const sealed of await chains.read(state.subject, state.next, ENTRIES_MAX)) {
    const folded = evolve(state.subject, now, sealed);
    if (folded === undefined || "gap" in folded) break;
    now = folded.state;
  }
  return now;
}
