import type { Actor } from "@change-ledger/model";
import * as z from "zod";
import { instantOf } from "./instant.ts";
import { parseJson } from "./json.ts";
import { read, text } from "./read.ts";
import { type BusEvent, eventId } from "./source.ts";

export const account = z.string().regex(/^\d{12}$/);
export const region = z.string().regex(/^[a-z]{2,8}(?:-[a-z0-9]{1,16}){1,4}$/);

const putEvent = z.object({ source: text, "detail-type": text, account, time: z.string().max(64), detail: z.unknown().optional() });

/** What another system put on our bus: the envelope that EventBridge makes, and the detail, which is all the sender's. */
export interface PutEvent {
  readonly id: string | undefined;
  readonly detailType: string;
  /** Free for the sender to choose. */
  readonly source: string;
  /** Whose principal put it there: EventBridge's word, the only thing about the sender that is authenticated. */
  readonly account: string;
  readonly time: string;
  readonly detail: unknown;
}

/** The `id` that EventBridge gave the event in `body`; undefined for what is none. */
export function busEventId(body: Uint8Array): string | undefined {
  try {
    return idOf(parseJson(body));
  } catch {
    return undefined;
  }
}

export function idOf(body: unknown): string | undefined {
  return eventId((body as { readonly id?: unknown } | null)?.id);
}

/** @throws SourceError */
export function readPutEvent(bytes: Uint8Array): PutEvent {
  const body = parseJson(bytes);
  const sent = read(putEvent, body);
  return {
    id: idOf(body),
    detailType: sent["detail-type"],
    source: sent.source,
    account: sent.account,
    time: instantOf(sent.time, "time"),
    detail: sent.detail,
  };
}

/** Takes events of these detail types from whoever may put them on our bus. AWS's own services have other ones, and sources that begin with `aws.`. */
export function putUnder(detailTypes: ReadonlySet<string>): (event: BusEvent) => boolean {
  return ({ source, detailType }) => detailTypes.has(detailType) && !source.startsWith("aws.");
}

/** Who put it there, as far as EventBridge says: the account. Whatever else the detail claims is a claim. */
export function putBy({ account: id }: PutEvent): Actor {
  return { system: "aws", id };
}

/** Version of the documented schemas: a later one is not guessed at. */
export const VERSION = z.literal(1);
