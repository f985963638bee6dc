import type { PayloadReference, SourceFact } from "@change-ledger/model";
import { bodyOf, identityOf } from "./identity.ts";
import { UNMARKED_ENTRIES } from "./lane.ts";
import { partsOf } from "./parts.ts";
import type { ChainStore } from "./ports.ts";

/** Whether every entry of a fact is on record, under whatever delivery it came: as the append would find it, without appending. */
export async function isRecorded(
  store: Pick<ChainStore, "tail" | "markers">,
  fact: SourceFact,
  payload: Pick<PayloadReference, "sha256">,
): Promise<boolean> {
  const wanted = partsOf(fact).map(({ part }) => ({ subject: fact.subject, source: fact.source, payload, part }));
  const tail = await store.tail(fact.subject, UNMARKED_ENTRIES);
  const seen = new Set(tail.map(({ entry }) => identityOf(entry)));
  const unseen = wanted.filter((one) => !seen.has(identityOf(one)));
  if (unseen.length === 0) return true;
  // One marker stands for a signed body; another, for its repetition under another id.
  const keys = unseen.map((one) => ({
    identity: identityOf(one),
    body: bodyOf({ ...one, payload: { ...payload } as PayloadReference }),
    id: one.source.id,
  }));
  const marked = await store.markers(keys.flatMap(({ identity, body }) => (body === undefined ? [identity] : [identity, body])));
  return keys.every(({ identity, body, id }) => marked.has(identity) || (body !== undefined && marked.get(body) === id));
}
