import { randomUUID } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import type { Caller } from "./http-source.ts";
import type { IssuerKey } from "./issuer-keys.ts";
import type { ReadyUser } from "./issuer-users.ts";

/** For whom the local issuer's tokens are made. */
const AUDIENCE = "change-ledger";
export const TOKEN_SECONDS = 3600;
const ALGORITHM = "ES256";
/** Of an access token (RFC 9068): an ID token must not pass for one. */
const ACCESS = "at+jwt";

export interface Tokens {
  /** What `user` may show the API for an hour; of the scopes that were asked for, those that they hold. */
  access(user: ReadyUser, client: string, asked?: readonly string[]): Promise<{ readonly token: string; readonly scope: string }>;
  /** Who signed in, for the client alone. */
  identity(user: ReadyUser, client: string, nonce: string | null): Promise<string>;
  /** What API Gateway's JWT authoriser would have found in the token; undefined where it would refuse it. */
  verify(token: string): Promise<Caller | undefined>;
}

/**
 * @param issuer its URL
 * @param now milliseconds
 */
export function issuerTokens(key: IssuerKey, issuer: string, now: () => number): Tokens {
  const signed = (claims: Record<string, unknown>, user: ReadyUser, audience: string, typ: string) => {
    const at = Math.floor(now() / 1000);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, typ, kid: key.jwk.kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(user.name)
      .setIssuedAt(at)
      .setNotBefore(at)
      .setExpirationTime(at + TOKEN_SECONDS)
      .setJti(randomUUID())
      .sign(key.secret);
  };
  return {
    async access(user, client, asked) {
      const scope = user.scopes.filter((one) => asked === undefined || asked.includes(one)).join(" ");
      const claims = { client_id: client, scope, ...(user.repositories && { repositories: user.repositories }) };
      return { token: await signed(claims, user, AUDIENCE, ACCESS), scope };
    },
    identity: (user, client, nonce) => signed({ name: user.name, ...(nonce !== null && { nonce }) }, user, client, "JWT"),
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, key.open, {
          issuer,
          audience: AUDIENCE,
          algorithms: [ALGORITHM],
          typ: ACCESS,
          requiredClaims: ["sub", "iat", "nbf", "exp", "jti"],
          currentDate: new Date(now()),
        });
        const { scope } = payload;
        return { claims: asGateway(payload), scopes: typeof scope === "string" ? scope.split(" ").filter((one) => one !== "") : [] };
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}

/** API Gateway hands every claim on as text, a list as `[a b]`. */
function asGateway(claims: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, Array.isArray(value) ? `[${value.join(" ")}]` : String(value)]),
  );
}
