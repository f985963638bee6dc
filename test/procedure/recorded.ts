import type { Actor, Entry, FactKind, FactsOf, Subject } from "@change-ledger/model";
import type { Of } from "../../packages/procedure/dossier/recorded.ts";

/** What an entry says besides its fact; whatever is left out is the same for all. */
interface Else {
  /** Minutes after the beginning, by the sender's clock. */
  readonly at?: number;
  /** The sender's id of the event. */
  readonly id?: string;
  readonly seq?: number;
  /** Minutes after the beginning. */
  readonly recordedAt?: number;
  readonly part?: { readonly index: number; readonly of: number };
  readonly actor?: Actor;
  readonly system?: string;
  readonly hash?: string;
}

/** The instant that many minutes after the beginning of what these tests tell. */
export function minute(minutes: number): string {
  return new Date(Date.parse("2026-11-02T08:00:00.000Z") + minutes * 60_000).toISOString();
}

/** An entry as judging takes it: not on any chain, its hash made of its place. */
export function recorded<K extends FactKind>(subject: Subject, kind: K, facts: FactsOf<K>, more: Else = {}): Of<K> {
  const { at = 0, id = "e", seq = 0, recordedAt = at, part, actor, system = "github" } = more;
  const entry = {
    v: 1,
    subject,
    seq,
    prev: "0".repeat(64),
    occurredAt: minute(at),
    recordedAt: minute(recordedAt),
    source: { system, event: kind, id, auth: "bus", norm: 1 },
    ...(actor && { actor }),
    ...(part && { part }),
    kind,
    facts,
  } as unknown as Entry;
  return { entry, hash: more.hash ?? `${subject} ${seq}` } as Of<K>;
}

/** A commit's name: 40 of that digit. */
export function sha(digit: string): string {
  return digit.repeat(40);
}
