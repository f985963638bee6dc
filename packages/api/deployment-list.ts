import { DEPLOYMENT_STATES } from "@change-ledger/model";
import { ENVIRONMENTS, type Environment, type InForce } from "@change-ledger/procedure";
import {
  DEPLOYMENT_RESULTS,
  type DeploymentView,
  decodeCursor,
  encodeCursor,
  type ListName,
  outcomeIn,
  serves,
  viewDeployment,
} from "@change-ledger/query";
import * as z from "zod";
import type { Caller } from "./caller.ts";
import { AS_OF, PAGING, PERIOD, withinOf } from "./change-query.ts";
import { knownThen, ROUNDS_THEN } from "./known-then.ts";
import { pageThrough } from "./page.ts";
import type { ApiPorts } from "./ports.ts";
import { text } from "./schemas.ts";
import { withUnderWay } from "./under-way.ts";

export const DEPLOYMENTS_QUERY = z.strictObject({
  ...PERIOD,
  sort: z.enum(["newest", "oldest", "failed-first"]).default("newest"),
  scope: text.optional().meta({ examples: ["codedeploy/123456789012/us-east-1"] }),
  application: text.optional(),
  group: text.optional(),
  service: text.optional().meta({ examples: ["cargo/production"], description: "Application, application/group, or ECS cluster/service" }),
  environment: z
    .enum(ENVIRONMENTS)
    .optional()
    .meta({ description: "As the configuration in force names it; what it does not name counts as production" }),
  state: z.enum(DEPLOYMENT_STATES).optional(),
  outcome: z
    .enum(DEPLOYMENT_RESULTS)
    .optional()
    .meta({ description: "`failed`: as a whole, stopped after a target had failed, or undone by a rollback" }),
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/, "7 to 64 lower-case hexadecimal digits")
    .optional()
    .meta({ description: "The revision's, or its beginning" }),
  ...AS_OF,
  ...PAGING,
});
type DeploymentsQuery = z.output<typeof DEPLOYMENTS_QUERY>;
type DeploymentPage = { readonly items: DeploymentView[]; readonly next?: string };

export async function listDeployments(now: ApiPorts, query: DeploymentsQuery, caller: Caller): Promise<DeploymentPage> {
  const { sort, outcome, "as-of": asOf } = query;
  const ports = asOf === undefined ? withUnderWay(now) : knownThen(now, asOf);
  const wanted = await wantedBy(ports, query);
  const page = (list: ListName, cursor: string | undefined, passes: (view: DeploymentView) => boolean) =>
    pageThrough(ports, {
      caller,
      list,
      scope: query.scope,
      limit: query.limit,
      cursor,
      within: withinOf({ ...query, sort: sort === "oldest" ? sort : "newest" }),
      ...(asOf !== undefined && { rounds: ROUNDS_THEN }),
      filtered: asOf !== undefined || wanted !== undefined || (list === "deployment" && passes !== everything),
      wants: () => true,
      view: async (some) =>
        some.map((one) => {
          const view = one.type === "deployment" ? viewDeployment(one) : undefined;
          return view !== undefined && (wanted === undefined || wanted(view)) && passes(view) ? view : undefined;
        }),
    });
  if (outcome === "failed") return await page("deployment-failed", query.cursor, hasFailed);
  const passes = outcome === undefined ? everything : (view: DeploymentView) => outcomeIn(view) === outcome;
  if (sort !== "failed-first" || outcome !== undefined) return await page("deployment", query.cursor, passes);
  const others = (view: DeploymentView) => !hasFailed(view);
  if (query.cursor !== undefined && decodeCursor("deployment-failed", query.cursor) === undefined)
    return await page("deployment", query.cursor === encodeCursor("deployment", START) ? undefined : query.cursor, others);
  const failed = await page("deployment-failed", query.cursor, hasFailed);
  // Behind the last one that failed comes the first of the others, on a page of its own.
  return failed.next === undefined ? { items: failed.items, next: encodeCursor("deployment", START) } : failed;
}

/** Where the others begin, as a cursor: no deployment is told of at this instant. */
const START = { at: "9999-12-31T23:59:59.999Z", subject: "deployment:start" } as const;
const everything = () => true;
const hasFailed = (view: DeploymentView) => outcomeIn(view) === "failed";

async function wantedBy(ports: ApiPorts, query: DeploymentsQuery): Promise<((view: DeploymentView) => boolean) | undefined> {
  const { application, group, state, service, environment, commit } = query;
  if ([application, group, state, service, environment, commit].every((one) => one === undefined)) return undefined;
  const inForce = environment === undefined ? undefined : await inForceNow(ports);
  return (view) =>
    (application === undefined || view.application === application) &&
    (group === undefined || view.group === group) &&
    (state === undefined || view.state === state) &&
    (service === undefined || serves(service, view)) &&
    (commit === undefined || view.revision?.commit?.startsWith(commit) === true) &&
    (inForce === undefined || environmentOf(inForce, view) === environment);
}

async function inForceNow({ judging: { configurations, now } }: ApiPorts): Promise<InForce> {
  await configurations.refresh();
  return await configurations.at(now());
}

/** What the configuration calls a deployment's environment; what it does not name counts as production. */
function environmentOf(inForce: InForce, { subject, scope, application = "", group = "" }: DeploymentView): Environment {
  const named = subject.startsWith("deployment:ecs/")
    ? inForce.ecsEnvironment(group, application)
    : subject.startsWith("deployment:codedeploy/")
      ? inForce.codedeployEnvironment(application, group)
      : inForce.hostEnvironment(scope, group);
  return named ?? "production";
}
