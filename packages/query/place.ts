import { instantSchema, type Subject, sha256Hex, subjectId, subjectSchema, subjectType } from "@change-ledger/model";
import * as z from "zod";
import { LIST_NAMES, LIST_TYPES, type ListName } from "./list-names.ts";

/** Where a summary stands in a list: by the earliest instant told of it, then by its subject. */
export interface Place {
  readonly at: string;
  readonly subject: Subject;
}

/** DynamoDB's limit of a sort key, bytes. */
const SORT_KEY_MAX_BYTES = 1024;

/** The place as a sort key: text that sorts as the places do. A subject too long for it is named by its digest. */
export function placeKey(place: Place): string {
  const key = `${place.at}#${place.subject}`;
  return Buffer.byteLength(key) <= SORT_KEY_MAX_BYTES ? key : `${place.at}#sha256:${sha256Hex(place.subject)}`;
}

/** Newest first; keys by their UTF-8, as DynamoDB orders them. */
export function comparePlaces(a: Place, b: Place): number {
  return Buffer.compare(Buffer.from(placeKey(b)), Buffer.from(placeKey(a)));
}

/**
 * The part of a list that a subject belongs to, a function of its id alone: the repository (`github/acme/cargo`), the account and region
 * (`codedeploy/123456789012/us-east-1`, `ecs/…`), the project (`jira/PAY`), else the system (`servicenow`).
 */
export function scopeOf(subject: Subject): string {
  const parts = subjectId(subject).split("/");
  if (["github", "codedeploy", "ecs"].includes(parts[0] ?? "")) return parts.slice(0, Math.min(3, Math.max(1, parts.length - 1))).join("/");
  if (subjectType(subject) === "ticket" && parts.length === 2) return `${parts[0]}/${(parts[1] ?? "").replace(/-\d+$/, "")}`;
  return parts[0] ?? "";
}

const cursorSchema = z.tuple([z.enum(LIST_NAMES), instantSchema, subjectSchema]);

/** The place as an opaque cursor: base64url of its JSON. It says where to go on, and nothing that a reader may not know. */
export function encodeCursor(list: ListName, place: Place): string {
  return Buffer.from(JSON.stringify([list, place.at, place.subject])).toString("base64url");
}

/** The place that `cursor` names; undefined when we did not write it so, or for another list. */
export function decodeCursor(list: ListName, cursor: string): Place | undefined {
  if (cursor.length > 4096) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  const parsed = cursorSchema.safeParse(value);
  if (!parsed.success || parsed.data[0] !== list || !LIST_TYPES[list].includes(subjectType(parsed.data[2]))) return undefined;
  const place = { at: parsed.data[1], subject: parsed.data[2] };
  return encodeCursor(list, place) === cursor ? place : undefined;
}
