import type { SealedEntry, Subject } from "@change-ledger/model";
import { ApiError } from "./fault.ts";
import { pathOf } from "./paths.ts";
import type { ApiPorts } from "./ports.ts";

/** A page of a chain. */
export interface ChainPage {
  readonly subject: Subject;
  readonly entries: readonly SealedEntry[];
  readonly next?: number;
}

export const NO_CHAIN = "no chain of this subject is on record";

/** @throws ApiError `not-found` when the chain has no entry at all */
export async function readChain({ chains }: ApiPorts, subject: Subject, from: number, limit: number): Promise<ChainPage> {
  const found = await chains.read(subject, from, limit + 1);
  if (found.length === 0 && (from === 0 || (await chains.tail(subject, 1)).length === 0)) throw new ApiError("not-found", NO_CHAIN);
  const entries = found.slice(0, limit);
  return { subject, entries, ...(found.length > limit ? { next: from + limit } : {}) };
}

/** An entry as JSON: the value of its bytes, and their hash. */
export function hashed({ bytes, hash }: SealedEntry) {
  return { hash, entry: JSON.parse(Buffer.from(bytes).toString("utf8")) as HashedEntry };
}

/** What the bytes of an entry of version 1 hold; the store has checked them. */
type HashedEntry = Omit<SealedEntry["entry"], "facts"> & { facts: Record<string, unknown> };

/** The very bytes that were hashed, one entry a line; the next page is a link (RFC 8288). */
export function asJsonLines({ subject, entries, next }: ChainPage, limit: number): Response {
  const newline = Buffer.from("\n");
  const headers = new Headers({ "content-type": "application/jsonl", vary: "Accept" });
  if (next !== undefined) headers.set("link", `<${pathOf("chains", subject, "/entries")}?from=${next}&limit=${limit}>; rel="next"`);
  return new Response(Buffer.concat(entries.flatMap(({ bytes }) => [bytes, newline])), { headers });
}
