import type { Identity } from "@change-ledger/model";
import * as z from "zod";
import { SourceError } from "../fault.ts";
import { identityOf } from "../identity.ts";
import { instantOf } from "../instant.ts";
import { told } from "../present.ts";
import { maybeText } from "../read.ts";

/** A field as ServiceNow's interfaces write it: its value, or what is stored beside what is shown. Numbers and booleans come as text or as they are. */
const plainValue = z.union([z.string().max(1024), z.number(), z.boolean()]).nullish();
export const field = z.union([plainValue, z.object({ value: plainValue, display_value: plainValue })]);
type Field = z.output<typeof field>;

function parts(of: Field): { readonly value: string | undefined; readonly shown: string | undefined } {
  const text = (one: string | number | boolean | null | undefined) =>
    told(one === null || one === undefined ? undefined : String(one).trim());
  if (of === null || of === undefined || typeof of !== "object") return { value: text(of), shown: undefined };
  return { value: text(of.value), shown: text(of.display_value) };
}

/** What is stored: of a choice its own name, which no translation changes. */
export function stored(of: Field): string | undefined {
  const { value, shown } = parts(of);
  return value ?? shown;
}

/** What is shown: of a choice that is stored as a number, and of a reference, which is stored as an id. */
export function shown(of: Field): string | undefined {
  const { value, shown: label } = parts(of);
  return label ?? value;
}

const SERVICENOW = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/;

/**
 * A time: ServiceNow stores UTC without an offset (`2026-11-21 22:14:45`). What it shows is in the zone of whoever looks, and is never read.
 * @throws SourceError
 */
export function time(of: Field, name: string): string | undefined {
  const { value, shown: label } = parts(of);
  if (value === undefined) {
    if (label !== undefined) throw new SourceError(name, "expected the stored value: what is shown is in a zone that nobody tells");
    return undefined;
  }
  const [, date, clock] = SERVICENOW.exec(value) ?? [];
  return instantOf(date === undefined ? value : `${date}T${clock}Z`, name);
}

/** Whether a text of any length is given; undefined when the field was not sent. */
export const given = z
  .union([z.string(), z.boolean(), z.number(), z.object({ value: z.string().nullish(), display_value: z.string().nullish() })])
  .nullish()
  .transform((of): boolean | undefined => {
    if (of === null || of === undefined) return undefined;
    if (typeof of === "boolean") return of;
    const text = typeof of === "object" ? (of.value ?? of.display_value ?? "") : String(of);
    return text.trim() !== "" && text !== "false";
  });

/** A reference to a user: the sys_id as text, a pair with the name that is shown, or both names of the user. */
export const person = z.union([
  plainValue,
  z.object({ sys_id: maybeText, user_name: maybeText, value: plainValue, display_value: plainValue }),
]);

/** The user by `sys_id`, which stays, and `user_name`. The name that is shown is a person's full one: it is taken only where there is nothing else. */
export function identityIn(of: z.output<typeof person>, key: string): Identity | undefined {
  const both = of !== null && typeof of === "object" ? identityOf(of.sys_id, of.user_name, key) : {};
  if (Object.keys(both).length > 0) return both;
  const { value, shown: label } = parts(of);
  if (value === undefined && label === undefined) return undefined;
  if (value !== undefined && /^[0-9a-f]{32}$/.test(value)) return identityOf(value, undefined, key);
  return identityOf(undefined, value ?? label, key);
}
