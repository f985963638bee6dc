import { type Identity, type Subject, subject, subjectSchema } from "@change-ledger/model";
import * as z from "zod";
import { assemble } from "../assemble.ts";
import { busEventId, type PutEvent, putBy, putUnder, readPutEvent, VERSION } from "../bus-event.ts";
import { SourceError } from "../fault.ts";
import { repositoryName } from "../github/shapes.ts";
import { identityOf } from "../identity.ts";
import { firstInstant } from "../instant.ts";
import { present, told } from "../present.ts";
import { maybeText, moment, read, sha } from "../read.ts";
import type { Reading, Source } from "../source.ts";

/** Detail types with a meaning of their own; `attested` takes any, under `what`. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ["qa.signed-off", "qa-sign-off"],
  ["security.reviewed", "security-review"],
  ["tests.completed", "test-results"],
  ["change.authorised", "authorisation"],
  ["change.reviewed-afterwards", "retrospective-review"],
]);
const ANY = "attested";

const name = z.string().min(1).max(256);
const word = z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/);

const attestation = z.object({
  detail: z.object({
    version: VERSION,
    what: word.nullish(),
    result: z.enum(["passed", "failed"]),
    host: word.nullish(),
    repository: repositoryName.nullish(),
    revision: sha.nullish(),
    change: z
      .custom<Subject>((value) => typeof value === "string" && value.startsWith("change:") && subjectSchema.safeParse(value).success)
      .nullish(),
    environment: name.nullish(),
    tool: name.nullish(),
    by: z.union([name, z.object({ system: word, id: maybeText, login: maybeText })]).nullish(),
    at: moment,
  }),
});
type Detail = z.output<typeof attestation>["detail"];

/** What other systems say of a change or a revision through our bus: QA's sign-off, test results, a review afterwards. */
export const attested: Source = {
  system: "attested",
  version: 1,
  bus: putUnder(new Set([...MEANINGS.keys(), ANY])),
  deliveryId: ({ body }) => busEventId(body),
  normalise(delivery, auth, settings) {
    const event = readPutEvent(delivery.body);
    const { detail } = read(attestation, { detail: event.detail });
    const reading = readingOf(event, detail, settings.identityKey);
    return assemble(attested, delivery, auth, reading, { id: event.id, event: event.detailType, actor: putBy(event) });
  },
};

function readingOf(event: PutEvent, detail: Detail, key: string): Reading {
  const what = event.detailType === ANY ? told(detail.what) : MEANINGS.get(event.detailType);
  if (what === undefined) throw new SourceError("detail.what", "expected what was attested");
  return {
    kind: "attested",
    subject: subjectOf(detail),
    occurredAt: firstInstant("detail.at", detail.at) ?? event.time,
    facts: present({
      what,
      outcome: detail.result,
      commit: told(detail.revision),
      change: detail.change ?? undefined,
      environment: told(detail.environment),
      tool: told(detail.tool) ?? event.source,
      by: claimedBy(detail.by, key),
    }),
  };
}

/** The change that it names, else the revision. */
function subjectOf({ change, revision, repository, host }: Detail): Subject {
  if (change) return change;
  if (!revision) throw new SourceError("detail.revision", "expected a revision, or a change");
  if (!repository) throw new SourceError("detail.repository", "expected the revision's repository");
  return subject("commit", host ?? "github", repository, revision);
}

/** Whom the sender names: nobody but the sender vouches for it. A bare name is one of the bus's own (`bus` in the configuration's accounts). */
function claimedBy(by: Detail["by"], key: string): (Identity & { system: string }) | undefined {
  if (by === null || by === undefined) return undefined;
  if (typeof by === "string") return { ...identityOf(undefined, by, key), system: "bus" };
  const who = identityOf(by.id, by.login, key);
  return Object.keys(who).length === 0 ? undefined : { ...who, system: by.system };
}
