import type { Offer } from "./configurations.ts";

/** That a version of the configuration was refused, and an older one therefore stays in force: a finding until a later version comes into force. */
interface RefusedVersions {
  /** Since when it is open; undefined: it is not. */
  readonly since: string | undefined;
  /** When the last that was refused was made good by a later version; undefined while one is open, or where none ever was refused. */
  readonly resolvedAt: string | undefined;
}

/**
 * @param offers in the order of their chain
 * @param asOf by the verdicts that had been recorded then (RFC 3339, UTC, milliseconds)
 */
export function refusedVersions(offers: readonly Offer[], asOf: string): RefusedVersions {
  let since: string | undefined;
  let resolvedAt: string | undefined;
  for (const { verdict, verdictAt = "~" } of offers) {
    if (verdictAt > asOf) continue;
    if (verdict === "refused" && (since === undefined || verdictAt < since)) since = verdictAt;
    // A version may be judged before an older one is.
    if (verdict === "in-force" && since !== undefined) {
      resolvedAt = verdictAt > since ? verdictAt : since;
      since = undefined;
    }
  }
  return { since, resolvedAt: since === undefined ? resolvedAt : undefined };
}
