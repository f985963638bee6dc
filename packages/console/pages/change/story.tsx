import type { Schemas } from "@change-ledger/api/client/client.ts";
import { useMemo } from "preact/hooks";
import { useRead } from "../../data/resource.ts";
import { Rows } from "../../parts/rows.tsx";
import { Shown } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { count, EntryLink, type EntryReference, subjectName } from "../../parts/words.tsx";
import { entryWords } from "./entry-words.ts";

type Dossier = Schemas["Dossier"];

const ROW_PX = 48;
const SEEN = 12.5;

/** All chains of the dossier, told in one order: that of the senders' clocks. */
export function Story({ id, head }: { readonly id: string; readonly head: string }) {
  // The head stands in the address so that it is read again when the chain went on.
  const dossier = useRead("/v1/changes/{id}/dossier", { path: { id } }, { everyMs: 5_000 });
  return (
    <section aria-label="Story" data-head={head}>
      <h2>From ticket to production</h2>
      <Shown of={dossier} what="the story">
        {(of) => <Entries of={of} />}
      </Shown>
    </section>
  );
}

function Entries({ of }: { readonly of: Dossier }) {
  const told = useMemo(
    () =>
      of.chains
        .flatMap(({ entries }) => entries)
        .toSorted((a, b) =>
          a.entry.occurredAt < b.entry.occurredAt ? -1 : a.entry.occurredAt > b.entry.occurredAt ? 1 : a.entry.seq - b.entry.seq,
        ),
    [of],
  );
  const cut = of.chains.filter(({ next }) => next !== undefined).length;
  return (
    <>
      <Rows
        items={told}
        height={ROW_PX}
        // Half a row says that there is more.
        mostHeight={Math.min(told.length, SEEN) * ROW_PX}
        label="Entries of the dossier"
        row={({ hash, entry }) => <EntryRow entry={entry} hash={hash} />}
      />
      <p class="quiet">
        {count(told.length, "entry", "entries")} of {count(of.chains.length, "chain")}
        {told.length > SEEN && ": scroll for the rest"}.
      </p>
      {cut > 0 && <p class="quiet">{cut} of its chains are longer than shown here; their pages have the rest.</p>}
    </>
  );
}

export function EntryRow({ entry, hash }: { readonly entry: Schemas["Entry"]; readonly hash: string }) {
  const reference: EntryReference = { subject: entry.subject, seq: entry.seq, hash };
  const by = entry.actor?.login ?? entry.actor?.id;
  return (
    <div class="mark-row">
      <Time at={entry.occurredAt} />
      <span class="what">
        <strong>{subjectName(entry.subject)}</strong> {entryWords(entry)}
      </span>
      <span class="quiet">{by}</span>
      <EntryLink entry={reference} brief />
    </div>
  );
}
