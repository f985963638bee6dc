import { Hono } from "hono";
import * as z from "zod";
import { assessmentRoutes } from "./assessment.ts";
import { auditRoutes } from "./audit.ts";
import { callerOf } from "./authorise.ts";
import { bundleRoutes } from "./bundles.ts";
import { certificateRoutes } from "./certificates.ts";
import { chainRoutes } from "./chains.ts";
import { changeRoutes } from "./changes.ts";
import { commitRoutes } from "./commits.ts";
import { configurationRoutes } from "./configuration.ts";
import { configurationTextRoutes } from "./configuration-text.ts";
import { controlRoutes } from "./controls.ts";
import { deploymentRoutes } from "./deployments.ts";
import { exportRoutes } from "./export.ts";
import { ApiError } from "./fault.ts";
import { findingRoutes } from "./findings.ts";
import { INDEX_HTML } from "./index-page.ts";
import { logRoutes } from "./log.ts";
import { mannerly } from "./manners.ts";
import { metricRoutes } from "./metrics.ts";
import { openApiDocument } from "./openapi.ts";
import { routedPath } from "./paths.ts";
import { peopleRoutes } from "./people.ts";
import { populationRoutes } from "./population.ts";
import type { ApiPorts } from "./ports.ts";
import { answerProblem } from "./problem.ts";
import { rawRoutes } from "./raw.ts";
import { refRoutes } from "./refs.ts";
import { type AnyRoute, type Api, type ApiEnv, refuseOtherMethods, serve } from "./route.ts";
import { sampleRoutes } from "./samples.ts";
import { healthSchema } from "./schemas.ts";
import { searchRoutes } from "./search.ts";
import { ticketRoutes } from "./tickets.ts";
import { timelineRoutes } from "./timeline.ts";

/** What says nothing of the ledger's content needs no token. */
const PUBLIC = new Set(["/", "/openapi.json", "/v1/health", "/v1/log/trust", "/v1/log/trust.json"]);
const NOTHING = z.object({});

/** The HTTP application. What it puts on record goes over the bus, as everything else does. */
export function createApi(ports: ApiPorts): Api {
  const app = new Hono<ApiEnv>({ getPath: (request) => routedPath(new URL(request.url).pathname) });
  app.use(async (c, next) => {
    const open = PUBLIC.has(c.req.path);
    if (!open) c.set("caller", callerOf(c.env?.event, ports.principals));
    await next();
    await mannerly(c, open);
  });
  const routes: AnyRoute[] = [
    serve(
      app,
      { path: "/v1/health", summary: "Whether the API answers", params: NOTHING, query: NOTHING, answer: healthSchema, open: true },
      async () => ({ status: "ok" as const }),
    ),
    ...changeRoutes(app, ports),
    ...assessmentRoutes(app, ports),
    ...findingRoutes(app, ports),
    ...controlRoutes(app, ports),
    ...configurationRoutes(app, ports),
    ...peopleRoutes(app, ports),
    ...refRoutes(app, ports),
    ...commitRoutes(app, ports),
    ...searchRoutes(app, ports),
    ...metricRoutes(app, ports),
    ...deploymentRoutes(app, ports),
    ...timelineRoutes(app, ports),
    ...ticketRoutes(app, ports),
    ...chainRoutes(app, ports),
    ...bundleRoutes(app, ports),
    ...logRoutes(app, ports),
    ...exportRoutes(app, ports),
    ...rawRoutes(app, ports),
    ...auditRoutes(app, ports),
    ...configurationTextRoutes(app, ports),
    ...populationRoutes(app, ports),
    ...certificateRoutes(app, ports),
    ...sampleRoutes(app, ports),
  ];
  refuseOtherMethods(app, routes);
  const document = JSON.stringify(openApiDocument(routes));
  app.get("/openapi.json", (c) => c.body(document, 200, { "content-type": "application/json" }));
  app.get("/", (c) => {
    c.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    return c.html(INDEX_HTML);
  });
  app.on(["POST", "PUT", "PATCH", "DELETE", "OPTIONS"], ["/", "/openapi.json"], () => {
    throw new ApiError("method-not-allowed", "expected GET or HEAD", [], undefined, ["GET", "HEAD"]);
  });
  app.notFound(() => {
    throw new ApiError("not-found", "expected a path of the API; /openapi.json lists them");
  });
  app.onError((error, c) => answerProblem(c, error, ports.onFault));
  return app;
}
