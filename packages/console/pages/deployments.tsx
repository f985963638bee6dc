import type { Reads, Schemas } from "@change-ledger/api/client/client.ts";
import { useList } from "../data/pages.ts";
import { LIVE } from "../data/resource.ts";
import { Choice, TextFilter } from "../parts/filter.tsx";
import { List } from "../parts/list.tsx";
import { Time } from "../parts/time.tsx";
import { Badge, State } from "../parts/tone.tsx";
import { CommitLink, count, SubjectLink } from "../parts/words.tsx";
import { useTitle } from "./title.ts";

const STATES = [
  ["", "Any"],
  ["Failed", "Failed"],
  ["InProgress", "In progress"],
  ["Succeeded", "Succeeded"],
  ["Stopped", "Stopped"],
] as const;

/** Deployments as they come, those that failed first. */
export function DeploymentsPage({ query }: { readonly query: URLSearchParams }) {
  useTitle("Deployments");
  const text = (name: string) => query.get(name) || undefined;
  const state = STATES.find(([value]) => value !== "" && value === query.get("state"))?.[0];
  const asked: Query = {
    application: text("application"),
    group: text("group"),
    service: text("service"),
    scope: text("scope"),
    ...(state !== undefined && state !== "" && { state }),
  };
  const filtered = Object.values(asked).some((value) => value !== undefined);
  return (
    <article class="page">
      <h1>Deployments</h1>
      <search class="filters" aria-label="Filter deployments">
        <Choice name="state" label="State" value={query.get("state")} options={STATES} />
        <TextFilter name="application" label="Application" value={query.get("application")} placeholder="Any" />
        <TextFilter name="group" label="Group" value={query.get("group")} placeholder="Any" />
        <TextFilter name="service" label="Service" value={query.get("service")} placeholder="shop/production" />
      </search>
      {asked.state === undefined && <Failed asked={asked} />}
      <All asked={asked} title={filtered ? "That match, newest first" : "All, newest first"} />
    </article>
  );
}

type Query = Pick<Reads["/v1/deployments"]["query"], "application" | "group" | "service" | "scope" | "state">;

/** No connection, no permission, too many requests: not this list's own. */
const EVERYWHERE = new Set([0, 403, 429]);

/** Those that failed stand first, however long ago; nothing where none did. */
function Failed({ asked }: { readonly asked: Query }) {
  const failed = useList("/v1/deployments", { ...asked, outcome: "failed", limit: 10 }, ({ subject }) => subject, LIVE);
  if (failed.value?.length === 0) return null;
  // What keeps the reader from all deployments is told once, below.
  if (failed.value === undefined && (failed.problem === undefined || EVERYWHERE.has(failed.problem.status))) return null;
  return (
    <section aria-label="Failed">
      <h2>Failed</h2>
      <List of={failed} what="failed deployments" empty="None.">
        {(items) => <Items items={items} />}
      </List>
    </section>
  );
}

function All({ asked, title }: { readonly asked: Query; readonly title: string }) {
  const all = useList("/v1/deployments", { ...asked, limit: 50 }, ({ subject }) => subject, LIVE);
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <List of={all} what="deployments" empty="No deployment that matches is on record.">
        {(items) => <Items items={items} />}
      </List>
    </section>
  );
}

function Items({ items }: { readonly items: readonly Schemas["Deployment"][] }) {
  return (
    <ul class="list">
      {items.map((one) => (
        <Row key={one.subject} deployment={one} />
      ))}
    </ul>
  );
}

function Row({ deployment: one }: { readonly deployment: Schemas["Deployment"] }) {
  const failed = one.targets.filter(({ state }) => state === "Failed").length;
  return (
    <li class={one.state === "Failed" ? "bad" : undefined}>
      <div class="row-head">
        <State state={one.state} />
        <SubjectLink subject={one.subject} />
        {one.rollback && <Badge tone="warn">Rollback</Badge>}
        <strong>{one.application ?? "unknown application"}</strong>
        {one.group !== undefined && <span>to {one.group}</span>}
        <span class="push quiet">{(one.startedAt ?? one.openedAt) !== undefined && <Time at={one.startedAt ?? one.openedAt ?? ""} />}</span>
      </div>
      <div class="quiet">
        {one.revision?.commit !== undefined && (
          <>
            <CommitLink sha={one.revision.commit} repository={one.revision.repository} />{" "}
          </>
        )}
        {one.targets.length > 0 &&
          `${failed > 0 ? `${failed} of ` : ""}${count(one.targets.length, "target")}${failed > 0 ? " failed" : ""}`}
        {one.failure?.event !== undefined &&
          `, first at ${one.failure.event}${one.failure.error === undefined ? "" : ` (${one.failure.error})`}`}
        {one.rolledBackBy !== undefined && (
          <>
            , rolled back by <SubjectLink subject={one.rolledBackBy} />
          </>
        )}
        {one.rollsBack !== undefined && (
          <>
            , undoes <SubjectLink subject={one.rollsBack} />
          </>
        )}
      </div>
    </li>
  );
}
