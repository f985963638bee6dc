import type { SealedEntry, Subject } from "@change-ledger/model";
import { advance, begin, type Folded, type Folding, foldInto } from "./folding.ts";
import { lastOf, latest, type Stamp, stampOf, told } from "./order.ts";

/** The folded state of a ref's chain. */
export interface RefSummary extends Folding {
  readonly type: "ref";
  /** What the ref pointed at after the latest push, by the sender's clock. */
  readonly tip?: Stamp & { readonly before: string; readonly after: string; readonly deleted?: boolean };
  /** The ref is its repository's default branch, as the latest push says. */
  readonly default?: Stamp & { readonly value: boolean };
  /** The latest push that rewrote history. */
  readonly forcedAt?: string;
}

export function beginRef(subject: Subject): RefSummary {
  return { ...begin(subject), type: "ref" };
}

/** Folds one entry of a ref's chain. */
export function evolveRef(state: RefSummary | undefined, sealed: SealedEntry): Folded<RefSummary> {
  return foldInto(state ?? beginRef(sealed.entry.subject), sealed, apply);
}

function apply(before: RefSummary, sealed: SealedEntry): RefSummary {
  const { entry } = sealed;
  const state = advance(before, sealed);
  if (entry.kind !== "push") return state;
  const { before: from, after, deleted, default: isDefault, forced } = entry.facts;
  const stamp = stampOf(entry);
  return {
    ...state,
    tip: latest(state.tip, told({ ...stamp, before: from, after, deleted: deleted || undefined })),
    ...(isDefault !== undefined && { default: latest(state.default, { ...stamp, value: isDefault }) }),
    ...(forced === true && { forcedAt: lastOf(state.forcedAt, entry.occurredAt) }),
  };
}
