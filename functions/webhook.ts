import { observed } from "@change-ledger/aws/observed.ts";
import { receivePorts } from "@change-ledger/aws/wiring.ts";
import { receive } from "@change-ledger/ledger";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";

const ports = receivePorts();

/** POST /webhooks/{source}: authenticates a sender's delivery and puts it on the bus. */
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(observed)
  .handler(async (event) => {
    const body = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
    const { status, ...answer } = await receive(ports, { source: event.pathParameters?.["source"] ?? "", headers: event.headers, body });
    const problem = status === 202 ? answer : { type: "about:blank", status, ...answer };
    const contentType = status === 202 ? "application/json" : "application/problem+json";
    return { statusCode: status, headers: { "content-type": contentType }, body: JSON.stringify(problem) };
  });
