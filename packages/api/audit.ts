import type { Subject } from "@change-ledger/model";
import * as z from "zod";
import { hashed } from "./entries.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serve } from "./route.ts";
import { auditPageSchema, limit, wholeNumber } from "./schemas.ts";

const AUDIT: Subject = "audit:default";
/** Entries that one answer looks through. */
const LOOKED_MAX = 1000;
const KINDS = ["evidence-read", "verified", "reconciled"] as const;
const QUERY = z.strictObject({
  kind: z.enum(KINDS).optional(),
  by: z.string().min(1).max(1024).optional().meta({ description: "Whose: an `id` as the entries write it" }),
  before: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional().meta({ description: "`next` of an earlier answer" }),
  limit: limit.default(25),
});

/** What was done with the record itself: who read which evidence, what its checks and reconcilers found. */
export function auditRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  return [
    serve(
      app,
      {
        path: "/v1/audit",
        summary: "The audit chain, newest first: who read which evidence, and what checks and reconcilers found",
        params: z.object({}),
        query: QUERY,
        answer: auditPageSchema,
        scope: "population:read",
        unrestricted: true,
      },
      ({ query }) => list(ports, query),
    ),
  ];
}

async function list({ chains }: ApiPorts, { kind, by, before, limit: atMost }: z.output<typeof QUERY>) {
  const end = Math.min(before ?? Number.MAX_SAFE_INTEGER, ((await chains.tail(AUDIT, 1))[0]?.entry.seq ?? -1) + 1);
  const items: ReturnType<typeof hashed>[] = [];
  let next = end;
  for (const least = Math.max(0, end - LOOKED_MAX); next > least && items.length < atMost; ) {
    const count = Math.min(100, next - least);
    const page = (await chains.read(AUDIT, next - count, count)).filter(({ entry }) => entry.seq < next).reverse();
    next -= count;
    for (const sealed of page) {
      const { entry } = sealed;
      if (kind !== undefined && entry.kind !== kind) continue;
      if (by !== undefined && entry.actor?.id !== by) continue;
      items.push(hashed(sealed));
      if (items.length < atMost) continue;
      next = entry.seq;
      break;
    }
  }
  return { items, ...(next > 0 && { next }) };
}
