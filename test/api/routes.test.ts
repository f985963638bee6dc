import { describe, expect, it } from "vitest";
import { type Body, checkAnswer, type Document } from "./openapi.ts";
import { id, REQUESTS } from "./requests.ts";
import {
  COMMIT,
  EVIDENCE,
  FAILED,
  GOOD,
  MERGED,
  makeWorld,
  OPEN,
  OTHER,
  PUSH,
  READER,
  RECORD,
  REF,
  ROLLBACK,
  TICKET,
  UNMATCHED,
} from "./world.ts";

const world = await makeWorld();
const ask = (path: string, init: RequestInit = {}, env: object = READER) => world.app.request(path, init, env);
const read = async (path: string) => {
  const response = await ask(path);
  return { status: response.status, type: response.headers.get("content-type") ?? "", body: (await response.json()) as Body };
};
const document = (await (await ask("/openapi.json")).json()) as Document;

describe("the OpenAPI document", () => {
  it("names every route that is served, and each is tried here", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(
      Object.keys(document.paths)
        .filter((path) => "get" in (document.paths[path] ?? {}))
        .sort(),
    ).toEqual(Object.keys(REQUESTS).sort());
  });

  it("resolves every reference and names parameters as they are checked", () => {
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(document.components.schemas).toHaveProperty([name ?? ""]);
    expect(document.paths["/v1/changes"]?.get.parameters.map(({ name }) => name)).toEqual([
      ...["from", "to", "sort", "repository", "service", "type", "state", "judged", "outcome", "test", "control"],
      ...["person", "ticket", "commit", "deployment", "incident", "subject", "as-of", "limit", "cursor", "format"],
    ]);
    expect(document.paths["/v1/changes"]?.get.parameters.find(({ name }) => name === "limit")?.schema).toMatchObject({
      minimum: 1,
      maximum: 100,
      default: 25,
    });
  });

  it("would refuse an answer of another shape", () => {
    expect(() => checkAnswer(document, "/v1/health", 200, "application/json", { status: "bad" })).toThrow();
    expect(() => checkAnswer(document, "/v1/changes", 200, "application/json", { items: [{}] })).toThrow();
  });
});

describe.each(Object.entries(REQUESTS))("%s", (route, paths) => {
  const open = document.paths[route]?.get.security === undefined;
  const { 200: answer } = document.paths[route]?.get.responses ?? {};
  // A link is answered as JSON to who names that alone.
  const found = JSON.stringify(answer).includes("BundleLink") ? 302 : 200;
  const isFile = Object.values(answer?.content ?? {}).every(({ schema }) => schema["$ref"] === undefined);

  it.each(paths)("%s answers as documented", async (path) => {
    const response = await ask(path);
    const type = response.headers.get("content-type") ?? "";
    expect([response.status, world.faults]).toEqual([found, []]);
    expect([response.headers.get("x-content-type-options"), response.headers.get("cache-control")]).toEqual([
      "nosniff",
      expect.stringMatching(open ? /^no-cache$/ : /^no-store$|^private, (?:no-cache|max-age=31536000, immutable)$/),
    ]);
    if (found === 302) return expect(response.headers.get("location")).toMatch(/^https:/);
    // Of files the document says the media type alone.
    if (isFile) expect(Object.keys(document.paths[route]?.get.responses["200"]?.content ?? {})).toEqual([type]);
    else checkAnswer(document, route, response.status, type, await response.json());
  });

  it.each(["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])("cannot be written to by %s", async (method) => {
    const response = await ask(paths[0] ?? "", { method });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    checkAnswer(document, route, 405, response.headers.get("content-type") ?? "", await response.json());
  });

  it("answers HEAD like GET, without a body", async () => {
    const response = await ask(paths[0] ?? "", { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([found, ""]);
  });

  it("says what a query may not hold", async () => {
    const response = await ask(`${paths[0]}${paths[0]?.includes("?") ? "&" : "?"}surprise=1`);
    if (open) return expect(response.status).toBe(200);
    expect(response.status).toBe(400);
    const body = (await response.json()) as Body;
    checkAnswer(document, route, 400, response.headers.get("content-type") ?? "", body);
    expect(body.errors).toEqual([{ field: "surprise", rule: "a parameter of this route" }]);
  });
});

describe("lists", () => {
  const subjects = async (path: string) => (await read(path)).body.items.map(({ subject }) => subject);

  it("give changes of every type, newest first, each once", async () => {
    expect(await subjects("/v1/changes")).toEqual([UNMATCHED, PUSH, RECORD, OTHER, OPEN, MERGED]);
  });

  it.each([1, 2, 5])("page by %i to the same", async (limit) => {
    const seen: string[] = [];
    let path = `/v1/changes?limit=${limit}`;
    for (;;) {
      const { body } = await read(path);
      seen.push(...body.items.map(({ subject }) => subject));
      expect(body.items.length).toBeLessThanOrEqual(limit);
      if (body.next === undefined) break;
      path = `/v1/changes?limit=${limit}&cursor=${body.next}`;
    }
    expect(seen).toEqual([UNMATCHED, PUSH, RECORD, OTHER, OPEN, MERGED]);
  });

  it.each([
    ["type=pullRequest", [OTHER, OPEN, MERGED]],
    ["type=directPush", [PUSH]],
    ["type=unmatchedDeployment", [UNMATCHED]],
    ["type=record", [RECORD]],
    ["state=deployed", [MERGED]],
    ["state=open&repository=github/acme/tool", [OTHER]],
    ["repository=github/acme/none", []],
    [`subject=${MERGED}`, [MERGED]],
    [`subject=${MERGED}&state=open`, []],
    ["subject=change:none", []],
  ])("of changes with %s", async (query, expected) => {
    expect(await subjects(`/v1/changes?${query}`)).toEqual(expected);
  });

  it.each([
    ["/v1/deployments", [GOOD, ROLLBACK, FAILED]],
    ["/v1/deployments?state=Succeeded", [GOOD, ROLLBACK]],
    ["/v1/deployments?group=staging", []],
    ["/v1/tickets?status=Open", [TICKET]],
    ["/v1/tickets?status=Done", []],
  ])("%s", async (path, expected) => {
    expect(await subjects(path)).toEqual(expected);
  });
});

describe("one thing", () => {
  it("a change, by every spelling of its path", async () => {
    const spelled = [
      `/v1/changes/${id(MERGED)}`,
      `/v1/changes/${encodeURIComponent(MERGED)}`,
      `/v1/changes/${MERGED}`,
      "/v1/changes/github/acme%2Fcargo/pull/7",
    ];
    for (const path of spelled)
      expect((await read(path)).body).toMatchObject({ subject: MERGED, state: "deployed", mergeSha: "c".repeat(40), tickets: [TICKET] });
  });

  it("a change with the checks of its head and of its merge", async () => {
    const check = {
      commit: COMMIT,
      name: "status:ci",
      id: "1",
      status: "completed",
      conclusion: "success",
      at: "2023-02-05T00:01:00.000Z",
    };
    expect((await read(`/v1/changes/${MERGED}`)).body).toMatchObject({ checks: [check] });
  });

  it("a failed deployment, with what it carried and what restored it", async () => {
    const { body } = await read(`/v1/deployments/${id(FAILED)}`);
    expect(body).toMatchObject({
      state: "Failed",
      carries: [MERGED],
      carriesSince: "previous-revision",
      rolledBackBy: ROLLBACK,
      firstFailureAt: "2023-02-05T00:03:00.000Z",
      restoredAt: "2023-02-05T00:08:00.000Z",
      timeToRestoreSeconds: 300,
      failure: { target: "i-1", event: "ValidateService", error: "ScriptFailed", script: "validate.sh" },
    });
  });

  it("its rollback, from the other side", async () => {
    expect((await read(`/v1/deployments/${id(ROLLBACK)}`)).body).toMatchObject({
      rollback: true,
      rollsBack: FAILED,
      carries: [],
      timeToRestoreSeconds: 300,
    });
  });

  it("a dossier, with every chain linked to the change", async () => {
    const { body } = await read(`/v1/changes/${id(MERGED)}/dossier`);
    const chains = body.chains.map(({ subject, head, entries, next }) => [subject, head.length, entries.length, next]);
    expect(chains).toEqual([
      [MERGED, 5, 5, undefined],
      [TICKET, 1, 1, undefined],
      [GOOD, 2, 2, undefined],
      [FAILED, 4, 4, undefined],
      [COMMIT, 1, 1, undefined],
      [EVIDENCE, 2, 0, `/v1/chains/${encodeURIComponent(EVIDENCE)}/entries?from=0`],
      [REF, 3, 0, `/v1/chains/${encodeURIComponent(REF)}/entries?from=0`],
    ]);
    expect((await read(body.chains.at(-1)?.next ?? "")).body.entries.length).toBe(3);
  });
});

describe("entries", () => {
  it("come with the hash of their bytes, page by page to the end", async () => {
    const all = world.chains.chains.get("audit:default") ?? [];
    const hashes: string[] = [];
    for (let from: string | undefined = "0"; from !== undefined; ) {
      const { body }: { body: Body } = await read(`/v1/chains/audit:default/entries?from=${from}`);
      hashes.push(...body.entries.map(({ hash }) => hash));
      from = body.next;
    }
    expect(hashes).toEqual(all.map(({ hash }) => hash));
    expect((await read("/v1/chains/audit:default/entries?from=205")).body).toEqual({ subject: "audit:default", entries: [] });
  });

  it("come as the very bytes that were hashed, one a line, to who accepts that", async () => {
    const all = world.chains.chains.get("audit:default") ?? [];
    const response = await ask("/v1/chains/audit:default/entries", { headers: { accept: "application/jsonl, application/json;q=0.5" } });
    expect([response.headers.get("content-type"), response.headers.get("vary")]).toEqual(["application/jsonl", "Accept, Accept-Encoding"]);
    const lines = Buffer.from(await response.arrayBuffer())
      .toString("utf8")
      .split("\n");
    expect(lines.slice(0, -1)).toEqual(all.slice(0, 100).map(({ bytes }) => Buffer.from(bytes).toString("utf8")));
    const next = /^<([^>]+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1] ?? "";
    expect((await read(next)).body.entries[0]?.entry.seq).toBe(100);
  });

  it("end with the chain", async () => {
    const response = await ask("/v1/chains/audit:default/entries?from=200", { headers: { accept: "application/jsonl" } });
    expect([response.headers.get("link"), (await response.text()).split("\n").length]).toEqual([null, 6]);
  });
});

it("the index says where to look and brings nothing from elsewhere", async () => {
  const response = await ask("/", {}, {});
  const html = await response.text();
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(html).not.toMatch(/https?:|<script|src=/);
  for (const [, path] of html.matchAll(/href="([^"]+)"/g)) expect((await ask(path ?? "")).status).toBe(200);
});
