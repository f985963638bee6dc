import { describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "../../stacks/config.ts";

const ENV = { LEDGER_JWT_ISSUER: "https://issuer.example.com/", LEDGER_JWT_AUDIENCE: "ledger, console" };

function codeOf(env: Record<string, string>): string | undefined {
  try {
    readConfig({ ...ENV, ...env }, "test");
  } catch (error) {
    if (error instanceof ConfigError) return error.code;
    throw error;
  }
  return undefined;
}

describe("a deployment's configuration", () => {
  it("needs an issuer and an audience, and has a default for all else", () => {
    expect(readConfig(ENV, "test")).toEqual({
      stage: "test",
      production: false,
      retention: { mode: "GOVERNANCE", days: 1 },
      replayDays: 7,
      logDays: 30,
      jwt: { issuer: "https://issuer.example.com/", audiences: ["ledger", "console"] },
      eventAccounts: [],
      revisionBuckets: [],
      alarmEmail: undefined,
      settings: "{}",
    });
    expect(codeOf({ LEDGER_JWT_ISSUER: " " })).toBe("missing");
    expect(codeOf({ LEDGER_JWT_AUDIENCE: "" })).toBe("missing");
  });

  it("locks for seven years in production only", () => {
    expect(readConfig(ENV, "production").retention).toEqual({ mode: "COMPLIANCE", days: 2557 });
    expect(readConfig(ENV, "Production").retention.mode).toBe("GOVERNANCE");
  });

  it("says what is malformed instead of deploying it", () => {
    expect(codeOf({ LEDGER_JWT_ISSUER: "http://issuer.example.com" })).toBe("malformed");
    expect(codeOf({ LEDGER_EVENT_ACCOUNTS: "210987654321,*" })).toBe("malformed");
    expect(codeOf({ LEDGER_REVISION_BUCKETS: "acme-*" })).toBe("malformed");
    expect(codeOf({ LEDGER_SETTINGS: "[]" })).toBe("malformed");
    expect(codeOf({ LEDGER_SETTINGS: "{" })).toBe("malformed");
    expect(codeOf({ LEDGER_SETTINGS: JSON.stringify({ note: "é".repeat(1024) }) })).toBe("too-long");
    expect(
      codeOf({
        LEDGER_EVENT_ACCOUNTS: "210987654321, 123456789012",
        LEDGER_REVISION_BUCKETS: "acme.revisions",
        LEDGER_SETTINGS: '{ "a": 1 }',
      }),
    ).toBe(undefined);
  });
});
