import type { Schemas } from "@change-ledger/api/client/client.ts";
import { useEffect, useState } from "preact/hooks";
import { useRead } from "../../data/resource.ts";
import { Shown } from "../../parts/states.tsx";
import { Outcome } from "../../parts/tone.tsx";
import { go, withQuery } from "../../route.tsx";
import { useMay, useSession } from "../../session/session.tsx";
import { useTitle } from "../title.ts";
import { Certify } from "./certify.tsx";
import { Items } from "./items.tsx";
import { type Certificate, Sources } from "./sources.tsx";

const DAY_MS = 86_400_000;
/** Items that one answer of the API holds at most. */
const ITEMS = 1000;

/** The auditor's afternoon: the population of a period, whether it is complete, the sample, and the package to take away. */
export function AuditPage({ query }: { readonly query: URLSearchParams }) {
  useTitle("Audit");
  const may = useMay("population:read");
  const scope = useSession().reader?.repositories;
  const today = new Date(Math.ceil(Date.now() / DAY_MS) * DAY_MS);
  const from = dayOf(query.get("from")) ?? new Date(today.getTime() - 90 * DAY_MS).toISOString();
  const to = dayOf(query.get("to")) ?? today.toISOString();
  return (
    <article class="page">
      <header class="head">
        <h1>Audit</h1>
        <p>
          Every production deployment and every update of a protected branch of a period, whether that is all, and a sample that nobody can
          choose.
        </p>
      </header>
      <PeriodForm from={from} to={to} />
      {may ? (
        <>
          <Population from={from} to={to} scope={scope} key={`${from} ${to}`} />
          {scope === undefined ? (
            <Papers from={from} to={to} key={`papers ${from} ${to}`} />
          ) : (
            <p class="note">
              You may see {scope.join(", ")} alone. Working papers are made of the whole log: somebody who may read all of it makes them.
            </p>
          )}
        </>
      ) : (
        <p class="note">Populations need the scope population:read. Sign in as somebody who has it.</p>
      )}
    </article>
  );
}

/** A day's first instant in UTC. */
function dayOf(text: string | null): string | undefined {
  const date = /^\d{4}-\d\d-\d\d/.test(text ?? "") ? new Date(`${text?.slice(0, 10)}T00:00:00.000Z`) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function PeriodForm({ from, to }: { readonly from: string; readonly to: string }) {
  const [first, setFirst] = useState(from.slice(0, 10));
  const [last, setLast] = useState(to.slice(0, 10));
  return (
    <form
      class="filters"
      aria-label="Period"
      onSubmit={(event) => {
        event.preventDefault();
        go(withQuery({ from: first, to: last }));
      }}
    >
      <label class="filter">
        <span>From (UTC)</span>
        <input type="date" required value={first} onInput={(event) => setFirst(event.currentTarget.value)} />
      </label>
      <label class="filter">
        <span>Up to, not including</span>
        <input type="date" required value={last} onInput={(event) => setLast(event.currentTarget.value)} />
      </label>
      <button type="submit">Show</button>
    </form>
  );
}

/** What is asked: a period, and for who may see some repositories alone these. */
interface Asked {
  readonly from: string;
  readonly to: string;
  readonly scope: readonly string[] | undefined;
}

function Population(asked: Asked) {
  const { from, to, scope } = asked;
  const population = useRead("/v1/population", { query: { from, to, limit: ITEMS, ...(scope && { scope: scope.join(",") }) } });
  return (
    <Shown of={population} what="the population">
      {(of) => <Drawn of={of} asked={asked} />}
    </Shown>
  );
}

function Drawn({ of, asked: { from, to, scope } }: { readonly of: Schemas["Population"]; readonly asked: Asked }) {
  // The document leaves open what a certificate holds besides: docs/formats.md says all of it.
  const certificate = of.certificate as unknown as Certificate;
  const { kinds, types } = certificate.population.counts;
  return (
    <>
      <div class="cards">
        <section class="card">
          <h2>
            Population: {certificate.population.size.toLocaleString()} items <Outcome outcome={certificate.outcome} />
          </h2>
          <dl>
            <dt>Deployments to production</dt>
            <dd>{(kinds["deployment"] ?? 0).toLocaleString()}</dd>
            <dt>Updates of protected branches</dt>
            <dd>{(kinds["ref-update"] ?? 0).toLocaleString()}</dd>
            {Object.entries(types)
              .filter(([, number]) => number > 0)
              .map(([type, number]) => (
                <Stratum key={type} type={type} number={number} />
              ))}
            <dt>Root of the list</dt>
            <dd>
              <code title={certificate.population.root}>{certificate.population.root.slice(0, 16)}</code>
            </dd>
          </dl>
        </section>
        <Sources of={certificate} />
      </div>
      <Certify period={{ from, to }} asOf={certificate.asOf} scope={scope} />
      <Items items={of.items} size={certificate.population.size} />
    </>
  );
}

/** The form for the papers, loaded with this page alone. */
function Papers(period: { readonly from: string; readonly to: string }) {
  const [loaded, setLoaded] = useState<typeof import("./package.tsx")>();
  useEffect(() => void import("./package.tsx").then(setLoaded), []);
  return loaded === undefined ? null : <loaded.Package {...period} />;
}

function Stratum({ type, number }: { readonly type: string; readonly number: number }) {
  return (
    <>
      <dt>of type {type}</dt>
      <dd>{number.toLocaleString()}</dd>
    </>
  );
}
