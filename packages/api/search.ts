import { type Subject, subjectSchema, subjectType } from "@change-ledger/model";
import { type Summary, viewChange, viewDeployment, viewTicket } from "@change-ledger/query";
import * as z from "zod";
import { type Caller, listsFor } from "./caller.ts";
import { candidatesOf, homesOf, isWholeSha } from "./candidates.ts";
import { pageThrough } from "./page.ts";
import { pathOf } from "./paths.ts";
import { personNamed } from "./person.ts";
import type { ApiPorts } from "./ports.ts";
import { type AnyRoute, type Api, serve } from "./route.ts";
import { SCHEMAS, text } from "./schemas.ts";

const KINDS = ["change", "deployment", "ticket", "incident", "ref", "commit", "person", "repository", "service"] as const;
const searchSchema = z
  .object({
    items: z.array(
      z.object({
        kind: z.enum(KINDS),
        id: z
          .string()
          .meta({ examples: ["change:github/acme/cargo/pull/123"], description: "A subject; of a person or service their name" }),
        title: z.string(),
        href: z.string().meta({ description: "Where to read it" }),
      }),
    ),
    whole: z.boolean().meta({ description: "False: only the latest changes and deployments were looked at for what no index holds" }),
  })
  .register(SCHEMAS, { id: "SearchResults" });
type Found = z.output<typeof searchSchema>["items"][number];

const SEARCH_QUERY = z.strictObject({
  q: text.max(200, "at most 200 characters").meta({
    examples: ["owner/repo#123"],
    description:
      "A SHA or its beginning, a ticket, a pull request (`#123`, `owner/repo#123`), a deployment's id, an ITSM record or incident, a person, a repository, a service",
  }),
});

const FOUND_MAX = 50;
/** Names made out of what was asked for, and read at once. */
const NAMES_MAX = 1000;
/** The latest deployments that are looked at for a service's name. */
const LATEST = 100;

export function searchRoutes(app: Api, ports: ApiPorts): AnyRoute[] {
  return [
    serve(
      app,
      { path: "/v1/search", summary: "Anything by its name", params: z.object({}), query: SEARCH_QUERY, answer: searchSchema },
      async ({ query: { q }, caller }) => {
        const asked = q.trim();
        const [exact, commits, latest] = await Promise.all([
          named(ports, asked, caller),
          ofCommit(ports, asked, caller),
          amongLatest(ports, asked, caller),
        ]);
        const items = [...new Map([...exact, ...commits, ...latest].map((one) => [`${one.kind} ${one.id}`, one])).values()];
        return { items: items.slice(0, FOUND_MAX), whole: isIndexed(asked) };
      },
    ),
  ];
}

/** No walk is needed for what has a name of its own. */
function isIndexed(asked: string): boolean {
  return isWholeSha(asked) || subjectSchema.safeParse(asked).success || /#\d+$|^d-[A-Z0-9]+$|^[A-Z][A-Z0-9_]*-\d+$/.test(asked);
}

/** Those of the subjects that this may be the name of which are on record. */
async function named(ports: ApiPorts, asked: string, caller: Caller): Promise<Found[]> {
  const names = new Set<string>([asked]);
  const lists = listsFor(caller, ports.models);
  const scopes = async (list: Parameters<typeof lists.scopes>[0]) => (await lists.scopes(list)).slice(0, NAMES_MAX);
  const pull = /^(?:([\w.-]+\/[\w.-]+))?#?(\d{1,12})$/.exec(asked);
  if (pull !== null) {
    const homes = pull[1] === undefined ? await homesOf(ports, caller) : [`github/${pull[1]}`];
    for (const home of homes) {
      names.add(`change:${home}/pull/${pull[2]}`);
      names.add(`ticket:${home}/issues/${pull[2]}`);
    }
  } else if (/^[\w.-]{1,128}$/.test(asked)) {
    const [changes, deployments, tickets, incidents] = await Promise.all([
      scopes("change"),
      scopes("deployment"),
      scopes("ticket"),
      scopes("incident"),
    ]);
    const systems = (all: readonly string[]) => new Set(all.map((scope) => scope.split("/")[0] ?? ""));
    if (/^d-/i.test(asked)) for (const scope of deployments) names.add(`deployment:${scope}/${asked.toUpperCase().replace(/^D-/, "d-")}`);
    for (const system of systems(changes)) names.add(`change:${system}/${asked}`);
    for (const system of systems(tickets)) names.add(`ticket:${system}/${asked.toUpperCase()}`).add(`ticket:${system}/${asked}`);
    for (const system of systems(incidents)) names.add(`incident:${system}/${asked}`);
  }
  const subjects = [...names].flatMap((name) => subjectSchema.safeParse(name).data ?? []).slice(0, NAMES_MAX);
  return await onRecord(
    ports,
    subjects.filter((one) => caller.mayRead(one)),
  );
}

async function onRecord({ models }: ApiPorts, subjects: readonly Subject[]): Promise<Found[]> {
  if (subjects.length === 0) return [];
  return [...(await models.get(subjects)).values()].flatMap(({ state }) => (state === undefined || !isTold(state) ? [] : [foundAs(state)]));
}

function isTold(state: Summary): boolean {
  return state.next > 0 || (state.type === "change" && state.stub !== undefined);
}

async function ofCommit(ports: ApiPorts, asked: string, caller: Caller): Promise<Found[]> {
  if (!/^[0-9a-f]{7,64}$/.test(asked)) return [];
  const whole = isWholeSha(asked);
  const changes = whole ? await candidatesOf(ports, { commit: asked }, caller) : await beginningWith(ports, asked, caller);
  const found = await onRecord(ports, (changes ?? []).slice(0, FOUND_MAX));
  return whole && found.length > 0 ? [{ kind: "commit", id: asked, title: asked, href: pathOf("commits", asked) }, ...found] : found;
}

async function beginningWith(ports: ApiPorts, beginning: string, caller: Caller): Promise<Subject[]> {
  const page = await pageThrough(ports, {
    caller,
    list: "change",
    scope: undefined,
    limit: FOUND_MAX,
    cursor: undefined,
    filtered: true,
    rounds: 3,
    wants: () => true,
    view: async (some) =>
      some.map((one) => {
        const view = one.type === "change" ? viewChange(one) : undefined;
        return [view?.headSha, view?.mergeSha].some((sha) => sha?.startsWith(beginning) === true) ? one.subject : undefined;
      }),
  });
  return page.items;
}

/** People whom the configuration names, repositories, and services of the latest deployments. */
async function amongLatest(ports: ApiPorts, asked: string, caller: Caller): Promise<Found[]> {
  if (asked.length < 2) return [];
  const lower = asked.toLowerCase();
  const [homes, people, services] = await Promise.all([
    homesOf(ports, caller),
    peopleLike(ports, lower, caller),
    servicesLike(ports, lower, caller),
  ]);
  const repositories = homes
    .filter((home) => home.toLowerCase().includes(lower))
    .map((home): Found => ({ kind: "repository", id: home, title: home, href: `/v1/changes?repository=${encodeURIComponent(home)}` }));
  return [...people, ...repositories, ...services].slice(0, FOUND_MAX);
}

async function peopleLike(ports: ApiPorts, lower: string, caller: Caller): Promise<Found[]> {
  const is = await personNamed(ports, lower);
  const { configuration } = await ports.judging.configurations.at(ports.judging.now());
  // The configuration speaks of everybody: who is restricted learns of people by what they did there.
  const people = caller.repositories === undefined ? configuration.people : [];
  const listed = people.filter(
    ({ id, accounts }) =>
      id.toLowerCase().includes(lower) || accounts.github.some((one) => is("github", typeof one === "string" ? { login: one } : one)),
  );
  const latest = await latestOf(ports, caller, "change", (one) => (one.type === "change" ? viewChange(one) : undefined));
  const seen = latest.flatMap(({ author, mergedBy, reviews }) => [author, mergedBy, ...reviews.map(({ reviewer }) => reviewer)]);
  const names = [
    ...listed.map(({ id }) => id),
    ...seen.flatMap((identity) => (identity?.login?.toLowerCase().includes(lower) === true ? [identity.login] : [])),
  ];
  return [...new Set(names)]
    .slice(0, FOUND_MAX)
    .map((name): Found => ({ kind: "person", id: name, title: name, href: pathOf("people", name, "/activity") }));
}

async function servicesLike(ports: ApiPorts, lower: string, caller: Caller): Promise<Found[]> {
  const latest = await latestOf(ports, caller, "deployment", (one) => (one.type === "deployment" ? viewDeployment(one) : undefined));
  const names = latest.flatMap(({ application, group }) => (application === undefined ? [] : [`${application}/${group ?? ""}`]));
  return [...new Set(names)]
    .filter((name) => name.toLowerCase().includes(lower))
    .map((name): Found => ({ kind: "service", id: name, title: name, href: `/v1/deployments?service=${encodeURIComponent(name)}` }));
}

/** The latest of a list, as far as they may be read: one round. */
async function latestOf<V>(
  ports: ApiPorts,
  caller: Caller,
  list: "change" | "deployment",
  view: (one: Summary) => V | undefined,
): Promise<V[]> {
  const page = await pageThrough(ports, {
    caller,
    list,
    scope: undefined,
    limit: LATEST - 1,
    cursor: undefined,
    filtered: false,
    rounds: 1,
    wants: () => true,
    view: async (some) => some.map(view),
  });
  return page.items;
}

function foundAs(state: Summary): Found {
  const { subject } = state;
  const kind = subjectType(subject) as Exclude<Found["kind"], "person">;
  const id = subject.slice(subject.indexOf(":") + 1);
  switch (state.type) {
    case "change": {
      const { repository, number, state: how, author } = viewChange(state);
      const title = number === undefined ? id : `${repository}#${number}`;
      return { kind, id: subject, title: [title, how, author?.login].filter(Boolean).join(" · "), href: pathOf("changes", id) };
    }
    case "deployment": {
      const { application, group, state: how } = viewDeployment(state);
      return {
        kind,
        id: subject,
        title: [id.split("/").at(-1), application, group, how].filter(Boolean).join(" · "),
        href: pathOf("deployments", id),
      };
    }
    case "ticket":
      return { kind, id: subject, title: [id, viewTicket(state).status].filter(Boolean).join(" · "), href: pathOf("tickets", id) };
    case "ref":
      return { kind, id: subject, title: id, href: pathOf("refs", id) };
    case "commit":
      return { kind, id: subject, title: id, href: pathOf("commits", id) };
    case "incident":
      return { kind, id: subject, title: id, href: `/v1/changes?incident=${encodeURIComponent(id)}` };
    default:
      return state satisfies never;
  }
}
