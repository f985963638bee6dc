import type { DeploymentConfig } from "./config.ts";
import type { Functions } from "./functions.ts";

/** The scope that a token needs to read. */
export const READ_SCOPE = "ledger:read";
export const WEBHOOK_ROUTE = "POST /webhooks/{source}";

/**
 * One HTTP API: deliveries come in without an authoriser (their signature over the raw bytes is checked inside), everything else is read
 * under a JWT. Throttled, so that a flood of forged deliveries costs little.
 */
export function api(config: DeploymentConfig, f: Functions) {
  const gateway = new sst.aws.ApiGatewayV2("Gateway", {
    cors: false,
    accessLog: { retention: config.production ? "13 months" : "1 month" },
    transform: {
      stage: { defaultRouteSettings: { detailedMetricsEnabled: true, throttlingBurstLimit: 200, throttlingRateLimit: 100 } },
    },
  });
  const jwt = gateway.addAuthorizer({ name: "jwt", jwt: { issuer: config.jwt.issuer, audiences: [...config.jwt.audiences] } });
  gateway.route(WEBHOOK_ROUTE, f.webhook.arn, { name: "Webhook" });
  gateway.route("GET /{proxy+}", f.api.arn, { name: "Read", auth: { jwt: { authorizer: jwt.id, scopes: [READ_SCOPE] } } });
  return gateway;
}

export type Api = ReturnType<typeof api>;
