import type { Subject } from "@change-ledger/model";
import { type DeploymentSummary, type DeploymentView, timeToRestore, viewDeployment } from "@change-ledger/query";
import * as z from "zod";
import { demandReadable } from "./authorise.ts";
import type { Caller } from "./caller.ts";
import { AS_OF } from "./change-query.ts";
import { DEPLOYMENTS_QUERY, listDeployments } from "./deployment-list.ts";
import { ApiError } from "./fault.ts";
import { knownThen } from "./known-then.ts";
import { serveList } from "./list.ts";
import { subjectOf } from "./paths.ts";
import type { ApiPorts } from "./ports.ts";
import { restorationOf, restorationSchema } from "./restoration.ts";
import { type AnyRoute, type Api, serve } from "./route.ts";
import { deploymentDetailSchema, deploymentPageSchema, SCHEMAS, text } from "./schemas.ts";

const NOT_FOUND = "no deployment of this id is on record";
const deploymentJudged = deploymentDetailSchema
  .extend({ restoration: restorationSchema.optional() })
  .register(SCHEMAS, { id: "DeploymentDetail" });

export function deploymentRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  const id = text.meta({ examples: ["codedeploy/123456789012/us-east-1/d-ED7873C0B"] });
  return [
    serveList(
      app,
      {
        path: "/v1/deployments",
        summary: "Deployments, newest first, or those that failed before all others",
        params: z.object({}),
        query: DEPLOYMENTS_QUERY,
        answer: deploymentPageSchema,
      },
      ({ query, caller }) => listDeployments(ports, query, caller),
    ),
    serve(
      app,
      {
        path: "/v1/deployments/{id}",
        summary: "One deployment: what it carries, how it failed, what restored it, and whether what a rollback put back was approved",
        params: z.object({ id }),
        query: z.strictObject(AS_OF),
        answer: deploymentJudged,
      },
      ({ params, query, caller }) =>
        readDeployment(
          knownThen(ports, query["as-of"]),
          demandReadable(caller, subjectOf("deployment", params.id, "id"), NOT_FOUND),
          caller,
        ),
    ),
  ];
}

async function readDeployment(ports: ApiPorts, subject: Subject, caller: Caller): Promise<z.output<typeof deploymentJudged>> {
  const deployment = await deploymentOf(ports, subject);
  if (deployment === undefined || deployment.next === 0) throw new ApiError("not-found", NOT_FOUND);
  const view = viewDeployment(deployment);
  const plan = await ports.plans.getPlan(subject);
  const restoration = await restorationOf(ports, view, caller);
  return {
    ...view,
    // Names of other repositories' changes are not for who is restricted.
    carries: (plan?.carries ?? []).filter((change) => caller.mayReadLinked(change)),
    ...(plan && { carriesSince: plan.since }),
    ...(await restored(ports, deployment, view)),
    ...(restoration && { restoration }),
  };
}

async function deploymentOf({ models }: ApiPorts, subject: Subject): Promise<DeploymentSummary | undefined> {
  const state = (await models.get([subject])).get(subject)?.state;
  return state?.type === "deployment" ? state : undefined;
}

/** The pair of a failed deployment and its rollback, asked from either side. */
async function restored(
  ports: ApiPorts,
  deployment: DeploymentSummary,
  view: DeploymentView,
): Promise<{ timeToRestoreSeconds?: number; restoredAt?: string }> {
  const partner = view.rolledBackBy ?? view.rollsBack;
  const other = partner === undefined ? undefined : await deploymentOf(ports, partner);
  if (other === undefined) return {};
  const [failed, rollback] = view.rolledBackBy === undefined ? [other, deployment] : [deployment, other];
  const seconds = timeToRestore(failed, rollback);
  const restoredAt = viewDeployment(rollback).endedAt;
  return seconds === undefined || restoredAt === undefined ? {} : { timeToRestoreSeconds: seconds, restoredAt };
}
