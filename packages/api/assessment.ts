import { OUTCOMES, type Subject } from "@change-ledger/model";
import * as z from "zod";
import { demandReadable } from "./authorise.ts";
import { changesAt } from "./change-views.ts";
import { ApiError } from "./fault.ts";
import { judgeAgain } from "./judged.ts";
import { subjectOf } from "./paths.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serve } from "./route.ts";
import { hash, instant, SCHEMAS, subject, text } from "./schemas.ts";

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

const NOT_FOUND = "no change of this id is on record";

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
  ];
}

async function assessments(ports: ApiPorts, change: Subject, then: string | undefined): Promise<Response> {
  const [known] = await changesAt(ports, [change]);
  if (known === undefined) throw new ApiError("not-found", NOT_FOUND);
  const [judged] = await judgeAgain(ports, [change], ports.judging.now(), ...(then === undefined ? [] : [then]));
  const [knownNow, knownThen] = judged?.assessments ?? [];
  if (knownNow === undefined) throw new ApiError("not-found", NOT_FOUND);
  return new Response(JSON.stringify({ knownNow, knownThen }), { headers: { "content-type": "application/json" } });
}
