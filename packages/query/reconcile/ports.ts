import type { Bus, ChainStore, Inbox, LookupWork, WorkQueue } from "@change-ledger/ledger";
import type { Subject } from "@change-ledger/model";
import type { InForce } from "@change-ledger/procedure";
import type { Settings } from "@change-ledger/sources";
import type { ModelStore } from "../ports.ts";

/** How far a comparison of one list has come. */
export interface Cursor {
  /** Everything before this instant was compared. */
  readonly from: string;
  /** When it was last looked at. */
  readonly ranAt: string;
  /** Windows in which something was missing: compared again by the next run, when what was found has entered. */
  readonly again: readonly Again[];
  /** What the comparison keeps of its own. */
  readonly kept?: string | undefined;
}

export interface Again extends Window {
  /** How many were missing. */
  readonly missing: number;
}

/** From `from` on, before `to`; RFC 3339, UTC, ms. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

/** Where comparisons have come to: mutable. One that is lost begins anew, and finds everything on record already. */
export interface Cursors {
  get(name: string): Promise<Cursor | undefined>;
  put(name: string, cursor: Cursor): Promise<void>;
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

export interface ListedDeployment {
  readonly id: string;
  /** RFC 3339, UTC, ms. */
  readonly createdAt: string;
  /** Whoever lists it will say no more of it. */
  readonly ended: boolean;
}

/** What CodeDeploy lists. Throws an error with a LookupCode. */
export interface DeploymentLists {
  /** Every application with each of its groups. */
  groups(at: Place): Promise<readonly { readonly application: string; readonly group: string }[]>;
  /** Deployments of a group that were created within the window. */
  deployments(at: Place, application: string, group: string, within: Window): Promise<readonly ListedDeployment[]>;
  /** Those of `ids` that CodeDeploy knows, wherever they belong. */
  known(at: Place, ids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** What ECS lists of a service's own rolling deployments. Throws an error with a LookupCode. */
export interface ServiceLists {
  /**
   * Deployments that were created within the window, and rollbacks that have a number of their own; undefined where there is no such service, or none that ECS rolls out.
   * `id`: the number of the service revision that it brings, as the events call the deployment (`ecs-svc/<id>`).
   */
  deployments(at: Place, cluster: string, service: string, within: Window): Promise<readonly ListedDeployment[] | undefined>;
}

/** A branch's update as its repository's own record has it. */
export interface Update {
  readonly before: string;
  readonly after: string;
  readonly at: string;
}
export interface ListedUpdate extends Update {
  readonly forced: boolean;
  readonly created: boolean;
  readonly deleted: boolean;
  readonly actor?: { readonly id: string; readonly login: string } | undefined;
}

/** A commit as GitHub's REST API has it, of which we read this. */
export interface HostCommit {
  readonly sha: string;
  readonly author?: { readonly login?: string | undefined } | null | undefined;
  readonly committer?: { readonly login?: string | undefined } | null | undefined;
  readonly commit: {
    readonly message: string;
    readonly author?: { readonly email?: string | null | undefined } | null | undefined;
    readonly committer?: { readonly email?: string | null | undefined } | null | undefined;
  };
}

/** A webhook of GitHub's: `app`, a repository's `<owner>/<name>/hooks/<id>`, or an organisation's `<owner>/hooks/<id>`. */
export type HookName = string;

/** What GitHub lists. Throws an error with a LookupCode. */
export interface GithubLists {
  /** `owner/name` of each repository that our credentials are for; of a token nobody can say. */
  repositories(): Promise<readonly string[]>;
  /** The default branch's name; undefined when there is no such repository (any more). */
  defaultBranch(repository: string): Promise<string | undefined>;
  /** Full names of refs that begin so: `refs/heads/release`. */
  refs(repository: string, prefix: string): Promise<readonly string[]>;
  /** The ref's own record of its updates since then, in order of time; undefined where the server keeps none. */
  updates(repository: string, ref: string, since: string): Promise<readonly ListedUpdate[] | undefined>;
  /** What the ref points at. */
  head(repository: string, ref: string): Promise<string | undefined>;
  /** Commits that `after` has and `before` has not, oldest first. `truncated`: there are more. */
  commits(
    repository: string,
    before: string,
    after: string,
  ): Promise<{ readonly commits: readonly HostCommit[]; readonly truncated: boolean }>;
  /** The webhooks that post to us: the App's own, those that the settings name, and those of these repositories and their owners whose URL is ours. */
  hooks(repositories: readonly string[]): Promise<readonly HookName[]>;
  /** Deliveries of a webhook since then that no attempt got through; `id` of the last attempt. */
  failedDeliveries(
    hook: HookName,
    since: string,
  ): Promise<{ readonly listed: number; readonly failed: readonly { readonly id: string; readonly guid: string }[] }>;
  /** Asks GitHub to send it again. */
  redeliver(hook: HookName, id: string): Promise<void>;
}

/** What the AWS Service Catalog lists. */
export interface CatalogueLists {
  /** Records of requests as ListRecordHistory gives them, from the newest back to `since`; and bodies for `service-catalog-lookup` deliveries. */
  records(
    at: Place,
    since: string,
  ): Promise<readonly { readonly id: string; readonly createdAt: string; readonly state: string | undefined; readonly body: Uint8Array }[]>;
}

/** Segments of raw payloads, as the archive holds them. */
export interface SegmentLists {
  /** Keys behind `after` in the order of their days, at most `limit`. @param day yyyymmdd */
  keys(day: string, after: string | undefined, limit: number): Promise<readonly string[]>;
  read(key: string): Promise<Uint8Array>;
}

/** A look-up that gave up: where its entry lies, and when that was recorded. */
export interface GaveUp {
  readonly subject: Subject;
  readonly seq: number;
  /** RFC 3339, UTC, ms. */
  readonly at: string;
}

export interface ReconcilePorts {
  readonly chains: Pick<ChainStore, "tail" | "read" | "markers">;
  readonly models: Pick<ModelStore, "get" | "places" | "scopes">;
  readonly bus: Bus;
  readonly inbox: Pick<Inbox, "put">;
  readonly cursors: Cursors;
  /** Describes deployments, as it does of those that events told of. */
  readonly lookup: WorkQueue<LookupWork>;
  readonly settings: Settings;
  /** The configuration in force: it names branches and services that are compared. */
  readonly inForce: () => Promise<InForce>;
  /** RFC 3339, UTC, ms. */
  readonly now: () => string;
  /** Milliseconds that this run may still take. */
  readonly remainingMs: () => number;
  /** Our account and region; absent: only those that the ledger knows deployments of. */
  readonly place?: Place | undefined;
  readonly codedeploy?: DeploymentLists | undefined;
  readonly ecs?: ServiceLists | undefined;
  readonly github?: GithubLists | undefined;
  readonly catalogue?: CatalogueLists | undefined;
  /** Look-ups that gave up since an instant, in no order. Absent: they are not asked again. */
  readonly gaveUp?: ((since: string) => Promise<readonly GaveUp[]>) | undefined;
  /** Told of each comparison that failed: the next run tries again. */
  readonly onFault: (comparison: string, error: unknown) => void;
}
