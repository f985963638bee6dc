import { changesNaming, changesOfCommit } from "@change-ledger/ledger";
import type { Subject } from "@change-ledger/model";
import { listsAmong } from "@change-ledger/query";
import { type Caller, listsFor } from "./caller.ts";
import { ApiError } from "./fault.ts";
import { subjectOf } from "./paths.ts";
import type { ApiPorts } from "./ports.ts";

/** What the index of names, the plans of deployments and the read models of incidents can answer. */
export interface Named {
  readonly repository?: string | undefined;
  readonly ticket?: string | undefined;
  readonly commit?: string | undefined;
  readonly deployment?: string | undefined;
  readonly incident?: string | undefined;
}

/** Of one thing's changes so many are read: more are paged through without the filter, or by another. */
const CANDIDATES_MAX = 2000;
/** Repositories in which a commit is looked for that is given without one. */
const HOMES_MAX = 500;
const WHOLE_SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

export function isWholeSha(text: string): boolean {
  return WHOLE_SHA.test(text);
}

/** A ticket; or what a change names in place of one: an ITSM record, which is a change itself, or an incident. @throws ApiError `invalid` */
export function ticketNamed(text: string): Subject {
  return subjectOf((["change", "incident"] as const).find((type) => text.startsWith(`${type}:`)) ?? "ticket", text, "ticket");
}

/** Repositories that have changes and that the caller may read. */
export async function homesOf({ models }: Pick<ApiPorts, "models">, caller: Caller): Promise<string[]> {
  const scopes = await listsFor(caller, models).scopes("change");
  return scopes.filter((scope) => scope.startsWith("github/")).slice(0, HOMES_MAX);
}

/**
 * The subjects of the changes that all of what is named speaks of, without a walk over the list; undefined: nothing of it is indexed. They may name too much (what was
 * named once and is no more): a summary says what holds.
 * @throws ApiError `invalid` where one thing's changes are more than can be read at once
 */
export async function candidatesOf(ports: ApiPorts, named: Named, caller: Caller): Promise<readonly Subject[] | undefined> {
  const { links } = ports.judging;
  const asked: Promise<readonly Subject[]>[] = [];
  if (named.ticket !== undefined) asked.push(changesNaming(links, [ticketNamed(named.ticket)]));
  if (named.commit !== undefined && isWholeSha(named.commit)) {
    const homes = named.repository === undefined ? await homesOf(ports, caller) : [named.repository];
    asked.push(changesOfCommit(links, homes, named.commit));
  }
  if (named.deployment !== undefined) asked.push(carriedBy(ports, subjectOf("deployment", named.deployment, "deployment")));
  if (named.incident !== undefined) asked.push(tiedTo(ports, subjectOf("incident", named.incident, "incident"), caller));
  if (asked.length === 0) return undefined;
  const [first = [], ...others] = await Promise.all(asked);
  const found = first.filter((change) => others.every((other) => other.includes(change)) && caller.mayRead(change));
  if (found.length > CANDIDATES_MAX)
    throw new ApiError(
      "invalid",
      `expected a filter that names at most ${CANDIDATES_MAX} changes, got ${found.length}: name something else besides`,
    );
  return found;
}

/** The ports as they are for who pages through these changes alone. */
export async function among(ports: ApiPorts, candidates: readonly Subject[]): Promise<ApiPorts> {
  const stored = candidates.length === 0 ? new Map() : await ports.models.get(candidates);
  return { ...ports, models: { get: (...asked) => ports.models.get(...asked), ...listsAmong(stored) } };
}

async function carriedBy({ plans }: ApiPorts, deployment: Subject): Promise<readonly Subject[]> {
  return (await plans.getPlan(deployment))?.carries ?? [];
}

/** Changes that name the incident, and those that it names. Who is restricted learns of an incident by a change of theirs alone. */
async function tiedTo({ models, judging }: ApiPorts, incident: Subject, caller: Caller): Promise<readonly Subject[]> {
  const [naming, stored] = await Promise.all([changesNaming(judging.links, [incident]), models.get([incident])]);
  const state = stored.get(incident)?.state;
  const named = state?.type === "incident" ? (state.changes ?? []) : [];
  return [...new Set([...naming, ...named])].filter((change) => caller.mayRead(change));
}
