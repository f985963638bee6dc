import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Caller } from "./http-source.ts";

/** A bearer token as RFC 6750 writes it, long enough not to be guessed. */
const TOKEN = /^[\w.~+/-]{20,}=*$/;
/** Whoever holds the data folder can read all of it anyway. */
const SCOPE = "admin";

export function tokenFile(dataDir: string): string {
  return join(dataDir, "token");
}

/**
 * The token of the local API, kept in the data folder for its owner alone; made at the first start, and again when a crash cut the file short.
 * Called by whoever holds the data folder: two at once would overwrite each other's.
 */
export function localToken(dataDir: string): string {
  const file = tokenFile(dataDir);
  const kept = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  if (TOKEN.test(kept)) {
    chmodSync(file, 0o600);
    return kept;
  }
  const token = randomBytes(32).toString("base64url");
  // Removed first: an existing file would keep its mode while the token is written.
  rmSync(file, { force: true });
  writeFileSync(file, `${token}\n`, { mode: 0o600, flag: "wx" });
  return token;
}

/** Stands for the JWT authoriser: `Authorization: Bearer <token>` may all. Compared by digest, in constant time. */
export function bearer(token: string): (authorization: string | undefined) => Caller | undefined {
  const expected = digest(token);
  return (authorization) => {
    const sent = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
    if (sent === undefined || !timingSafeEqual(digest(sent), expected)) return undefined;
    return { claims: { sub: "local", scope: SCOPE }, scopes: [SCOPE] };
  };
}

/** For comparisons in constant time. */
export function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
