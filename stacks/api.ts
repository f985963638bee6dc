import type { DeploymentConfig } from "./config.ts";
import { CONSOLE, type OPEN_PATHS } from "./definitions.ts";
import type { Functions } from "./functions.ts";

/** The scope that a token needs to read. */
const READ_SCOPE = "ledger:read";
export const WEBHOOK_ROUTE = "POST /webhooks/{source}";
/** Whoever comes without a token must learn where the API is, what it takes, that it answers, and which public keys vouch for the log. */
const OPEN_ROUTES = {
  Index: "/",
  Document: "/openapi.json",
  Health: "/v1/health",
  Trust: "/v1/log/trust",
  TrustFile: "/v1/log/trust.json",
} as const satisfies Record<string, (typeof OPEN_PATHS)[number]>;

/**
 * One HTTP API: deliveries come in without an authoriser (their signature over the raw bytes is checked inside), everything but `OPEN_ROUTES` is
 * read under a JWT. Throttled, so that a flood of forged deliveries costs little.
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
  for (const [name, path] of Object.entries(OPEN_ROUTES)) gateway.route(`GET ${path}`, f.api.arn, { name });
  for (const [name, path] of Object.entries({ Console: CONSOLE.path, ConsolePage: `${CONSOLE.path}/{proxy+}` }))
    gateway.route(`GET ${path}`, f.console.arn, { name });
  gateway.route("GET /{proxy+}", f.api.arn, { name: "Read", auth: { jwt: { authorizer: jwt.id, scopes: [READ_SCOPE] } } });
  return gateway;
}

export type Api = ReturnType<typeof api>;
