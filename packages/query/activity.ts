import type { Summary } from "./evolve.ts";
import type { IsPerson } from "./filter.ts";
import { compareText, told } from "./order.ts";

export const ACTIVITY_ROLES = ["author", "reviewer", "merger", "creator", "principal", "reporter", "assignee"] as const;

/** Something that a person did, or stands for. */
export interface Activity {
  readonly as: (typeof ACTIVITY_ROLES)[number];
  readonly at?: string;
  /** Of a reviewer: the verdict, and of which commit. */
  readonly verdict?: string;
  readonly commit?: string;
}

/** What `is` did on a subject, as its summary tells it, in order of time. */
export function activityOf(summary: Summary, is: IsPerson): Activity[] {
  const found: Activity[] = [];
  const add = (one: Partial<{ [K in keyof Activity]: Activity[K] | undefined }> & Pick<Activity, "as">) =>
    found.push(told(one) as Activity);
  switch (summary.type) {
    case "change": {
      const { pull, reviews = [], firstAt: at } = summary;
      if (is("github", pull?.author)) add({ as: "author", at, commit: pull?.head });
      for (const [, { by, said }] of reviews)
        if (is("github", by)) add({ as: "reviewer", at: said.at, verdict: said.state, commit: said.commit });
      if (is("github", pull?.mergedBy)) add({ as: "merger", at: pull?.mergedAt, commit: pull?.mergeSha });
      break;
    }
    case "deployment": {
      const { host, principal, lookup, startedAt: at } = summary;
      if (is("github", host?.creator)) add({ as: "creator", at, commit: host?.commit });
      if (lookup?.creator !== undefined && is("aws", { login: lookup.creator })) add({ as: "creator", at });
      if (principal !== undefined && is("aws", { login: principal.name })) add({ as: "principal", at: principal.at });
      break;
    }
    case "ticket":
      for (const [name, { value, at }] of summary.people ?? [])
        if (is(summary.subject.split(/[:/]/)[1] ?? "", value ?? undefined)) add({ as: name === "reporter" ? "reporter" : "assignee", at });
      break;
    default:
  }
  return found.sort((a, b) => compareText(a.at ?? "", b.at ?? "") || compareText(a.as, b.as));
}
