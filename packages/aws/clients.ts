import { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { ServiceCatalogClient } from "@aws-sdk/client-service-catalog";
import { SQSClient } from "@aws-sdk/client-sqs";

/**
 * What all clients share: connections are kept (the SDK's default) and may be as many as a batch has calls under way at once; a call that hangs is given up long
 * before its function is, and tried again a few times. Region, credentials and endpoints (`AWS_REGION`, `AWS_ENDPOINT_URL_*`) are the SDK's to find.
 */
const SHARED = {
  maxAttempts: 4,
  retryMode: "standard",
  requestHandler: {
    connectionTimeout: 1_500,
    requestTimeout: 8_000,
    throwOnRequestTimeout: true,
    httpsAgent: { maxSockets: 128 },
    httpAgent: { maxSockets: 128 },
  },
} as const;

/**
 * Checksums are ours: each PUT that matters carries SHA-256, each body read is checked against the digest that the ledger holds; the SDK's own
 * CRC over the same bytes would be work for nothing.
 * At an endpoint of one's own (the SDK's own variables for that) a bucket has no host name, so it goes into the path; AWS itself wants it in the host.
 */
export function s3Client(environment: Readonly<Record<string, string | undefined>> = process.env): S3Client {
  return new S3Client({
    ...SHARED,
    forcePathStyle: (environment["AWS_ENDPOINT_URL_S3"] ?? environment["AWS_ENDPOINT_URL"]) !== undefined,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}

export function dynamoClient(): DynamoDBClient {
  return new DynamoDBClient(SHARED);
}

export function sqsClient(): SQSClient {
  // What is sent is signed and travels over TLS: MD5 of each message is work for nothing.
  return new SQSClient({ ...SHARED, md5: false });
}

export function eventBridgeClient(): EventBridgeClient {
  return new EventBridgeClient(SHARED);
}

export function kmsClient(): KMSClient {
  return new KMSClient(SHARED);
}

/** @param region the deployment's: its account and region are in its subject, and CodeDeploy answers for one region alone */
export function codeDeployClient(region: string): CodeDeployClient {
  return new CodeDeployClient({ ...SHARED, region });
}

export function serviceCatalogClient(region: string): ServiceCatalogClient {
  return new ServiceCatalogClient({ ...SHARED, region });
}

export function ecsClient(region: string): ECSClient {
  return new ECSClient({ ...SHARED, region });
}

export function ecrClient(region: string): ECRClient {
  return new ECRClient({ ...SHARED, region });
}

export function lambdaClient(region: string): LambdaClient {
  return new LambdaClient({ ...SHARED, region });
}
