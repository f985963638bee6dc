/** What is known of the reader from the token: shown, and used to leave out what would be refused. The API alone decides. */
export interface Reader {
  readonly token: string;
  readonly name: string;
  readonly scopes: ReadonlySet<string>;
  /** Patterns of the repositories that are all the reader may see, in order; undefined: no restriction. */
  readonly repositories: readonly string[] | undefined;
  /** Milliseconds since 1970; undefined for a token that does not say. */
  readonly expiresAt: number | undefined;
}

const KEPT = "change-ledger.token";

/** @returns the reader that a token speaks of; of a token that is no JWT only the token */
export function readerOf(token: string): Reader {
  const claims = claimsOf(token);
  const scope = typeof claims["scope"] === "string" ? claims["scope"] : typeof claims["scp"] === "string" ? claims["scp"] : undefined;
  const expires = claims["exp"];
  return {
    token,
    name: [claims["name"], claims["preferred_username"], claims["sub"]].find((one) => typeof one === "string") ?? "token",
    scopes: new Set(scope === undefined ? ["ledger:read", "evidence:read", "population:read"] : scope.split(" ")),
    repositories: wordsOf(claims["repositories"]),
    expiresAt: typeof expires === "number" ? expires * 1000 : undefined,
  };
}

function wordsOf(claim: unknown): readonly string[] | undefined {
  const words = typeof claim === "string" ? claim.split(/[\s,]+/) : Array.isArray(claim) ? claim.map(String) : undefined;
  return words && [...new Set(words)].sort();
}

function claimsOf(token: string): Record<string, unknown> {
  const middle = token.split(".")[1];
  if (middle === undefined) return {};
  try {
    const bytes = Uint8Array.from(atob(middle.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === "object" && claims !== null ? (claims as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Kept for this tab alone: gone when it is closed. */
export function keptReader(now: number): Reader | undefined {
  const token = sessionStorage.getItem(KEPT);
  const reader = token === null ? undefined : readerOf(token);
  return reader?.expiresAt !== undefined && reader.expiresAt <= now ? undefined : reader;
}

export function keepReader(reader: Reader | undefined): void {
  if (reader === undefined) sessionStorage.removeItem(KEPT);
  else sessionStorage.setItem(KEPT, reader.token);
}
