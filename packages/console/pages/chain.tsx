import { useRead } from "../data/resource.ts";
import { Rows } from "../parts/rows.tsx";
import { Shown } from "../parts/states.tsx";
import { Verbatim } from "../parts/text.tsx";
import { subjectName } from "../parts/words.tsx";
import { Link } from "../route.tsx";
import { Proof } from "./change/proof.tsx";
import { EntryRow } from "./change/story.tsx";
import { useTitle } from "./title.ts";

const ROW_PX = 48;
const AROUND = 100;

/** Any chain, entry by entry; the one that the address names in full. */
export function ChainPage({ subject, query }: { readonly subject: string; readonly query: URLSearchParams }) {
  const seq = Math.max(0, Number.parseInt(query.get("seq") ?? "0", 10) || 0);
  const from = Math.max(0, seq - AROUND / 2);
  const entries = useRead("/v1/chains/{subject}/entries", { path: { subject }, query: { from, limit: AROUND } }, { everyMs: 5_000 });
  useTitle(subjectName(subject));
  return (
    <article class="page">
      <header class="head">
        <h1>{subjectName(subject)}</h1>
        <p>
          <code>{subject}</code>
        </p>
        {subject.startsWith("ticket:") && (
          <p>
            <Link to={`/console/changes?ticket=${encodeURIComponent(subject.slice("ticket:".length))}`}>Changes that name this ticket</Link>
          </p>
        )}
      </header>
      <Shown of={entries} what="the chain">
        {({ entries: read, next }) => {
          const shown = read.find(({ entry }) => entry.seq === seq);
          const last = read.at(-1);
          return (
            <>
              <Rows
                items={read}
                height={ROW_PX}
                mostHeight={Math.min(read.length, 10) * ROW_PX}
                label="Entries"
                focusOn={seq - from}
                row={({ entry, hash }) => <EntryRow entry={entry} hash={hash} />}
              />
              {shown !== undefined && (
                <section aria-label={`Entry ${seq}`}>
                  <h2>Entry {seq}</h2>
                  <Verbatim label={`Entry ${seq}`} text={JSON.stringify(shown.entry, null, 2)} />
                  <p class="quiet">
                    hash <code>{shown.hash}</code>
                  </p>
                </section>
              )}
              {next === undefined && last !== undefined && (
                <Proof subject={subject} chain={{ length: last.entry.seq + 1, hash: last.hash }} key={last.hash} />
              )}
            </>
          );
        }}
      </Shown>
    </article>
  );
}
