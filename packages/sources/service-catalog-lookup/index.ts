import { subject } from "@change-ledger/model";
import * as z from "zod";
import { assemble } from "../assemble.ts";
import { account, region } from "../bus-event.ts";
import { firstInstant } from "../instant.ts";
import { parseJson } from "../json.ts";
import { present, told } from "../present.ts";
import { maybeText, moment, read } from "../read.ts";
import { OUTCOMES } from "../service-catalog/index.ts";
import type { Source } from "../source.ts";

const recordId = z.string().regex(/^[\w-]{1,64}$/);

const answer = z.object({
  account,
  region,
  record: z.object({
    RecordId: recordId,
    Status: maybeText,
    RecordType: maybeText,
    ProductId: maybeText,
    ProvisioningArtifactId: maybeText,
    ProvisionedProductId: maybeText,
    ProvisionedProductName: maybeText,
    CreatedTime: moment,
    UpdatedTime: moment,
  }),
});

/** ListRecordHistory's types of record, as CloudTrail calls what was asked for. */
const ACTIONS: ReadonlyMap<string, string> = new Map([
  ["PROVISION_PRODUCT", "ProvisionProduct"],
  ["UPDATE_PROVISIONED_PRODUCT", "UpdateProvisionedProduct"],
  ["TERMINATE_PROVISIONED_PRODUCT", "TerminateProvisionedProduct"],
]);

/** What the Service Catalog answered about a request: `{account, region, record}`, the record as ListRecordHistory gives it. Who asked for it the record does not say. */
export const serviceCatalogLookup: Source = {
  system: "service-catalog-lookup",
  version: 1,
  deliveryId({ body }) {
    try {
      const of = answer.safeParse(parseJson(body));
      return of.success ? idOf(of.data) : undefined;
    } catch {
      return undefined;
    }
  },
  normalise(delivery, auth, _settings) {
    const sent = read(answer, parseJson(delivery.body));
    const { record } = sent;
    const state = told(record.Status);
    const item = told(record.ProductId);
    const version = told(record.ProvisioningArtifactId);
    const ended = OUTCOMES.has(state ?? "");
    const times = {
      openedAt: firstInstant("record.CreatedTime", record.CreatedTime),
      closedAt: ended ? firstInstant("record.UpdatedTime", record.UpdatedTime) : undefined,
    };
    const facts = present({
      action: ACTIONS.get(told(record.RecordType) ?? "") ?? told(record.RecordType) ?? "record",
      type: "standard",
      state,
      catalogue: item === undefined ? undefined : present({ item, version }),
      service: told(record.ProvisionedProductName) ?? told(record.ProvisionedProductId),
      outcome: OUTCOMES.get(state ?? ""),
      ...times,
    });
    const reading = {
      kind: "record" as const,
      subject: subject("change", "service-catalog", sent.account, sent.region, record.RecordId),
      occurredAt: times.closedAt ?? times.openedAt ?? delivery.receivedAt,
      facts,
    };
    return assemble(serviceCatalogLookup, delivery, auth, reading, { event: "ListRecordHistory", id: idOf(sent) });
  },
};

/** A record in one state is one event. */
function idOf({ record }: z.output<typeof answer>): string {
  return `record/${record.RecordId}/${(told(record.Status) ?? "").replace(/[^A-Z_]/g, "").slice(0, 64)}`;
}
