import { AsyncLocalStorage } from "node:async_hooks";
import { CodeDeployClient } from "@aws-sdk/client-codedeploy";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { ServiceCatalogClient } from "@aws-sdk/client-service-catalog";
import { SQSClient } from "@aws-sdk/client-sqs";
import { HANDLERS } from "../../packages/local/handlers.ts";
import type { Handler, Handlers } from "../../packages/local/lambda.ts";
import { ACCOUNT, REGION } from "../../packages/local/names.ts";
import type { FunctionName } from "../../stacks/definitions.ts";

/** What IAM would have been asked for a call. */
export interface Call {
  readonly action: string;
  readonly arn: string;
}
type Input = Readonly<Record<string, unknown>>;

const PARTIQL = { INSERT: "PartiQLInsert", UPDATE: "PartiQLUpdate", DELETE: "PartiQLDelete", SELECT: "PartiQLSelect" } as const;

/** Real functions whose calls of AWS are written down, each with the function that made it. */
export function recordedCalls(): { readonly handlers: Handlers; readonly calls: ReadonlyMap<FunctionName, Call[]>; restore(): void } {
  const running = new AsyncLocalStorage<FunctionName>();
  const calls = new Map<FunctionName, Call[]>();
  const note = (command: { readonly constructor: { readonly name: string }; readonly input: object }) => {
    const name = running.getStore();
    if (name === undefined) return;
    const own = callsOf(command.constructor.name.replace(/Command$/, ""), command.input as Input);
    calls.set(name, [...(calls.get(name) ?? []), ...own]);
  };
  const clients = [DynamoDBClient, S3Client, SQSClient, EventBridgeClient, CodeDeployClient, KMSClient, ServiceCatalogClient];
  const restores = clients.map(({ prototype }) => {
    const send = prototype.send as (...given: unknown[]) => unknown;
    const recording = function (this: unknown, ...given: unknown[]): unknown {
      note(given[0] as Parameters<typeof note>[0]);
      return send.apply(this, given);
    };
    Object.defineProperty(prototype, "send", { value: recording, configurable: true, writable: true });
    return () => Reflect.deleteProperty(prototype, "send");
  });
  const within = (name: FunctionName): Handlers[FunctionName] => {
    const load = HANDLERS[name];
    return async (): Promise<Handler> => {
      const handler = await load();
      return (event, context) => running.run(name, () => handler(event, context));
    };
  };
  const handlers = Object.fromEntries((Object.keys(HANDLERS) as FunctionName[]).map((name) => [name, within(name)])) as Handlers;
  return {
    handlers,
    calls,
    restore() {
      for (const restore of restores) restore();
    },
  };
}

function callsOf(command: string, input: Input): Call[] {
  const table = (name: unknown) => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${String(name)}`;
  const object = `arn:aws:s3:::${String(input["Bucket"])}/${String(input["Key"])}`;
  const statement = (text: string): Call => {
    const [, verb = "", name = ""] = /^(\w+) (?:INTO |FROM )?"([^"]+)"/.exec(text) ?? [];
    return { action: `dynamodb:${PARTIQL[verb as keyof typeof PARTIQL]}`, arn: table(name) };
  };
  switch (command) {
    case "GetItem":
    case "PutItem":
    case "UpdateItem":
    case "Scan":
      return [{ action: `dynamodb:${command}`, arn: table(input["TableName"]) }];
    case "Query": {
      const index = input["IndexName"] === undefined ? "" : `/index/${String(input["IndexName"])}`;
      return [{ action: "dynamodb:Query", arn: `${table(input["TableName"])}${index}` }];
    }
    case "BatchGetItem":
    case "BatchWriteItem":
      return Object.keys(input["RequestItems"] as object).map((name) => ({ action: `dynamodb:${command}`, arn: table(name) }));
    case "ExecuteStatement":
      return [statement(String(input["Statement"]))];
    case "BatchExecuteStatement":
      return (input["Statements"] as { readonly Statement: string }[]).map(({ Statement }) => statement(Statement));
    case "HeadObject":
    case "GetObject":
      return [{ action: input["VersionId"] === undefined ? "s3:GetObject" : "s3:GetObjectVersion", arn: object }];
    case "ListObjectsV2":
      return [{ action: "s3:ListBucket", arn: `arn:aws:s3:::${String(input["Bucket"])}` }];
    case "DeleteObject":
      return [{ action: "s3:DeleteObject", arn: object }];
    case "DeleteObjects":
      return (input["Delete"] as { readonly Objects: { readonly Key: string }[] }).Objects.map(({ Key }) => ({
        action: "s3:DeleteObject",
        arn: `arn:aws:s3:::${String(input["Bucket"])}/${Key}`,
      }));
    case "Sign":
    case "GetPublicKey":
      return [{ action: `kms:${command}`, arn: String(input["KeyId"]) }];
    case "PutObject":
      return [
        { action: "s3:PutObject", arn: object },
        ...(input["ObjectLockMode"] === undefined ? [] : [{ action: "s3:PutObjectRetention", arn: object }]),
      ];
    case "SendMessageBatch":
      return [{ action: "sqs:SendMessage", arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${String(input["QueueUrl"]).split("/").at(-1)}` }];
    case "GetQueueAttributes":
      return [{ action: "sqs:GetQueueAttributes", arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${String(input["QueueUrl"]).split("/").at(-1)}` }];
    case "PutEvents":
      return (input["Entries"] as { readonly EventBusName: string }[]).map(({ EventBusName }) => ({
        action: "events:PutEvents",
        arn: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${EventBusName}`,
      }));
    case "GetDeployment":
    case "ListDeployments":
    case "BatchGetDeployments":
      return [{ action: `codedeploy:${command}`, arn: `arn:aws:codedeploy:${REGION}:${ACCOUNT}:deploymentgroup:any/any` }];
    case "ListDeploymentGroups":
      return [{ action: "codedeploy:ListDeploymentGroups", arn: `arn:aws:codedeploy:${REGION}:${ACCOUNT}:application:any` }];
    case "ListApplications":
    case "ListDeploymentTargets":
    case "BatchGetDeploymentTargets":
      return [{ action: `codedeploy:${command}`, arn: "*" }];
    case "ListRecordHistory":
      return [{ action: "servicecatalog:ListRecordHistory", arn: "*" }];
    default:
      throw new Error(`${command}: say which IAM action that is`);
  }
}
