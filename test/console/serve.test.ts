import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type ConsoleEvent, serveConsole } from "@change-ledger/console/serve.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const LINKS = ["https://archive.s3.us-east-1.amazonaws.com", "https://log.s3.us-east-1.amazonaws.com"];
const SIGN_IN = { issuer: "https://issuer.example/tenant", clientId: "console", scope: "openid ledger:read" };

describe("the console's files", () => {
  let folder: string;
  let serve: ReturnType<typeof serveConsole>;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "change-ledger-console-"));
    mkdirSync(join(folder, "assets"));
    writeFileSync(join(folder, "index.html"), "<!doctype html>page");
    writeFileSync(join(folder, "assets/index-abc.js"), "export const one = 1;");
    writeFileSync(join(folder, "../outside.txt"), "not to be read");
    serve = serveConsole({ folder, signIn: SIGN_IN, links: LINKS });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const ask = (rawPath: string, headers: ConsoleEvent["headers"] = {}, method = "GET") => {
    const answer = serve({ rawPath, headers, requestContext: { http: { method } } });
    const bytes = Buffer.from(answer.body, answer.isBase64Encoded ? "base64" : "utf8");
    const text = (answer.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString();
    return { status: answer.statusCode, headers: answer.headers, text };
  };

  it("are the page at every address of the console, and each asset at its own", () => {
    for (const path of ["/console", "/console/", "/console/deployments/codedeploy/1/r/d-1", "/console/changes?x"])
      expect(ask(path)).toMatchObject({
        status: 200,
        text: "<!doctype html>page",
        headers: { "cache-control": "no-cache", "content-type": "text/html; charset=utf-8" },
      });
    expect(ask("/console/assets/index-abc.js")).toMatchObject({
      status: 200,
      text: "export const one = 1;",
      headers: { "cache-control": "public, max-age=31536000, immutable", "content-type": "text/javascript; charset=utf-8" },
    });
    expect(ask("/console/assets/index-old.js").status).toBe(404);
  });
  it("say how readers sign in", () => {
    expect(JSON.parse(ask("/console/sign-in.json").text)).toEqual(SIGN_IN);
  });
  it("are nothing from outside of their folder", () => {
    for (const path of [
      "/console/../outside.txt",
      "/console/assets/../../outside.txt",
      "/console/%2e%2e/outside.txt",
      "/console//etc/passwd",
    ])
      expect(ask(path).text).not.toContain("not to be read");
  });
  it("are sent once, and packed for who takes gzip", () => {
    const first = ask("/console/assets/index-abc.js", { "accept-encoding": "br, gzip;q=0.8" });
    expect(first.headers["content-encoding"]).toBe("gzip");
    expect(ask("/console/assets/index-abc.js", { "accept-encoding": "gzip;q=0" }).headers["content-encoding"]).toBeUndefined();
    expect(ask("/console/assets/index-abc.js", { "if-none-match": `W/"x", ${first.headers["etag"]}` })).toMatchObject({
      status: 304,
      text: "",
    });
  });
  it("let nothing in but themselves, and ask nobody but who signs readers in and where evidence lies", () => {
    const policy = ask("/console/").headers["content-security-policy"]?.split("; ");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain(`connect-src 'self' https://issuer.example ${LINKS.join(" ")}`);
    expect(policy?.some((one) => /unsafe|\*|data:/.test(one))).toBe(false);
    expect(ask("/console/").headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
  });
  it("are only read", () => {
    expect(ask("/console/", {}, "POST").status).toBe(405);
    expect(ask("/console/", {}, "HEAD").status).toBe(200);
  });
  it("are missed where nobody has built them", () => {
    expect(() => serveConsole({ folder: join(folder, "assets"), signIn: SIGN_IN, links: LINKS })).toThrow("npm run build:console");
  });
});
