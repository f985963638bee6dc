import type { Subject } from "@change-ledger/model";
import {
  CHANGE_STATES,
  CHANGE_TYPES,
  type ChangeSummary,
  type ChangeView,
  changeType,
  linksInForce,
  listedAt,
  viewChange,
  viewCommit,
} from "@change-ledger/query";
import * as z from "zod";
import { answerEntries, ENTRIES_QUERY } from "./chains.ts";
import { readDossier } from "./dossier.ts";
import { ApiError } from "./fault.ts";
import { pageThrough } from "./page.ts";
import { subjectOf } from "./paths.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serve } from "./route.ts";
import { changeDetailSchema, changePageSchema, cursor, dossierSchema, entriesSchema, limit, text } from "./schemas.ts";

const ID = z.object({
  id: text.meta({ examples: ["github/acme/cargo/pull/123"], description: "The change's id, slashes percent-encoded or not" }),
});
const NO_QUERY = z.strictObject({});
const LIST_QUERY = z.strictObject({
  repository: text.optional().meta({ examples: ["github/acme/cargo"] }),
  type: z.enum(CHANGE_TYPES).optional(),
  state: z.enum(CHANGE_STATES).optional(),
  subject: text.optional().meta({ description: "One change by its subject: nothing of it is decoded twice here" }),
  limit: limit.default(25),
  cursor: cursor.optional(),
});

export function changeRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  return [
    serve(
      app,
      { path: "/v1/changes", summary: "Changes, newest first", params: z.object({}), query: LIST_QUERY, answer: changePageSchema },
      ({ query }) => listChanges(ports, query),
    ),
    serve(
      app,
      { path: "/v1/changes/{id}", summary: "One change", params: ID, query: NO_QUERY, answer: changeDetailSchema },
      async ({ params }) => {
        const view = await viewOf(ports, await changeOf(ports, params.id));
        return { ...view, checks: await checksOf(ports, view) };
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
        query: NO_QUERY,
        answer: dossierSchema,
      },
      async ({ params }) => {
        const change = await changeOf(ports, params.id);
        return { change: await viewOf(ports, change), chains: await readDossier(ports, change) };
      },
    ),
  ];
}

async function listChanges(ports: ApiPorts, query: z.output<typeof LIST_QUERY>): Promise<{ items: ChangeView[]; next?: string }> {
  const { repository, type, state, subject, limit: atMost, cursor: from } = query;
  const wanted = (view: ChangeView) =>
    (state === undefined || view.state === state) && (repository === undefined || view.repository === repository);
  if (subject !== undefined) {
    const views = await viewChanges(ports, await summaries(ports, [subjectOf("change", subject, "subject")]));
    return { items: views.filter((view) => wanted(view) && (type === undefined || view.type === type)) };
  }
  return await pageThrough(ports, {
    list: "change",
    scope: repository,
    limit: atMost,
    cursor: from,
    filtered: type !== undefined || state !== undefined,
    wants: (one) => type === undefined || changeType(one) === type,
    view: async (some) => {
      const listed = some.filter((one) => one.type === "change").filter((one) => listedAt(one) !== undefined);
      const views = new Map((await viewChanges(ports, listed)).filter(wanted).map((view) => [view.subject, view]));
      return some.map((one) => views.get(one.subject));
    },
  });
}

async function summaries({ models }: ApiPorts, subjects: readonly Subject[]): Promise<ChangeSummary[]> {
  const stored = [...(await models.get(subjects)).values()].map(({ state }) => state);
  return stored.filter((state) => state?.type === "change" && (state.next > 0 || state.stub !== undefined)) as ChangeSummary[];
}

/** @throws ApiError `not-found` */
async function changeOf(ports: ApiPorts, from: string): Promise<ChangeSummary> {
  const [change] = await summaries(ports, [subjectOf("change", from, "id")]);
  if (change === undefined) throw notFound();
  return change;
}

function notFound(): ApiError {
  return new ApiError("not-found", "no change of this id is on record");
}

async function viewOf(ports: ApiPorts, change: ChangeSummary): Promise<ChangeView> {
  const [view] = await viewChanges(ports, [change]);
  return view ?? viewChange(change);
}

async function checksOf({ models }: ApiPorts, { repository, headSha, mergeSha }: ChangeView) {
  const commits = [headSha, mergeSha].filter((sha) => sha !== undefined).map((sha): Subject => `commit:${repository}/${sha}`);
  const stored = await models.get(commits);
  return [...new Set(commits)].flatMap((commit) => {
    const state = stored.get(commit)?.state;
    return state?.type === "commit" ? viewCommit(state).checks.map((check) => ({ commit, ...check })) : [];
  });
}

/** How far a change went is read from the deployments that carry it: one more read for a whole page. */
async function viewChanges({ models }: ApiPorts, changes: readonly ChangeSummary[]): Promise<ChangeView[]> {
  const carriers = [...new Set(changes.flatMap(linksInForce))];
  const stored = carriers.length === 0 ? [] : [...(await models.get(carriers)).values()];
  const deployments = stored.flatMap(({ state }) => (state?.type === "deployment" ? [state] : []));
  return changes.map((change) => viewChange(change, deployments));
}
