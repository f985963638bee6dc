import type { Schemas } from "@change-ledger/api/client/client.ts";
import { Time } from "../../parts/time.tsx";
import { Badge, State } from "../../parts/tone.tsx";
import { CommitLink, SubjectLink, subjectName } from "../../parts/words.tsx";

type Timeline = Schemas["Timeline"];

const ROLES = { "last-good": "Last good", attempt: "Attempt", rollback: "Rollback", recovery: "Recovery" } as const;

/** From the last good deployment over every attempt and rollback to what ended it; incidents beside. */
export function Lineage({ of }: { readonly of: Timeline }) {
  return (
    <section class="card">
      <h2>Attempts and rollbacks</h2>
      {of.lineage.length === 0 ? (
        <p>Nothing went wrong, so nothing was attempted again.</p>
      ) : (
        <ol class="lineage">
          {of.lineage.map((attempt) => (
            <li key={attempt.deployment} class={attempt.deployment === of.deployment ? "here" : undefined}>
              <strong>{ROLES[attempt.role]}</strong>{" "}
              {attempt.deployment === of.deployment ? <span>this one</span> : <SubjectLink subject={attempt.deployment} />}{" "}
              <State state={attempt.state} />
              <div class="quiet">
                {attempt.startedAt !== undefined && <Time at={attempt.startedAt} />}
                {attempt.revision?.commit !== undefined && (
                  <>
                    {" "}
                    <CommitLink sha={attempt.revision.commit} repository={attempt.revision.repository} />
                  </>
                )}
                {attempt.undoes !== undefined && `, undoes ${subjectName(attempt.undoes)}`}
              </div>
            </li>
          ))}
        </ol>
      )}
      <h3>Incidents</h3>
      {of.incidents.length === 0 ? (
        <p class="quiet">None is on record for this time.</p>
      ) : (
        <ul>
          {of.incidents.map((incident) => (
            <li key={incident.incident}>
              <SubjectLink subject={incident.incident} />{" "}
              <Badge tone={incident.resolvedAt === undefined ? "bad" : "neutral"}>
                {incident.resolvedAt === undefined ? "Open" : "Resolved"}
              </Badge>{" "}
              <span class="quiet">
                {incident.tie === "named" ? "named by what it carries" : "open meanwhile; nothing names it"}
                {incident.service !== undefined && `, ${incident.service}`}
                {incident.openedAt !== undefined && (
                  <>
                    , since <Time at={incident.openedAt} />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
