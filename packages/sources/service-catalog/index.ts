import { type Actor, subject } from "@change-ledger/model";
import * as z from "zod";
import { assemble } from "../assemble.ts";
import { account, busEventId, idOf, region } from "../bus-event.ts";
import { principalActor, principalOf, userIdentity } from "../cloudtrail.ts";
import { instantOf } from "../instant.ts";
import { parseJson } from "../json.ts";
import { present, told } from "../present.ts";
import { maybeText, read } from "../read.ts";
import type { Reading, Source } from "../source.ts";

const REQUESTS = ["ProvisionProduct", "UpdateProvisionedProduct", "TerminateProvisionedProduct"] as const;

const named = { productId: maybeText, productName: maybeText, provisioningArtifactId: maybeText, provisioningArtifactName: maybeText };
const provisioned = { provisionedProductId: maybeText, provisionedProductName: maybeText };

const call = z.object({
  account,
  region,
  time: z.string().max(64),
  detail: z.object({
    eventName: z.enum(REQUESTS),
    eventTime: z.string().max(64).nullish(),
    errorCode: maybeText,
    userIdentity,
    requestParameters: z.object({ ...named, ...provisioned }).nullish(),
    responseElements: z
      .object({
        recordDetail: z
          .object({
            recordId: z.string().regex(/^[\w-]{1,64}$/),
            status: maybeText,
            productId: maybeText,
            provisioningArtifactId: maybeText,
            ...provisioned,
          })
          .nullish(),
      })
      .nullish(),
  }),
});

/** Where AWS says how a request ended; while it runs the status is another. */
export const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ["SUCCEEDED", "successful"],
  ["FAILED", "unsuccessful"],
]);

/** Requests to the AWS Service Catalog, as CloudTrail records them: each is a standard change that names its catalogue item and version. */
export const serviceCatalog: Source = {
  system: "service-catalog",
  version: 1,
  bus: (event) => event.source === "aws.servicecatalog" && event.detailType === "AWS API Call via CloudTrail",
  deliveryId: ({ body }) => busEventId(body),
  normalise(delivery, auth, settings) {
    const body = parseJson(delivery.body);
    const sent = read(call, body);
    const { reading, actor } = requested(sent, settings.identityKey);
    const event = `AWS API Call via CloudTrail.${sent.detail.eventName}`;
    return assemble(serviceCatalog, delivery, auth, reading, { id: idOf(body), event, actor });
  },
};

/** A request that was refused made no record: it is in the audit chain of its account and region. */
function requested(sent: z.output<typeof call>, key: string): { reading: Reading; actor: Actor | undefined } {
  const { detail } = sent;
  const made = detail.responseElements?.recordDetail;
  const asked = detail.requestParameters;
  const principal = principalOf(detail.userIdentity, key);
  const item = told(made?.productId) ?? told(asked?.productId) ?? told(asked?.productName);
  const version = told(made?.provisioningArtifactId) ?? told(asked?.provisioningArtifactId) ?? told(asked?.provisioningArtifactName);
  const actor = principalActor(principal);
  const state = told(made?.status);
  return {
    actor,
    reading: {
      kind: "record",
      subject: made
        ? subject("change", "service-catalog", sent.account, sent.region, made.recordId)
        : subject("audit", "service-catalog", sent.account, sent.region),
      occurredAt: instantOf(detail.eventTime ?? sent.time, "detail.eventTime"),
      facts: present({
        action: detail.eventName,
        type: "standard",
        state,
        requestedBy: actor === undefined ? undefined : present({ id: actor.id, login: actor.login }),
        catalogue: item === undefined ? undefined : present({ item, version }),
        service:
          told(made?.provisionedProductName) ??
          told(asked?.provisionedProductName) ??
          told(made?.provisionedProductId) ??
          told(asked?.provisionedProductId),
        outcome: OUTCOMES.get(state ?? ""),
        error: told(detail.errorCode),
      }),
    },
  };
}
