import type { Subject } from "@change-ledger/model";
import { type UnseenCommit, unseenCommits } from "@change-ledger/procedure";
import * as z from "zod";
import { demandReadable } from "./authorise.ts";
import type { Caller } from "./caller.ts";
import { AS_OF } from "./change-query.ts";
import { changesAt } from "./change-views.ts";
import { ApiError } from "./fault.ts";
import { judgeEach } from "./judged.ts";
import { serveList } from "./list.ts";
import { subjectOf } from "./paths.ts";
import { PERIOD_ASKED, PERIOD_PAGING, pageOfPeriod } from "./period.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serve } from "./route.ts";
import { hash, instant, SCHEMAS, subject, text } from "./schemas.ts";

/** Of one change; `unseen` counts all. */
const COMMITS_MAX = 250;

const REASONS = [
  "direct-push",
  "foreign-commit",
  "no-approval",
  "after-the-approval",
  "own-approval",
  "unknown-author",
  "commits-unknown",
] as const satisfies readonly UnseenCommit["because"][];

const commit = z.object({
  sha: z.string(),
  author: z.string(),
  because: z.enum(REASONS).meta({
    description:
      "`direct-push`: of no pull request; `foreign-commit`: came with the merge and belongs to none; `after-the-approval`: behind the last commit that anybody approved; `own-approval`: by its author alone; `unknown-author`: nobody can say that another one approved it; `commits-unknown`: not all commits are on record, so the merge stands for them",
  }),
});
const unseenSchema = z
  .object({
    change: subject("change:github/acme/cargo/pull/123"),
    unseen: z.int().nonnegative().meta({ description: "Commits that reached their branch and that no approver's SHA covers" }),
    commits: z.array(commit).meta({ description: `The first ${COMMITS_MAX} of them, oldest first` }),
    restsOn: z.array(z.object({ subject: z.string(), seq: z.int(), hash })),
  })
  .register(SCHEMAS, { id: "UnseenCode" });
type UnseenCode = z.output<typeof unseenSchema>;

const pageSchema = z
  .object({
    from: instant,
    to: instant,
    asOf: instant,
    changes: z
      .int()
      .nonnegative()
      .meta({ description: "Changes that this page looked at: those with nothing unseen are not among its items" }),
    items: z.array(unseenSchema),
    next: z.string().optional(),
  })
  .register(SCHEMAS, { id: "UnseenCodePage" });

const PERIOD_QUERY = z.strictObject({
  ...PERIOD_ASKED,
  ...PERIOD_PAGING,
  limit: PERIOD_PAGING.limit.meta({ description: "Changes looked at for one page" }),
});

const NOT_FOUND = "no change of this id is on record";
const line = z.object({ change: z.string(), ...commit.shape });

/** What reached its branch and nobody but its author saw: by SHA, never by time. */
export function unseenCodeRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  const id = text.meta({ examples: ["github/acme/cargo/pull/123"], description: "The change's id, slashes percent-encoded or not" });
  return [
    serve(
      app,
      {
        path: "/v1/changes/{id}/unseen-code",
        summary: "Commits of a merged change that no approver's SHA covers",
        params: z.object({ id }),
        query: z.strictObject(AS_OF),
        answer: unseenSchema,
      },
      ({ params, query, caller }) =>
        ofChange(ports, demandReadable(caller, subjectOf("change", params.id, "id"), NOT_FOUND), query["as-of"]),
    ),
    serveList(
      app,
      {
        path: "/v1/unseen-code",
        summary: "Unseen code of a period: exactly the commits that no approver's SHA covers, change by change",
        params: z.object({}),
        query: PERIOD_QUERY,
        answer: pageSchema,
      },
      ({ query, caller }) => ofPeriod(ports, query, caller),
      {
        lines: {
          line,
          of: ({ items }) => items.flatMap(({ change, commits }) => commits.map((one) => ({ change, ...one }))),
        },
      },
    ),
  ];
}

async function ofChange(ports: ApiPorts, change: Subject, then: string | undefined): Promise<UnseenCode> {
  const [known] = await changesAt(ports, [change]);
  const [found] = known === undefined ? [] : await unseenOf(ports, [change], then ?? ports.judging.now());
  if (found === undefined) throw new ApiError("not-found", NOT_FOUND);
  return found;
}

async function ofPeriod(ports: ApiPorts, query: z.output<typeof PERIOD_QUERY>, caller: Caller): Promise<z.output<typeof pageSchema>> {
  const { from, to } = query;
  const { asOf, items, next } = await pageOfPeriod(ports, query, caller, (changes, at) => unseenOf(ports, changes, at));
  return {
    from,
    to,
    asOf,
    changes: items.length,
    items: items.filter(({ unseen }) => unseen > 0),
    ...(next !== undefined && { next }),
  };
}

/** Of those that were on record by then. */
async function unseenOf(ports: ApiPorts, changes: readonly Subject[], asOf: string): Promise<UnseenCode[]> {
  if (changes.length === 0) return [];
  const found = await judgeEach(ports, changes, [asOf], ({ change, chains }, inForce, at) =>
    unseenCommits({ change, entries: chains.flatMap(({ entries }) => entries) }, inForce, at),
  );
  return found.flatMap(({ change, judged: [unseen] }) => (unseen === undefined ? [] : [told(change, unseen)]));
}

function told(change: Subject, unseen: readonly UnseenCommit[]): UnseenCode {
  const rests = new Map(unseen.flatMap(({ restsOn }) => restsOn.map((rest) => [`${rest.subject} ${rest.seq}`, rest])));
  return {
    change,
    unseen: unseen.length,
    commits: unseen.slice(0, COMMITS_MAX).map(({ sha, author, because }) => ({ sha, author, because })),
    restsOn: [...rests.values()],
  };
}
