import { changesOfCommit } from "@change-ledger/ledger";
import { DEPLOYMENT_STATES, type Subject } from "@change-ledger/model";
import { type ChangeView, viewCommit } from "@change-ledger/query";
import * as z from "zod";
import { demandReadable } from "./authorise.ts";
import type { Caller } from "./caller.ts";
import { homesOf, isWholeSha } from "./candidates.ts";
import { AS_OF } from "./change-query.ts";
import { changesAt, viewChanges } from "./change-views.ts";
import { ApiError } from "./fault.ts";
import { knownThen } from "./known-then.ts";
import { subjectOf } from "./paths.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serve } from "./route.ts";
import { changeSchema, checkSchema, identity, instant, SCHEMAS, subject, text } from "./schemas.ts";

const NOT_FOUND = "no commit of this name is on record";
/** Of one commit. */
const CHANGES_MAX = 50;

const commitSchema = z
  .object({
    commit: z.string(),
    repositories: z.array(z.string()).meta({ examples: [["github/acme/cargo"]], description: "Where it is on record" }),
    changes: z
      .array(
        z.object({
          change: changeSchema,
          as: z
            .array(z.enum(["head", "merge", "reviewed", "brought"]))
            .meta({ description: "`brought`: a push that it brought holds the commit" }),
          approvedBy: z.array(identity).meta({ description: "Those whose latest review approves this very commit" }),
        }),
      )
      .meta({ description: "Changes that it belongs to" }),
    deployments: z
      .array(
        z.object({
          deployment: subject("deployment:codedeploy/123456789012/us-east-1/d-ED7873C0B"),
          application: z.string().optional(),
          group: z.string().optional(),
          state: z.enum(DEPLOYMENT_STATES).optional(),
          endedAt: instant.optional(),
          exactly: z.boolean().meta({ description: "The deployment's own revision; else a later one that holds it" }),
        }),
      )
      .meta({ description: "Those that carry one of these changes" }),
    checks: z.array(checkSchema),
  })
  .register(SCHEMAS, { id: "CommitOnRecord" });

export function commitRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  const sha = text.meta({
    examples: ["247b22f225af3fbdb82e53e2f1ab81efd3cab050"],
    description: "A whole SHA, or with its repository: `github/acme/cargo/247b22f225af3fbdb82e53e2f1ab81efd3cab050`",
  });
  return [
    serve(
      app,
      {
        path: "/v1/commits/{sha}",
        summary: "A commit: which change it belongs to, who approved it, where it was deployed",
        params: z.object({ sha }),
        query: z.strictObject(AS_OF),
        answer: commitSchema,
      },
      ({ params, query, caller }) => readCommit(knownThen(ports, query["as-of"]), params.sha, caller),
    ),
  ];
}

async function readCommit(ports: ApiPorts, named: string, caller: Caller): Promise<z.output<typeof commitSchema>> {
  const sha = named.slice(named.lastIndexOf("/") + 1).replace(/^commit:/, "");
  if (!isWholeSha(sha))
    throw new ApiError("invalid", "expected a whole SHA", [
      { field: "sha", rule: "40 or 64 lower-case hexadecimal digits; /v1/search takes a beginning" },
    ]);
  const homes = named.includes("/")
    ? [homeOf(demandReadable(caller, subjectOf("commit", named, "sha"), NOT_FOUND))]
    : await homesOf(ports, caller);
  const commits = homes.map((home): Subject => `commit:${home}/${sha}`);
  const [found, stored] = await Promise.all([
    changesOfCommit(ports.judging.links, homes, sha),
    commits.length === 0 ? new Map() : ports.models.get(commits),
  ]);
  const known = await changesAt(ports, found.filter((one) => caller.mayRead(one)).slice(0, CHANGES_MAX));
  const shown = await viewChanges(ports, known, caller);
  const checked = [...stored.values()].flatMap(({ state }) => (state?.type === "commit" && state.next > 0 ? [state] : []));
  const repositories = [...new Set([...shown.map(({ view }) => view.repository), ...checked.map((one) => homeOf(one.subject))])].sort();
  if (repositories.length === 0) throw new ApiError("not-found", NOT_FOUND);
  const carriers = new Map(shown.flatMap((one) => one.carriers.map((carrier) => [carrier.subject, carrier])));
  return {
    commit: sha,
    repositories,
    changes: shown.map(({ view }) => ({ change: view, as: roleOf(view, sha), approvedBy: approversOf(view, sha) })),
    deployments: [...carriers.values()]
      .filter((one) => caller.mayRead(one.subject))
      .map(({ subject: deployment, application, group, state, endedAt, revision }) => ({
        deployment,
        ...(application !== undefined && { application }),
        ...(group !== undefined && { group }),
        ...(state !== undefined && { state }),
        ...(endedAt !== undefined && { endedAt }),
        exactly: revision?.commit === sha,
      })),
    checks: checked.flatMap((one) => viewCommit(one).checks.map((check) => ({ commit: one.subject, ...check }))),
  };
}

/** `commit:github/acme/cargo/<sha>` → `github/acme/cargo` */
function homeOf(commit: Subject): string {
  return commit.slice(commit.indexOf(":") + 1, commit.lastIndexOf("/"));
}

function roleOf({ headSha, mergeSha, reviews }: ChangeView, sha: string): z.output<typeof commitSchema>["changes"][number]["as"] {
  const as = [headSha === sha && "head", mergeSha === sha && "merge", reviews.some(({ commit }) => commit === sha) && "reviewed"] as const;
  const found = as.filter((one) => one !== false);
  return found.length > 0 ? found : ["brought"];
}

function approversOf({ reviews }: ChangeView, sha: string) {
  return reviews.filter(({ state, commit }) => state === "approved" && commit === sha).map(({ reviewer }) => reviewer);
}
