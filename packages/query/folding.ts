import { DERIVED_KINDS, NO_PREVIOUS, type SealedEntry, type Subject } from "@change-ledger/model";
import { earliest, lastOf } from "./order.ts";

/** What every summary holds: how far its chain is folded in. */
export interface Folding {
  readonly subject: Subject;
  /** Seq of the next entry to fold; also the number of entries folded. */
  readonly next: number;
  /** Hash of the last entry folded; 64 zeros before the first. */
  readonly head: string;
  /** The earliest instant that a sender told of the subject; absent before the first. */
  readonly firstAt?: string;
  /** The latest that a sender told. */
  readonly lastAt?: string;
  /** The earliest `occurredAt` of what the ledger derived by itself, whose clock is ours: never shown. */
  readonly derivedAt?: string;
}

/** The entries before this one were not folded yet: read the chain from `expected`. */
export interface Gap {
  readonly expected: number;
  readonly got: number;
}

/** The state after the entry, or why it cannot be folded. */
export type Folded<S> = { readonly state: S } | { readonly gap: Gap };

/** A summary before its chain's first entry. */
export function begin(subject: Subject): Folding {
  return { subject, next: 0, head: NO_PREVIOUS };
}

/** The value of `state` with what every fold keeps moved on by one entry. `openedAt` is an instant told within the entry. */
export function advance<S extends Folding>(state: S, sealed: SealedEntry, openedAt?: string): S {
  const { occurredAt, kind } = sealed.entry;
  const moved = { ...state, next: state.next + 1, head: sealed.hash };
  if (DERIVED_KINDS.has(kind)) return { ...moved, derivedAt: earliest(state.derivedAt, occurredAt) };
  const firstAt = earliest(state.firstAt, openedAt === undefined ? occurredAt : earliest(occurredAt, openedAt));
  return { ...moved, firstAt, lastAt: lastOf(state.lastAt, occurredAt) };
}

/** Folds `sealed` by `apply` when it is the next one; an entry folded before changes nothing, one further on is a gap. */
export function foldInto<S extends Folding>(state: S, sealed: SealedEntry, apply: (state: S, sealed: SealedEntry) => S): Folded<S> {
  const { seq } = sealed.entry;
  if (seq < state.next) return { state };
  if (seq > state.next) return { gap: { expected: state.next, got: seq } };
  return { state: apply(state, sealed) };
}
