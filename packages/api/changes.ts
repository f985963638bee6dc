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
import { demandReadable } from "./authorise.ts";
import type { Caller } from "./caller.ts";
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
const NOT_FOUND = "no change of this id is on record";
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
      ({ query, caller }) => listChanges(ports, query, caller),
    ),
    serve(
      app,
      { path: "/v1/changes/{id}", summary: "One change", params: ID, query: NO_QUERY, answer: changeDetailSchema },
      async ({ params, caller }) => {
        const view = await viewOf(ports, await changeOf(ports, params.id, caller), caller);
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
      async ({ params, caller }) => {
        const change = await changeOf(ports, params.id, caller);
        return { change: await viewOf(ports, change, caller), chains: await readDossier(ports, change, caller) };
      },
    ),
  ];
}

async function listChanges(
  ports: ApiPorts,
  query: z.output<typeof LIST_QUERY>,
  caller: Caller,
): Promise<{ items: ChangeView[]; next?: string }> {
  const { repository, type, state, subject, limit: atMost, cursor: from } = query;
  const wanted = (view: ChangeView) =>
    (state === undefined || view.state === state) && (repository === undefined || view.repository === repository);
  if (subject !== undefined) {
    const asked = [subjectOf("change", subject, "subject")].filter((one) => caller.mayRead(one));
    const views = await viewChanges(ports, await summaries(ports, asked), caller);
    return { items: views.filter((view) => wanted(view) && (type === undefined || view.type === type)) };
  }
  return await pageThrough(ports, {
    caller,
    list: "change",
    scope: repository,
    limit: atMost,
    cursor: from,
    filtered: type !== undefined || state !== undefined,
    wants: (one) => type === undefined || changeType(one) === type,
    view: async (some) => {
      const listed = some.filter((one) => one.type === "change").filter((one) => listedAt(one) !== undefined);
      const views = new Map((await viewChanges(ports, listed, caller)).filter(wanted).map((view) => [view.subject, view]));
      return some.map((one) => views.get(one.subject));
    },
  });
}

async function summaries({ models }: ApiPorts, subjects: readonly Subject[]): Promise<ChangeSummary[]> {
  if (subjects.length === 0) return [];
  const stored = [...(await models.get(subjects)).values()].map(({ state }) => state);
  return stored.filter((state) => state?.type === "change" && (state.next > 0 || state.stub !== undefined)) as ChangeSummary[];
}

/** @throws ApiError `not-found` */
async function changeOf(ports: ApiPorts, from: string, caller: Caller): Promise<ChangeSummary> {
  const [change] = await summaries(ports, [demandReadable(caller, subjectOf("change", from, "id"), NOT_FOUND)]);
  if (change === undefined) throw new ApiError("not-found", NOT_FOUND);
  return change;
}

async function viewOf(ports: ApiPorts, change: ChangeSummary, caller: Caller): Promise<ChangeView> {
  const [view] = await viewChanges(ports, [change], caller);
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
async function viewChanges({ models }: ApiPorts, changes: readonly ChangeSummary[], caller: Caller): Promise<ChangeView[]> {
  const carriers = [...new Set(changes.flatMap(linksInForce))];
  const stored = carriers.length === 0 ? [] : [...(await models.get(carriers)).values()];
  const deployments = stored.flatMap(({ state }) => (state?.type === "deployment" ? [state] : []));
  return changes.map((change) => shownTo(caller, viewChange(change, deployments)));
}

/** Names of what the caller may not read are left out. How far the change went, and how it was judged, is told by all that is on record. */
function shownTo(caller: Caller, view: ChangeView): ChangeView {
  const may = (subject: Subject) => caller.mayReadLinked(subject);
  return { ...view, deployments: view.deployments.filter(may), tickets: view.tickets.filter(may) };
}
