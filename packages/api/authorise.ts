import type { Subject } from "@change-ledger/model";
import * as z from "zod";
import { type Caller, callerWith } from "./caller.ts";
import { ApiError } from "./fault.ts";
import { pathMatcher } from "./pattern.ts";
import type { Principal, Scope } from "./principals.ts";

/**
 * The part of a Lambda event in which API Gateway's authorisers leave what they found in a token or signature that they have verified. `scopes` is what the route
 * demands (null where it demands none); the claim is `scope` (RFC 8693; one text, separated by spaces) or Entra ID's `scp`.
 */
const gatewaySchema = z.object({
  requestContext: z.object({
    authorizer: z.union([
      z.object({ jwt: z.object({ claims: z.record(z.string(), z.unknown()) }) }),
      z.object({ iam: z.object({ userArn: z.string().min(1) }) }),
    ]),
  }),
});

/** @throws ApiError `unauthenticated` when no authoriser passed the request, `forbidden` for a signature of which nothing is configured */
export function callerOf(event: unknown, principals: readonly Principal[]): Caller {
  const found = gatewaySchema.safeParse(event);
  if (!found.success) throw new ApiError("unauthenticated", "expected a bearer token that the authoriser accepts");
  const { authorizer } = found.data.requestContext;
  if ("iam" in authorizer) return machine(authorizer.iam.userArn, principals);
  const { claims } = authorizer.jwt;
  const id = [claims["sub"], claims["client_id"]].find((claim) => typeof claim === "string" && claim !== "");
  // What somebody reads goes on record by their name.
  if (id === undefined) throw new ApiError("unauthenticated", "expected a token that says whose it is (`sub`)");
  const held = [claims["scope"], claims["scp"]].flatMap((claim) => words(claim) ?? []);
  return callerWith(
    { kind: "token", id: shortened(id) },
    held,
    claims["repositories"] === undefined ? undefined : (words(claims["repositories"]) ?? []),
  );
}

/** @throws ApiError `forbidden` */
export function demandScope(caller: Caller, scope: Scope): void {
  if (!caller.scopes.has(scope)) throw new ApiError("forbidden", `expected a token with the scope ${scope}`, [], scope);
}

/** What a caller may not read is answered as what there is not. @throws ApiError `not-found`, saying `message` */
export function demandReadable(caller: Caller, subject: Subject, message: string): Subject {
  if (!caller.mayRead(subject)) throw new ApiError("not-found", message);
  return subject;
}

/** What speaks of everything at once. @throws ApiError `forbidden` */
export function demandUnrestricted(caller: Caller): void {
  if (caller.repositories !== undefined) throw new ApiError("forbidden", "expected a caller who is not restricted to some repositories");
}

function machine(arn: string, principals: readonly Principal[]): Caller {
  const known = principals.find((principal) => pathMatcher(principal.arn, /[/:]/, false)(arn));
  if (known === undefined) throw new ApiError("forbidden", "expected a principal that API_PRINCIPALS names");
  return callerWith({ kind: "principal", id: shortened(arn) }, known.scopes, known.repositories);
}

/** Goes on record: at most what an identity provider gives as a subject (255 characters, OpenID Connect Core 2), and an ARN. */
function shortened(id: unknown): string {
  return typeof id === "string" ? id.toWellFormed().slice(0, 700) : "";
}

/** A list, as text separated by blanks or as API Gateway writes a claim that is one: `[a b]`. */
function words(claim: unknown): string[] | undefined {
  if (Array.isArray(claim)) return claim.filter((one) => typeof one === "string");
  if (typeof claim !== "string") return undefined;
  return claim
    .replace(/^\[(.*)\]$/s, "$1")
    .split(/[\s,]+/)
    .map((one) => one.replace(/^"(.*)"$/s, "$1"))
    .filter((one) => one !== "");
}
