import { describe, expect, it } from "vitest";
import { preflight, type ReadersRule, readersHeaders } from "../../packages/local/s3-cors.ts";

const ORIGIN = "http://127.0.0.1:4280";
const RULE: ReadersRule = { buckets: new Set(["archive"]), origins: new Set([ORIGIN]) };
const ALLOWED = { "access-control-allow-origin": ORIGIN, "access-control-allow-methods": "GET, HEAD", vary: "Origin" };

describe("the local S3 to pages of other origins", () => {
  it("lets those of the rule read the rule's buckets, and nobody do anything else", () => {
    expect(readersHeaders(RULE, "archive", "GET", { origin: ORIGIN })).toEqual(ALLOWED);
    expect(readersHeaders(RULE, "archive", "HEAD", { origin: ORIGIN })).toEqual(ALLOWED);
    expect(readersHeaders(RULE, "archive", "PUT", { origin: ORIGIN })).toEqual({});
    expect(readersHeaders(RULE, "inbox", "GET", { origin: ORIGIN })).toEqual({});
    expect(readersHeaders(RULE, "archive", "GET", { origin: "http://127.0.0.1:4281" })).toEqual({});
    expect(readersHeaders(RULE, "archive", "GET", {})).toEqual({});
  });
  it("answers a browser that asks first, as the rule says", () => {
    const asked = (more: Record<string, string>) => preflight(RULE, "archive", { origin: ORIGIN, ...more });
    expect(asked({ "access-control-request-method": "GET" })).toMatchObject({ status: 200, headers: ALLOWED });
    expect(asked({ "access-control-request-method": "DELETE" }).status).toBe(403);
    expect(asked({ "access-control-request-method": "GET", "access-control-request-headers": "authorization" }).status).toBe(403);
    expect(asked({}).status).toBe(403);
  });
});
