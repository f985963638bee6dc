import type { Subject } from "@change-ledger/model";
import { beginChange, type ChangeSummary } from "./change.ts";
import { earliest } from "./order.ts";

/**
 * A change that stands on the link index alone: a push that no pull request claims, before any deployment carried it.
 * `state` is what is stored of the change, if anything; its chain's fold stays as it is.
 */
export function stubChange(subject: Subject, occurredAt: string, state?: ChangeSummary): ChangeSummary {
  const before = state ?? beginChange(subject);
  const stub = earliest(before.stub, occurredAt);
  return stub === before.stub ? before : { ...before, stub };
}

/** The change without its stub: a pull request claims the push after all. It stays listed while a link is in force. */
export function withoutStub(state: ChangeSummary): ChangeSummary {
  const { stub: _stub, ...rest } = state;
  return rest;
}
