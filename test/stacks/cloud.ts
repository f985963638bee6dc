/** What the cloud would answer: provider calls and the outputs that resources compute. */
import { createHash } from "node:crypto";

export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";

export type Properties = Record<string, unknown>;

/** A provider's data source. Throws for those that no stack of ours should need. */
export function callProvider(token: string, inputs: Properties): Properties {
  switch (token) {
    case "aws:index/getRegion:getRegion":
      return { id: REGION, name: REGION, region: REGION };
    case "aws:index/getPartition:getPartition":
      return { id: "aws", partition: "aws", dnsSuffix: "amazonaws.com" };
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { id: ACCOUNT, accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, userId: "x" };
    case "aws:iam/getPolicyDocument:getPolicyDocument":
      return policyDocument(inputs);
    default:
      throw new Error(`no answer for the provider call ${token} ${JSON.stringify(inputs)}`);
  }
}

interface DocumentStatement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions?: string[];
  readonly resources?: string[];
  readonly principals?: { type: string; identifiers: string[] }[];
  readonly conditions?: { test: string; variable: string; values: string[] }[];
}

function policyDocument(inputs: Properties): Properties {
  const statements = (inputs["statements"] ?? []) as DocumentStatement[];
  const Statement = statements.map((statement) => {
    const conditions: Record<string, Record<string, string[]>> = {};
    for (const { test, variable, values } of statement.conditions ?? []) {
      conditions[test] ??= {};
      conditions[test][variable] = values;
    }
    return {
      ...(statement.sid && { Sid: statement.sid }),
      Effect: statement.effect ?? "Allow",
      Action: statement.actions,
      Resource: statement.resources,
      ...(statement.principals && {
        Principal: statement.principals.some(({ type }) => type === "*")
          ? "*"
          : Object.fromEntries(statement.principals.map(({ type, identifiers }) => [type, identifiers])),
      }),
      ...(statement.conditions && { Condition: conditions }),
    };
  });
  return { ...inputs, id: "policy", json: JSON.stringify({ Version: "2012-10-17", Statement }) };
}

/** Outputs of a resource beyond its inputs. */
export function computedOutputs(type: string, logicalName: string, inputs: Properties): Properties {
  const name = typeof inputs["name"] === "string" ? inputs["name"] : logicalName;
  const arn = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
  switch (type) {
    case "aws:s3/bucket:Bucket": {
      const bucket = String(inputs["bucket"] ?? `${inputs["bucketPrefix"]}0123456789abcdef`);
      return { bucket, arn: `arn:aws:s3:::${bucket}`, bucketRegionalDomainName: `${bucket}.s3.${REGION}.amazonaws.com` };
    }
    case "aws:dynamodb/table:Table":
      return { arn: arn("dynamodb", `table/${name}`), streamArn: arn("dynamodb", `table/${name}/stream/2026-01-01T00:00:00.000`) };
    case "aws:sqs/queue:Queue":
      return { arn: arn("sqs", name), url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}` };
    case "aws:sns/topic:Topic":
      return { name, arn: arn("sns", name) };
    case "aws:cloudwatch/eventBus:EventBus":
      return { arn: arn("events", `event-bus/${name}`) };
    case "aws:cloudwatch/eventRule:EventRule": {
      const bus = inputs["eventBusName"];
      return { name, arn: arn("events", typeof bus === "string" ? `rule/${bus}/${name}` : `rule/${name}`) };
    }
    case "aws:cloudwatch/logGroup:LogGroup":
      return { name, arn: arn("logs", `log-group:${name}`) };
    case "aws:lambda/function:Function": {
      const own = arn("lambda", `function:${name}`);
      return {
        arn: own,
        invokeArn: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${own}/invocations`,
        qualifiedArn: `${own}:$LATEST`,
        version: "$LATEST",
      };
    }
    case "aws:iam/role:Role":
      return { arn: `arn:aws:iam::${ACCOUNT}:role/${name}`, uniqueId: "AROA" };
    case "aws:kms/key:Key": {
      const keyId = createHash("sha256").update(logicalName).digest("hex").slice(0, 32);
      return { keyId, arn: arn("kms", `key/${keyId}`) };
    }
    case "aws:apigatewayv2/api:Api":
      return {
        apiEndpoint: `https://${name.toLowerCase()}.execute-api.${REGION}.amazonaws.com`,
        arn: `arn:aws:apigateway:${REGION}::/apis/${name}`,
        executionArn: arn("execute-api", name),
      };
    case "random:index/randomBytes:RandomBytes": {
      const length = Number(inputs["length"]);
      return { base64: Buffer.alloc(length).toString("base64"), hex: "00".repeat(length) };
    }
    default:
      return { arn: arn(type.split(/[:/]/)[1] ?? "unknown", logicalName) };
  }
}
