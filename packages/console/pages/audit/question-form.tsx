import { useState } from "preact/hooks";
import type { PapersAsked } from "../../papers/messages.ts";

const FIRST = {
  nonce: "",
  method: "fixed25",
  confidence: "95",
  tolerable: "5",
  expected: "0",
  model: "binomial",
  strata: "",
  replacements: "5",
};
type Field = keyof typeof FIRST;

/** Period, nonce, method, strata and scope, as the command has them. */
export function QuestionForm({
  period,
  busy,
  onAsked,
}: {
  readonly period: PapersAsked["period"];
  readonly busy: boolean;
  readonly onAsked: (asked: PapersAsked) => void;
}) {
  const [texts, setTexts] = useState(FIRST);
  const [scope, setScope] = useState("");
  const set = (field: Field) => (event: { readonly currentTarget: { readonly value: string } }) =>
    setTexts({ ...texts, [field]: event.currentTarget.value });
  const number = (field: Field, label: string, min: number, max: number) => (
    <label class="filter">
      <span>{label}</span>
      <input type="number" required min={min} max={max} step="any" value={texts[field]} onInput={set(field)} />
    </label>
  );
  return (
    <form
      class="filters"
      aria-label="The package"
      onSubmit={(event) => {
        event.preventDefault();
        onAsked({ period, question: texts, scope });
      }}
    >
      <label class="filter">
        <span>Your nonce for the package</span>
        <input type="text" required maxLength={200} value={texts.nonce} onInput={set("nonce")} />
      </label>
      <label class="filter">
        <span>Method and size</span>
        <select value={texts.method} onChange={set("method")}>
          <option value="fixed25">25 items</option>
          <option value="fixed40">40 items</option>
          <option value="attribute">Attribute sampling</option>
        </select>
      </label>
      {texts.method === "attribute" && (
        <>
          {number("confidence", "Confidence, percent", 1, 99.9)}
          {number("tolerable", "Tolerable rate, percent", 0.1, 99)}
          {number("expected", "Expected deviations", 0, 100)}
          <label class="filter">
            <span>Model</span>
            <select value={texts.model} onChange={set("model")}>
              <option value="binomial">Binomial</option>
              <option value="hypergeometric">Hypergeometric</option>
            </select>
          </label>
        </>
      )}
      <label class="filter">
        <span>Strata</span>
        <select value={texts.strata} onChange={set("strata")}>
          <option value="">None</option>
          <option value="proportional">By type, proportional</option>
          <option value="each">By type, each</option>
        </select>
      </label>
      {number("replacements", "Replacements", 0, 100)}
      <label class="filter">
        <span>Only these (github/acme/*, …)</span>
        <input type="text" value={scope} onInput={(event) => setScope(event.currentTarget.value)} />
      </label>
      <button type="submit" disabled={busy}>
        Make the package
      </button>
    </form>
  );
}
