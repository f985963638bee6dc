import type { Assessment } from "@change-ledger/procedure";
import { Sentence } from "../../parts/sentence.tsx";
import { Time } from "../../parts/time.tsx";
import { Badge } from "../../parts/tone.tsx";
import { EntryLink } from "../../parts/words.tsx";

/** What is not as it has to be, why, and what to do; what is still to come, and by when. */
export function Findings({ of: { findings, obligations } }: { readonly of: Assessment }) {
  if (findings.length === 0 && obligations.length === 0)
    return (
      <section class="card good">
        <h2>No findings</h2>
        <p>Nothing that the procedure requires is known to be broken.</p>
      </section>
    );
  return (
    <section aria-label="Findings">
      <h2>Findings and what to do</h2>
      <ul class="findings">
        {findings.map((finding) => (
          <li key={finding.id} class="card bad">
            <p>
              <Badge tone={finding.waiver === undefined ? "bad" : "warn"}>{finding.test}</Badge> <Sentence text={finding.because} />
            </p>
            {finding.remedy !== "" && (
              <p class="next">
                <strong>Do:</strong> <Sentence text={finding.remedy} />
              </p>
            )}
            {finding.waiver !== undefined && <p class="quiet">Permitted by the waiver {finding.waiver}; the finding stays.</p>}
            <RestsOn entries={finding.restsOn} />
          </li>
        ))}
        {obligations.map((one) => (
          <li key={one.id} class="card">
            <p>
              <Badge tone="running">{one.test}</Badge> <Sentence text={one.because} />
            </p>
            <p class="next">
              Due <Time at={one.dueAt} /> (<Time at={one.dueAt} show="ago" />)
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The entries that a verdict rests on. */
export function RestsOn({ entries }: { readonly entries: Assessment["findings"][number]["restsOn"] }) {
  if (entries.length === 0) return null;
  return (
    <details class="rests">
      <summary>Rests on {entries.length === 1 ? "one entry" : `${entries.length} entries`}</summary>
      <ul>
        {entries.map((entry) => (
          <li key={entry.hash}>
            <EntryLink entry={entry} />
          </li>
        ))}
      </ul>
    </details>
  );
}
