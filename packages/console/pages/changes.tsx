import type { Schemas } from "@change-ledger/api/client/client.ts";
import { useList } from "../data/pages.ts";
import { FRESH } from "../data/resource.ts";
import { Choice, TextFilter } from "../parts/filter.tsx";
import { List } from "../parts/list.tsx";
import { Time } from "../parts/time.tsx";
import { Badge, Outcome, State } from "../parts/tone.tsx";
import { count, PersonLink, SubjectLink } from "../parts/words.tsx";
import { useTitle } from "./title.ts";

const STATES = [
  ["", "Any"],
  ["open", "Open"],
  ["merged", "Merged"],
  ["deployed", "Deployed"],
  ["failed", "Failed"],
  ["rolledBack", "Rolled back"],
  ["closed", "Closed"],
] as const;
const TYPES = [
  ["", "Any"],
  ["normal", "Normal"],
  ["standard", "Standard"],
  ["emergency", "Emergency"],
] as const;
const KINDS = [
  ["", "Any"],
  ["pullRequest", "Pull request"],
  ["directPush", "Direct push"],
  ["unmatchedDeployment", "Deployment that no change explains"],
  ["record", "Change record"],
] as const;
const OUTCOMES = [
  ["", "Any"],
  ["satisfied", "Satisfied"],
  ["not-satisfied", "Not satisfied"],
  ["pending", "Pending"],
  ["not-assessable", "Not assessable"],
] as const;

/** Changes, newest first, with how each was judged last. */
export function ChangesPage({ query }: { readonly query: URLSearchParams }) {
  useTitle("Changes");
  const text = (name: string) => query.get(name) || undefined;
  const one = <T extends string>(name: string, options: readonly (readonly [T, string])[]) =>
    options.find(([value]) => value !== "" && value === query.get(name))?.[0] as Exclude<T, ""> | undefined;
  const changes = useList(
    "/v1/changes",
    {
      limit: 50,
      repository: text("repository"),
      person: text("person"),
      ticket: text("ticket"),
      test: text("test"),
      state: one("state", STATES),
      outcome: one("outcome", OUTCOMES),
      judged: one("judged", TYPES),
      type: one("type", KINDS),
    },
    ({ subject }) => subject,
    FRESH,
  );
  return (
    <article class="page">
      <h1>Changes</h1>
      <search class="filters" aria-label="Filter changes">
        <TextFilter name="repository" label="Repository" value={query.get("repository")} placeholder="github/acme/cargo" />
        <TextFilter name="person" label="Person" value={query.get("person")} placeholder="Anybody" />
        <TextFilter name="ticket" label="Ticket" value={query.get("ticket")} placeholder="jira/PAY-12" />
        <Choice name="state" label="State" value={query.get("state")} options={STATES} />
        <Choice name="type" label="Kind" value={query.get("type")} options={KINDS} />
        <Choice name="judged" label="Type" value={query.get("judged")} options={TYPES} />
        <Choice name="outcome" label="Judged" value={query.get("outcome")} options={OUTCOMES} />
      </search>
      <List of={changes} what="changes" empty="No change that matches is on record.">
        {(items) => (
          <ul class="list" aria-live="polite">
            {items.map((one) => (
              <Row key={one.subject} change={one} />
            ))}
          </ul>
        )}
      </List>
    </article>
  );
}

function Row({ change: one }: { readonly change: Schemas["Change"] }) {
  const findings = one.assessment?.findings.length ?? 0;
  return (
    <li class={one.assessment?.outcome === "not-satisfied" ? "bad" : undefined}>
      <div class="row-head">
        <State state={one.state} />
        <SubjectLink subject={one.subject} />
        {one.assessment !== undefined && <Outcome outcome={one.assessment.outcome} />}
        {one.assessment !== undefined && one.assessment.type !== "normal" && <Badge tone="warn">{one.assessment.type}</Badge>}
        <span class="push quiet">{one.openedAt !== undefined && <Time at={one.openedAt} />}</span>
      </div>
      <div class="quiet">
        {one.author !== undefined && (
          <>
            by <PersonLink person={one.author} />
          </>
        )}
        {one.tickets.map((ticket) => (
          <span key={ticket}>
            {" · "}
            <SubjectLink subject={ticket} />
          </span>
        ))}
        {one.deployments.length > 0 && ` · ${count(one.deployments.length, "deployment")}`}
        {findings > 0 && ` · ${count(findings, "finding")}`}
      </div>
    </li>
  );
}
