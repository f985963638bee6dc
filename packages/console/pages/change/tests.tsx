import type { Assessment } from "@change-ledger/procedure";
import { useState } from "preact/hooks";
import { Sentence } from "../../parts/sentence.tsx";
import { Outcome } from "../../parts/tone.tsx";
import { RestsOn } from "./findings.tsx";

/** Every audit test, with the sentence an auditor reads and the entries it rests on; the controls that they satisfy or break. */
export function Tests({ of: { tests, controls } }: { readonly of: Assessment }) {
  const [all, setAll] = useState(false);
  const applicable = tests.filter(({ outcome }) => outcome !== "not-applicable");
  const shown = all ? tests : applicable;
  return (
    <section aria-label="Audit tests">
      <h2>Audit tests</h2>
      <div class="scroll">
        <table class="stacked">
          <thead>
            <tr>
              <th scope="col">Test</th>
              <th scope="col">Outcome</th>
              <th scope="col">Because</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((result) => (
              <tr key={result.test}>
                <th scope="row">{result.test}</th>
                <td>
                  <Outcome outcome={result.outcome} />
                </td>
                <td>
                  <Sentence text={result.because} />
                  {result.remedy !== undefined && result.outcome !== "satisfied" && (
                    <div class="next">
                      Do: <Sentence text={result.remedy} />
                    </div>
                  )}
                  <RestsOn entries={result.restsOn} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {tests.length > applicable.length && (
        <button type="button" onClick={() => setAll(!all)}>
          {all ? "Hide those that do not apply" : `Show ${tests.length - applicable.length} more that do not apply`}
        </button>
      )}
      <Controls controls={controls} />
    </section>
  );
}

interface Control {
  readonly framework?: string;
  readonly control?: string;
  readonly id?: string;
  readonly outcome?: string;
}

function Controls({ controls }: { readonly controls: readonly object[] }) {
  const known = controls as readonly Control[];
  const broken = known.filter(({ outcome }) => outcome === "not-satisfied");
  return (
    <details>
      <summary>
        Controls: {broken.length === 0 ? "none broken" : `${broken.length} broken`}, of {known.length}
      </summary>
      <ul class="controls">
        {known.map((one) => (
          <li key={`${one.framework}${one.control ?? one.id}`}>
            {one.framework} {one.control ?? one.id} {one.outcome !== undefined && <Outcome outcome={one.outcome} />}
          </li>
        ))}
      </ul>
    </details>
  );
}
