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
      {known && <Letters looked={looked} />}
      {known && looked.checkpointLateSince !== undefined && <WhatToDo about="The log is behind" runbook="checkpoint-late" />}
      {looked !== undefined && !known && <WhatToDo about="Nobody looks any more" runbook="checkpoint-late" />}
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
  const full = fullOf(looked);
  const [tone, words] = !known
    ? (["warn", "Not known any more"] as const)
    : full.length > 0
      ? (["bad", waitingWords(full)] as const)
      : (["good", "All empty"] as const);
  return (
    <>
      <Badge tone={tone}>{words}</Badge>{" "}
      <span class="quiet">
        {!known && (full.length === 0 ? "all were empty " : `${waitingWords(full)} `)}
        as of <Time at={looked.asOf} show="clock" />
      </span>
    </>
  );
}

/** Queue by queue what waits. */
function Letters({ looked }: { readonly looked: Looked }) {
  const full = fullOf(looked);
  if (full.length === 0) return null;
  return (
    <>
      <ul aria-label="What was given up on">
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
      <WhatToDo about="What was given up on" runbook="dlq" />
    </>
  );
}

function fullOf({ deadLetters }: Looked): Looked["deadLetters"] {
  return deadLetters.filter(({ waiting }) => waiting > 0);
}

function waitingWords(full: readonly { readonly waiting: number }[]): string {
  return count(
    full.reduce((sum, { waiting }) => sum + waiting, 0),
    "message",
  );
}

/** Runbooks lie beside the code, not on this page. */
function WhatToDo({ about, runbook }: { readonly about: string; readonly runbook: string }) {
  return (
    <p class="next">
      {about}: <code>docs/runbooks/{runbook}.md</code> says what to do.
    </p>
  );
}
