import type { SubjectType } from "@change-ledger/model";

/** Lists of subjects, each a part by scope. The first four hold every subject of their type; the others are sparse: what is in order costs nothing there. */
export const LIST_NAMES = ["change", "deployment", "ticket", "incident", "finding-open", "finding-resolved", "deployment-failed"] as const;
export type ListName = (typeof LIST_NAMES)[number];

/** The lists of those that stand in `list`: what a subject's type has to be. */
export const LIST_TYPES = {
  change: "change",
  deployment: "deployment",
  ticket: "ticket",
  incident: "incident",
  "finding-open": "change",
  "finding-resolved": "change",
  "deployment-failed": "deployment",
} as const satisfies Record<ListName, SubjectType>;
