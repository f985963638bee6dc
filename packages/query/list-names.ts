import type { SubjectType } from "@change-ledger/model";

/** Lists of subjects, each a part by scope. The first four hold every subject of their type; the others are sparse: what is in order costs nothing there. */
export const LIST_NAMES = ["change", "deployment", "ticket", "incident", "finding-open", "finding-resolved", "deployment-failed"] as const;
export type ListName = (typeof LIST_NAMES)[number];

/** Of what type a subject in a list may be. Findings may also be of the configuration. */
export const LIST_TYPES: Readonly<Record<ListName, readonly SubjectType[]>> = {
  change: ["change"],
  deployment: ["deployment"],
  ticket: ["ticket"],
  incident: ["incident"],
  "finding-open": ["change", "config"],
  "finding-resolved": ["change", "config"],
  "deployment-failed": ["deployment"],
};
