import type { BusEvent } from "./emitted.ts";
import { toSecond } from "./identifiers.ts";
import { ACCOUNT, REGION } from "./people.ts";

/** A commit of a repository, and the artefact that was built from it: where it lies. */
export interface BuiltGiven {
  readonly location: string;
  /** `owner/name` */
  readonly repository: string;
  readonly commit: string;
}

/** What a build puts on our bus (`event`), or what an image's labels and a version's tags say. @param id of the event, given by EventBridge */
export function artifactEvent(of: BuiltGiven, proof: "event" | "image-label" | "version-tag", atMs: number, id: string): BusEvent {
  const { location, repository, commit } = of;
  const words = { commit, repository };
  return {
    version: "0",
    id,
    source: "acme.ci",
    "detail-type": proof === "event" ? "artifact.built" : "artifact.described",
    account: ACCOUNT,
    region: REGION,
    time: toSecond(atMs),
    resources: [],
    detail: {
      version: 1,
      location,
      ...(proof === "event" ? words : proof === "image-label" ? { labels: words } : { tags: words }),
    },
  };
}
