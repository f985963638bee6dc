/** HTML that may be shown as it is: made by `html` alone. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Shown = string | number | Html | readonly Html[];

/** A template whose literal parts are ours and whose values are escaped: text is a sender's unless it is `Html` already. */
export function html(literals: TemplateStringsArray, ...values: readonly Shown[]): Html {
  const parts = literals.map((literal, index) => (index === 0 ? literal : `${show(values[index - 1] ?? "")}${literal}`));
  return new Html(parts.join(""));
}

function show(value: Shown): string {
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("");
  return escapeText(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Safe in text and in quoted attributes. */
function escapeText(text: string): string {
  return showInvisible(text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? ""));
}

/**
 * What is invisible or reorders the text around it (control and format characters such as U+202E, lone surrogates) is shown as its number: a name must not be
 * able to make a line read as another one.
 */
export function showInvisible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Surrogate}\p{Zl}\p{Zp}]/gu,
    (char) => `[U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
  );
}
