import { Time } from "./time.tsx";

const INSTANT = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;

/** A sentence of the ledger's, which tells times in UTC: shown in the reader's zone, as all times are. */
export function Sentence({ text }: { readonly text: string }) {
  // Each second piece is what the expression took.
  return <>{text.split(INSTANT).map((piece, at) => (at % 2 === 1 ? <Time key={at} at={piece} /> : piece))}</>;
}
