import { Hono } from "hono";
import { callerOf } from "./authorise.ts";
import { ApiError } from "./fault.ts";
import { mannerly } from "./manners.ts";
import { routedPath } from "./paths.ts";
import type { ApiPorts } from "./ports.ts";
import { answerProblem } from "./problem.ts";
import type { Api, ApiEnv } from "./route.ts";

/** What says nothing of the ledger's content needs no token. */
const PUBLIC = new Set(["/", "/openapi.json", "/v1/health", "/v1/log/trust", "/v1/log/trust.json"]);

/** An application without routes: who asks, how answers are given, and what is said of errors. */
export function framed(ports: Pick<ApiPorts, "principals" | "onFault">): Api {
  const app = new Hono<ApiEnv>({ getPath: (request) => routedPath(new URL(request.url).pathname) });
  app.use(async (c, next) => {
    const open = PUBLIC.has(c.req.path);
    if (!open) c.set("caller", callerOf(c.env?.event, ports.principals));
    await next();
    await mannerly(c, open);
  });
  app.notFound(() => {
    throw new ApiError("not-found", "expected a path of the API; /openapi.json lists them");
  });
  app.onError((error, c) => answerProblem(c, error, ports.onFault));
  return app;
}
