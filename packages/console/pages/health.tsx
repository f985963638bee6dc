import type { Schemas } from "@change-ledger/api/client/client.ts";
import { duration } from "../parts/duration.ts";
import { Time } from "../parts/time.tsx";
import { Badge } from "../parts/tone.tsx";
import { count } from "../parts/words.tsx";

type Metrics = Schemas["Metrics"];
type Looked = NonNullable<Metrics["ledger"]["looked"]>;

/** It is looked at each minute: what is older than this nobody knows any more. */
const KNOWN_FOR_MS = 5 * 60_000;

/** How the ledger itself is: whether the log keeps up, how long events take, and what was given up on. */
export function Health({ of: { ledger, asOf } }: { readonly of: Metrics }) {
  const { checkpoint, covered, sampled, ingestLagSeconds, lastRecordedAt, looked } = ledger;
  const known = looked !== undefined && Date.parse(asOf) - Date.parse(looked.asOf) <= KNOWN_FOR_MS;
  return (
    <section class="card">
      <h2>The ledger itself</h2>
      <dl>
        <dt>Last checkpoint</dt>
        <dd>
          {checkpoint === undefined ? <Badge tone="bad">None</Badge> : `${checkpoint.size.toLocaleString()} entries`}
          {checkpoint?.sealedHour !== undefined && (
            <span class="quiet">, last sealed hour {checkpoint.sealedHour.replace("T", " ")}:00 UTC</span>
          )}
          {known && looked.checkpointLateSince !== undefined && (
            <>
              {" "}
              <Badge tone="bad">
                Late since <Time at={looked.checkpointLateSince} />
              </Badge>
              <WhatToDo runbook="checkpoint-late" />
            </>
          )}
        </dd>
        <dt>Under the log</dt>
        <dd>
          {covered} of the latest {sampled} chains {covered < sampled && <Badge tone="warn">Behind</Badge>}
        </dd>
        {ingestLagSeconds !== undefined && (
          <>
            <dt>From event to record</dt>
            <dd>
              {short(ingestLagSeconds.median)} (median), {short(ingestLagSeconds.most)} at most
            </dd>
          </>
        )}
        {lastRecordedAt !== undefined && (
          <>
            <dt>Last entry</dt>
            <dd>
              <Time at={lastRecordedAt} show="ago" />
            </dd>
          </>
        )}
        <dt>Dead-letter queues</dt>
        <dd>
          <DeadLetters looked={looked} known={known} />
        </dd>
      </dl>
    </section>
  );
}

function short(seconds: number): string {
  return seconds < 1 ? "under 1 s" : duration(seconds);
}

function DeadLetters({ looked, known }: { readonly looked: Looked | undefined; readonly known: boolean }) {
  if (looked === undefined)
    return (
      <>
        <Badge tone="warn">Not known</Badge> <span class="quiet">nobody has looked yet: it is done each minute</span>
      </>
    );
  const full = looked.deadLetters.filter(({ waiting }) => waiting > 0);
  const asOf = (
    <span class="quiet">
      as of <Time at={looked.asOf} show="clock" />
    </span>
  );
  if (!known)
    return (
      <>
        <Badge tone="warn">Not known any more</Badge> <span class="quiet">{full.length === 0 ? "all were empty" : waitingWords(full)}</span>{" "}
        {asOf}
        <WhatToDo runbook="checkpoint-late" />
      </>
    );
  if (full.length === 0)
    return (
      <>
        <Badge tone="good">All empty</Badge> {asOf}
      </>
    );
  return (
    <>
      <Badge tone="bad">{waitingWords(full)}</Badge> {asOf}
      <ul>
        {full.map(({ queue, waiting, since }) => (
          <li key={queue}>
            {queue}: {waiting.toLocaleString()}
            {since !== undefined && (
              <>
                , since <Time at={since} /> at least
              </>
            )}
          </li>
        ))}
      </ul>
      <WhatToDo runbook="dlq" />
    </>
  );
}

function waitingWords(full: readonly { readonly waiting: number }[]): string {
  return `${count(
    full.reduce((sum, { waiting }) => sum + waiting, 0),
    "message",
  )} given up on`;
}

/** Runbooks lie beside the code, not on this page. */
function WhatToDo({ runbook }: { readonly runbook: string }) {
  return (
    <p class="next">
      What to do: <code>docs/runbooks/{runbook}.md</code>
    </p>
  );
}
