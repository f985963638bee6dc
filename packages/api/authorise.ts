import * as z from "zod";
import { ApiError } from "./fault.ts";

export const READ_SCOPE = "ledger:read";

/**
 * The part of a Lambda event in which API Gateway's JWT authoriser leaves what it found in a token that it has verified. `scopes` is null
 * where the route demands none; the claim is `scope` (RFC 8693; one text, separated by spaces) or Entra ID's `scp`.
 */
const gatewaySchema = z.object({
  requestContext: z.object({
    authorizer: z.object({
      jwt: z.object({ claims: z.record(z.string(), z.unknown()), scopes: z.array(z.string()).nullish() }),
    }),
  }),
});

/** @throws ApiError `unauthenticated` when no authoriser passed the request, `forbidden` when the token lacks `ledger:read` */
export function demandReadScope(event: unknown): void {
  const found = gatewaySchema.safeParse(event);
  if (!found.success) throw new ApiError("unauthenticated", "expected a bearer token that the authoriser accepts");
  const { claims, scopes } = found.data.requestContext.authorizer.jwt;
  const held = [
    ...(scopes ?? []),
    ...[claims["scope"], claims["scp"]].flatMap((claim) => (typeof claim === "string" ? claim.split(" ") : [])),
  ];
  if (!held.includes(READ_SCOPE)) throw new ApiError("forbidden", `expected a token with the scope ${READ_SCOPE}`);
}
