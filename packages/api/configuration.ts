import { CONFIGURATION } from "@change-ledger/evidence";
import * as z from "zod";
import { serveList } from "./list.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serve } from "./route.ts";
import { hash, instant, SCHEMAS, subject } from "./schemas.ts";

const configurationSchema = z
  .object({
    inForce: z.string().meta({ description: "SHA-256 of the text that is in force; that of nothing while the default is" }),
    items: z.array(
      z.object({
        at: instant,
        status: z.enum(["offered", "in-force", "refused"]),
        version: z.string(),
        label: z.string().optional(),
        faults: z.array(z.object({ code: z.string(), field: z.string(), line: z.int(), column: z.int() })).optional(),
        entry: z.object({ subject: subject("config:default"), seq: z.int(), hash }),
      }),
    ),
  })
  .register(SCHEMAS, { id: "ConfigurationHistory" });

const waiverSchema = z
  .object({
    id: z.string(),
    state: z.enum(["upcoming", "in-force", "expired"]),
    tests: z.array(z.string()),
    changes: z.array(z.string()).meta({ description: "Subjects of changes; a trailing `*` matches any rest" }),
    approvedBy: z.string(),
    reason: z.string(),
    from: z.string(),
    until: z.string(),
  })
  .register(SCHEMAS, { id: "Waiver" });
const waiversSchema = z
  .object({ asOf: instant, configuration: z.string(), items: z.array(waiverSchema) })
  .register(SCHEMAS, { id: "Waivers" });

/** The latest of the configuration's history that one answer holds. */
const HISTORY_MAX = 500;

export function configurationRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  return [
    serve(
      app,
      {
        path: "/v1/configuration",
        summary: "What was ever offered as the configuration, and what became of it",
        params: z.object({}),
        query: z.strictObject({ "as-of": instant.optional() }),
        answer: configurationSchema,
        unrestricted: true,
      },
      ({ query }) => history(ports, query["as-of"] ?? ports.judging.now()),
    ),
    serveList(
      app,
      {
        path: "/v1/waivers",
        summary: "Permissions to depart from the procedure, by the configuration in force now or, with `as-of`, then",
        params: z.object({}),
        query: z.strictObject({ "as-of": instant.optional() }),
        answer: waiversSchema,
        unrestricted: true,
      },
      ({ query }) => waivers(ports, query["as-of"] ?? ports.judging.now()),
    ),
  ];
}

async function history({ judging: { configurations } }: ApiPorts, asOf: string) {
  await configurations.refresh();
  const known = configurations.chain.filter(({ entry }) => entry.recordedAt <= asOf);
  const items = known.slice(-HISTORY_MAX).flatMap(({ entry, hash: of }) => {
    if (entry.kind !== "configuration") return [];
    const { status, version, label, faults } = entry.facts;
    const place = { subject: CONFIGURATION, seq: entry.seq, hash: of };
    return [{ at: entry.recordedAt, status, version, ...(label !== undefined && { label }), ...(faults && { faults }), entry: place }];
  });
  return { inForce: (await configurations.at(asOf)).version, items };
}

async function waivers({ judging: { configurations } }: ApiPorts, asOf: string): Promise<z.output<typeof waiversSchema>> {
  await configurations.refresh();
  const { configuration, version } = await configurations.at(asOf);
  const at = Date.parse(asOf);
  const items = configuration.waivers.map(({ id, tests, changes, approvedBy, reason, from, until }) => {
    const state = at < Date.parse(from) ? ("upcoming" as const) : at < Date.parse(until) ? ("in-force" as const) : ("expired" as const);
    return { id, state, tests, changes, approvedBy, reason, from, until };
  });
  return { asOf, configuration: version, items };
}
