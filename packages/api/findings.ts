import { OUTCOMES } from "@change-ledger/model";
import type { Summary } from "@change-ledger/query";
import * as z from "zod";
import type { Caller } from "./caller.ts";
import { PAGING, PERIOD, withinOf } from "./change-query.ts";
import { ApiError } from "./fault.ts";
import { findingLists } from "./finding-lists.ts";
import { ROUNDS_THEN } from "./known-then.ts";
import { serveList } from "./list.ts";
import { assessmentResults } from "./oscal.ts";
import { pageThrough } from "./page.ts";
import type { ApiPorts } from "./ports.ts";
import type { AnyRoute, Api } from "./route.ts";
import { instant, SCHEMAS, subject, text } from "./schemas.ts";

const change = subject("change:github/acme/cargo/pull/123").meta({
  description: "A change; `config:default` where a version of the configuration was refused, and none came into force since",
});
const outcome = z.enum(OUTCOMES);
const type = z.enum(["normal", "standard", "emergency"]);
const findingSchema = z.object({
  id: z.string(),
  test: z.string().meta({ description: "The audit test, the step and its requirement (`step-2/template`), or `configuration`" }),
  code: z.string(),
  state: z.enum(["open", "resolved"]),
  since: instant.optional().meta({ description: "When an open one was first said" }),
  resolvedAt: instant.optional(),
});
const findingsSchema = z
  .object({
    items: z.array(z.object({ change, at: instant, outcome, type, findings: z.array(findingSchema) })),
    next: z.string().optional(),
  })
  .register(SCHEMAS, { id: "Findings" });
type FindingsPage = z.output<typeof findingsSchema>;

const lineSchema = z.object({ change, at: instant, outcome, type, ...findingSchema.shape });

const FINDINGS_QUERY = z.strictObject({
  ...PERIOD,
  from: instant
    .optional()
    .meta({ description: "Open: the oldest of the change's was said then or later. Resolved: the last was gone then or later" }),
  to: instant.optional().meta({ description: "As `from`, before this instant" }),
  repository: text.optional().meta({ examples: ["github/acme/cargo"] }),
  test: text.optional().meta({ examples: ["T4"] }),
  state: z.enum(["open", "resolved"]).default("open").meta({ description: "`resolved`: changes of which all are gone" }),
  "as-of": instant.optional().meta({
    description:
      "Those that were open by what had been recorded then, of all changes, the newest first; without `from`, `to` and `resolved`",
  }),
  ...PAGING,
});

export function findingRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  return [
    serveList(
      app,
      {
        path: "/v1/findings",
        summary: "Changes with findings as they were last assessed, by how long they are open; the newest first",
        params: z.object({}),
        query: FINDINGS_QUERY,
        answer: findingsSchema,
      },
      async ({ caller, query }) => {
        const then = query["as-of"];
        if (then !== undefined) return openThen(ports, caller, query, then);
        return await pageThrough(await findingLists(ports, caller), {
          caller,
          list: query.state === "open" ? "finding-open" : "finding-resolved",
          scope: query.repository,
          limit: query.limit,
          cursor: query.cursor,
          within: withinOf(query),
          filtered: query.test !== undefined,
          wants: () => true,
          view: async (some) => some.map((one) => findingsOf(one, query)),
        });
      },
      { lines: { line: lineSchema, of: linesOf }, oscal: (page, { query }) => oscalOf(page, query, ports.judging.now()) },
    ),
  ];
}

async function openThen(ports: ApiPorts, caller: Caller, query: z.output<typeof FINDINGS_QUERY>, asOf: string): Promise<FindingsPage> {
  const beside = (["from", "to"] as const).filter((name) => query[name] !== undefined);
  if (beside.length > 0 || query.state === "resolved")
    throw new ApiError(
      "invalid",
      "expected `as-of` without a period and a state",
      (beside.length > 0 ? beside : ["state"]).map((field) => ({ field, rule: "absent where `as-of` is given" })),
    );
  return await pageThrough(await findingLists(ports, caller, asOf), {
    caller,
    list: "finding-open",
    scope: query.repository,
    limit: query.limit,
    cursor: query.cursor,
    rounds: ROUNDS_THEN,
    filtered: true,
    wants: () => true,
    view: async (some) => some.map((one) => findingsOf(one, query)),
  });
}

/** `T4/no-approval` of a change. */
function named(subject: string, name: string) {
  const slash = name.lastIndexOf("/");
  return { id: `${subject}#${name}`, test: name.slice(0, slash), code: name.slice(slash + 1) };
}

function findingsOf(one: Summary, { test, state }: z.output<typeof FINDINGS_QUERY>): FindingsPage["items"][number] | undefined {
  const judged = one.type === "change" ? one.judged : undefined;
  if (judged === undefined) return undefined;
  const open = judged.open.map((name, at) => {
    const since = judged.since?.[at];
    return { ...named(one.subject, name), state: "open" as const, ...(since !== undefined && { since }) };
  });
  const resolved = (judged.resolved ?? []).map(([name, resolvedAt]) => ({
    ...named(one.subject, name),
    state: "resolved" as const,
    resolvedAt,
  }));
  // A place in the list may be older than the summary: that says what holds.
  if ((state === "open") !== open.length > 0) return undefined;
  const findings = [...open, ...resolved].filter((finding) => test === undefined || finding.test === test);
  if (!findings.some((finding) => finding.state === state)) return undefined;
  return { change: one.subject, at: judged.at, outcome: judged.outcome, type: judged.type, findings };
}

function linesOf({ items }: FindingsPage): z.output<typeof lineSchema>[] {
  return items.flatMap(({ findings, ...about }) => findings.map((finding) => ({ ...about, ...finding })));
}

function oscalOf(page: FindingsPage, { from, to, state }: z.output<typeof FINDINGS_QUERY>, now: string): object {
  return assessmentResults({
    title: `Findings of changes, ${state}`,
    description: "Audit tests and steps that a change did not satisfy, as was last said of it.",
    start: from ?? page.items.map(({ at }) => at).sort()[0] ?? now,
    end: to,
    asOf: now,
    controls: [],
    next: page.next,
    findings: linesOf(page).map((line) => ({
      target: line.test,
      title: line.id,
      description: `${line.test} of ${line.change}: ${line.code}, ${line.state}.`,
      satisfied: line.state === "resolved",
      observations: [{ title: line.code, description: `${line.test}/${line.code}`, change: line.change, collected: line.at }],
    })),
  });
}
