import type { IncomingMessage } from "node:http";
import type { RecordedDelivery } from "./deliveries.ts";
import { activityOf, branchCommits, comparison, GithubRecord, ruleSuitesOf } from "./github-record.ts";
import { type Answer, type Listener, listen, readBody, send } from "./http.ts";

/** A delivery that did not arrive. */
type Lost = Extract<RecordedDelivery, { readonly channel: "webhook" }>;

export interface GithubStubOptions {
  /** All that GitHub sent, or would have. */
  readonly deliveries: readonly RecordedDelivery[];
  /** Of these the deliveries that failed; GitHub's list of deliveries holds them. */
  readonly lost: readonly Lost[];
  /** When GitHub tried to deliver them: it does not try again what is older than three days. RFC 3339. */
  readonly triedAt: string;
  /** The webhook that they failed on: of a repository (`owner/name`) or an organisation, with its URL. Absent: the App's own. */
  readonly hook?: { readonly owner: string; readonly url: string } | undefined;
  /** What look-ups are told beside it: files of pull requests by `<owner>/<name>/<number>`, and commits that were pushed past the rules. Absent: no look-up finds anything. */
  readonly answers?: { readonly files: Readonly<Record<string, readonly string[]>>; readonly bypassed: readonly string[] } | undefined;
  /** POSTs one again; answers the status. */
  readonly redeliver: (delivery: Lost) => Promise<number>;
}

export interface GithubStub extends Listener {
  /** Redeliveries asked for, by delivery id. */
  readonly redelivered: string[];
}

const DAYS_KEPT_MS = 3 * 86_400_000;
const BODY_MAX_BYTES = 64 * 1024;
/** The id of the one webhook. */
const HOOK = 7;

/** A stand-in for GitHub's REST API, as much as reconcilers and backfills ask of it, on loopback. It takes any credentials. */
export async function startGithubStub({ deliveries, lost, triedAt, hook, answers, redeliver }: GithubStubOptions): Promise<GithubStub> {
  const record = new GithubRecord(deliveries);
  const redelivered: string[] = [];
  const statuses = new Map<number, number>();

  const attempts = () =>
    lost.flatMap(({ headers }, at) => {
      const attempt = {
        id: at + 1,
        guid: headers["x-github-delivery"],
        delivered_at: triedAt,
        status_code: 502,
        event: headers["x-github-event"],
      };
      const status = statuses.get(at + 1);
      return status === undefined ? [attempt] : [{ ...attempt, id: 1_000_000 + at, redelivery: true, status_code: status }, attempt];
    });

  /** `/hooks`, `/hooks/<id>/deliveries` and what is asked for of one, behind a repository or an organisation; and the App's own. */
  async function ofHook(method: string, owner: string | undefined, rest: readonly string[]): Promise<unknown> {
    const ours = hook?.owner === owner;
    if (rest.length === 0) return ours ? [{ id: HOOK, active: true, config: { url: hook?.url } }] : [];
    const [, what, id] = rest;
    if (!ours || what !== "deliveries") return undefined;
    return method === "GET" ? attempts() : await again(Number(id));
  }

  async function again(id: number): Promise<unknown> {
    const delivery = lost[id - 1];
    if (delivery === undefined || Date.now() - Date.parse(triedAt) > DAYS_KEPT_MS) return undefined;
    redelivered.push(String(id));
    statuses.set(id, await redeliver(delivery));
    return {};
  }

  async function answer(method: string, url: URL): Promise<unknown> {
    const query = url.searchParams;
    const path = url.pathname.split("/").slice(1).map(decodeURIComponent);
    const [first, owner, name, what, ...rest] = path;
    if (method === "POST" && path[1] === "installations") return { token: "stub", expires_at: "2099-01-01T00:00:00Z", permissions: {} };
    if (first === "installation") return { repositories: record.names().map((full_name) => ({ full_name })) };
    if (first === "app" && owner === "hook") {
      if (name === "config") return { url: hook === undefined ? undefined : "https://elsewhere.example/app" };
      return hook === undefined ? await ofHook(method, undefined, [String(HOOK), ...path.slice(2)]) : [];
    }
    if (first === "orgs" && name === "hooks") return hook?.owner === owner ? await ofHook(method, owner, path.slice(3)) : undefined;
    const repository = first === "repos" ? record.repository(`${owner}/${name}`) : undefined;
    if (repository === undefined) return undefined;
    switch (what) {
      case undefined:
        return { full_name: `${owner}/${name}`, default_branch: repository.defaultBranch };
      case "activity":
        return activityOf(repository, query.get("ref") ?? undefined);
      case "compare": {
        const [before = "", after = ""] = (rest[0] ?? "").split("...");
        const commits = comparison(repository, before, after);
        return commits && { commits };
      }
      case "git": {
        const ref = `refs/${rest.slice(1).join("/")}`;
        if (rest[0] === "matching-refs")
          return [...new Set(repository.pushes.map((push) => push.ref))].filter((one) => one.startsWith(ref)).map((one) => ({ ref: one }));
        const tip = activityOf(repository, ref)[0];
        return tip && { ref, object: { sha: tip["after"] } };
      }
      case "hooks":
        return await ofHook(method, `${owner}/${name}`, rest);
      case "pulls":
        if (rest.length === 0) return byNumber(repository.pulls, query);
        if (rest[1] === "reviews") return [...(repository.reviews.get(Number(rest[0]))?.values() ?? [])];
        if (rest[1] === "commits") return answers === undefined ? [] : branchCommits(repository, Number(rest[0]));
        if (rest[1] === "files")
          return answers?.files[`${owner}/${name}/${rest[0]}`]?.map((filename) => ({ filename, status: "modified", patch: "@@ -1 +1 @@" }));
        return repository.pulls.get(Number(rest[0]));
      case "rulesets":
        return answers && ruleSuitesOf(repository, query.get("ref") ?? undefined, answers.bypassed);
      // Half of them: a commit that was rewritten is gone.
      case "commits":
        return Number.parseInt((rest[0] ?? "0").slice(-1), 16) % 2 === 0 ? { check_runs: [] } : undefined;
      case "issues":
        return byNumber(repository.issues, query);
      default:
        return undefined;
    }
  }

  async function respond(request: IncomingMessage): Promise<Answer> {
    await readBody(request, BODY_MAX_BYTES);
    const url = new URL(request.url ?? "/", "http://stub");
    const whole = await answer(request.method ?? "GET", url);
    if (whole === undefined) return { status: 404, headers: { "content-type": "application/json" }, body: '{"message":"Not Found"}' };
    const { body, link } = paged(whole, url);
    return {
      status: 200,
      headers: { "content-type": "application/json", ...(link !== undefined && { link }) },
      body: JSON.stringify(body),
    };
  }

  const listener = await listen(0, (request, response) => {
    respond(request).then(
      (answered) => send(response, answered),
      () => response.destroy(),
    );
  });
  return { ...listener, redelivered };
}

/** Numbers grow with the time at which things were made. */
function byNumber(all: ReadonlyMap<number, unknown>, query: URLSearchParams): unknown[] {
  const sorted = [...all].sort(([a], [b]) => a - b).map(([, one]) => one);
  return query.get("direction") === "asc" ? sorted : sorted.reverse();
}

/** A page of a list, and where the next one is (RFC 8288). */
function paged(whole: unknown, url: URL): { readonly body: unknown; readonly link?: string } {
  const per = Number(url.searchParams.get("per_page") ?? 0);
  const list = Array.isArray(whole) ? whole : (whole as { commits?: unknown[] }).commits;
  if (per === 0 || list === undefined) return { body: whole };
  const from = Number(url.searchParams.get("page") ?? 1) - 1;
  const items = list.slice(from * per, (from + 1) * per);
  const next = new URL(url);
  next.searchParams.set("page", String(from + 2));
  const link = (from + 1) * per < list.length ? `<${next.href}>; rel="next"` : undefined;
  return { body: Array.isArray(whole) ? items : { ...(whole as object), commits: items }, ...(link !== undefined && { link }) };
}
