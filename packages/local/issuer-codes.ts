import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** What a code stands for, from the moment that somebody chose a user until the client fetches its token. */
export interface Grant {
  readonly client: string;
  readonly redirectUri: string;
  readonly user: string;
  readonly scopes: readonly string[] | undefined;
  readonly nonce: string | null;
  /** SHA-256 of the verifier, base64url (RFC 7636, S256). */
  readonly challenge: string;
}

const CODE_MS = 60_000;
const CODES_MAX = 100;

/** Authorization codes: each is good once, for a minute, and for who began the sign-in. */
export class Codes {
  readonly #grants = new Map<string, Grant & { readonly endsMs: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  give(grant: Grant): string {
    const code = randomBytes(24).toString("base64url");
    const [oldest] = this.#grants.keys();
    if (this.#grants.size >= CODES_MAX && oldest !== undefined) this.#grants.delete(oldest);
    this.#grants.set(code, { ...grant, endsMs: this.#now() + CODE_MS });
    return code;
  }

  /** The grant, spent by being asked for; undefined when there is none, it is over, or somebody else began it. */
  take(code: string, by: { readonly client: string; readonly redirectUri: string; readonly verifier: string }): Grant | undefined {
    const grant = this.#grants.get(code);
    this.#grants.delete(code);
    if (grant === undefined || this.#now() >= grant.endsMs) return undefined;
    if (grant.client !== by.client || grant.redirectUri !== by.redirectUri) return undefined;
    const shown = createHash("sha256").update(by.verifier).digest();
    const kept = Buffer.from(grant.challenge, "base64url");
    return kept.length === shown.length && timingSafeEqual(kept, shown) ? grant : undefined;
  }
}
