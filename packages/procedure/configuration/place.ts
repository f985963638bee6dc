import { type Document, isCollection, isMap, isNode, isPair, isScalar, type LineCounter } from "yaml";

type Path = readonly (string | number)[];

/** Line and column (from 1) of the member that `path` names; of one that is not there, of what should hold it. */
export function placeOf(document: Document, lines: LineCounter, path: Path): { readonly line: number; readonly column: number } {
  let offset: number | undefined;
  for (let length = path.length; length > 0 && offset === undefined; length--) offset = offsetOf(document, path.slice(0, length));
  const { line, col } = lines.linePos(offset ?? document.contents?.range?.[0] ?? 0);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** Of a map's member the place of its key, of a list's item its own. */
function offsetOf(document: Document, path: Path): number | undefined {
  const last = path.at(-1);
  const holder = document.getIn(path.slice(0, -1), true);
  if (isMap(holder)) {
    const pair = holder.items.find((item) => isPair(item) && String(isScalar(item.key) ? item.key.value : item.key) === String(last));
    return pair !== undefined && isNode(pair.key) ? pair.key.range?.[0] : undefined;
  }
  const node = isCollection(holder) ? holder.get(last, true) : undefined;
  return isNode(node) ? node.range?.[0] : undefined;
}
