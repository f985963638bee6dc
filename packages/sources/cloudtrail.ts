import type { Actor } from "@change-ledger/model";
import * as z from "zod";
import { withoutMail } from "./identity.ts";
import { present, told } from "./present.ts";
import { maybeText } from "./read.ts";

/** CloudTrail's `userIdentity`: who called an API of AWS. */
export const userIdentity = z
  .object({
    type: maybeText,
    principalId: maybeText,
    arn: maybeText,
    userName: maybeText,
    invokedBy: maybeText,
    sessionContext: z.object({ sessionIssuer: z.object({ userName: maybeText }).nullish() }).nullish(),
  })
  .nullish();

/** The principal, without the e-mail addresses that role session names often are (`…/AWSReservedSSO_Admin/jane@example.com`). */
export function principalOf(who: z.output<typeof userIdentity>, key: string) {
  const named = (part: string | null | undefined): string | undefined => {
    const given = told(part);
    return given === undefined ? undefined : withoutMail(given, key);
  };
  return present({
    arn: named(who?.arn),
    type: told(who?.type),
    id: named(who?.principalId),
    name: named(told(who?.userName) ?? told(who?.sessionContext?.sessionIssuer?.userName) ?? told(who?.invokedBy)),
  });
}

/** The principal as the actor of an event; undefined when CloudTrail names nobody. */
export function principalActor(principal: ReturnType<typeof principalOf>): Actor | undefined {
  const actor = present({ system: "aws", id: principal.arn ?? principal.id, login: principal.name });
  return actor.id === undefined && actor.login === undefined ? undefined : actor;
}
