import { changeType, linksInForce } from "./change.ts";
import { viewDeployment } from "./deployment-view.ts";
import type { Summary } from "./evolve.ts";
import type { ListName } from "./list-names.ts";
import { earliest } from "./order.ts";
import { outcomeIn } from "./timeline/story.ts";

/**
 * The instant by which a summary stands in its type's list; undefined when it is in none. Late facts only ever move it to an earlier
 * one, so that a reader who pages from new to old may meet a summary twice but misses none.
 */
export function listedAt(summary: Summary): string | undefined {
  switch (summary.type) {
    case "ref":
    case "commit":
      return undefined;
    case "deployment":
    case "ticket":
    case "incident":
      return summary.firstAt ?? summary.derivedAt;
    case "change": {
      const type = changeType(summary.subject);
      const heard = summary.firstAt ?? summary.derivedAt;
      if (type === "pullRequest" || type === "record") return heard;
      if (summary.stub === undefined) return linksInForce(summary).length > 0 ? heard : undefined;
      return earliest(summary.firstAt, summary.stub);
    }
    default:
      return summary satisfies never;
  }
}

/** Where a summary stands in a sparse list. */
export interface SparsePlace {
  readonly list: Exclude<ListName, Summary["type"]>;
  readonly at: string;
}

/**
 * The one sparse list in which a summary stands. A change with open findings by when the oldest of them was said; one whose findings are all gone by when the last
 * went; a deployment that went wrong by its own place. What a change's chain says up to an entry decides, and a deployment that went wrong stays so.
 */
export function sparsePlace(summary: Summary): SparsePlace | undefined {
  if (summary.type === "change") {
    const { open = [], since, resolved, at = "" } = summary.judged ?? {};
    if (open.length > 0) return { list: "finding-open", at: (since ?? []).reduce(earliest, at) };
    const gone = (resolved ?? []).map(([, when]) => when).sort();
    return gone.length === 0 ? undefined : { list: "finding-resolved", at: gone.at(-1) ?? at };
  }
  if (summary.type !== "deployment") return undefined;
  const at = listedAt(summary);
  return at !== undefined && outcomeIn(viewDeployment(summary)) === "failed" ? { list: "deployment-failed", at } : undefined;
}
