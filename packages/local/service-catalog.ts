import { type Input, type JsonService, text } from "./aws-json.ts";
import { seconds, wire } from "./epoch.ts";

/** A record of a request, as ListRecordHistory gives it, times in RFC 3339. */
export type CatalogueRecord = Readonly<Record<string, unknown>> & { readonly RecordId: string; readonly CreatedTime: string };

/** What was asked of the Service Catalog, as it would know it: a stand-in for a service that nothing open answers for. */
export class CatalogueRecords {
  readonly #records = new Map<string, CatalogueRecord>();

  /** One of the same id becomes this. */
  add(record: CatalogueRecord): void {
    this.#records.set(record.RecordId, record);
  }

  newestFirst(): readonly CatalogueRecord[] {
    return [...this.#records.values()].sort((a, b) => seconds(b.CreatedTime) - seconds(a.CreatedTime));
  }
}

/** The Service Catalog's one operation that a comparison needs, in AWS's JSON protocol 1.1. */
export function serviceCatalogService(records: CatalogueRecords): JsonService {
  return {
    version: "1.1",
    operations: {
      ListRecordHistory(input: Input) {
        const from = Number(text(input, "PageToken") ?? 0);
        const to = from + Number(input["PageSize"] ?? 20);
        const all = records.newestFirst();
        return { RecordDetails: all.slice(from, to).map((one) => wire(one)), ...(to < all.length && { NextPageToken: String(to) }) };
      },
    },
  };
}
