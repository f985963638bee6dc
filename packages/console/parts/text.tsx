/** Text as it is; what is longer than its box scrolls, by the keyboard too. */
export function Verbatim({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is filled in
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <pre role="group" tabIndex={0} aria-label={label}>
      {text}
    </pre>
  );
}
