/**
 * TypeScript types of an OpenAPI 3.1 document, as far as ours goes: what JSON Schema 2020-12 says there, and nothing else. One line a schema and an operation, so that a
 * change of the API shows as what it is.
 */

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}
type Content = Readonly<Record<string, { readonly schema: Schema }>>;
/** What a schema holds is looked at, not believed. */
type Schema = Readonly<Record<string, unknown>>;

const REFERENCE = "#/components/schemas/";

/** The text of schema.ts. */
export function clientTypes({ paths, components }: Document): string {
  const operations = Object.entries(paths).flatMap(([path, of]) =>
    Object.entries(of).map(([method, operation]) => ({ path, method, operation })),
  );
  const json = operations.filter(({ operation }) => answerOf(operation) !== undefined);
  const files = operations.filter(({ operation }) => answerOf(operation) === undefined);
  const lines = [
    "/** Made from the OpenAPI document by generate.ts. `UPDATE_DOCS=1 npx vitest run test/api/client.test.ts` makes it again. */",
    "",
    "/** What is sent and answered, by name. */",
    "export interface Schemas {",
    ...Object.entries(components.schemas).map(([name, schema]) => `  readonly ${name}: ${typeOf(schema)};`),
    "}",
    "",
    "/** What is read as JSON, by path. */",
    "export interface Reads {",
    ...json.filter(({ method }) => method === "get").map(lineOf),
    "}",
    "",
    "/** What is put on record, by path. */",
    "export interface Posts {",
    ...json.filter(({ method }) => method === "post").map(lineOf),
    "}",
    "",
    "/** What is read as the bytes that it is, by path. */",
    "export interface Files {",
    ...files.map(lineOf),
    "}",
    "",
  ];
  return lines.join("\n");
}

function lineOf({ path, operation }: { readonly path: string; readonly operation: Operation }): string {
  const body = operation.requestBody?.content["application/json"]?.schema;
  const parts = [
    `path: ${parametersOf(operation, "path")}`,
    `query: ${parametersOf(operation, "query")}`,
    ...(body === undefined ? [] : [`body: ${typeOf(body)}`]),
    `answer: ${typeOf(answerOf(operation) ?? { type: "string" })}`,
  ];
  return `  readonly ${JSON.stringify(path)}: { ${parts.map((part) => `readonly ${part}`).join("; ")} };`;
}

function answerOf({ responses }: Operation): Schema | undefined {
  return responses["200"]?.content?.["application/json"]?.schema;
}

function parametersOf({ parameters = [] }: Operation, where: string): string {
  return membersOf(
    parameters.filter((one) => one.in === where).map(({ name, required, schema }) => ({ name, required: required === true, schema })),
  );
}

function membersOf(members: readonly { readonly name: string; readonly required: boolean; readonly schema: unknown }[]): string {
  if (members.length === 0) return "Readonly<Record<string, never>>";
  const texts = members.map(
    ({ name, required, schema }) => `readonly ${nameOf(name)}${required ? "" : "?"}: ${typeOf(schema)}${required ? "" : " | undefined"}`,
  );
  return `{ ${texts.join("; ")} }`;
}

function nameOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function typeOf(schema: unknown): string {
  if (typeof schema !== "object" || schema === null) return "unknown";
  const of = schema as Schema;
  if (typeof of["$ref"] === "string") return `Schemas[${JSON.stringify(of["$ref"].slice(REFERENCE.length))}]`;
  if (of["const"] !== undefined) return JSON.stringify(of["const"]);
  if (Array.isArray(of["enum"])) return of["enum"].map((value) => JSON.stringify(value)).join(" | ");
  for (const name of ["anyOf", "oneOf"]) if (Array.isArray(of[name])) return [...new Set(of[name].map(typeOf))].join(" | ");
  if (Array.isArray(of["allOf"])) return of["allOf"].map((one) => `(${typeOf(one)})`).join(" & ");
  if (Array.isArray(of["type"])) return of["type"].map((type) => typeOf({ ...of, type })).join(" | ");
  switch (of["type"]) {
    case "string":
    case "boolean":
    case "null":
      return of["type"];
    case "integer":
    case "number":
      return "number";
    case "array":
      return `readonly ${grouped(typeOf(of["items"]))}[]`;
    case "object":
      return objectOf(of);
    default:
      return "unknown";
  }
}

/** In parentheses where `[]` would not take hold of all of it. */
function grouped(type: string): string {
  return /^(?:[\w.]+|\w+\["\w+"\]|\{[^|&]*\})$/.test(type) ? type : `(${type})`;
}

function objectOf({ properties, required, additionalProperties }: Schema): string {
  const names = new Set(Array.isArray(required) ? required : []);
  const members = Object.entries((properties ?? {}) as Schema).map(([name, schema]) => ({ name, required: names.has(name), schema }));
  const others = typeof additionalProperties === "object" && additionalProperties !== null ? additionalProperties : undefined;
  // An object that may hold more than is said is read with care for what is not said.
  const open = others === undefined ? "" : `Readonly<Record<string, ${Object.keys(others).length === 0 ? "unknown" : typeOf(others)}>>`;
  if (members.length === 0) return open === "" ? "Readonly<Record<string, unknown>>" : open;
  return Object.keys(others ?? {}).length === 0 && open !== "" ? `${membersOf(members)} & ${open}` : membersOf(members);
}
