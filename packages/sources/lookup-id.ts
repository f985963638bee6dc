import { sha256Hex } from "@change-ledger/model";
import type * as z from "zod";
import { parseJson } from "./json.ts";
import type { Source } from "./source.ts";

/** The id of a look-up's answer: the answer's digest is in it, so that a later, different answer is a new entry, and the same one is not. */
export function lookupId(what: string, body: Uint8Array): string {
  return `lookup/${what}/${sha256Hex(body).slice(0, 32)}`;
}

/** The delivery id of a look-up whose body keeps `asked`; undefined of any other body. */
export function lookupDeliveryId<S extends z.ZodType>(asked: S, idOf: (of: z.output<S>, body: Uint8Array) => string): Source["deliveryId"] {
  return ({ body }) => {
    try {
      const of = asked.safeParse(parseJson(body));
      return of.success ? idOf(of.data, body) : undefined;
    } catch {
      return undefined;
    }
  };
}
