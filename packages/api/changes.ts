import type { Subject } from "@change-ledger/model";
import {
  type ChangeSummary,
  type ChangeView,
  changeType,
  listedAt,
  passes,
  passesView,
  viewChange,
  viewCommit,
} from "@change-ledger/query";
import * as z from "zod";
import { demandReadable } from "./authorise.ts";
import type { Caller } from "./caller.ts";
import { among, candidatesOf } from "./candidates.ts";
import { answerEntries, ENTRIES_QUERY } from "./chains.ts";
import { changesOscal } from "./change-oscal.ts";
import { AS_OF, CHANGES_QUERY, type ChangesQuery, filterOf, withinOf } from "./change-query.ts";
import { changesAt, viewChanges } from "./change-views.ts";
import { readDossier } from "./dossier.ts";
import { ApiError } from "./fault.ts";
import { knownThen, ROUNDS_THEN } from "./known-then.ts";
import { serveList } from "./list.ts";
import { pageThrough } from "./page.ts";
import { subjectOf } from "./paths.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serve } from "./route.ts";
import { changeDetailSchema, changePageSchema, dossierSchema, entriesSchema, text } from "./schemas.ts";

const ID = z.object({
  id: text.meta({ examples: ["github/acme/cargo/pull/123"], description: "The change's id, slashes percent-encoded or not" }),
});
const NOT_FOUND = "no change of this id is on record";
const THEN_QUERY = z.strictObject(AS_OF);

export function changeRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  return [
    serveList(
      app,
      {
        path: "/v1/changes",
        summary: "Changes, newest first; what a filter leaves out can make a page short, or empty, although there are more",
        params: z.object({}),
        query: CHANGES_QUERY,
        answer: changePageSchema,
      },
      ({ query, caller }) => listChanges(ports, query, caller),
      { oscal: (page, { query }) => changesOscal(page, query, query["as-of"] ?? ports.judging.now()) },
    ),
    serve(
      app,
      { path: "/v1/changes/{id}", summary: "One change", params: ID, query: THEN_QUERY, answer: changeDetailSchema },
      async ({ params, query, caller }) => {
        const then = knownThen(ports, query["as-of"]);
        const view = await viewOf(then, await changeOf(then, params.id, caller), caller);
        return { ...view, checks: await checksOf(then, view) };
      },
    ),
    serve(
      app,
      {
        path: "/v1/changes/{id}/entries",
        summary: "The entries of a change's own chain",
        params: ID,
        query: ENTRIES_QUERY,
        answer: entriesSchema,
        lines: true,
      },
      (asked) => answerEntries(ports, subjectOf("change", asked.params.id, "id"), asked),
    ),
    serve(
      app,
      {
        path: "/v1/changes/{id}/dossier",
        summary: "A change's chain and all chains linked to it",
        params: ID,
        query: THEN_QUERY,
        answer: dossierSchema,
      },
      async ({ params, query, caller }) => {
        const then = knownThen(ports, query["as-of"]);
        const change = await changeOf(then, params.id, caller);
        return { change: await viewOf(then, change, caller), chains: await readDossier(then, change, caller) };
      },
    ),
  ];
}

async function listChanges(now: ApiPorts, query: ChangesQuery, caller: Caller): Promise<{ items: ChangeView[]; next?: string }> {
  const { repository, subject, limit: atMost, cursor: from, "as-of": asOf } = query;
  const filter = await filterOf(knownThen(now, asOf), query);
  const named = subject === undefined ? await candidatesOf(now, query, caller) : [subjectOf("change", subject, "subject")];
  const candidates = named?.filter((one) => caller.mayRead(one));
  const asked = Object.values({ ...filter, named, asOf }).some((one) => one !== undefined);
  const ports = knownThen(candidates === undefined ? now : await among(now, candidates), asOf);
  return await pageThrough(ports, {
    caller,
    list: "change",
    scope: repository,
    limit: atMost,
    cursor: from,
    within: withinOf(query),
    filtered: asked,
    ...(asOf !== undefined && { rounds: ROUNDS_THEN }),
    wants: (one) => filter.type === undefined || changeType(one) === filter.type,
    view: async (some) => {
      const listed = some.flatMap((one) => (one.type === "change" && listedAt(one) !== undefined && passes(filter, one) ? [one] : []));
      const shown = await viewChanges(ports, listed, caller);
      const views = new Map(
        shown.filter(({ view, carriers }) => passesView(filter, view, carriers)).map(({ view }) => [view.subject, view]),
      );
      return some.map((one) => views.get(one.subject));
    },
  });
}

/** @throws ApiError `not-found` */
async function changeOf(ports: ApiPorts, from: string, caller: Caller): Promise<ChangeSummary> {
  const [change] = await changesAt(ports, [demandReadable(caller, subjectOf("change", from, "id"), NOT_FOUND)]);
  if (change === undefined) throw new ApiError("not-found", NOT_FOUND);
  return change;
}

async function viewOf(ports: ApiPorts, change: ChangeSummary, caller: Caller): Promise<ChangeView> {
  const [shown] = await viewChanges(ports, [change], caller);
  return shown?.view ?? viewChange(change);
}

async function checksOf({ models }: ApiPorts, { repository, headSha, mergeSha }: ChangeView) {
  const commits = [headSha, mergeSha].filter((sha) => sha !== undefined).map((sha): Subject => `commit:${repository}/${sha}`);
  const stored = await models.get(commits);
  return [...new Set(commits)].flatMap((commit) => {
    const state = stored.get(commit)?.state;
    return state?.type === "commit" ? viewCommit(state).checks.map((check) => ({ commit, ...check })) : [];
  });
}
