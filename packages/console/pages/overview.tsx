import type { Schemas } from "@change-ledger/api/client/client.ts";
import { useRead } from "../data/resource.ts";
import { duration } from "../parts/duration.ts";
import { Choice } from "../parts/filter.tsx";
import { Shown } from "../parts/states.tsx";
import { Outcome } from "../parts/tone.tsx";
import { count } from "../parts/words.tsx";
import { Link } from "../route.tsx";
import { Health } from "./health.tsx";
import { useTitle } from "./title.ts";

type Metrics = Schemas["Metrics"];

const DAY_MS = 86_400_000;

/** How well the team changes things, every figure beside its definition, and how the ledger itself is. */
export function OverviewPage({ query }: { readonly query: URLSearchParams }) {
  useTitle("Overview");
  const days = Number(query.get("days") ?? "30");
  // Whole days, so that the address of the question stays the same for a day; a period may also be named.
  const to = dayOf(query.get("to")) ?? new Date(Math.ceil(Date.now() / DAY_MS) * DAY_MS);
  const from = dayOf(query.get("from")) ?? new Date(to.getTime() - days * DAY_MS);
  const metrics = useRead("/v1/metrics", { query: { from: from.toISOString(), to: to.toISOString() } }, { everyMs: 5_000 });
  return (
    <article class="page">
      <h1>Overview</h1>
      <div class="filters">
        <Choice
          name="days"
          label="Period"
          value={query.get("days") ?? "30"}
          options={[
            ["7", "7 days"],
            ["30", "30 days"],
            ["90", "90 days"],
            ["365", "A year"],
          ]}
        />
      </div>
      <Shown of={metrics} what="the figures">
        {(of) => (
          <>
            <div class="figures">
              {inOrder(of.figures).map((figure) => (
                <Figure key={figure.name} figure={figure} />
              ))}
            </div>
            <div class="cards">
              <FindingsCard of={of} />
              <Changes of={of} />
              <Health of={of} />
            </div>
          </>
        )}
      </Shown>
    </article>
  );
}

function dayOf(text: string | null): Date | undefined {
  const date = new Date(`${text ?? ""}T00:00:00.000Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** DORA's four before the others. */
const FIRST: readonly string[] = ["deploymentFrequency", "leadTime", "changeFailureRate", "timeToRestore"];

function inOrder(figures: Metrics["figures"]): Metrics["figures"] {
  const rank = (name: string) => (FIRST.indexOf(name) + FIRST.length + 1) % (FIRST.length + 1);
  return figures.toSorted((a, b) => rank(a.name) - rank(b.name));
}

function Figure({ figure: { title, definition, value, unit, over, unknown } }: { readonly figure: Schemas["PeriodFigure"] }) {
  return (
    <section class="figure">
      <h2 class="quiet">{title}</h2>
      <strong>{value === undefined ? "–" : shown(value, unit)}</strong>
      <span class="quiet">
        {value === undefined ? "nothing to count" : unit === "count" ? "" : `over ${over.toLocaleString()}`}
        {unknown !== undefined && unknown > 0 && `, ${unknown.toLocaleString()} not known`}
      </span>
      <p class="quiet definition">{definition}</p>
    </section>
  );
}

function shown(value: number, unit: Schemas["PeriodFigure"]["unit"]): string {
  if (unit === "seconds") return duration(value);
  if (unit === "share") return percent(value);
  const number = Number(value.toFixed(2)).toLocaleString();
  return unit === "a day" ? `${number} a day` : number;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

function FindingsCard({ of: { findings } }: { readonly of: Metrics }) {
  return (
    <section class="card">
      <h2>Open findings</h2>
      <p>
        <Link to="/console/changes?outcome=not-satisfied">{count(findings.changes, "change")}</Link> with open findings
        {!findings.whole && ", at least"}
      </p>
      <ul>
        {findings.byAge.map(({ underDays, changes }, at) => (
          <li key={underDays ?? "older"}>
            {ageWords(findings.byAge[at - 1]?.underDays, underDays)}: {changes.toLocaleString()}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** By the oldest finding of each. */
function ageWords(from: number | undefined, to: number | undefined): string {
  if (to === undefined) return "older";
  return from === undefined ? `less than ${count(to, "day")} old` : `${from} to ${count(to, "day")}`;
}

function Changes({ of: { changes } }: { readonly of: Metrics }) {
  return (
    <section class="card">
      <h2>Changes of the period</h2>
      <dl>
        <dt>In all</dt>
        <dd>{changes.total.toLocaleString()}</dd>
        <dt>Emergencies</dt>
        <dd>
          <Link to="/console/changes?judged=emergency">{changes.judged.emergency}</Link>
          {changes.emergencyShare !== undefined && ` (${percent(changes.emergencyShare)} of those that were judged)`}
        </dd>
        <dt>Deployments that no change explains</dt>
        <dd>
          <Link to="/console/changes?type=unmatchedDeployment">{changes.unmatchedDeployments}</Link>
        </dd>
        {Object.entries(changes.outcomes).map(([outcome, number]) => (
          <Judged key={outcome} outcome={outcome} number={number} />
        ))}
      </dl>
    </section>
  );
}

function Judged({ outcome, number }: { readonly outcome: string; readonly number: number }) {
  return (
    <>
      <dt>
        <Outcome outcome={outcome} />
      </dt>
      <dd>
        <Link to={`/console/changes?outcome=${outcome}`}>{number.toLocaleString()}</Link>
      </dd>
    </>
  );
}
