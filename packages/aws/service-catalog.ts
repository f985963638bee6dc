import { ListRecordHistoryCommand, type RecordDetail, type ServiceCatalogClient } from "@aws-sdk/client-service-catalog";
import { canonicalBytes } from "@change-ledger/model";
import type { CatalogueLists } from "@change-ledger/query";
import { told } from "./lookup-answer.ts";

const PAGE = 20;
const PAGES_MAX = 1000;

/** The Service Catalog's own record of requests, newest first, those of all accounts that it shows us. */
export function serviceCatalogLists(clientOf: (region: string) => Pick<ServiceCatalogClient, "send">): CatalogueLists {
  return {
    async records({ account, region }, since) {
      const client = clientOf(region);
      const found = [];
      let PageToken: string | undefined;
      for (let page = 0; page < PAGES_MAX; page++) {
        const answer = await told(
          "ListRecordHistory",
          client.send(
            new ListRecordHistoryCommand({
              AccessLevelFilter: { Key: "Account", Value: "self" },
              PageSize: PAGE,
              ...(PageToken === undefined ? {} : { PageToken }),
            }),
          ),
        );
        let past = false;
        for (const record of answer.RecordDetails ?? []) {
          const createdAt = record.CreatedTime?.toISOString();
          if (record.RecordId === undefined || createdAt === undefined) continue;
          past ||= createdAt < since;
          if (createdAt >= since)
            found.push({ id: record.RecordId, createdAt, state: record.Status, body: bodyOf({ account, region }, record) });
        }
        PageToken = answer.NextPageToken;
        if (past || PageToken === undefined || PageToken === "") break;
      }
      return found;
    },
  };
}

/** What the normaliser reads; tags and errors, which are free text, stay out. */
function bodyOf(at: { readonly account: string; readonly region: string }, record: RecordDetail): Uint8Array {
  const { RecordId, Status, RecordType, ProductId, ProvisioningArtifactId, ProvisionedProductId, ProvisionedProductName } = record;
  const kept = { RecordId, Status, RecordType, ProductId, ProvisioningArtifactId, ProvisionedProductId, ProvisionedProductName };
  const times = { CreatedTime: record.CreatedTime?.toISOString(), UpdatedTime: record.UpdatedTime?.toISOString() };
  return canonicalBytes(JSON.parse(JSON.stringify({ ...at, record: { ...kept, ...times } })));
}
