import { type Subject, type SubjectType, subjectSchema } from "@change-ledger/model";
import { ApiError } from "./fault.ts";

/** Collections whose members' ids hold slashes, and what can follow such an id. */
const FOLLOWERS: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  changes: ["/entries", "/dossier", "/assessment", "/unseen-code"],
  deployments: ["/timeline", "/messages"],
  tickets: [],
  chains: ["/entries", /\/entries\/\d{1,16}\/raw$/],
  bundles: [],
  people: ["/activity"],
  refs: [],
  commits: [],
  "log/tile": [],
  "log/hours": [],
};

/** Before the paths of machines, which sign: the gateway has one authoriser a route, so that theirs are twins. What is there is the same. */
const MACHINE = /^\/machine(?=\/)/;

/**
 * The path as the router sees it: an id's slashes are percent-encoded, whether the client encoded them or not. API Gateway's HTTP APIs hand
 * on paths already decoded, so that both forms come in and mean the same.
 */
export function routedPath(whole: string): string {
  const pathname = whole.replace(MACHINE, "");
  const match = /^\/v1\/(log\/(?:tile|hours)|[a-z]+)\/(.+)$/.exec(pathname);
  const followers = match?.[1] === undefined || !Object.hasOwn(FOLLOWERS, match[1]) ? undefined : FOLLOWERS[match[1]];
  if (match?.[2] === undefined || followers === undefined) return pathname;
  const rest = match[2];
  const ends = followers.map((one) => (typeof one === "string" ? (rest.endsWith(one) ? one : "") : (one.exec(rest)?.[0] ?? "")));
  const follower = ends.find((end) => end !== "" && rest.length > end.length) ?? "";
  const id = rest.slice(0, rest.length - follower.length);
  return `/v1/${match[1]}/${id.replaceAll("/", "%2F")}${follower}`;
}

/** The path of a subject within a collection. */
export function pathOf(
  collection: "changes" | "deployments" | "tickets" | "chains" | "bundles" | "people" | "refs" | "commits",
  id: string,
  follower = "",
): string {
  return `/v1/${collection}/${encodeURIComponent(id)}${follower}`;
}

/**
 * The subject that an id from a path or query names: with its type (`change:github/…`) or, where the collection says the type, without.
 * White space and control characters stand percent-encoded in subjects; a decoded one is encoded again.
 * @throws ApiError `invalid`
 */
export function subjectOf(type: SubjectType | undefined, id: string, field: string): Subject {
  const escaped = id.toWellFormed().replace(/[\s\p{Cc}]/gu, (character) => encodeURIComponent(character));
  const whole = type === undefined || escaped.startsWith(`${type}:`) ? escaped : `${type}:${escaped}`;
  const parsed = subjectSchema.safeParse(whole);
  if (!parsed.success)
    throw new ApiError("invalid", `expected ${field} to name a subject`, [{ field, rule: parsed.error.issues[0]?.message ?? "a subject" }]);
  return parsed.data;
}
