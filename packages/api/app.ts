import * as z from "zod";
import { assessmentRoutes } from "./assessment.ts";
import { auditRoutes } from "./audit.ts";
import { bundleRoutes } from "./bundles.ts";
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
import { framed } from "./frame.ts";
import { INDEX_HTML } from "./index-page.ts";
import { logRoutes } from "./log.ts";
import { messageRoutes } from "./messages.ts";
import { metricRoutes } from "./metrics.ts";
import { openApiDocument } from "./openapi.ts";
import { peopleRoutes } from "./people.ts";
import { POPULATION_DEFINITIONS } from "./population-definitions.ts";
import type { ApiPorts } from "./ports.ts";
import { rawRoutes } from "./raw.ts";
import { refRoutes } from "./refs.ts";
import { type AnyRoute, type Api, refuseOtherMethods, serve } from "./route.ts";
import { healthSchema } from "./schemas.ts";
import { searchRoutes } from "./search.ts";
import { ticketRoutes } from "./tickets.ts";
import { timelineRoutes } from "./timeline.ts";
import { unseenCodeRoutes } from "./unseen-code.ts";

const NOTHING = z.object({});

/** The HTTP application. What it puts on record goes over the bus, as everything else does. */
export function createApi(ports: ApiPorts): Api {
  const app = framed(ports);
  const routes: AnyRoute[] = [
    serve(
      app,
      { path: "/v1/health", summary: "Whether the API answers", params: NOTHING, query: NOTHING, answer: healthSchema, open: true },
      async () => ({ status: "ok" as const }),
    ),
    ...changeRoutes(app, ports),
    ...assessmentRoutes(app, ports),
    ...unseenCodeRoutes(app, ports),
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
    ...messageRoutes(app, ports),
    ...auditRoutes(app, ports),
    ...configurationTextRoutes(app, ports),
  ];
  refuseOtherMethods(app, routes);
  const document = JSON.stringify(openApiDocument([...routes, ...POPULATION_DEFINITIONS]));
  app.get("/openapi.json", (c) => c.body(document, 200, { "content-type": "application/json" }));
  app.get("/", (c) => {
    c.header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    return c.html(INDEX_HTML);
  });
  app.on(["POST", "PUT", "PATCH", "DELETE", "OPTIONS"], ["/", "/openapi.json"], () => {
    throw new ApiError("method-not-allowed", "expected GET or HEAD", [], undefined, ["GET", "HEAD"]);
  });
  return app;
}
