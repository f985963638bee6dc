import { useResource } from "../data/resource.ts";
import { Choice } from "../parts/filter.tsx";
import { Shown } from "../parts/states.tsx";
import { duration, Time } from "../parts/time.tsx";
import { Badge } from "../parts/tone.tsx";
import { Link } from "../route.tsx";
import { useTitle } from "./title.ts";

/** One figure of a period, with the definition that it was counted by. */
interface PeriodFigure {
  readonly name: string;
  readonly title: string;
  readonly definition: string;
  readonly value?: number;
  readonly unit?: string;
  readonly of?: number;
  readonly count?: number;
  readonly missing?: string;
}

interface Metrics {
  readonly from: string;
  readonly to: string;
  readonly figures: readonly PeriodFigure[];
  readonly findings?: { readonly open: number; readonly byAge?: readonly { readonly age: string; readonly count: number }[] };
  readonly health?: {
    readonly checkpoint?: { readonly size: number; readonly at?: string };
    readonly covered?: number;
    readonly lagSeconds?: number;
    readonly unlinked?: number;
    readonly deadLettered?: number;
  };
}

const DAY_MS = 86_400_000;

/** How well the team changes things, every figure beside its definition, and how the ledger itself is. */
export function OverviewPage({ query }: { readonly query: URLSearchParams }) {
  useTitle("Overview");
  const days = Number(query.get("days") ?? "30");
  // Whole days, so that the address of the question stays the same for a day.
  const to = new Date(Math.ceil(Date.now() / DAY_MS) * DAY_MS);
  const from = new Date(to.getTime() - days * DAY_MS);
  const metrics = useResource<Metrics>(`/v1/metrics?from=${from.toISOString()}&to=${to.toISOString()}`, { everyMs: 5_000 });
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
              {of.figures.map((figure) => (
                <Figure key={figure.name} figure={figure} />
              ))}
            </div>
            <div class="cards">
              <FindingsCard of={of} />
              <Health of={of} />
            </div>
          </>
        )}
      </Shown>
    </article>
  );
}

function Figure({ figure: { title, definition, value, unit, missing, count, of } }: { readonly figure: PeriodFigure }) {
  return (
    <section class="figure">
      <h2 class="quiet">{title}</h2>
      <strong>{value === undefined ? "–" : shown(value, unit)}</strong>
      {count !== undefined && of !== undefined && (
        <span class="quiet">
          {count} of {of}
        </span>
      )}
      {value === undefined && missing !== undefined && <span class="quiet">{missing}</span>}
      <p class="quiet definition">{definition}</p>
    </section>
  );
}

function shown(value: number, unit: string | undefined): string {
  if (unit === "seconds") return duration(value);
  if (unit === "share") return `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;
  return `${Number(value.toFixed(2)).toLocaleString()}${unit === undefined ? "" : ` ${unit}`}`;
}

function FindingsCard({ of: { findings } }: { readonly of: Metrics }) {
  return (
    <section class="card">
      <h2>Open findings</h2>
      {findings === undefined ? (
        <p class="quiet">Not counted.</p>
      ) : (
        <>
          <p>
            <Link to="/console/changes?outcome=not-satisfied">{findings.open.toLocaleString()} open</Link>
          </p>
          <ul>
            {findings.byAge?.map(({ age, count }) => (
              <li key={age}>
                {age}: {count.toLocaleString()}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Health({ of: { health } }: { readonly of: Metrics }) {
  if (health === undefined) return null;
  const { checkpoint, covered, lagSeconds, unlinked, deadLettered } = health;
  return (
    <section class="card">
      <h2>The ledger itself</h2>
      <dl>
        <dt>Last checkpoint</dt>
        <dd>
          {checkpoint === undefined ? (
            <Badge tone="bad">None</Badge>
          ) : (
            <>
              {checkpoint.size.toLocaleString()} entries{" "}
              {checkpoint.at !== undefined && (
                <>
                  , <Time at={checkpoint.at} show="ago" />
                </>
              )}
            </>
          )}
        </dd>
        {covered !== undefined && (
          <>
            <dt>Covered by the log</dt>
            <dd>{(covered * 100).toFixed(1)} %</dd>
          </>
        )}
        {lagSeconds !== undefined && (
          <>
            <dt>From event to record</dt>
            <dd>{duration(lagSeconds)}</dd>
          </>
        )}
        {unlinked !== undefined && (
          <>
            <dt>Unlinked deployments</dt>
            <dd>{unlinked}</dd>
          </>
        )}
        {deadLettered !== undefined && (
          <>
            <dt>In dead-letter queues</dt>
            <dd>{deadLettered}</dd>
          </>
        )}
      </dl>
    </section>
  );
}
