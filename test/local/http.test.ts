import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalStack, type LocalStackOptions, startLocalStack } from "../../packages/local/index.ts";
import { type Interfere, trivialFunctions } from "./trivial-functions.ts";

let dataDir: string;
let stacks: LocalStack[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "change-ledger-stack-"));
  stacks = [];
});
afterEach(async () => {
  for (const stack of stacks) await stack.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(interfere?: Interfere, options: Partial<LocalStackOptions> = {}) {
  const { handlers, seen } = trivialFunctions(interfere);
  const stack = await startLocalStack({ dataDir, handlers, ...options });
  stacks.push(stack);
  const post = (body: string, headers: Record<string, string> = { "content-type": "application/json" }) =>
    fetch(`${stack.url}/webhooks/github`, { method: "POST", body, headers });
  return { stack, seen, post };
}

describe("the HTTP API", () => {
  it("hands requests on in API Gateway's form", async () => {
    const { seen, stack } = await start();
    const response = await fetch(`${stack.url}/webhooks/jira%20cloud?a=1&a=2&b=%20`, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json", "X-Test": "Yes", cookie: "x=1; y=2" },
    });
    expect(response.status).toBe(202);
    expect(seen.http[0]).toMatchObject({
      version: "2.0",
      routeKey: "POST /webhooks/{source}",
      rawPath: "/webhooks/jira%20cloud",
      rawQueryString: "a=1&a=2&b=%20",
      queryStringParameters: { a: "1,2", b: " " },
      pathParameters: { source: "jira cloud" },
      cookies: ["x=1", "y=2"],
      body: "{}",
      isBase64Encoded: false,
      requestContext: { http: { method: "POST", path: "/webhooks/jira%20cloud" } },
    });
    expect(seen.http[0]?.headers).toMatchObject({ "x-test": "Yes" });
    expect(seen.http[0]?.headers).not.toHaveProperty("cookie");
  });

  it.for<[string, Buffer, string]>([
    ["bytes that are no UTF-8", Buffer.of(0x7b, 0xff, 0xfe), "application/json"],
    ["bytes of an unknown type", Buffer.from("plain"), "application/octet-stream"],
    ["a byte order mark", Buffer.from("\uFEFF{}"), "application/json"],
  ])("keeps every byte of %s", async ([, body, type]) => {
    const { seen, stack } = await start();
    await fetch(`${stack.url}/webhooks/github`, { method: "POST", body, headers: { "content-type": type } });
    const event = seen.http[0];
    expect(Buffer.from(event?.body ?? "", event?.isBase64Encoded === true ? "base64" : "utf8")).toEqual(body);
  });

  it("sends everything else to the API and gives its answer", async () => {
    const { seen, stack } = await start();
    const response = await fetch(`${stack.url}/v1/changes?limit=2`);
    expect([response.status, response.headers.get("content-type"), response.headers.get("set-cookie"), await response.text()]).toEqual([
      200,
      "text/plain",
      "a=1",
      "hi",
    ]);
    expect((await fetch(`${stack.url}/webhooks/github`)).status).toBe(200);
    expect(seen.http.map(({ routeKey }) => routeKey)).toEqual(["$default", "$default"]);
  });

  it("refuses what Lambda could not take, and goes on", async () => {
    const { stack, post } = await start();
    for (const bytes of [6 * 1024 * 1024, 11 * 1024 * 1024]) expect((await post("x".repeat(bytes))).status).toBe(413);
    expect((await post("{}")).status).toBe(202);
    await stack.quiet();
  });

  it("answers 500 without detail when a function fails", async () => {
    const { stack } = await start(() => {
      throw new Error("secret");
    });
    const response = await fetch(`${stack.url}/v1/changes`);
    expect([response.status, await response.json()]).toEqual([500, { message: "Internal Server Error" }]);
  });

  it("asks the authoriser for the API and not for webhooks", async () => {
    const { stack, seen, post } = await start(undefined, {
      authorize: (authorization) => (authorization === "Bearer good" ? { claims: { sub: "ada" }, scopes: ["ledger:read"] } : undefined),
    });
    const get = (authorization: string) => fetch(`${stack.url}/v1/changes`, { headers: { authorization } });
    expect((await get("Bearer bad")).status).toBe(401);
    expect((await get("Bearer good")).status).toBe(200);
    expect(seen.http.at(-1)?.requestContext).toMatchObject({ authorizer: { jwt: { claims: { sub: "ada" }, scopes: ["ledger:read"] } } });
    expect((await post("{}")).status).toBe(202);
  });
});
