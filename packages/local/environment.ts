import { join } from "node:path";
import { BUCKETS, type BucketName, ENVIRONMENT, QUEUES, type QueueName, TABLES, type TableName } from "../../stacks/definitions.ts";
import { type KeyFile, keyAlias } from "./kms.ts";
import { LOCAL_PRINCIPALS } from "./machines.ts";
import { ACCOUNT, bucketName, OWN_BUS, queueName, REGION, tableName } from "./names.ts";
import { DEAD_LETTER_QUEUES } from "./resources.ts";

/** Where the stack answers, by service. */
export interface Endpoints {
  readonly dynamodb: string;
  /** S3, SQS, EventBridge, KMS, CodeDeploy, ECS, ECR, the Service Catalog and Lambda's own API. */
  readonly aws: string;
}

/** Name of the local log and of its keys. */
const LOG_ORIGIN = "change-ledger.local/log";

/** What the functions find in their environment: the endpoints in place of AWS, credentials that open nothing, the names of the resources, and the keys that sign. */
export function environmentOf(endpoints: Endpoints, dataDir: string, keys: KeyFile): Record<string, string> {
  const of = <K extends string>(all: Readonly<Partial<Record<K, string>>>, known: object, value: (name: K) => string) =>
    Object.fromEntries(
      (Object.entries(all) as [K, string][])
        .filter(([name]) => Object.hasOwn(known, name))
        .map(([name, variable]) => [variable, value(name)]),
    );
  return {
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_EC2_METADATA_DISABLED: "true",
    // The user's own profile must not lead a function to a real account.
    AWS_CONFIG_FILE: join(dataDir, "no-aws-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(dataDir, "no-aws-credentials"),
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_DYNAMODB_STREAMS: endpoints.dynamodb,
    AWS_ENDPOINT_URL_S3: endpoints.aws,
    AWS_ENDPOINT_URL_SQS: endpoints.aws,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.aws,
    AWS_ENDPOINT_URL_CODEDEPLOY: endpoints.aws,
    AWS_ENDPOINT_URL_KMS: endpoints.aws,
    AWS_ENDPOINT_URL_ECS: endpoints.aws,
    AWS_ENDPOINT_URL_ECR: endpoints.aws,
    AWS_ENDPOINT_URL_SERVICE_CATALOG: endpoints.aws,
    AWS_ENDPOINT_URL_LAMBDA: endpoints.aws,
    ...of<TableName>(ENVIRONMENT.tables, TABLES, tableName),
    ...of<BucketName>(ENVIRONMENT.buckets, BUCKETS, bucketName),
    ...of<QueueName>(ENVIRONMENT.queues, QUEUES, (name) => `${endpoints.aws}/${ACCOUNT}/${queueName(name)}`),
    DEAD_LETTER_QUEUES: JSON.stringify(
      Object.fromEntries(Object.entries(DEAD_LETTER_QUEUES).map(([name, queue]) => [name, `${endpoints.aws}/${ACCOUNT}/${queue}`])),
    ),
    [ENVIRONMENT.bus]: OWN_BUS,
    API_PRINCIPALS: JSON.stringify(LOCAL_PRINCIPALS),
    LOG_ORIGIN,
    NOTE_KEYS: JSON.stringify([{ kms: keyAlias("note"), from: keys.note.createdAt }]),
    ENVELOPE_KEYS: JSON.stringify([{ kms: keyAlias("envelope"), from: keys.envelope.createdAt }]),
  };
}

const FOREIGN = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"];

/** Sets `values` in the process, without whatever could lead elsewhere. Answers how to undo it. */
export function applyEnvironment(values: Readonly<Record<string, string>>): () => void {
  const before = new Map([...Object.keys(values), ...FOREIGN].map((name) => [name, process.env[name]]));
  for (const name of FOREIGN) delete process.env[name];
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
