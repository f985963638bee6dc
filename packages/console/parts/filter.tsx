import { useEffect, useState } from "preact/hooks";
import { go, withQuery } from "../route.tsx";

/** A choice that stands in the page's address. */
export function Choice({
  name,
  label,
  value,
  options,
}: {
  readonly name: string;
  readonly label: string;
  readonly value: string | null;
  readonly options: readonly (readonly [value: string, words: string])[];
}) {
  return (
    <label class="filter">
      <span>{label}</span>
      <select value={value ?? ""} onChange={(event) => go(withQuery({ [name]: event.currentTarget.value }))}>
        {options.map(([option, words]) => (
          <option key={option} value={option}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A text that stands in the page's address once it is entered. */
export function TextFilter({
  name,
  label,
  value,
  placeholder,
}: {
  readonly name: string;
  readonly label: string;
  readonly value: string | null;
  readonly placeholder: string;
}) {
  const [typed, setTyped] = useState(value ?? "");
  useEffect(() => setTyped(value ?? ""), [value]);
  const apply = () => typed !== (value ?? "") && go(withQuery({ [name]: typed.trim() }));
  return (
    <label class="filter">
      <span>{label}</span>
      <input
        type="text"
        value={typed}
        placeholder={placeholder}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onBlur={apply}
        onKeyDown={(event) => event.key === "Enter" && apply()}
      />
    </label>
  );
}
