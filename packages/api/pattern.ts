/** Whether a text matches `pattern`, of which `*` stands for any characters. Without backtracking: what is matched is an attacker's to choose. */
export function matcher(pattern: string): (text: string) => boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    const end = text.length - last.length;
    if (!text.startsWith(first) || end < first.length || !text.endsWith(last)) return false;
    let from = first.length;
    for (const part of rest) {
      const at = text.indexOf(part, from);
      if (at < 0) return false;
      from = at + part.length;
    }
    return from <= end;
  };
}

/** As `matcher`, piece by piece between `separator`s: `*` does not pass over one. A text may have more pieces behind those of the pattern if `below` says so. */
export function pathMatcher(pattern: string, separator: RegExp, below: boolean): (text: string) => boolean {
  const matchers = pattern.split(separator).map(matcher);
  return (text) => {
    const pieces = text.split(separator);
    return (
      (below ? pieces.length >= matchers.length : pieces.length === matchers.length) && matchers.every((one, at) => one(pieces[at] ?? ""))
    );
  };
}
