import { type TicketView, viewTicket } from "@change-ledger/query";
import * as z from "zod";
import { demandReadable } from "./authorise.ts";
import type { Caller } from "./caller.ts";
import { PAGING, PERIOD, withinOf } from "./change-query.ts";
import { ApiError } from "./fault.ts";
import { serveList } from "./list.ts";
import { pageThrough } from "./page.ts";
import { subjectOf } from "./paths.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serve } from "./route.ts";
import { text, ticketPageSchema, ticketSchema } from "./schemas.ts";

const NOT_FOUND = "no ticket of this id is on record";
const LIST_QUERY = z.strictObject({
  scope: text.optional().meta({ examples: ["jira/PAY"] }),
  status: text.optional(),
  ...PERIOD,
  ...PAGING,
});

export function ticketRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  const id = text.meta({ examples: ["jira/PAY-12"] });
  return [
    serveList(
      app,
      { path: "/v1/tickets", summary: "Tickets, newest first", params: z.object({}), query: LIST_QUERY, answer: ticketPageSchema },
      ({ query, caller }) => listTickets(ports, query, caller),
    ),
    serve(
      app,
      { path: "/v1/tickets/{id}", summary: "One ticket", params: z.object({ id }), query: z.strictObject({}), answer: ticketSchema },
      async ({ params, caller }) => {
        const subject = demandReadable(caller, subjectOf("ticket", params.id, "id"), NOT_FOUND);
        const state = (await ports.models.get([subject])).get(subject)?.state;
        if (state?.type !== "ticket" || state.next === 0) throw new ApiError("not-found", NOT_FOUND);
        return viewTicket(state);
      },
    ),
  ];
}

async function listTickets(
  ports: ApiPorts,
  query: z.output<typeof LIST_QUERY>,
  caller: Caller,
): Promise<{ items: TicketView[]; next?: string }> {
  const { scope, status, limit: atMost, cursor: from } = query;
  return await pageThrough(ports, {
    caller,
    list: "ticket",
    scope,
    limit: atMost,
    cursor: from,
    within: withinOf(query),
    filtered: status !== undefined,
    wants: () => true,
    view: async (some) =>
      some.map((one) => {
        const view = one.type === "ticket" ? viewTicket(one) : undefined;
        return view !== undefined && (status === undefined || view.status === status) ? view : undefined;
      }),
  });
}
