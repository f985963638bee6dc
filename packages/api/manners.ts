import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Context } from "hono";

/** What only its asker may keep, and only to ask whether it still holds. */
const REVALIDATE = "private, no-cache";
/** What never changes where it lies: a full tile, an hour's checkpoint. */
export const FOR_EVER = "private, max-age=31536000, immutable";
const NEVER = "no-store";

/** Below this, packing costs more than it saves. */
const PACKED_MIN_BYTES = 1024;
const PACKED_TYPE = /^(?:application\/(?:[\w.-]+\+)?json(?:l|-seq)?|text\/[\w.-]+)(?:;|$)/;
const PACKED = "-gzip";

/**
 * What every answer gets: how long it may be kept, and of what is read a strong ETag over its bytes (RFC 9110 8.8.3), 304 to who holds them (13.1.2), and gzip
 * for who takes it (12.5.3). What a handler says itself of keeping stays; what must not be kept has no ETag.
 * @param open what needs no token: anybody may keep it
 */
export async function mannerly(c: Context, open: boolean): Promise<void> {
  const { res } = c;
  const headers = new Headers(res.headers);
  headers.set("x-content-type-options", "nosniff");
  const isRead = res.status === 200 && (c.req.method === "GET" || c.req.method === "HEAD");
  if (!headers.has("cache-control")) headers.set("cache-control", isRead ? (open ? "no-cache" : REVALIDATE) : NEVER);
  if (!isRead || headers.get("cache-control") === NEVER) return answer(c, new Response(res.body, { status: res.status, headers }));
  const bytes = Buffer.from(await res.arrayBuffer());
  const type = headers.get("content-type") ?? "";
  const packable = bytes.length >= PACKED_MIN_BYTES && PACKED_TYPE.test(type);
  const packed = packable && takesGzip(c.req.header("accept-encoding"));
  const digest = createHash("sha256").update(bytes).digest("base64url").slice(0, 32);
  // Two codings of one answer are two sets of bytes: their strong tags differ.
  headers.set("etag", `"${digest}${packed ? PACKED : ""}"`);
  headers.set("vary", [...new Set([...listed(headers.get("vary")), "Accept", "Accept-Encoding"])].join(", "));
  if (holds(c.req.header("if-none-match"), digest)) {
    for (const name of ["content-type", "content-length"]) headers.delete(name);
    return answer(c, new Response(null, { status: 304, headers }));
  }
  if (packed) headers.set("content-encoding", "gzip");
  answer(c, new Response(packed ? Uint8Array.from(gzipSync(bytes, { level: 6 })) : Uint8Array.from(bytes), { status: 200, headers }));
}

/** hono would keep the former answer's headers beside these. */
function answer(c: Context, response: Response): void {
  c.res = undefined;
  c.res = response;
}

/** `If-None-Match` compares weakly: whichever coding the asker holds, it holds what it says. */
function holds(condition: string | undefined, digest: string): boolean {
  if (condition === undefined) return false;
  if (condition.trim() === "*") return true;
  return listed(condition).some((tag) => [`"${digest}"`, `"${digest}${PACKED}"`].includes(tag.replace(/^W\//, "")));
}

/** Whether `Accept-Encoding` names gzip (or everything) and does not weigh it with nothing. */
function takesGzip(accepted: string | undefined): boolean {
  const weights = new Map(
    listed(accepted ?? null).map((one) => {
      const [coding = "", ...parameters] = one.split(";").map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith("q="));
      return [coding === "x-gzip" ? "gzip" : coding, weight === undefined ? 1 : Number(weight.slice(2))] as const;
    }),
  );
  return (weights.get("gzip") ?? weights.get("*") ?? 0) > 0;
}

function listed(header: string | null): string[] {
  return (header ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}
