import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, posix } from "node:path";
import { gzipSync } from "node:zlib";

/** What the page is told of how its readers sign in. */
export interface ConsoleSettings {
  /** Holds the built page: index.html and its assets. */
  readonly folder: string;
  readonly signIn: { readonly issuer: string; readonly clientId: string; readonly scope: string };
  /** Origins that the API's links lead to, where evidence is read. */
  readonly links: readonly string[];
}

/** What is taken of an HTTP API's event, payload format 2.0. */
export interface ConsoleEvent {
  readonly rawPath: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly requestContext: { readonly http: { readonly method: string } };
}

export interface ConsoleAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

interface Served {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly zipped: Buffer;
  /** Its name holds a digest of it. */
  readonly forever: boolean;
}

const BASE = "/console/";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

/**
 * Serves the console's files, read once. What is no file is a page of the console, which its own script opens.
 * @throws Error when the folder holds no built page
 */
export function serveConsole({ folder, signIn, links }: ConsoleSettings): (event: ConsoleEvent) => ConsoleAnswer {
  const files = new Map(filesIn(folder).map((path) => [path, served(path, readFileSync(join(folder, path)))]));
  files.set("sign-in.json", served("sign-in.json", Buffer.from(JSON.stringify(signIn))));
  const page = files.get("index.html");
  if (page === undefined) throw new Error(`expected the built console in ${folder}: npm run build:console`);
  const headers = guards([new URL(signIn.issuer).origin, ...links]);
  return ({ rawPath, headers: asked, requestContext: { http } }) => {
    if (http.method !== "GET" && http.method !== "HEAD") return plain(405, { ...headers, allow: "GET, HEAD" }, "");
    const path = rawPath.startsWith(BASE) ? rawPath.slice(BASE.length) : "";
    const file = files.get(path) ?? (path.startsWith("assets/") ? undefined : page);
    if (file === undefined) return plain(404, { ...headers, "content-type": "text/plain; charset=utf-8" }, "There is no such file.\n");
    const zipped = /(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$)).*)?(?:,|$)/i.test(asked["accept-encoding"] ?? "");
    const found = {
      ...headers,
      "content-type": file.type,
      etag: file.etag,
      vary: "accept-encoding",
      "cache-control": file.forever ? "public, max-age=31536000, immutable" : "no-cache",
    };
    if (asked["if-none-match"]?.split(",").some((tag) => tag.trim() === file.etag) === true) return plain(304, found, "");
    return {
      statusCode: 200,
      headers: zipped ? { ...found, "content-encoding": "gzip" } : found,
      body: (zipped ? file.zipped : file.plain).toString("base64"),
      isBase64Encoded: true,
    };
  };
}

/** Nothing comes from elsewhere but evidence, nothing is sent elsewhere but to who signs readers in. */
function guards(others: readonly string[]): Readonly<Record<string, string>> {
  return {
    "content-security-policy": [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      `connect-src 'self' ${others.join(" ")}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
  };
}

function served(path: string, bytes: Buffer): Served {
  return {
    type: TYPES[extname(path)] ?? "application/octet-stream",
    etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`,
    plain: bytes,
    zipped: gzipSync(bytes, { level: 9 }),
    forever: path.startsWith("assets/"),
  };
}

function filesIn(folder: string, below = ""): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(below, entry.name);
    return entry.isDirectory() ? filesIn(folder, path) : [path];
  });
}

function plain(statusCode: number, headers: Readonly<Record<string, string>>, body: string): ConsoleAnswer {
  return { statusCode, headers, body, isBase64Encoded: false };
}
