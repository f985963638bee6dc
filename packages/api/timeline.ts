import { type Timeline, timelineOf } from "@change-ledger/query";
import * as z from "zod";
import { demandReadable } from "./authorise.ts";
import type { Caller } from "./caller.ts";
import { ApiError } from "./fault.ts";
import { subjectOf } from "./paths.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serve } from "./route.ts";
import { instant, text } from "./schemas.ts";
import { readTimelineEntries } from "./timeline-dossier.ts";
import { timelineSchema } from "./timeline-schema.ts";

const NOT_FOUND = "no deployment of this id is on record";
const QUERY = z.strictObject({
  "as-of": instant.optional().meta({ description: "What was recorded by then is what is known; absent: all that is on record" }),
});

export function timelineRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  const id = text.meta({ examples: ["codedeploy/123456789012/us-east-1/d-ED7873C0B"] });
  return [
    serve(
      app,
      {
        path: "/v1/deployments/{id}/timeline",
        summary: "A deployment's story: swim lanes, what failed first and why, what it carried, what was put back, how long it took",
        params: z.object({ id }),
        query: QUERY,
        answer: timelineSchema,
      },
      ({ params, query, caller }) => readTimeline(ports, params.id, query["as-of"], caller),
    ),
  ];
}

async function readTimeline(
  ports: ApiPorts,
  id: string,
  asOf: string | undefined,
  caller: Caller,
): Promise<Timeline & { omitted: number }> {
  const subject = demandReadable(caller, subjectOf("deployment", id, "id"), NOT_FOUND);
  const state = (await ports.models.get([subject])).get(subject)?.state;
  if (state?.type !== "deployment" || state.next === 0) throw new ApiError("not-found", NOT_FOUND);
  const { entries, omitted } = await readTimelineEntries(ports, state, caller);
  // Without an instant of the caller's own the answer depends on nothing but the record: asked again, it is the same.
  const latest = entries.reduce((last, { entry }) => (entry.recordedAt > last ? entry.recordedAt : last), "");
  const timeline = timelineOf({ deployment: subject, entries }, { asOf: asOf ?? latest });
  if (timeline === undefined) throw new ApiError("not-found", "nothing of this deployment was on record by then");
  return { ...timeline, omitted };
}
