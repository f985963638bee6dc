import { lifecycleMessages, SourceError } from "@change-ledger/sources";
import * as z from "zod";
import { demandReadable } from "./authorise.ts";
import { recordRead } from "./evidence-read.ts";
import { ApiError } from "./fault.ts";
import { subjectOf } from "./paths.ts";
import type { ApiPorts } from "./ports.ts";
import { archivedBody } from "./raw.ts";
import { type AnyRoute, type Api, serve } from "./route.ts";
import { SCHEMAS, subject, text, wholeNumber } from "./schemas.ts";

/** Events with a message, of one answer: a fleet that fails as one says the same again and again. */
const MESSAGES_MAX = 200;
const NOT_FOUND = "no answer of CodeDeploy's is on record there";

const messagesSchema = z
  .object({
    deployment: subject("deployment:codedeploy/123456789012/us-east-1/d-ED7873C0B"),
    seq: z.int().nonnegative(),
    items: z
      .array(z.object({ target: z.string(), event: z.string(), script: z.string().optional(), message: z.string() }))
      .meta({ description: `At most ${MESSAGES_MAX}, of lifecycle events that did not succeed; never the log's tail` }),
    omitted: z.int().nonnegative().meta({ description: "How many more the archived answer holds" }),
  })
  .register(SCHEMAS, { id: "LifecycleMessages" });

/** The line that CodeDeploy's agent said of each lifecycle event that failed: it stands in the archive alone. */
export function messageRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  return [
    serve(
      app,
      {
        path: "/v1/deployments/{id}/messages",
        summary: "What lifecycle events that failed said of it, in CodeDeploy's archived answer. That it was read goes on record",
        params: z.object({ id: text.meta({ examples: ["codedeploy/123456789012/us-east-1/d-ED7873C0B"] }) }),
        query: z.strictObject({
          seq: wholeNumber(0, Number.MAX_SAFE_INTEGER).meta({
            description: "The place in the deployment's chain of CodeDeploy's answer: a target's `told` in the timeline names it",
          }),
        }),
        answer: messagesSchema,
        notYet: "That it is read could not be put on record",
      },
      async ({ params, query: { seq }, caller }) => {
        const deployment = demandReadable(caller, subjectOf("deployment", params.id, "id"), NOT_FOUND);
        const [found] = await ports.chains.read(deployment, seq, 1);
        const { entry } = found ?? {};
        if (entry?.seq !== seq || entry.kind !== "deployment-lookup" || entry.payload === undefined)
          throw new ApiError("not-found", NOT_FOUND);
        const items = messagesOf(await archivedBody(ports, entry.payload));
        await recordRead(ports, caller, { what: "messages", subject: deployment, seq, sha256: entry.payload.sha256 });
        return { deployment, seq, items: items.slice(0, MESSAGES_MAX), omitted: Math.max(0, items.length - MESSAGES_MAX) };
      },
    ),
  ];
}

/** ECS answers in another form, and holds no messages. */
function messagesOf(body: Uint8Array): ReturnType<typeof lifecycleMessages> {
  try {
    return lifecycleMessages(body);
  } catch (error) {
    if (error instanceof SourceError) return [];
    throw error;
  }
}
