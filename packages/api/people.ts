import { ACTIVITY_ROLES, activityOf, listedAt } from "@change-ledger/query";
import * as z from "zod";
import { AS_OF, PAGING, PERIOD, withinOf } from "./change-query.ts";
import { knownThen, ROUNDS_THEN } from "./known-then.ts";
import { serveList } from "./list.ts";
import { pageThrough } from "./page.ts";
import { personNamed } from "./person.ts";
import type { ApiPorts } from "./ports.ts";
import type { AnyRoute, Api } from "./route.ts";
import { instant, SCHEMAS, subject, text } from "./schemas.ts";

const did = z.object({
  as: z.enum(ACTIVITY_ROLES),
  at: instant.optional(),
  verdict: z.string().optional(),
  commit: z.string().optional(),
});
const about = {
  subject: subject("change:github/acme/cargo/pull/123"),
  firstAt: instant.meta({ description: "Its place in the list" }),
};
const activitySchema = z
  .object({ items: z.array(z.object({ ...about, did: z.array(did) })), next: z.string().optional() })
  .register(SCHEMAS, { id: "ActivityPage" });

const OF = { changes: "change", deployments: "deployment", tickets: "ticket" } as const;
const ACTIVITY_QUERY = z.strictObject({
  ...PERIOD,
  of: z.enum(["changes", "deployments", "tickets"]).default("changes"),
  scope: text.optional().meta({ examples: ["github/acme/cargo"] }),
  ...AS_OF,
  ...PAGING,
});

export function peopleRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  const id = text.meta({
    examples: ["ada"],
    description: "A person of the configuration, or an account: a login, an id, a keyed hash of an address",
  });
  return [
    serveList(
      app,
      {
        path: "/v1/people/{id}/activity",
        summary: "What somebody wrote, reviewed, merged, deployed or asked for; the newest first",
        params: z.object({ id }),
        query: ACTIVITY_QUERY,
        answer: activitySchema,
      },
      async ({ params, query, caller }) => {
        const asOf = query["as-of"];
        const then = knownThen(ports, asOf);
        const is = await personNamed(then, params.id);
        return await pageThrough(then, {
          caller,
          list: OF[query.of],
          scope: query.scope,
          limit: query.limit,
          cursor: query.cursor,
          within: withinOf(query),
          filtered: true,
          ...(asOf !== undefined && { rounds: ROUNDS_THEN }),
          wants: () => true,
          view: async (some) =>
            some.map((one) => {
              const firstAt = listedAt(one);
              const done = activityOf(one, is);
              return firstAt === undefined || done.length === 0 ? undefined : { subject: one.subject, firstAt, did: done };
            }),
        });
      },
      {
        lines: {
          line: z.object({ ...about, ...did.shape }),
          of: ({ items }) => items.flatMap(({ did: done, ...rest }) => done.map((one) => ({ ...rest, ...one }))),
        },
      },
    ),
  ];
}
