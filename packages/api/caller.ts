import { type Subject, subjectId, subjectType } from "@change-ledger/model";
import { type ModelStore, scopeOf } from "@change-ledger/query";
import { pathMatcher } from "./pattern.ts";
import { SCOPES, type Scope } from "./principals.ts";

/** Who asks, and what they may read. What lies outside of it is answered as if it were not on record: it is in no list, and nothing counts it. */
export interface Caller {
  /** A person or program with a token, or a machine that signed. */
  readonly kind: "token" | "principal";
  /** A token's subject, or an ARN; never a token. */
  readonly id: string;
  /** `admin` is spelt out. */
  readonly scopes: ReadonlySet<Scope>;
  /** Patterns of what they are restricted to; undefined where nothing restricts them. */
  readonly repositories: readonly string[] | undefined;
  /** Whether a chain of its own may be read: asked for by name, or listed. */
  mayRead(subject: Subject): boolean;
  /** As `mayRead`, for a chain that belongs to a dossier which they may read: what names no repository (a tracker's ticket, an incident) comes with it. */
  mayReadLinked(subject: Subject): boolean;
  /** Whether anything of a list's scope (`github/acme/cargo`) may be read: `mayRead` for all that it lists. */
  mayReadScope(scope: string): boolean;
}

type Lists = Pick<ModelStore, "get" | "places" | "scopes">;

/** A pattern's segments: `*` stands for any characters of one segment. What a pattern names covers all that lies below it. */
const PATTERN = /^[^\s/\p{Cc}]{1,256}(?:\/[^\s/\p{Cc}]{1,256}){0,3}$/u;
const PATTERNS_MAX = 100;

/** Chains of these types belong to a repository, or to an account where deployments are made. */
const OF_A_REPOSITORY: ReadonlySet<string> = new Set(["change", "commit", "ref", "deployment", "evidence"]);

/** @param repositories undefined restricts nothing; a pattern that is none allows nothing */
export function callerWith(
  { kind, id }: Pick<Caller, "kind" | "id">,
  held: Iterable<string>,
  repositories: readonly string[] | undefined,
): Caller {
  const given = new Set(held);
  const scopes = new Set(SCOPES.filter((scope) => given.has(scope) || given.has("admin")));
  const patterns = repositories?.slice(0, PATTERNS_MAX).filter((pattern) => PATTERN.test(pattern));
  const covers = patterns?.map((pattern) => pathMatcher(pattern, /\//, true));
  const mayReadScope = (scope: string): boolean => covers === undefined || covers.some((covered) => covered(scope));
  const mayRead = (subject: Subject): boolean =>
    covers === undefined ||
    ((OF_A_REPOSITORY.has(subjectType(subject)) || subjectType(subject) === "ticket") && mayReadScope(scopeOf(subject)));
  return {
    kind,
    id,
    scopes,
    repositories: patterns,
    mayReadScope,
    mayRead,
    mayReadLinked: (subject) => mayRead(subject) || !namesRepository(subject),
  };
}

/** The lists, without the scopes of which `caller` may read nothing. Summaries that are asked for by name are not held back: a view needs those of linked chains. */
export function listsFor(caller: Caller, models: Lists): Lists {
  if (caller.repositories === undefined) return models;
  const places: ModelStore["places"] = async (list, scope, ...rest) =>
    caller.mayReadScope(scope) ? await models.places(list, scope, ...rest) : [];
  const scopes: ModelStore["scopes"] = async (list) => (await models.scopes(list)).filter((scope) => caller.mayReadScope(scope));
  return { get: (...asked) => models.get(...asked), places, scopes };
}

/** The caller of what needs no token. */
export const NOBODY: Caller = callerWith({ kind: "token", id: "" }, [], []);

function namesRepository(subject: Subject): boolean {
  switch (subjectType(subject)) {
    case "incident":
      return false;
    case "ticket":
      return subjectId(subject).split("/").length > 2;
    case "change":
      return scopeOf(subject).includes("/");
    default:
      return true;
  }
}
