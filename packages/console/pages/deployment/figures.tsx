import type { Schemas } from "@change-ledger/api/client/client.ts";
import { duration } from "../../parts/duration.ts";
import { Time } from "../../parts/time.tsx";
import { EntryLink } from "../../parts/words.tsx";

type Figure = Schemas["Figure"];
type Timeline = Schemas["Timeline"];

/** Durations, each beside its definition. */
export function Figures({ of: { figures } }: { readonly of: Timeline }) {
  return (
    <section aria-label="Figures">
      <h2>Figures</h2>
      <div class="figures small">
        {figures.map((figure) => (
          <FigureCard key={figure.name} figure={figure} />
        ))}
      </div>
    </section>
  );
}

function FigureCard({ figure: { title, seconds, definition, missing, from, to } }: { readonly figure: Figure }) {
  const moments = [from, to].flatMap((moment) => moment ?? []);
  return (
    <section class="figure">
      <h3 class="quiet">{title}</h3>
      <strong>{seconds === undefined ? "–" : duration(seconds)}</strong>
      {seconds === undefined && missing !== undefined && <span class="quiet">{missing}</span>}
      <p class="quiet definition">{definition}</p>
      {moments.length > 0 && (
        <details>
          <summary>From when to when</summary>
          {moments.map((moment) => (
            <p key={moment.at}>
              <Time at={moment.at} /> {moment.told !== undefined && <EntryLink entry={moment.told} />}
            </p>
          ))}
        </details>
      )}
    </section>
  );
}
