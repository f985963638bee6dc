import { type Document, isCollection, isMap, isNode, isPair, isScalar, type LineCounter } from "yaml";

type Path = readonly (string | number)[];

/** Line and column (from 1) of the member that `path` names; of one that is not there, of what should hold it. */
export function placeOf(document: Document, lines: LineCounter, path: Path): { readonly line: number; readonly column: number } {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsetOf(document, path.slice(0, length));
    if (offset === undefined) continue;
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
  return { line: 1, column: 1 };
}

/** Of a map's member the place of its key, of a list's item its own. */
function offsetOf(document: Document, path: Path): number | undefined {
  const last = path.at(-1);
  const holder = path.length === 0 ? undefined : path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (isMap(holder)) {
    const pair = holder.items.find((item) => isPair(item) && String(isScalar(item.key) ? item.key.value : item.key) === String(last));
    return pair !== undefined && isNode(pair.key) ? pair.key.range?.[0] : undefined;
  }
  const node = path.length === 0 ? document.contents : isCollection(holder) ? holder.get(last, true) : undefined;
  return isNode(node) ? node.range?.[0] : undefined;
}
