import * as z from "zod";

type JsonObject = Record<string, unknown>;
interface Content {
  readonly content: Record<string, { readonly schema: JsonObject }>;
}
export interface Document {
  readonly openapi: string;
  readonly paths: Record<
    string,
    {
      readonly get: {
        readonly responses: Record<string, Content>;
        readonly parameters: { name: string; in: string; schema: JsonObject }[];
        readonly security?: unknown;
      };
    }
  >;
  readonly components: { readonly schemas: Record<string, JsonObject> };
}

/** What answers hold, as far as tests look into them; each was or is held to the document besides. */
export interface Body {
  readonly subject: string;
  readonly status: number;
  readonly next?: string;
  readonly items: readonly { readonly subject: string }[];
  readonly entries: readonly { readonly hash: string; readonly entry: { readonly seq: number } }[];
  readonly errors: readonly { readonly field: string; readonly rule: string }[];
  readonly chains: readonly {
    readonly subject: string;
    readonly head: { readonly length: number };
    readonly entries: readonly unknown[];
    readonly next?: string;
  }[];
}

/** Holds an answer to what the served document says of it. */
export function checkAnswer(document: Document, path: string, status: number, contentType: string, body: unknown): void {
  const response = document.paths[path]?.get.responses[String(status)];
  const schema = response?.content[contentType]?.schema;
  if (schema === undefined) throw new Error(`the document says nothing of ${path} ${status} ${contentType}`);
  const whole = JSON.parse(
    JSON.stringify({ ...schema, $defs: document.components.schemas }).replaceAll("#/components/schemas/", "#/$defs/"),
  );
  z.fromJSONSchema(whole).parse(body);
}
