import { type Subject, sha256Hex, subject } from "@change-ledger/model";
import type { Company } from "./company.ts";
import { toSecond } from "./identifiers.ts";
import { ACCOUNT, type Person, REGION } from "./people.ts";

export interface CatalogueRequest {
  readonly by: Person;
  readonly item: string;
  readonly version: string;
  /** Name of what is provisioned. */
  readonly product: string;
  /** AWS's code when it refuses; it makes a record when left out. */
  readonly refused?: string | undefined;
}

/** Asks the AWS Service Catalog for a product, which CloudTrail tells us. @returns the record's subject, or the audit chain of a refusal */
export function requestProduct(company: Company, of: CatalogueRequest): Subject {
  const atMs = company.tick();
  const recordId = `rec-${sha256Hex(`${company.name} ${company.seed} ${company.number()}`).slice(0, 13)}`;
  company.bus({
    version: "0",
    id: company.uuid(),
    source: "aws.servicecatalog",
    "detail-type": "AWS API Call via CloudTrail",
    account: ACCOUNT,
    region: REGION,
    time: toSecond(atMs),
    resources: [],
    detail: {
      eventSource: "servicecatalog.amazonaws.com",
      eventName: "ProvisionProduct",
      eventTime: toSecond(atMs),
      userIdentity: { type: "AssumedRole", arn: of.by.principalArn, sessionContext: { sessionIssuer: { userName: "Deployer" } } },
      requestParameters: { productId: of.item, provisioningArtifactId: of.version, provisionedProductName: of.product },
      ...(of.refused === undefined
        ? {
            responseElements: {
              recordDetail: {
                recordId,
                status: "CREATED",
                productId: of.item,
                provisioningArtifactId: of.version,
                provisionedProductName: of.product,
              },
            },
          }
        : { errorCode: of.refused, responseElements: null }),
    },
  });
  return of.refused === undefined
    ? subject("change", "service-catalog", ACCOUNT, REGION, recordId)
    : subject("audit", "service-catalog", ACCOUNT, REGION);
}
