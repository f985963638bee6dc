import type { Schemas } from "@change-ledger/api/client/client.ts";
import { useState } from "preact/hooks";
import { Rows } from "../../parts/rows.tsx";
import { Badge } from "../../parts/tone.tsx";
import { count, PersonLink, personName, SubjectLink } from "../../parts/words.tsx";
import { Approved } from "./outcome.tsx";

type Timeline = Schemas["Timeline"];

const ROW_PX = 60;
/** Where a line breaks in two. */
const NARROW = matchMedia("(max-width: 40rem)");
const NARROW_ROW_PX = 124;

type CarriedChange = Timeline["carries"][number];

/** The changes in it: who wrote them, who approved them, and what is new since the last good deployment. */
export function Carried({ of }: { readonly of: Timeline }) {
  const { carries, difference } = of;
  const [onlyFresh, setOnlyFresh] = useState(false);
  const rowPx = NARROW.matches ? NARROW_ROW_PX : ROW_PX;
  const shown = onlyFresh ? carries.filter(({ retried }) => !retried) : carries;
  return (
    <section class="card wide">
      <h2>What was in it: {count(carries.length, "change")}</h2>
      <p class="quiet">
        {SINCE[difference.by]}
        {difference.since !== undefined && (
          <>
            {" "}
            <SubjectLink subject={difference.since} />
          </>
        )}
        {difference.sameRevision && ": the same revision again"}
        {difference.config !== undefined && `; deployment configuration ${difference.config.from ?? "?"} → ${difference.config.to ?? "?"}`}
        {difference.targets !== undefined &&
          difference.targets.added.length > 0 &&
          `; ${count(difference.targets.added.length, "target")} new`}
        {difference.targets !== undefined &&
          difference.targets.gone.length > 0 &&
          `; ${count(difference.targets.gone.length, "target")} gone`}
      </p>
      {difference.changes.retried > 0 && (
        <label>
          <input type="checkbox" checked={onlyFresh} onChange={(event) => setOnlyFresh(event.currentTarget.checked)} /> only those that no
          failed attempt carried before ({difference.changes.fresh})
        </label>
      )}
      {carries.length === 0 ? (
        <p>{of.rollback ? "A rollback carries nothing: it restores a revision." : "No recorded change."}</p>
      ) : (
        <Rows
          items={shown}
          height={rowPx}
          mostHeight={rowPx * Math.min(7, shown.length)}
          label="Changes carried"
          row={(change) => <Row change={change} />}
        />
      )}
    </section>
  );
}

const SINCE = {
  "previous-revision": "Since the revision before it, by CodeDeploy's own word:",
  "last-good-deployment": "Since the last good deployment of the group:",
  nothing: "No earlier deployment of the group is on record: everything since the record began.",
} as const;

function Row({ change }: { readonly change: CarriedChange }) {
  return (
    <div class="carried">
      <div>
        <SubjectLink subject={change.change} />{" "}
        <Approved approval={change.approval === undefined ? undefined : withoutChange(change.approval)} />
        {change.retried && <Badge tone="warn">Again</Badge>}
      </div>
      <div class="quiet">
        by <PersonLink person={change.author} />
        {change.approvedBy.length > 0 ? `, approved by ${change.approvedBy.map(personName).join(", ")}` : ", approved by nobody"}
        {change.tickets.map((ticket) => (
          <span key={ticket}>
            , <SubjectLink subject={ticket} />
          </span>
        ))}
      </div>
    </div>
  );
}

function withoutChange({ outcome, because }: NonNullable<CarriedChange["approval"]>) {
  return { outcome, because };
}
