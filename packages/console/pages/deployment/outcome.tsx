import type { Schemas } from "@change-ledger/api/client/client.ts";
import { Time } from "../../parts/time.tsx";
import { Badge, Outcome } from "../../parts/tone.tsx";
import { CommitLink, count, SubjectLink } from "../../parts/words.tsx";

type Approval = Schemas["Approval"];
type Timeline = Schemas["Timeline"];

/** What went wrong, in plain words, and the likely next step. */
export function WhatFailed({ of }: { readonly of: Timeline }) {
  const { failure, firstFailure, blastRadius } = of;
  if (failure === undefined && firstFailure === undefined)
    return (
      <section class="card">
        <h2>{OUTCOME_TITLES[of.outcome] ?? "So far"}</h2>
        <p>{OUTCOME_WORDS[of.outcome] ?? "Nothing has gone wrong so far."}</p>
        <BlastRadius of={of} />
      </section>
    );
  return (
    <section class="card bad">
      <h2>{failure?.title ?? "A target failed"}</h2>
      {failure !== undefined && <p>{failure.meaning}</p>}
      {firstFailure !== undefined && (
        <dl>
          {firstFailure.target !== undefined && (
            <>
              <dt>First target</dt>
              <dd>
                <code>{firstFailure.target}</code>
                {firstFailure.at !== undefined && (
                  <>
                    {" at "}
                    <Time at={firstFailure.at} show="clock" />
                  </>
                )}
              </dd>
            </>
          )}
          {firstFailure.event !== undefined && (
            <>
              <dt>Lifecycle event</dt>
              <dd>
                {firstFailure.event}
                {firstFailure.error !== undefined && ` (${firstFailure.error})`}
              </dd>
            </>
          )}
          {firstFailure.script !== undefined && (
            <>
              <dt>Script</dt>
              <dd>
                <code>{firstFailure.script}</code>
              </dd>
            </>
          )}
        </dl>
      )}
      {failure !== undefined && (
        <p class="next">
          <strong>Next:</strong> {failure.next}
        </p>
      )}
      {failure?.consequence !== undefined && (
        <p class="quiet">
          The deployment's own code is {failure.consequence.code}: {failure.consequence.meaning}
        </p>
      )}
      <BlastRadius of={of} />
      {blastRadius.failed === 0 && <p class="quiet">No failed target is on record.</p>}
    </section>
  );
}

const OUTCOME_TITLES: Readonly<Record<string, string>> = {
  good: "It succeeded",
  running: "It is under way",
  stopped: "It was stopped",
};
const OUTCOME_WORDS: Readonly<Record<string, string>> = {
  good: "Every target that it reached stands, as far as events tell.",
  running: "No target has failed so far.",
  stopped: "Somebody or something stopped it before its end.",
};

/** How far it reached: of a fleet's targets those touched and those failed. */
function BlastRadius({ of: { blastRadius: radius } }: { readonly of: Timeline }) {
  if (radius.total === 0) return null;
  const share = (part: number) => `${(part / radius.total) * 100}%`;
  return (
    <figure class="radius">
      <div class="radius-bar" role="img" aria-label={`${radius.failed} failed, ${radius.succeeded} succeeded of ${radius.total} targets`}>
        <span class="tone-bad" style={{ width: share(radius.failed) }} />
        <span class="tone-good" style={{ width: share(radius.succeeded) }} />
      </div>
      <figcaption>
        {count(radius.failed, "target")} failed, {radius.succeeded} succeeded, {radius.total - radius.touched} not reached, of{" "}
        <span title={radius.definitions["total"]}>{radius.total}</span>
        {radius.shareFailed !== undefined && radius.failed > 0 && ` (${Math.round(radius.shareFailed * 100)} % of the fleet)`}
        {!radius.counted && ", as far as events tell"}
      </figcaption>
    </figure>
  );
}

/** What runs now, and whether it was approved; what was put back. */
export function Running({ of }: { readonly of: Timeline }) {
  const { running, restored, previous, deployed, recovery } = of;
  return (
    <section class="card">
      <h2>What runs now</h2>
      {running === undefined ? (
        <p>No good deployment of this group is on record, so what runs is not known.</p>
      ) : (
        <>
          <Revision state={running} />
          {running.unsure && <p class="note">A later deployment may have left its own revision on some targets.</p>}
        </>
      )}
      {recovery !== undefined && (
        <p>
          Recovered by {RECOVERIES[recovery.by]}: <SubjectLink subject={recovery.deployment} />
        </p>
      )}
      <dl>
        <dt>Deployed here</dt>
        <dd>
          <Revision state={deployed} />
        </dd>
        <dt>Before it</dt>
        <dd>
          <Revision state={previous} />
        </dd>
        {restored !== undefined && (
          <>
            <dt>Put back</dt>
            <dd>
              <Revision state={restored} />
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

const RECOVERIES = { rollback: "a rollback", redeployment: "deploying the former revision again", "fix-forward": "a fix" } as const;

function Revision({ state }: { readonly state: Timeline["deployed"] }) {
  const { revision, deployment, approval } = state;
  return (
    <span class="revision">
      {revision?.commit === undefined ? (
        <span>{revision?.unresolved === undefined ? "a revision that names no commit" : `unresolved: ${revision.unresolved}`}</span>
      ) : (
        <CommitLink sha={revision.commit} repository={revision.repository} />
      )}
      {deployment !== undefined && (
        <>
          {" by "}
          <SubjectLink subject={deployment} />
        </>
      )}{" "}
      <Approved approval={approval} />
    </span>
  );
}

/** Four eyes and the final revision, by the assessment. */
export function Approved({ approval }: { readonly approval: Approval | undefined }) {
  if (approval === undefined) return <Badge tone="neutral">Not judged</Badge>;
  return (
    <span title={approval.because}>
      {approval.outcome === "satisfied" ? (
        <Badge tone="good">Approved</Badge>
      ) : approval.outcome === "not-satisfied" ? (
        <Badge tone="bad">Not approved</Badge>
      ) : (
        <Outcome outcome={approval.outcome} />
      )}
      {approval.change !== undefined && (
        <>
          {" "}
          <SubjectLink subject={approval.change} />
        </>
      )}
    </span>
  );
}
