import { assessDossier, CONFIGURATION, gatherDossiers } from "@change-ledger/evidence";
import { OUTCOMES, type Subject } from "@change-ledger/model";
import { type Summary, scopeOf } from "@change-ledger/query";
import * as z from "zod";
import { demandReadable } from "./authorise.ts";
import { ApiError } from "./fault.ts";
import { pageThrough } from "./page.ts";
import { subjectOf } from "./paths.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serve } from "./route.ts";
import { cursor, hash, instant, limit, SCHEMAS, subject, text } from "./schemas.ts";

const outcome = z.enum(OUTCOMES);
const changeTypes = z.enum(["normal", "standard", "emergency"]);
const verdict = { outcome, code: z.string(), because: z.string() };
const rests = z.looseObject({ subject: z.string(), seq: z.int(), hash });

/** Loose: the procedure says what else a verdict holds. */
const assessmentSchema = z
  .looseObject({
    v: z.literal(1),
    change: subject("change:github/acme/cargo/pull/123"),
    asOf: instant,
    configuration: z.string(),
    procedure: z.object({ id: z.string(), version: z.string() }),
    type: z.looseObject({ claimed: changeTypes, judgedAs: changeTypes, because: z.string() }),
    outcome,
    steps: z.array(z.looseObject({ number: z.int(), title: z.string(), outcome })),
    tests: z.array(z.looseObject({ test: z.string(), ...verdict })),
    findings: z.array(
      z.looseObject({
        id: z.string(),
        test: z.string(),
        code: z.string(),
        because: z.string(),
        remedy: z.string(),
        restsOn: z.array(rests),
      }),
    ),
    obligations: z.array(z.looseObject({ id: z.string(), dueAt: instant })),
    controls: z.array(z.looseObject({})),
  })
  .register(SCHEMAS, { id: "Assessment" });

const assessmentsSchema = z
  .object({
    knownNow: assessmentSchema.meta({ description: "By all that is on record now, and the configuration in force now" }),
    knownThen: assessmentSchema
      .optional()
      .meta({ description: "By what had been recorded at `as-of`, and the configuration in force then" }),
  })
  .register(SCHEMAS, { id: "Assessments" });

const findingsSchema = z
  .object({
    items: z.array(
      z.object({
        change: subject("change:github/acme/cargo/pull/123"),
        at: instant,
        outcome,
        type: changeTypes,
        findings: z.array(z.object({ id: z.string(), test: z.string(), code: z.string() })),
      }),
    ),
    next: z.string().optional(),
  })
  .register(SCHEMAS, { id: "OpenFindings" });

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

const NOT_FOUND = "no change of this id is on record";
const FINDINGS_QUERY = z.strictObject({
  repository: text.optional().meta({ examples: ["github/acme/cargo"] }),
  test: text.optional().meta({ examples: ["T4"] }),
  limit: limit.default(25),
  cursor: cursor.optional(),
});
/** The latest of the configuration's history that one answer holds. */
const HISTORY_MAX = 500;

export function assessmentRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  const id = text.meta({ examples: ["github/acme/cargo/pull/123"], description: "The change's id, slashes percent-encoded or not" });
  return [
    serve(
      app,
      {
        path: "/v1/changes/{id}/assessment",
        summary: "A change, judged again: as known now and, with `as-of`, as known then",
        params: z.object({ id }),
        query: z.strictObject({ "as-of": instant.optional() }),
        answer: assessmentsSchema,
      },
      ({ params, query, caller }) =>
        assessments(ports, demandReadable(caller, subjectOf("change", params.id, "id"), NOT_FOUND), query["as-of"]),
    ),
    serve(
      app,
      {
        path: "/v1/findings",
        summary: "Changes with open findings, newest first, as they were last assessed",
        params: z.object({}),
        query: FINDINGS_QUERY,
        answer: findingsSchema,
      },
      ({ caller, query: { repository, test, limit: atMost, cursor: from } }) =>
        pageThrough(ports, {
          caller,
          list: "change",
          scope: repository,
          limit: atMost,
          cursor: from,
          filtered: true,
          wants: (one) => repository === undefined || scopeOf(one) === repository,
          view: async (some) => some.map((one) => openFindings(one, test)),
        }),
    ),
    serve(
      app,
      {
        path: "/v1/configuration",
        summary: "What was ever offered as the configuration, and what became of it",
        params: z.object({}),
        query: z.strictObject({}),
        answer: configurationSchema,
        unrestricted: true,
      },
      () => history(ports),
    ),
  ];
}

async function assessments({ judging }: ApiPorts, change: Subject, then: string | undefined): Promise<Response> {
  await judging.configurations.refresh();
  const failed = (_change: Subject, make: () => Promise<unknown>) => make() as never;
  const [dossier] = await gatherDossiers(judging, [{ change }], (_change, own) => own.length > 0, failed);
  if (dossier === undefined) throw new ApiError("not-found", NOT_FOUND);
  const at = async (asOf: string) => assessDossier(dossier, await judging.configurations.at(asOf), asOf);
  const known = { knownNow: await at(judging.now()), ...(then !== undefined && { knownThen: await at(then) }) };
  return new Response(JSON.stringify(known), { headers: { "content-type": "application/json" } });
}

function openFindings(one: Summary, test: string | undefined) {
  const judged = one.type === "change" ? one.judged : undefined;
  const findings = (judged?.open ?? []).map((name) => ({
    id: `${one.subject}#${name}`,
    test: name.slice(0, name.lastIndexOf("/")),
    code: name.slice(name.lastIndexOf("/") + 1),
  }));
  const wanted = test === undefined ? findings : findings.filter((finding) => finding.test === test);
  if (judged === undefined || wanted.length === 0) return undefined;
  return { change: one.subject, at: judged.at, outcome: judged.outcome, type: judged.type, findings: wanted };
}

async function history({ judging: { configurations, now } }: ApiPorts) {
  await configurations.refresh();
  const items = configurations.chain.slice(-HISTORY_MAX).flatMap(({ entry, hash: of }) => {
    if (entry.kind !== "configuration") return [];
    const { status, version, label, faults } = entry.facts;
    const place = { subject: CONFIGURATION, seq: entry.seq, hash: of };
    return [{ at: entry.recordedAt, status, version, ...(label !== undefined && { label }), ...(faults && { faults }), entry: place }];
  });
  return { inForce: (await configurations.at(now())).version, items };
}
