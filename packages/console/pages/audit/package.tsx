import { useState } from "preact/hooks";
import { usePapers } from "../../papers/making.ts";
import type { PapersAsked } from "../../papers/messages.ts";
import { useMay, useSession } from "../../session/session.tsx";
import { Made } from "./made.tsx";
import { QuestionForm } from "./question-form.tsx";

/** What `audit` says of its progress, for people. */
const STEPS: Readonly<Record<string, string>> = {
  program: "Loading the program",
  log: "Reading the log of the period",
  "certificate on record": "Putting the certificate on record, until the log has it",
  "sample on record": "Putting the sample on record, until the log has it",
  bundles: "Fetching the evidence",
  tests: "Doing the tests again",
};

/** Everything in one archive, made here, by the reader's own machine; or by the command. */
export function Package({ from, to }: { readonly from: string; readonly to: string }) {
  const { reader } = useSession();
  const mayReadEvidence = useMay("evidence:read");
  const { making, begin, cancel } = usePapers();
  const [asked, setAsked] = useState<PapersAsked>();
  const token = reader?.token;
  const command = `npx change-ledger audit --url ${location.origin} --token-file TOKEN-FILE --from ${from.slice(0, 10)} --to ${to.slice(0, 10)} --nonce YOUR-NONCE --out papers`;
  const running = making.state === "running";
  return (
    <section class="card" aria-label="Package">
      <h2>The working papers</h2>
      <p>
        Certificate, sample, each item's evidence, test sheets, results and exceptions, with an index to read and OSCAL for machines. This
        browser makes them, from the log itself and with your own token; first the certificate goes on record, then the sample.
      </p>
      {mayReadEvidence ? (
        <QuestionForm
          period={{ from, to }}
          busy={running}
          onAsked={(next) => {
            setAsked(next);
            if (token !== undefined) begin(next, token);
          }}
        />
      ) : (
        <p class="note">The evidence of the sample needs the scope evidence:read. Sign in as somebody who has it.</p>
      )}
      {running && (
        <div class="making">
          <p role="status">{STEPS[making.what] ?? making.what}…</p>
          <progress aria-label={STEPS[making.what] ?? making.what} {...(making.of > 0 && { value: making.done, max: making.of })} />
          <p class="quiet">{making.of > 1 && `${making.done.toLocaleString()} of ${making.of.toLocaleString()}. `}Keep this page open.</p>
          <button type="button" onClick={cancel}>
            Cancel
          </button>
        </div>
      )}
      {making.state === "cancelled" && (
        <p class="note" role="status">
          Cancelled. What is on record stays; the same again goes on with the same certificate and sample.
        </p>
      )}
      {making.state === "failed" && (
        <div class="note" role="alert">
          <p>No papers were made: {making.because}</p>
          {ADVICE[making.code] !== undefined && <p>{ADVICE[making.code]}</p>}
          {asked !== undefined && token !== undefined && (
            <button type="button" onClick={() => begin(asked, token, true)}>
              Begin anew, with another certificate
            </button>
          )}
        </div>
      )}
      {making.state === "made" && <Made {...making} />}
      <p class="quiet">
        A run that was cut off is made again by the same entries in the form: this browser remembers what it was begun with, so that
        certificate and sample are the same, and nothing goes on record twice.
      </p>
      <details>
        <summary>By command, for large periods, or without a program from this server</summary>
        <pre>{command}</pre>
      </details>
      <p>Whoever gets the papers verifies them offline, with a program that did not come from here:</p>
      <pre>npx change-ledger verify papers</pre>
    </section>
  );
}

const ADVICE: Readonly<Record<string, string>> = {
  refused:
    "The papers are made of the whole log: somebody who may read all of it makes them. For your repositories the API gives you the population, by their scope.",
  "too-large": "This period is too large for a browser: make the papers with the command below, which keeps them in a folder.",
  "gave-up": "Press “Make the package” again: it goes on with the same certificate and sample.",
};
