import type { Subject } from "@change-ledger/model";
import { listedAt } from "@change-ledger/query";
import type { Caller } from "./caller.ts";
import { AS_OF } from "./change-query.ts";
import { ApiError } from "./fault.ts";
import { pageThrough } from "./page.ts";
import type { ApiPorts } from "./ports.ts";
import { cursor, instant, text, wholeNumber } from "./schemas.ts";

/** Which of a period's changes are asked for, and as of when. */
export const PERIOD_ASKED = {
  from: instant.meta({ description: "Changes that were first told of at this instant or later" }),
  to: instant.meta({ description: "Changes that were first told of before this instant" }),
  ...AS_OF,
  repository: text.optional().meta({ examples: ["github/acme/cargo"] }),
};
/** Each change is worked out anew: fewer fit on a page than of what is listed alone. */
export const PERIOD_PAGING = { limit: wholeNumber(1, 50).default(25), cursor: cursor.optional() };

/** Changes that were first told of in [`from`, `to`): RFC 3339, UTC. */
export interface Period {
  readonly from: string;
  readonly to: string;
  readonly repository?: string | undefined;
  readonly "as-of"?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/**
 * A page of a period's changes, each worked out anew as of one instant. Those of which nothing was on record by then are left out.
 * @throws ApiError `invalid` where the period ends before it begins
 */
export async function pageOfPeriod<T extends { readonly change: Subject }>(
  ports: ApiPorts,
  { from, to, repository, limit, cursor, "as-of": then }: Period,
  caller: Caller,
  work: (changes: readonly Subject[], asOf: string) => Promise<readonly T[]>,
): Promise<{ readonly asOf: string; readonly items: T[]; readonly next?: string }> {
  if (from >= to) throw new ApiError("invalid", "expected a period", [{ field: "to", rule: "later than `from`" }]);
  const asOf = then ?? ports.judging.now();
  const page = await pageThrough(ports, {
    caller,
    list: "change",
    scope: repository,
    limit,
    cursor,
    within: { from, to },
    filtered: false,
    wants: () => true,
    view: async (some) => {
      const listed = some.flatMap((one) => (listedAt(one) === undefined ? [] : [one.subject]));
      const found = new Map((await work(listed, asOf)).map((one) => [one.change, one]));
      return some.map(({ subject }) => found.get(subject));
    },
  });
  return { asOf, ...page };
}
