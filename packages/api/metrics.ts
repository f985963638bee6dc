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
  sparsePlace,
  viewDeployment,
  viewIncident,
} from "@change-ledger/query";
import * as z from "zod";
import { type Caller, listsFor } from "./caller.ts";
import { ApiError } from "./fault.ts";
import { findingLists } from "./finding-lists.ts";
import { knownThen } from "./known-then.ts";
import { ledgerHealth } from "./metrics-health.ts";
import { metricsSchema } from "./metrics-schema.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serve } from "./route.ts";
import { instant, text } from "./schemas.ts";

type Metrics = z.output<typeof metricsSchema>;

/** Deployments, changes, incidents and findings that one answer takes in, each. */
const EACH_MAX = 1000;
/** As of an instant each costs reads of its chain. */
const EACH_THEN_MAX = 200;
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
  "as-of": instant.optional().meta({
    description: `By what had been recorded then (but for the ledger's own health), of the latest ${EACH_THEN_MAX} deployments, changes and incidents each; what a deployment carries is told by all that is on record`,
  }),
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

async function readMetrics(now: ApiPorts, query: MetricsQuery, caller: Caller): Promise<Metrics> {
  const { from, to, "as-of": then } = query;
  if (from >= to) throw new ApiError("invalid", "expected a period", [{ field: "to", rule: "later than `from`" }]);
  const ports = knownThen(now, then);
  const asOf = ports.judging.now();
  const [period, changes, findings, ledger] = await Promise.all([
    figuresOf(ports, query, caller),
    changesOf(ports, query, caller),
    (then === undefined ? openNow : openThen)(now, query, caller, asOf),
    ledgerHealth(now, caller, now.judging.now()),
  ]);
  return { from, to, asOf, ...period, changes, findings, ledger };
}

interface Within {
  readonly scope?: string | undefined;
  readonly from: string;
  readonly to: string;
}
const eachOf = (query: MetricsQuery): number => (query["as-of"] === undefined ? EACH_MAX : EACH_THEN_MAX);

/** The latest of a list within a time, and from when on it is all of them. */
async function latest(ports: ApiPorts, caller: Caller, list: Summary["type"], { scope, ...within }: Within, query: MetricsQuery) {
  const models = listsFor(caller, ports.models);
  const name = list as "change" | "deployment" | "incident";
  const most = eachOf(query);
  const places =
    scope === undefined
      ? await mergedPlaces(models, name, most + 1, undefined, within)
      : await models.places(name, scope, most + 1, undefined, within);
  const all = places.length <= most;
  const taken = places.slice(0, most);
  const states = await statesOf(
    ports,
    taken.map(({ subject }) => subject),
  );
  return { states, countedFrom: all ? within.from : (taken.at(-1)?.at ?? within.from) };
}

async function statesOf({ models }: ApiPorts, subjects: readonly Subject[]): Promise<Summary[]> {
  return subjects.length === 0 ? [] : [...(await models.get(subjects)).values()].flatMap(({ state }) => state ?? []);
}

async function figuresOf(ports: ApiPorts, query: MetricsQuery, caller: Caller): Promise<Pick<Metrics, "figures" | "countedFrom">> {
  const { from, to, scope, application, group } = query;
  const begun = new Date(Date.parse(from) - LONGEST_MS).toISOString();
  const read = await latest(ports, caller, "deployment", { scope, from: begun, to }, query);
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
  take(await statesOf(ports, [...new Set(related)].filter((one) => !known.has(one)).slice(0, eachOf(query))));
  const figures = new PeriodFigures({ from: countedFrom, to });
  addDeployments(figures, counted, known);
  addReleases(
    figures,
    changes.filter(({ subject }) => caller.mayRead(subject)),
    known,
  );
  const incidents = await latest(ports, caller, "incident", { from: countedFrom, to }, query);
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

async function changesOf(ports: ApiPorts, query: MetricsQuery, caller: Caller): Promise<Metrics["changes"]> {
  const { from, to, repository: scope } = query;
  const { states, countedFrom } = await latest(ports, caller, "change", { scope, from, to }, query);
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
async function openNow(ports: ApiPorts, { repository }: MetricsQuery, caller: Caller, now: string): Promise<Metrics["findings"]> {
  const models = listsFor(caller, (await findingLists(ports, caller)).models);
  const oldest = { oldestFirst: true };
  const places =
    repository === undefined
      ? await mergedPlaces(models, "finding-open", EACH_MAX + 1, undefined, oldest)
      : await models.places("finding-open", repository, EACH_MAX + 1, undefined, oldest);
  return byAge(
    places.slice(0, EACH_MAX).map(({ at }) => at),
    places.length <= EACH_MAX,
    now,
  );
}

/** No index holds what was open at an instant: of the latest changes, what their own chains say. */
async function openThen(now: ApiPorts, query: MetricsQuery, caller: Caller, asOf: string): Promise<Metrics["findings"]> {
  const ports = await findingLists(now, caller, asOf);
  const models = listsFor(caller, ports.models);
  const places =
    query.repository === undefined
      ? await mergedPlaces(models, "finding-open", EACH_THEN_MAX + 1)
      : await models.places("finding-open", query.repository, EACH_THEN_MAX + 1);
  const states = await statesOf(
    ports,
    places.slice(0, EACH_THEN_MAX).map(({ subject }) => subject),
  );
  const open = states.flatMap((state) => {
    const place = state.type === "change" ? sparsePlace(state) : undefined;
    return place?.list === "finding-open" ? [place.at] : [];
  });
  return byAge(open, places.length <= EACH_THEN_MAX, asOf);
}

/** @param since when the oldest open finding of each was said */
function byAge(since: readonly string[], whole: boolean, now: string): Metrics["findings"] {
  const ages = since.map((at) => (Date.parse(now) - Date.parse(at)) / DAY_MS);
  const limits = [0, ...AGES_DAYS, Number.POSITIVE_INFINITY];
  const counts = limits.slice(1).map((underDays, at) => ({
    ...(Number.isFinite(underDays) && { underDays }),
    changes: ages.filter((age) => (at === 0 || age >= (limits[at] ?? 0)) && age < underDays).length,
  }));
  return { changes: ages.length, whole, byAge: counts };
}
