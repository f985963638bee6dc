import type { AuthenticatedBy, Delivery } from "@change-ledger/model";

/** Who asked for what no event told: the reconcilers, for what was lost; a backfill, for what was before the ledger's first day. */
export const FINDERS = ["reconciler", "backfill"] as const;
export type Finder = (typeof FINDERS)[number];

/** Header of a delivery that we made of an answer ourselves. No sender can set it: of what is POSTed only the headers are kept that its source names. */
export const FINDER_HEADER = "x-change-ledger-finder";

/** The event's name with who found it before it; a look-up that the ledger asks for as a matter of course has none. */
export function foundEvent(event: string, { headers }: Pick<Delivery, "headers">, auth: AuthenticatedBy): string {
  const finder = FINDERS.find((name) => name === headers[FINDER_HEADER]);
  return auth === "api" && finder !== undefined ? `${finder}.${event}` : event;
}
