import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createApi } from "@change-ledger/api";
import { ApiProblem, createClient } from "@change-ledger/api/client/client.ts";
import { clientTypes } from "@change-ledger/api/client/generate.ts";
import { describe, expect, it } from "vitest";
import { UNREAD_PORTS } from "./unread.ts";
import { MERGED, makeWorld, OPEN, READER } from "./world.ts";

const FOLDER = join(import.meta.dirname, "../../packages/api/client");

describe("the typed client", () => {
  it("has the types of the document that is served", async () => {
    const document = (await (await createApi(UNREAD_PORTS).request("/openapi.json")).json()) as Parameters<typeof clientTypes>[0];
    const types = clientTypes(document);
    const file = join(FOLDER, "schema.ts");
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(file, types);
    expect(readFileSync(file, "utf8") === types, "UPDATE_DOCS=1 writes packages/api/client/schema.ts").toBe(true);
  });

  it("runs where there is no Node", () => {
    const text = readFileSync(join(FOLDER, "client.ts"), "utf8");
    expect([...text.matchAll(/from "([^"]+)"/g)].map(([, from]) => from)).toEqual(["./schema.ts", "./schema.ts"]);
    expect(text).not.toMatch(/\b(?:process|Buffer|require)\b/);
  });
});

describe("asked by the client, the API", async () => {
  const world = await makeWorld();
  const sent: { readonly url: string; readonly headers: Headers }[] = [];
  const client = createClient({
    baseUrl: "https://ledger.invalid",
    token: () => "a.b.c",
    fetch: async (url, init) => {
      sent.push({ url, headers: new Headers(init.headers) });
      return await world.app.request(url, init, READER);
    },
  });

  it("answers what the types say, with its parameters escaped", async () => {
    const change = await client.get("/v1/changes/{id}", { path: { id: MERGED.slice("change:".length) } });
    expect([change.subject, change.state, change.reviews[0]?.reviewer.login]).toEqual([MERGED, "deployed", "bob"]);
    expect(sent.at(-1)?.url).toBe("https://ledger.invalid/v1/changes/github%2Facme%2Fcargo%2Fpull%2F7");
    expect(sent.at(-1)?.headers.get("authorization")).toBe("Bearer a.b.c");
  });

  it("gives the items of all pages", async () => {
    const pages: string[] = [];
    for await (const { subject } of client.items("/v1/changes", { query: { limit: 2, type: "pullRequest" } })) pages.push(subject);
    const all = await client.get("/v1/changes", { query: { type: "pullRequest", sort: undefined } });
    expect(pages).toEqual(all.items.map(({ subject }) => subject));
    expect(pages).toContain(OPEN);
  });

  it("answers problems as they are", async () => {
    const asked = client.get("/v1/changes", { query: { limit: 0 } });
    await expect(asked).rejects.toBeInstanceOf(ApiProblem);
    await expect(asked).rejects.toMatchObject({
      status: 400,
      type: "urn:change-ledger:problem:invalid",
      errors: [{ field: "limit", rule: "at least 1" }],
    });
    await expect(client.get("/v1/tickets/{id}", { path: { id: "jira/NO-1" } })).rejects.toMatchObject({
      status: 404,
      title: "Nothing is on record here",
    });
  });

  it("gives a list in another format as it is", async () => {
    const csv = await client.file("/v1/changes", { query: { limit: 1 } }, "text/csv");
    expect(csv.headers.get("content-type")).toMatch(/^text\/csv/);
  });
});

it("a client asks by ETag, and gives the very same value while nothing changed", async () => {
  const answers = [
    new Response('{"status":"ok"}', { headers: { etag: '"1"' } }),
    new Response(null, { status: 304 }),
    new Response("no JSON", { status: 502, headers: { "retry-after": "7" } }),
  ];
  const tags: (string | null)[] = [];
  const client = createClient({
    baseUrl: "",
    fetch: async (_url, init) => {
      tags.push(new Headers(init.headers).get("if-none-match"));
      return answers.shift() ?? Response.error();
    },
  });
  const first = await client.get("/v1/health", {});
  expect(await client.get("/v1/health", {})).toBe(first);
  expect(tags).toEqual([null, '"1"']);
  await expect(client.get("/v1/health", {})).rejects.toMatchObject({ status: 502, retryAfterSeconds: 7, title: "The ledger answered 502" });
});
