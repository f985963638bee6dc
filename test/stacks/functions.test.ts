import { existsSync } from "node:fs";
import { join } from "node:path";
import { createApi } from "@change-ledger/api";
import { beforeAll, expect, it } from "vitest";
import { SCOPES } from "../../packages/api/principals.ts";
import {
  API_RATE,
  ENTRY_STREAM_FILTER,
  FUNCTIONS,
  type FunctionName,
  METRICS,
  OPEN_PATHS,
  POPULATION_PATHS,
  QUEUES,
  SCHEDULES,
} from "../../stacks/definitions.ts";
import { COSTLY_PATHS } from "../../stacks/rates.ts";
import { UNREAD_PORTS } from "../api/unread.ts";
import { ACCOUNT, type Properties } from "./cloud.ts";
import { outputOf, TYPES } from "./read.ts";
import { describeStacks, type Synth, synth } from "./synth.ts";

const NAMES = Object.keys(FUNCTIONS) as FunctionName[];
const COSTLY = Object.keys(COSTLY_PATHS);
const title = (name: string) => name.slice(0, 1).toUpperCase() + name.slice(1);

for (const stage of ["test", "production"]) {
  const production = stage === "production";

  describeStacks(`functions in ${stage}`, () => {
    let s: Synth;
    beforeAll(async () => {
      s = await synth(stage);
    });
    const lambda = (name: string) => s.get(TYPES.lambda, `${title(name)}Function`);
    const variables = (name: string) => (lambda(name).inputs["environment"] as { variables: Record<string, string> }).variables;

    it("are those of the definitions, on Node 24 and arm64, traced, with their own logs", () => {
      expect(s.all(TYPES.lambda)).toHaveLength(NAMES.length);
      for (const name of NAMES) {
        const { handler, timeoutSeconds, memoryMb } = FUNCTIONS[name];
        expect(lambda(name).inputs).toMatchObject({
          handler,
          runtime: "nodejs24.x",
          architectures: ["arm64"],
          timeout: timeoutSeconds,
          memorySize: memoryMb,
          tracingConfig: { mode: "Active" },
          loggingConfig: { logFormat: "JSON", logGroup: `/change-ledger/${stage}/${name}` },
          role: outputOf(s, "role", `${title(name)}Role`),
        });
      }
    });

    it("keep every log for a set time", () => {
      const groups = s.all(TYPES.logGroup);
      expect(groups).toHaveLength(NAMES.length + 1); // and the API's access log
      for (const { inputs } of groups) expect(production ? [400] : [30]).toContain(inputs["retentionInDays"]);
    });

    it("are bundled small: minified, without source maps, nothing linked", () => {
      expect(s.builds).toHaveLength(NAMES.length);
      for (const build of s.builds) {
        expect(build["properties"]).toMatchObject({ format: "esm", minify: true, sourcemap: false, architecture: "arm64" });
        expect((build["properties"] as Properties)["install"]).toBeUndefined();
        expect(build["links"]).toEqual({});
      }
    });

    it("name handlers that exist", () => {
      for (const { handler } of Object.values(FUNCTIONS)) {
        const file = `${handler.replace(/\.[^.]+$/, "")}.ts`;
        expect(existsSync(join(import.meta.dirname, "../..", file)), file).toBe(true);
      }
    });

    it("are told where everything is", () => {
      expect(variables("console")).toMatchObject({
        CONSOLE_FOLDER: "console",
        CONSOLE_SIGN_IN: expect.stringContaining("https://issuer.example.com/"),
        CONSOLE_LINKS: JSON.stringify(
          ["Archive", "LogFiles"].map((name) => `https://${s.get(TYPES.bucket, name).outputs["bucketRegionalDomainName"]}`),
        ),
      });
      for (const name of NAMES.filter((other) => other !== "console"))
        expect(variables(name)).toMatchObject({
          LEDGER_TABLE: s.get(TYPES.table, "LedgerTable").outputs["name"],
          MODELS_TABLE: s.get(TYPES.table, "ModelsTable").outputs["name"],
          LOG_TABLE: s.get(TYPES.table, "LogTable").outputs["name"],
          LOG_BUCKET: s.get(TYPES.bucket, "LogFiles").outputs["bucket"],
          LOG_ORIGIN: "ledger.example/acme",
          ARCHIVE_BUCKET: s.get(TYPES.bucket, "Archive").outputs["bucket"],
          INBOX_BUCKET: s.get(TYPES.bucket, "InboxBucket").outputs["bucket"],
          BUS_NAME: s.get(TYPES.bus, "BusBus").outputs["name"],
          LOOKUP_QUEUE_URL: outputOf(s, "queue", "LookupWorkQueue", "url"),
          LINK_QUEUE_URL: outputOf(s, "queue", "LinkWorkQueue", "url"),
          SEAL_QUEUE_URL: outputOf(s, "queue", "SealWorkQueue", "url"),
          LOOKUP_ACCOUNT: ACCOUNT,
          RETENTION_MODE: production ? "COMPLIANCE" : "GOVERNANCE",
          RETENTION_DAYS: production ? "2557" : "1",
          SETTINGS: '{"jira":{}}',
          POWERTOOLS_SERVICE_NAME: METRICS.service,
          POWERTOOLS_METRICS_NAMESPACE: METRICS.namespace,
        });
    });

    it("know every dead-letter queue where they count them, and nowhere else", () => {
      const urls = JSON.parse(variables("health")["DEAD_LETTER_QUEUES"] ?? "") as Record<string, string>;
      const expected = [...Object.keys(QUEUES), "target", "stream"].map((name) => [
        name,
        outputOf(s, "queue", `${title(name)}DlqQueue`, "url"),
      ]);
      expect(urls).toEqual(Object.fromEntries(expected));
      for (const name of NAMES.filter((other) => other !== "health")) expect(variables(name)["DEAD_LETTER_QUEUES"]).toBeUndefined();
    });

    it("learn the keys with their times: ours by name, a former one by itself", () => {
      const note = JSON.parse(variables("sequence")["NOTE_KEYS"] ?? "");
      expect(note).toEqual([
        { key: expect.stringMatching(/^ledger\.example\/acme\+/), from: "2026-01-01T00:00:00Z", until: "2026-06-01T00:00:00Z" },
        { kms: outputOf(s, "key", "NoteKey"), from: "2026-06-01T00:00:00Z", until: "2027-06-01T00:00:00Z" },
        { kms: outputOf(s, "key", "NoteKey2"), from: "2027-05-01T00:00:00Z" },
      ]);
      const envelope = JSON.parse(variables("seal")["ENVELOPE_KEYS"] ?? "");
      expect(envelope).toEqual([{ kms: outputOf(s, "key", "EnvelopeKey"), from: "2026-01-01T00:00:00Z" }]);
    });

    it("run side by side, but for those that would only get into their own way", () => {
      const reserved = NAMES.map((name) => [name, lambda(name).inputs["reservedConcurrentExecutions"]] as const);
      expect(reserved.filter(([, concurrency]) => concurrency !== undefined)).toEqual([
        ["sequence", 1],
        ["reconcileSenders", 1],
      ]);
    });

    it("get only the secrets that they need; one that is not set is left out", () => {
      const holders = (variable: string) => NAMES.filter((name) => variable in variables(name));
      expect(holders("WEBHOOK_SECRETS")).toEqual(["webhook", "ingest"]);
      expect(variables("webhook")["WEBHOOK_SECRETS"]).toBe('{"github":["current","previous"]}');
      expect(holders("IDENTITY_KEY")).toEqual(["ingest", "lookup", "reconcileSenders"]);
      expect(holders("GITHUB_APP")).toEqual([]);
      for (const name of NAMES.filter((other) => !["ingest", "lookup", "reconcileSenders"].includes(other)))
        expect(JSON.stringify(lambda(name).inputs)).not.toContain("identity-key-of-the-tests");
    });

    it("take batches from their queues and report what failed, one by one", () => {
      for (const [name, definition] of Object.entries(FUNCTIONS)) {
        if (!("queue" in definition)) continue;
        const { inputs } = s.get(TYPES.source, `${name}Source`);
        expect(inputs).toMatchObject({
          eventSourceArn: outputOf(s, "queue", `${title(definition.queue)}WorkQueue`),
          functionName: lambda(name).outputs["arn"],
          batchSize: definition.batch,
          maximumBatchingWindowInSeconds: definition.windowSeconds,
          functionResponseTypes: ["ReportBatchItemFailures"],
        });
        const { maximumConcurrency } = inputs["scalingConfig"] as { maximumConcurrency: number };
        expect(maximumConcurrency).toBeGreaterThanOrEqual(2); // what Lambda takes
        expect(maximumConcurrency).toBeLessThanOrEqual(1000);
        // SQS refuses a batch above 10 without a window to gather it.
        if (definition.batch > 10) expect(definition.windowSeconds).toBeGreaterThan(0);
        expect(QUEUES[definition.queue].visibilitySeconds).toBeGreaterThanOrEqual(6 * definition.timeoutSeconds);
      }
      expect(s.all(TYPES.source)).toHaveLength(7);
    });

    it("project the ledger's stream from its beginning, markers left out, giving up on nothing silently", () => {
      expect(s.get(TYPES.source, "projectSource").inputs).toMatchObject({
        eventSourceArn: outputOf(s, "table", "LedgerTable", "streamArn"),
        functionName: lambda("project").outputs["arn"],
        startingPosition: "TRIM_HORIZON",
        batchSize: FUNCTIONS.project.batch,
        maximumBatchingWindowInSeconds: FUNCTIONS.project.windowSeconds,
        filterCriteria: { filters: [{ pattern: JSON.stringify(ENTRY_STREAM_FILTER) }] },
        functionResponseTypes: ["ReportBatchItemFailures"],
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: FUNCTIONS.project.retries,
        parallelizationFactor: 2,
        destinationConfig: { onFailure: { destinationArn: outputOf(s, "queue", "StreamDlqQueue") } },
      });
    });

    it("sequence the same stream, a shard's batches one after the other", () => {
      expect(s.get(TYPES.source, "sequenceSource").inputs).toMatchObject({
        eventSourceArn: outputOf(s, "table", "LedgerTable", "streamArn"),
        functionName: lambda("sequence").outputs["arn"],
        startingPosition: "TRIM_HORIZON",
        batchSize: 1000,
        maximumBatchingWindowInSeconds: 2,
        filterCriteria: { filters: [{ pattern: JSON.stringify(ENTRY_STREAM_FILTER) }] },
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: 1000,
        parallelizationFactor: 1,
        destinationConfig: { onFailure: { destinationArn: outputOf(s, "queue", "StreamDlqQueue") } },
      });
    });

    it("are invoked by the clock where they name a schedule, and by no other rule", () => {
      const scheduled = Object.entries(FUNCTIONS).flatMap(([name, definition]) =>
        "schedule" in definition ? [[name, definition.schedule] as const] : [],
      );
      expect(scheduled.length).toBeGreaterThan(0);
      for (const [name, schedule] of scheduled) {
        const rule = s.get(TYPES.rule, `Every${title(schedule)}Rule`);
        expect(rule.inputs["scheduleExpression"]).toBe(SCHEDULES[schedule]);
        expect(rule.inputs["eventBusName"]).toBeUndefined();
        expect(s.get(TYPES.target, `${name}ScheduleTarget`).inputs).toMatchObject({
          rule: rule.outputs["name"],
          arn: lambda(name).outputs["arn"],
          deadLetterConfig: { arn: outputOf(s, "queue", "TargetDlqQueue") },
        });
        expect(s.get(TYPES.permission, `${name}SchedulePermission`).inputs).toMatchObject({
          action: "lambda:InvokeFunction",
          function: lambda(name).outputs["name"],
          principal: "events.amazonaws.com",
          sourceArn: rule.outputs["arn"],
        });
      }
      const byRule = s.all(TYPES.permission).filter(({ inputs }) => inputs["principal"] === "events.amazonaws.com");
      expect(byRule).toHaveLength(scheduled.length);
    });

    it("answer reads under a JWT with the scope; deliveries, and what the API shows to everybody, without an authoriser", async () => {
      const routes = s.all("aws:apigatewayv2/route:Route").map(({ inputs }) => inputs);
      expect(routes.map((route) => [route["routeKey"], route["authorizationType"], route["authorizationScopes"]]).toSorted()).toEqual(
        [
          ["ANY /", "NONE", undefined],
          ...POPULATION_PATHS.flatMap((path) =>
            [`ANY /machine${path}`, `ANY /machine${path}/{proxy+}`].map((key) => [key, "AWS_IAM", undefined]),
          ),
          ["ANY /machine/{proxy+}", "AWS_IAM", undefined],
          ...COSTLY.flatMap((path) => [
            [`ANY /machine${path}`, "AWS_IAM", undefined],
            [`ANY ${path}`, "JWT", [...SCOPES]],
          ]),
          ["ANY /openapi.json", "NONE", undefined],
          ["ANY /v1/health", "NONE", undefined],
          ["ANY /v1/log/trust", "NONE", undefined],
          ["ANY /v1/log/trust.json", "NONE", undefined],
          ...POPULATION_PATHS.flatMap((path) => [`ANY ${path}`, `ANY ${path}/{proxy+}`].map((key) => [key, "JWT", [...SCOPES]])),
          ["ANY /{proxy+}", "JWT", [...SCOPES]],
          ["GET /console", "NONE", undefined],
          ["GET /console/{proxy+}", "NONE", undefined],
          ["POST /webhooks/{source}", "NONE", undefined],
        ].toSorted(),
      );
      expect(s.get("aws:apigatewayv2/authorizer:Authorizer", "GatewayAuthorizerJwtAuthorizer").inputs).toMatchObject({
        authorizerType: "JWT",
        jwtConfiguration: { issuer: "https://issuer.example.com/", audiences: ["ledger"] },
      });
      const integrations = s.all("aws:apigatewayv2/integration:Integration");
      expect(integrations.map(({ name, inputs }) => [name, inputs["integrationUri"]]).toSorted()).toEqual(
        [
          ["GatewayRouteConsoleIntegration", lambda("console").outputs["arn"]],
          ["GatewayRouteConsolePageIntegration", lambda("console").outputs["arn"]],
          ["GatewayRouteDocumentIntegration", lambda("api").outputs["arn"]],
          ["GatewayRouteHealthIntegration", lambda("api").outputs["arn"]],
          ["GatewayRouteIndexIntegration", lambda("api").outputs["arn"]],
          ["GatewayRouteMachineIntegration", lambda("api").outputs["arn"]],
          ...["V1Population", "V1PopulationProxy", "V1Samples", "V1SamplesProxy"].flatMap((name) =>
            [`GatewayRouteMachine${name}Integration`, `GatewayRoute${name}Integration`].map((one) => [
              one,
              lambda("population").outputs["arn"],
            ]),
          ),
          ["GatewayRouteReadIntegration", lambda("api").outputs["arn"]],
          ...["V1BundlesProxy", "V1ChainsProxy", "V1Controls", "V1Metrics", "V1Search", "V1UnseenCode"].flatMap((name) =>
            [`GatewayRouteMachine${name}Integration`, `GatewayRoute${name}Integration`].map((one) => [one, lambda("api").outputs["arn"]]),
          ),
          ["GatewayRouteTrustFileIntegration", lambda("api").outputs["arn"]],
          ["GatewayRouteTrustIntegration", lambda("api").outputs["arn"]],
          ["GatewayRouteWebhookIntegration", lambda("webhook").outputs["arn"]],
        ].toSorted(),
      );
      expect(s.all("aws:lambda/functionUrl:FunctionUrl")).toEqual([]);
      // The API says the same: these need no claims, and all else of it does.
      const app = createApi(UNREAD_PORTS);
      expect(routes.flatMap((route) => (route["authorizationType"] === "NONE" ? [String(route["routeKey"])] : [])).toSorted()).toEqual(
        [...OPEN_PATHS.map((path) => `ANY ${path}`), "GET /console", "GET /console/{proxy+}", "POST /webhooks/{source}"].toSorted(),
      );
      const open = routes.filter((route) => route["authorizationType"] === "NONE").map((route) => String(route["routeKey"]));
      const paths = Object.keys(((await (await app.request("/openapi.json")).json()) as { paths: object }).paths);
      for (const path of new Set(["/", "/openapi.json", ...paths])) {
        const { status } = await app.request(path.replaceAll(/\{\w+\}/g, "one"));
        expect(status, path).toBe(open.includes(`ANY ${path}`) ? 200 : 401);
      }
    });

    it("are throttled and logged at the gateway", () => {
      expect(s.get("aws:apigatewayv2/stage:Stage", "GatewayStage").inputs).toMatchObject({
        accessLogSettings: { destinationArn: outputOf(s, "logGroup", "GatewayAccessLog") },
        defaultRouteSettings: { throttlingBurstLimit: 200, throttlingRateLimit: 100, detailedMetricsEnabled: true },
      });
    });

    it("have tighter limits where an answer costs much, for people and machines, each of a route that is there", async () => {
      const settings = s.get("aws:apigatewayv2/stage:Stage", "GatewayStage").inputs["routeSettings"] as {
        routeKey: string;
        throttlingBurstLimit: number;
        throttlingRateLimit: number;
      }[];
      const routes = new Set(s.all("aws:apigatewayv2/route:Route").map(({ inputs }) => inputs["routeKey"]));
      const limits = new Map(settings.map((one) => [one.routeKey, [one.throttlingRateLimit, one.throttlingBurstLimit]]));
      const population = POPULATION_PATHS.flatMap((path) => [path, `${path}/{proxy+}`]);
      expect([...limits.keys()].toSorted()).toEqual(
        [...population, ...COSTLY].flatMap((path) => [`ANY ${path}`, `ANY /machine${path}`]).toSorted(),
      );
      for (const [routeKey, [perSecond = 0, burst = 0]] of limits) {
        expect([routeKey, routes.has(routeKey), perSecond < API_RATE.route.perSecond, burst >= perSecond]).toEqual([
          routeKey,
          true,
          true,
          true,
        ]);
        expect([routeKey, limits.get(routeKey.replace("/machine", ""))]).toEqual([routeKey, [perSecond, burst]]);
      }
      // None of them stands for a path that the API no longer has.
      const paths = Object.keys(((await (await createApi(UNREAD_PORTS).request("/openapi.json")).json()) as { paths: object }).paths);
      for (const path of COSTLY) expect([path, paths.some((one) => one.startsWith(path.replace("{proxy+}", "")))]).toEqual([path, true]);
    });

    it("answer no other origin at the gateway", () => {
      expect(s.get("aws:apigatewayv2/api:Api", "GatewayApi").inputs["corsConfiguration"]).toEqual({});
    });

    it("tell the deployer where to point the senders", () => {
      expect(s.outputs).toMatchObject({
        webhookUrl: expect.stringMatching(/^https:.*\/webhooks$/),
        apiUrl: expect.stringMatching(/^https:/),
        bus: s.get(TYPES.bus, "BusBus").outputs["name"],
        ledgerTable: s.get(TYPES.table, "LedgerTable").outputs["name"],
        archiveBucket: s.get(TYPES.bucket, "Archive").outputs["bucket"],
        _protect: production,
      });
    });
  });
}
