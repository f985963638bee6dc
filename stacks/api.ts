import { SCOPES } from "../packages/api/principals.ts";
import type { DeploymentConfig } from "./config.ts";
import { API_RATE, CONSOLE, MACHINE_PATH, type OPEN_PATHS, POPULATION_PATHS } from "./definitions.ts";
import type { Functions } from "./functions.ts";
import { COSTLY_PATHS, POPULATION_RATE } from "./rates.ts";
import type { Storage } from "./storage.ts";

interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}
interface RouteSetting {
  readonly routeKey: string;
  readonly detailedMetricsEnabled: boolean;
  readonly throttlingBurstLimit: number;
  readonly throttlingRateLimit: number;
}

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
 * asked for under a JWT that has one of the known scopes (which of them a path needs, the function knows), or by machines under `MACHINE_PATH`, signed. Throttled, each
 * route by itself, so that a flood of forged deliveries costs little and does not keep readers out; what costs much has routes of its own, with tighter limits.
 */
export function api(config: DeploymentConfig, f: Functions, s: Storage) {
  // A stage refuses settings of a route that is not there yet: these are known, and the stage is made, once those routes are.
  let tell: (settings: $util.Output<RouteSetting>[]) => void = () => {};
  const tighter = new Promise<$util.Output<RouteSetting>[]>((resolve) => {
    tell = resolve;
  });
  const gateway = new sst.aws.ApiGatewayV2("Gateway", {
    cors: false,
    accessLog: { retention: config.production ? "13 months" : "1 month" },
    transform: {
      stage: {
        defaultRouteSettings: {
          detailedMetricsEnabled: true,
          throttlingBurstLimit: API_RATE.route.burst,
          throttlingRateLimit: API_RATE.route.perSecond,
        },
        routeSettings: $util.output(tighter).apply((settings) => $util.all(settings)),
      },
    },
  });
  const jwt = gateway.addAuthorizer({ name: "jwt", jwt: { issuer: config.jwt.issuer, audiences: [...config.jwt.audiences] } });
  gateway.route(WEBHOOK_ROUTE, f.webhook.arn, { name: "Webhook" });
  for (const [name, path] of Object.entries(OPEN_ROUTES)) gateway.route(`ANY ${path}`, f.api.arn, { name });
  for (const [name, path] of Object.entries({ Console: CONSOLE.path, ConsolePage: `${CONSOLE.path}/{proxy+}` }))
    gateway.route(`GET ${path}`, f.console.arn, { name });
  const signedIn = { jwt: { authorizer: jwt.id, scopes: [...SCOPES] } };
  gateway.route("ANY /{proxy+}", f.api.arn, { name: "Read", auth: signedIn });
  gateway.route(`ANY ${MACHINE_PATH}/{proxy+}`, f.api.arn, { name: "Machine", auth: { iam: true } });
  const limited = (path: string, answers: { readonly arn: $util.Output<string> }, rate: Rate) => {
    const name = path.replace(/\W+(\w)?/g, (_, next = "") => next.toUpperCase());
    return [
      gateway.route(`ANY ${path}`, answers.arn, { name, auth: signedIn }),
      gateway.route(`ANY ${MACHINE_PATH}${path}`, answers.arn, { name: `Machine${name}`, auth: { iam: true } }),
    ].map(({ nodes }) =>
      nodes.route.routeKey.apply((routeKey) => ({
        routeKey,
        detailedMetricsEnabled: true,
        throttlingBurstLimit: rate.burst,
        throttlingRateLimit: rate.perSecond,
      })),
    );
  };
  const population = POPULATION_PATHS.flatMap((one) => [one, `${one}/{proxy+}`]);
  tell([
    ...population.flatMap((path) => limited(path, f.population, POPULATION_RATE)),
    ...Object.entries(COSTLY_PATHS).flatMap(([path, rate]) => limited(path, f.api, rate)),
  ]);
  // The console makes working papers in its reader's browser, and reads what the API's links lead to: a bundle, a tile too large for an answer.
  for (const [name, { bucket }] of Object.entries({ Archive: s.archive, LogFiles: s.logBucket }))
    new aws.s3.BucketCorsConfiguration(`${name}Cors`, {
      bucket: bucket.bucket,
      corsRules: [
        { allowedMethods: ["GET", "HEAD"], allowedOrigins: [gateway.url.apply((url) => new URL(url).origin)], maxAgeSeconds: 3600 },
      ],
    });
  return gateway;
}

export type Api = ReturnType<typeof api>;
