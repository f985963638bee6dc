import type { FactsOf } from "./fact.ts";

const CANCELLED = /^(?:cancel|4$)/i;
const CLOSED = /^(?:closed|complete|succeeded|failed|3$)/i;

/**
 * How a change record stands by one of its events: `closed` when it was carried out, well or not, `cancelled` when it was given up, undefined while it is under way.
 * ServiceNow's own numbers (3 closed, 4 cancelled) count as their words do: where a company names its states in another language the time of closing tells.
 */
export function recordEnd({ state, closedAt }: Pick<FactsOf<"record">, "state" | "closedAt">): "closed" | "cancelled" | undefined {
  if (state !== undefined && CANCELLED.test(state)) return "cancelled";
  return closedAt !== undefined || (state !== undefined && CLOSED.test(state)) ? "closed" : undefined;
}
