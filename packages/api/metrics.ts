import type { Subject } from "@change-ledger/model";
import {
  addDeployments,
  addReleases,
  type ChangeSummary,
  changeType,
  type DeploymentSummary,
  linksInForce,
  mergedPlaces,
  PeriodFigures,
  releasedIn,
  type Summary,
  viewDeployment,
  viewIncident,
} from "@change-ledger/query";
import * as z from "zod";
import { type Caller, listsFor } from "./caller.ts";
import { ApiError } from "./fault.ts";
import { findingLists } from "./finding-lists.ts";
import { ledgerHealth } from "./metrics-health.ts";
import { metricsSchema } from "./metrics-schema.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serve } from "./route.ts";
import { instant, text } from "./schemas.ts";

type Metrics = z.output<typeof metricsSchema>;

/** Deployments, changes, incidents and findings that one answer takes in, each. */
const EACH_MAX = 1000;
/** A deployment that began this long before the period may still have ended in it. */
const LONGEST_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;
const AGES_DAYS = [1, 7, 30, 90] as const;

const METRICS_QUERY = z.strictObject({
  from: instant,
  to: instant,
  scope: text.optional().meta({ examples: ["codedeploy/123456789012/us-east-1"], description: "Of the deployments" }),
  application: text.optional(),
  group: text.optional(),
  repository: text.optional().meta({ examples: ["github/acme/cargo"], description: "Of the changes and findings" }),
});
type MetricsQuery = z.output<typeof METRICS_QUERY>;

export function metricRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  return [
    serve(
      app,
      {
        path: "/v1/metrics",
        summary: "Figures of a period, each beside its definition; open findings by age; the ledger's own health",
        params: z.object({}),
        query: METRICS_QUERY,
        answer: metricsSchema,
      },
      ({ query, caller }) => readMetrics(ports, query, caller),
    ),
  ];
}

async function readMetrics(ports: ApiPorts, query: MetricsQuery, caller: Caller): Promise<Metrics> {
  const { from, to } = query;
  if (from >= to) throw new ApiError("invalid", "expected a period", [{ field: "to", rule: "later than `from`" }]);
  const asOf = ports.judging.now();
  const [period, changes, findings, ledger] = await Promise.all([
    figuresOf(ports, query, caller),
    changesOf(ports, query, caller),
    findingsOf(ports, query, caller, asOf),
    ledgerHealth(ports, caller, asOf),
  ]);
  return { from, to, asOf, ...period, changes, findings, ledger };
}

/** The latest of a list within a time, and from when on it is all of them. */
async function latest(ports: ApiPorts, caller: Caller, list: Summary["type"], scope: string | undefined, from: string, to: string) {
  const models = listsFor(caller, ports.models);
  const name = list as "change" | "deployment" | "incident";
  const places =
    scope === undefined
      ? await mergedPlaces(models, name, EACH_MAX + 1, undefined, { from, to })
      : await models.places(name, scope, EACH_MAX + 1, undefined, { from, to });
  const all = places.length <= EACH_MAX;
  const taken = places.slice(0, EACH_MAX);
  const states = await statesOf(
    ports,
    taken.map(({ subject }) => subject),
  );
  return { states, countedFrom: all ? from : (taken.at(-1)?.at ?? from) };
}

async function statesOf({ models }: ApiPorts, subjects: readonly Subject[]): Promise<Summary[]> {
  return subjects.length === 0 ? [] : [...(await models.get(subjects)).values()].flatMap(({ state }) => state ?? []);
}

async function figuresOf(ports: ApiPorts, query: MetricsQuery, caller: Caller): Promise<Pick<Metrics, "figures" | "countedFrom">> {
  const { from, to, scope, application, group } = query;
  const begun = new Date(Date.parse(from) - LONGEST_MS).toISOString();
  const read = await latest(ports, caller, "deployment", scope, begun, to);
  const known = new Map<Subject, DeploymentSummary>();
  const take = (states: readonly Summary[]) => {
    for (const state of states) if (state.type === "deployment") known.set(state.subject, state);
  };
  take(read.states);
  const counted = [...known.values()].filter((one) => {
    const view = viewDeployment(one);
    return (application === undefined || view.application === application) && (group === undefined || view.group === group);
  });
  const countedFrom = read.countedFrom > from ? read.countedFrom : from;
  const plans = await plansOf(
    ports,
    counted.filter((one) => releasedIn(one, countedFrom, to)),
  );
  const changes = (await statesOf(ports, plans)).filter((state): state is ChangeSummary => state.type === "change");
  const related = [...counted.flatMap((one) => viewDeployment(one).rolledBackBy ?? []), ...changes.flatMap(linksInForce)];
  take(await statesOf(ports, [...new Set(related)].filter((one) => !known.has(one)).slice(0, EACH_MAX)));
  const figures = new PeriodFigures({ from: countedFrom, to });
  addDeployments(figures, counted, known);
  addReleases(
    figures,
    changes.filter(({ subject }) => caller.mayRead(subject)),
    known,
  );
  const incidents = await latest(ports, caller, "incident", undefined, countedFrom, to);
  for (const state of incidents.states) {
    const { openedAt, resolvedAt } = state.type === "incident" ? viewIncident(state) : {};
    if (openedAt !== undefined) figures.incident({ openedAt, resolvedAt });
  }
  // Incidents name no repository: who is restricted learns nothing of them, not even that there were none.
  const shown = figures.figures().filter(({ name }) => caller.repositories === undefined || !/^incident/.test(name));
  return { countedFrom, figures: shown };
}

/** What these deployments carry. */
async function plansOf({ plans }: ApiPorts, deployments: readonly DeploymentSummary[]): Promise<Subject[]> {
  if (deployments.length === 0) return [];
  const found = await plans.getPlans(deployments.map(({ subject }) => subject));
  return [...new Set([...found.values()].flatMap(({ carries }) => carries))].slice(0, 2 * EACH_MAX);
}

async function changesOf(ports: ApiPorts, { from, to, repository }: MetricsQuery, caller: Caller): Promise<Metrics["changes"]> {
  const { states, countedFrom } = await latest(ports, caller, "change", repository, from, to);
  const changes = states.filter((state): state is ChangeSummary => state.type === "change");
  const judged = { normal: 0, standard: 0, emergency: 0 };
  const byType: Record<string, number> = {};
  const outcomes: Record<string, number> = {};
  for (const { subject, judged: said } of changes) {
    const type = changeType(subject);
    byType[type] = (byType[type] ?? 0) + 1;
    if (said === undefined) continue;
    judged[said.type]++;
    outcomes[said.outcome] = (outcomes[said.outcome] ?? 0) + 1;
  }
  const known = judged.normal + judged.standard + judged.emergency;
  return {
    countedFrom,
    total: changes.length,
    byType,
    judged,
    ...(known > 0 && { emergencyShare: judged.emergency / known }),
    outcomes,
    unmatchedDeployments: byType["unmatchedDeployment"] ?? 0,
  };
}

/** The places alone say how old they are: no summary is read. */
async function findingsOf(ports: ApiPorts, { repository }: MetricsQuery, caller: Caller, now: string): Promise<Metrics["findings"]> {
  const models = listsFor(caller, (await findingLists(ports, caller)).models);
  const oldest = { oldestFirst: true };
  const places =
    repository === undefined
      ? await mergedPlaces(models, "finding-open", EACH_MAX + 1, undefined, oldest)
      : await models.places("finding-open", repository, EACH_MAX + 1, undefined, oldest);
  const ages = places.slice(0, EACH_MAX).map(({ at }) => (Date.parse(now) - Date.parse(at)) / DAY_MS);
  const limits = [0, ...AGES_DAYS, Number.POSITIVE_INFINITY];
  const byAge = limits.slice(1).map((underDays, at) => ({
    ...(Number.isFinite(underDays) && { underDays }),
    changes: ages.filter((age) => (at === 0 || age >= (limits[at] ?? 0)) && age < underDays).length,
  }));
  return { changes: ages.length, whole: places.length <= EACH_MAX, byAge };
}
