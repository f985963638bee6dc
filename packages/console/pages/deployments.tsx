import type { DeploymentView } from "@change-ledger/query";
import { useList } from "../data/pages.ts";
import { Choice, TextFilter } from "../parts/filter.tsx";
import { List } from "../parts/list.tsx";
import { Time } from "../parts/time.tsx";
import { Badge, State } from "../parts/tone.tsx";
import { count, SubjectLink } from "../parts/words.tsx";
import { useTitle } from "./title.ts";

const STATES = [
  ["", "Any"],
  ["Failed", "Failed"],
  ["InProgress", "In progress"],
  ["Succeeded", "Succeeded"],
  ["Stopped", "Stopped"],
] as const;

/** Deployments as they come, the failed ones of the page first. */
export function DeploymentsPage({ query }: { readonly query: URLSearchParams }) {
  useTitle("Deployments");
  const asked = new URLSearchParams({ limit: "50" });
  for (const name of ["state", "application", "group", "scope"]) {
    const value = query.get(name);
    if (value !== null && value !== "") asked.set(name, value);
  }
  const deployments = useList<DeploymentView>(`/v1/deployments?${asked}`, ({ subject }) => subject);
  const byTime = query.get("order") === "time";
  return (
    <article class="page">
      <h1>Deployments</h1>
      <search class="filters" aria-label="Filter deployments">
        <Choice name="state" label="State" value={query.get("state")} options={STATES} />
        <TextFilter name="application" label="Application" value={query.get("application")} placeholder="Any" />
        <TextFilter name="group" label="Group" value={query.get("group")} placeholder="Any" />
        <Choice
          name="order"
          label="Order"
          value={query.get("order")}
          options={[
            ["", "Failed first"],
            ["time", "Newest first"],
          ]}
        />
      </search>
      <List of={deployments} what="deployments" empty="No deployment that matches is on record.">
        {(items) => (
          <ul class="list" aria-live="polite">
            {(byTime ? items : failedFirst(items)).map((one) => (
              <Row key={one.subject} deployment={one} />
            ))}
          </ul>
        )}
      </List>
    </article>
  );
}

/** Those that failed and were not undone yet, then those under way, then the others; newest first within each. */
export function failedFirst(items: readonly DeploymentView[]): DeploymentView[] {
  const rank = ({ state, firstFailureAt, rolledBackBy }: DeploymentView) => {
    if ((state === "Failed" || firstFailureAt !== undefined) && rolledBackBy === undefined) return 0;
    if (state === "InProgress" || state === "Created" || state === "Queued") return 1;
    return state === "Failed" ? 2 : 3;
  };
  return items.toSorted((a, b) => rank(a) - rank(b));
}

function Row({ deployment: one }: { readonly deployment: DeploymentView }) {
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
            <code>{one.revision.commit.slice(0, 10)}</code>{" "}
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
