import * as z from "zod";
import { PROBLEM_TYPE } from "./problem.ts";
import { type AnyRoute, JSON_LINES } from "./route.ts";
import { problemSchema, SCHEMAS } from "./schemas.ts";

const COMPONENTS = "#/components/schemas/";

/** JSON Schema 2020-12, which is OpenAPI 3.1's own. Subjects are checked by code: their schema says that they are text. */
const OPTIONS = { unrepresentable: "any", uri: (id: string) => `${COMPONENTS}${id}` } as const;

const PROBLEMS: Readonly<Record<string, string>> = {
  400: "A field breaks a rule: `errors` says which",
  401: "No token, or one that the authoriser refuses",
  403: "The token lacks the scope `ledger:read`",
  404: "Nothing is on record here",
  405: "Only GET and HEAD are served",
  500: "A fault of ours; nothing more is said",
};

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
        "Reads the ledger of production changes. Every route but the health check and the trust file needs a token with the scope `ledger:read`.",
    },
    servers: [{ url: "/" }],
    paths: Object.fromEntries(routes.map((route) => [route.path, { get: operation(route) }])),
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

/** What an open route can answer besides: it takes nothing that could be wrong. */
const OPEN_PROBLEMS = new Set(["405", "500"]);

function operation(route: AnyRoute): JsonObject {
  const problems = Object.entries(PROBLEMS).filter(([status]) => route.open !== true || OPEN_PROBLEMS.has(status));
  if ("notYet" in route && route.notYet !== undefined) problems.push(["503", `${route.notYet}; \`Retry-After\` says when to ask again`]);
  return {
    operationId: route.path
      .replaceAll(/[^A-Za-z0-9]+(\w)?/g, (_, next: string | undefined) => (next ?? "").toUpperCase())
      .replace(/^V1/, "get"),
    summary: route.summary,
    ...(route.open === true ? {} : { security: [{ token: ["ledger:read"] }] }),
    parameters: [...parameters(route.params, "path"), ...parameters(route.query, "query")],
    responses: {
      ...("answer" in route ? { 200: jsonAnswer(route) } : fileAnswers(route)),
      ...Object.fromEntries(
        problems.map(([status, description]) => [
          status,
          { description, content: { [PROBLEM_TYPE]: { schema: reference(problemSchema) } } },
        ]),
      ),
    },
  };
}

function jsonAnswer(route: Extract<AnyRoute, { answer: unknown }>): JsonObject {
  return {
    description: route.summary,
    content: {
      "application/json": { schema: reference(route.answer) },
      ...(route.lines === true
        ? { [JSON_LINES]: { schema: { type: "string", description: "The very bytes that were hashed, one entry a line" } } }
        : {}),
    },
  };
}

function fileAnswers({ summary, file, elsewhere }: Exclude<AnyRoute, { answer: unknown }>): JsonObject {
  const described = (headers: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: "string" } }]));
  return {
    ...(file && {
      200: {
        description: summary,
        ...(file.headers && { headers: described(file.headers) }),
        content: { [file.type]: { schema: { type: "string", contentMediaType: file.type, description: file.description } } },
      },
    }),
    ...(elsewhere !== undefined && {
      302: { description: elsewhere, headers: described({ location: "Where to read it: ask there without the token" }) },
    }),
  };
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
