import type { ComponentChildren } from "preact";

/** How something stands; never told by colour alone. */
export type Tone = "good" | "bad" | "warn" | "running" | "neutral";

const SHAPES: Readonly<Record<Tone, string>> = {
  good: "M3 8.5l3.2 3.2L13 5",
  bad: "M4 4l8 8M12 4l-8 8",
  warn: "M8 3.5v6M8 12.2v.3",
  running: "M8 2.5a5.5 5.5 0 1 1-5.5 5.5",
  neutral: "M3.5 8h9",
};

export function ToneMark({ tone }: { readonly tone: Tone }) {
  return (
    <svg class={`mark tone-${tone}`} viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <path d={SHAPES[tone]} fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}

/** A few words about how something stands, with their mark. */
export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return (
    <span class={`badge tone-${tone}`}>
      <ToneMark tone={tone} />
      {children}
    </span>
  );
}

const OUTCOME_TONES: Readonly<Record<string, Tone>> = {
  satisfied: "good",
  "not-satisfied": "bad",
  pending: "running",
  "not-assessable": "warn",
  "not-applicable": "neutral",
};
export const OUTCOME_WORDS: Readonly<Record<string, string>> = {
  satisfied: "Satisfied",
  "not-satisfied": "Not satisfied",
  pending: "Pending",
  "not-assessable": "Not assessable",
  "not-applicable": "Not applicable",
};

export function outcomeTone(outcome: string): Tone {
  return OUTCOME_TONES[outcome] ?? "neutral";
}

export function Outcome({ outcome }: { readonly outcome: string }) {
  return <Badge tone={outcomeTone(outcome)}>{OUTCOME_WORDS[outcome] ?? outcome}</Badge>;
}

const STATE_TONES: Readonly<Record<string, Tone>> = {
  Succeeded: "good",
  Failed: "bad",
  Stopped: "bad",
  InProgress: "running",
  Created: "running",
  Queued: "running",
  Baking: "running",
  Ready: "running",
  Pending: "running",
  Skipped: "neutral",
  Unknown: "neutral",
  deployed: "good",
  merged: "neutral",
  open: "running",
  deploying: "running",
  failed: "bad",
  rolledBack: "warn",
  withdrawn: "neutral",
};
const STATE_WORDS: Readonly<Record<string, string>> = { InProgress: "In progress", rolledBack: "Rolled back" };

/** The state of a deployment, a target or a change, in the words of whoever told it. */
export function State({ state }: { readonly state: string | undefined }) {
  const word = state ?? "Unknown";
  return <Badge tone={STATE_TONES[word] ?? "neutral"}>{STATE_WORDS[word] ?? word[0]?.toUpperCase() + word.slice(1)}</Badge>;
}
