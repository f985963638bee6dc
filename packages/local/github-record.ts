import type { RecordedDelivery } from "./deliveries.ts";

type Webhook = Extract<RecordedDelivery, { readonly channel: "webhook" }>;
type Members = Readonly<Record<string, unknown>>;

interface PushBody {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly forced?: boolean;
  readonly commits?: readonly { readonly id: string; readonly message?: string; readonly author?: Signed; readonly committer?: Signed }[];
  readonly repository: { readonly full_name: string; readonly default_branch?: string; readonly pushed_at?: number | string };
  readonly sender?: { readonly id: number; readonly login: string };
  /** Of the delivery; a recorded payload may tell that of an earlier push. */
  readonly at?: string | undefined;
}
interface Signed {
  readonly username?: string;
  readonly email?: string;
}

interface Repository {
  defaultBranch: string;
  readonly pushes: PushBody[];
  readonly pulls: Map<number, Members>;
  readonly reviews: Map<number, Map<number, Members>>;
  readonly issues: Map<number, Members>;
}

/** What GitHub would know, had it sent these deliveries: the other side of a deliveries file. */
export class GithubRecord {
  readonly #repositories = new Map<string, Repository>();

  constructor(deliveries: readonly RecordedDelivery[]) {
    const sent = deliveries.filter((one): one is Webhook => one.channel === "webhook" && one.source === "github");
    for (const { headers, body, at } of sent) this.#take(headers["x-github-event"] ?? "", JSON.parse(body) as Members, at);
  }

  names(): string[] {
    return [...this.#repositories.keys()];
  }

  repository(name: string): Repository | undefined {
    return this.#repositories.get(name);
  }

  #take(event: string, body: Members, at: string | undefined): void {
    const name = (body["repository"] as { full_name?: string } | undefined)?.full_name;
    if (name === undefined) return;
    const known: Repository = this.#repositories.get(name) ?? {
      defaultBranch: "main",
      pushes: [],
      pulls: new Map(),
      reviews: new Map(),
      issues: new Map(),
    };
    this.#repositories.set(name, known);
    if (event === "push") {
      const push = { ...(body as unknown as PushBody), at };
      known.pushes.push(push);
      known.defaultBranch = push.repository.default_branch ?? known.defaultBranch;
    } else if (event === "pull_request" || event === "pull_request_review") {
      const pull = body["pull_request"] as Members & { readonly number: number };
      // A review's own copy of the pull request says less of it.
      if (event === "pull_request") known.pulls.set(pull.number, pull);
      else {
        const review = body["review"] as Members & { readonly id: number };
        known.reviews.set(pull.number, (known.reviews.get(pull.number) ?? new Map()).set(review.id, review));
      }
    } else if (event === "issues") {
      const issue = body["issue"] as Members & { readonly number: number };
      known.issues.set(issue.number, issue);
    }
  }
}

/** A repository's activity, newest first, as GitHub's API lists it. */
export function activityOf({ pushes }: Repository, ref: string | undefined): Members[] {
  return pushes
    .filter((push) => ref === undefined || push.ref === ref)
    .map(({ ref: of, before, after, forced, repository, sender, at }, id) => ({
      id,
      ref: of,
      before,
      after,
      timestamp: timeOf(at ?? repository.pushed_at),
      activity_type: forced === true ? "force_push" : "push",
      actor: sender ?? null,
    }))
    .sort((a, b) => (a.timestamp < b.timestamp ? 1 : -1));
}

/** Commits from after one to another, oldest first: those of the pushes that lie between. */
export function comparison({ pushes }: Repository, before: string, after: string): Members[] | undefined {
  const found: Members[] = [];
  for (let at: string = after; at !== before; ) {
    const push = pushes.find((one) => one.after === at);
    if (push === undefined) return undefined;
    found.unshift(...(push.commits ?? []).map(hostCommit));
    at = push.before;
  }
  return found;
}

/** Commits of a pull request, oldest first: those of the pushes to its branch, but for what a forced one replaced. */
export function branchCommits({ pulls, pushes }: Repository, number: number): Members[] {
  const head = pulls.get(number)?.["head"] as { readonly ref?: string } | undefined;
  const found: Members[] = [];
  for (const push of pushes.filter(({ ref, after }) => ref === `refs/heads/${head?.ref}` && !NOTHING.test(after))) {
    if (push.forced === true) found.pop();
    found.push(...(push.commits ?? []).map(hostCommit));
  }
  return found;
}
const NOTHING = /^0+$/;

/** How the rules judged the pushes to a repository, the latest first. @param bypassed commits that were pushed past them */
export function ruleSuitesOf(of: Repository, ref: string | undefined, bypassed: readonly string[]): Members[] {
  return activityOf(of, ref).map(({ id, before, after, actor, timestamp, ref: on }) => {
    const by = actor as { readonly id: number; readonly login: string } | null;
    const result = bypassed.includes(String(after)) ? "bypass" : "pass";
    const pushed = { actor_id: by?.id, actor_name: by?.login, before_sha: before, after_sha: after, ref: on, pushed_at: timestamp };
    return { id: Number(id) + 1, result, evaluation_result: result, ...pushed };
  });
}

function hostCommit({ id, message, author, committer }: NonNullable<PushBody["commits"]>[number]): Members {
  const account = (by: Signed | undefined) => (by?.username === undefined ? null : { login: by.username });
  const commit = { message: message ?? "", author: { email: author?.email }, committer: { email: committer?.email } };
  return { sha: id, author: account(author), committer: account(committer), commit, parents: [] };
}

function timeOf(at: number | string | undefined): string {
  return new Date(typeof at === "number" ? at * 1000 : (at ?? 0)).toISOString().replace(".000Z", "Z");
}
