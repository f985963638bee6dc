import * as z from "zod";
import { PROBLEM_TYPE } from "./problem.ts";
import { gatewayMessageSchema, problemSchema } from "./problem-schemas.ts";
import { type AnyRoute, DEFAULT_SCOPE, JSON_LINES } from "./route.ts";
import { SCHEMAS } from "./schemas.ts";

const COMPONENTS = "#/components/schemas/";

/** JSON Schema 2020-12, which is OpenAPI 3.1's own. Subjects are checked by code: their schema says that they are text. */
const OPTIONS = { unrepresentable: "any", uri: (id: string) => `${COMPONENTS}${id}` } as const;

const PROBLEMS: Readonly<Record<string, string>> = {
  400: "A field breaks a rule: `errors` says which",
  401: "No token, or one that the authoriser refuses",
  404: "Nothing is on record here, or nothing that this caller may read",
  405: "The path does not take this method: `Allow` says which it does",
  429: "Too many requests: `Retry-After` says when to ask again",
  500: "A fault of ours; nothing more is said",
};
const BODY_PROBLEMS: Readonly<Record<string, string>> = {
  413: "The body is longer than 64 KB",
  415: "The body is not `application/json`",
};

/** What API Gateway answers in our place, in its own words: to a token that it refuses, to too many requests, and when the function is not there. */
const BY_THE_GATEWAY = new Set(["401", "403", "413", "429", "500", "503"]);

type JsonObject = Record<string, unknown>;

/** The OpenAPI 3.1 document of what is served, made from the schemas that requests and answers are held to. */
export function openApiDocument(routes: readonly AnyRoute[]): JsonObject {
  return {
    openapi: "3.1.0",
    info: {
      title: "Change Ledger",
      version: "1",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      description:
        "Reads the ledger of production changes. Every route but the health check and the trust file needs a token, with the scope that its `security` names; `admin` stands for all. A caller who is restricted to some repositories gets everything else answered as not on record.",
    },
    servers: [{ url: "/" }],
    paths: pathItems(routes),
    components: {
      schemas: components(),
      securitySchemes: { token: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    },
  };
}

function components(): JsonObject {
  const { schemas } = z.toJSONSchema(SCHEMAS, OPTIONS);
  return Object.fromEntries(Object.entries(schemas).map(([id, { $id: _id, $schema: _schema, ...schema }]) => [id, schema]));
}

function pathItems(routes: readonly AnyRoute[]): JsonObject {
  const items = Map.groupBy(routes, ({ path }) => path);
  return Object.fromEntries(
    [...items].map(([path, of]) => [path, Object.fromEntries(of.map((route) => [methodOf(route), operation(route)]))]),
  );
}

function methodOf(route: AnyRoute): "get" | "post" {
  return "body" in route ? "post" : "get";
}

/** What an open route can answer besides: it takes nothing that could be wrong. */
const OPEN_PROBLEMS = new Set(["405", "429", "500"]);

/** By status. */
function problemsOf(route: AnyRoute): Record<string, string> {
  const known = Object.entries(PROBLEMS).filter(([status]) => route.open !== true || OPEN_PROBLEMS.has(status));
  const scope = route.scope ?? DEFAULT_SCOPE;
  const restricted = route.unrestricted === true ? ", or is restricted to some repositories" : "";
  return {
    ...Object.fromEntries(known),
    ...(route.open !== true && { 403: `The token lacks the scope \`${scope}\`${restricted}` }),
    ...("body" in route && BODY_PROBLEMS),
    ...(route.notYet !== undefined && { 503: `${route.notYet}; \`Retry-After\` says when to ask again` }),
  };
}

function operation(route: AnyRoute): JsonObject {
  return {
    operationId: route.path
      .replaceAll(/[^A-Za-z0-9]+(\w)?/g, (_, next: string | undefined) => (next ?? "").toUpperCase())
      .replace(/^V1/, methodOf(route)),
    summary: route.summary,
    ...(route.open === true ? {} : { security: [{ token: [route.scope ?? DEFAULT_SCOPE] }] }),
    parameters: [...parameters(route.params, "path"), ...parameters(route.query, "query")],
    ...("body" in route && {
      requestBody: { required: true, content: { "application/json": { schema: reference(route.body) } } },
    }),
    responses: {
      431: { description: "Line or headers too long: the gateway's answer, without a body" },
      ...(methodOf(route) === "get" && { 304: { description: "What `If-None-Match` names is what would be answered" } }),
      ...("answer" in route ? { 200: jsonAnswer(route) } : fileAnswers(route)),
      ...Object.fromEntries(
        Object.entries(problemsOf(route)).map(([status, description]) => [status, { description, content: problemContent(status) }]),
      ),
    },
  };
}

function problemContent(status: string): JsonObject {
  return {
    [PROBLEM_TYPE]: { schema: reference(problemSchema) },
    ...(BY_THE_GATEWAY.has(status) && { "application/json": { schema: reference(gatewayMessageSchema) } }),
  };
}

function jsonAnswer(route: Extract<AnyRoute, { answer: z.ZodType }>): JsonObject {
  const lines = "lines" in route && route.lines === true ? { [JSON_LINES]: "The very bytes that were hashed, one entry a line" } : {};
  const also = { ...lines, ...("also" in route ? route.also : {}) };
  return {
    description: route.summary,
    content: {
      "application/json": { schema: reference(route.answer) },
      ...Object.fromEntries(Object.entries(also).map(([type, description]) => [type, { schema: { ...textOf(type), description } }])),
    },
  };
}

function fileAnswers({ summary, file, elsewhere, link }: Exclude<AnyRoute, { answer: z.ZodType }>): JsonObject {
  const described = (headers: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: "string" } }]));
  return {
    ...(file && {
      200: {
        description: summary,
        ...(file.headers && { headers: described(file.headers) }),
        content: { [file.type]: { schema: { ...textOf(file.type), contentMediaType: file.type, description: file.description } } },
      },
    }),
    ...(link && {
      200: { description: `${elsewhere}, to who names JSON in \`Accept\``, content: { "application/json": { schema: reference(link) } } },
    }),
    ...(elsewhere !== undefined && {
      302: { description: elsewhere, headers: described({ location: "Where to read it: ask there without the token" }) },
    }),
  };
}

/** Readers of the document take JSON and YAML for what they say, whatever else for text. */
function textOf(type: string): JsonObject {
  return /(?:json|yaml)$/.test(type) ? {} : { type: "string" };
}

function reference(schema: z.ZodType): JsonObject {
  const id = SCHEMAS.get(schema)?.id;
  if (id === undefined) throw new TypeError("expected every answer's schema to have a name");
  return { $ref: `${COMPONENTS}${id}` };
}

function parameters(schema: z.ZodObject, where: "path" | "query"): JsonObject[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { ...OPTIONS, io: "input" });
  return Object.entries(properties).map(([name, property]) => ({ name, in: where, required: required.includes(name), schema: property }));
}
