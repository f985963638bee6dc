import type { Subject } from "@change-ledger/model";
import { beginChange, type ChangeSummary } from "./change.ts";
import { earliest } from "./order.ts";

/**
 * A change that stands on the link index alone: a push that no pull request claims, before any deployment carried it.
 * `state` is what is stored of the change, if anything; its chain's fold stays as it is.
 */
export function stubChange(subject: Subject, occurredAt: string, state?: ChangeSummary): ChangeSummary {
  const before = state ?? beginChange(subject);
  if (before.claimed === true) return before;
  const stub = earliest(before.stub, occurredAt);
  return stub === before.stub ? before : { ...before, stub };
}

/**
 * The change once a pull request claims the push after all. A merged pull request stays merged, so this is for good: a `stubChange` that was under way
 * meanwhile (a crashed projector's request still on the wire) finds it and changes nothing. It stays listed while a link is in force.
 */
export function withoutStub(subject: Subject, state?: ChangeSummary): ChangeSummary {
  if (state?.claimed === true) return state;
  const { stub: _stub, ...rest } = state ?? beginChange(subject);
  return { ...rest, claimed: true };
}
