import type { Assessment } from "@change-ledger/procedure";
import { Sentence } from "../../parts/sentence.tsx";
import { OUTCOME_WORDS, Outcome, outcomeTone, ToneMark } from "../../parts/tone.tsx";
import { RestsOn } from "./findings.tsx";

/** The procedure's steps, in their order: how each stands, and why. */
export function Steps({ of: { steps, procedure, type, configuration } }: { readonly of: Assessment }) {
  return (
    <section aria-label="Steps">
      <h2>
        {procedure.id}, version {procedure.version}
      </h2>
      <p class="quiet">
        A {type.judgedAs} change. <Sentence text={type.because} /> Judged by the configuration{" "}
        <code title={configuration}>{configuration.slice(0, 10)}</code>.
      </p>
      <ol class="steps">
        {steps.map((step) => (
          <li key={step.number} class={`step tone-${outcomeTone(step.outcome)}`}>
            <details>
              <summary>
                <ToneMark tone={outcomeTone(step.outcome)} />
                <span>
                  {step.number}. {step.title}
                </span>
                <span class="push">{OUTCOME_WORDS[step.outcome]}</span>
              </summary>
              {step.requirements.map((requirement) => (
                <div class="requirement" key={`${requirement.block}${requirement.code}${requirement.because}`}>
                  <p>
                    <Outcome outcome={requirement.outcome} /> <Sentence text={requirement.because} />
                  </p>
                  {requirement.remedy !== undefined && requirement.outcome !== "satisfied" && (
                    <p class="next">
                      <strong>Do:</strong> <Sentence text={requirement.remedy} />
                    </p>
                  )}
                  <RestsOn entries={requirement.restsOn} />
                </div>
              ))}
            </details>
          </li>
        ))}
      </ol>
    </section>
  );
}
