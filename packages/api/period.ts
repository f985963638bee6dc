import type { Subject } from "@change-ledger/model";
import { listedAt } from "@change-ledger/query";
import type { Caller } from "./caller.ts";
import { ApiError } from "./fault.ts";
import { pageThrough } from "./page.ts";
import type { ApiPorts } from "./ports.ts";

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
