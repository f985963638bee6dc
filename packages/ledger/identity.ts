import { hash } from "node:crypto";
import type { AuthenticatedBy, EntrySource, PayloadReference, Subject } from "@change-ledger/model";

/** What makes an event the same event: of a `SourceFact` on its way in, and of an entry on record. */
export interface Identified {
  readonly subject: Subject;
  readonly source: EntrySource;
  readonly payload?: Pick<PayloadReference, "sha256"> | undefined;
  readonly part?: { readonly index: number; readonly of: number } | undefined;
}

/**
 * Senders that sign sign the body, not the delivery id beside it: whoever has seen one signed body can send it again under
 * any id, and so could spend the id of a delivery still to come. Their events are therefore told apart by id *and* body.
 */
const ID_IS_UNSIGNED: ReadonlySet<AuthenticatedBy> = new Set<AuthenticatedBy>(["hmac-sha256", "hmac-sha1", "shared-secret"]);

function digest(...words: readonly string[]): string {
  return hash("sha256", words.map((word) => `${word}\0`).join(""), "base64url").slice(0, 32);
}

/** The same for the same event however often and in whatever order it comes; 192 bits, base64url. */
export function identityOf(of: Identified): string {
  const body = ID_IS_UNSIGNED.has(of.source.auth) ? (of.payload?.sha256 ?? "") : "";
  return digest("event", of.subject, of.source.system, of.source.id, body, String(of.part?.index ?? 0));
}

/** The same for the same signed body, whatever its delivery id; `undefined` where the sender's id can be trusted. */
export function bodyOf(of: Identified): string | undefined {
  if (!ID_IS_UNSIGNED.has(of.source.auth) || of.payload === undefined) return undefined;
  return digest("body", of.subject, of.source.system, of.payload.sha256, String(of.part?.index ?? 0));
}

/**
 * The marker that stands for an entry of a long chain. One marker serves both questions: "was this event recorded?" and "did this
 * body come under another id?"; its value is the source's id. An entry that repeats a body needs a marker of its own.
 */
export function markerOf(of: Identified): { readonly key: string; readonly value: string } {
  const body = of.source.replays === undefined ? bodyOf(of) : undefined;
  return { key: body ?? identityOf(of), value: of.source.id };
}
