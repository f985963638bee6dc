import { describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "../../stacks/config.ts";
import { type EnvironmentSources, environmentOf, webhookSecrets } from "../../stacks/environment.ts";

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
    expect(codeOf({ LEDGER_SETTINGS: '{"jiira":{}}' })).toBe("malformed");
    expect(codeOf({ LEDGER_SETTINGS: '{"identityKey":"in the open"}' })).toBe("malformed");
    expect(
      codeOf({
        LEDGER_EVENT_ACCOUNTS: "210987654321, 123456789012",
        LEDGER_REVISION_BUCKETS: "acme.revisions",
        LEDGER_SETTINGS: '{ "github": { "lookups": true } }',
      }),
    ).toBe(undefined);
  });
});

describe("webhook secrets", () => {
  it("are two a sender, current and previous; a sender without any is left out", () => {
    expect(webhookSecrets({ github: " new\nold ", jira: "only", pagerduty: " \n" })).toBe('{"github":["new","old"],"jira":["only"]}');
  });
});

describe("a function's environment", () => {
  const sources = (settings: string): EnvironmentSources => ({
    tables: { ledger: "l", models: "m" },
    buckets: { archive: "a", inbox: "i" },
    queues: { lookup: "o", link: "k", seal: "s" },
    bus: "b",
    account: "123456789012",
    retention: { mode: "GOVERNANCE", days: 1 },
    settings,
    secrets: { github: "g", jira: "", identityKey: "id", githubApp: '{"appId":1}' },
  });

  it("gives each secret to those who need it", () => {
    const held = (name: "webhook" | "ingest" | "lookup" | "project") =>
      Object.keys(environmentOf(name, sources("{}"))).filter((key) => /SECRETS|KEY|APP/.test(key));
    expect(held("webhook")).toEqual(["WEBHOOK_SECRETS"]);
    expect(held("ingest")).toEqual(["WEBHOOK_SECRETS", "IDENTITY_KEY"]);
    expect(held("lookup")).toEqual(["IDENTITY_KEY", "GITHUB_APP"]);
    expect(held("project")).toEqual([]);
  });

  it("is refused when Lambda would refuse it", () => {
    expect(() => environmentOf("ingest", sources("é".repeat(1500)))).not.toThrow();
    expect(() => environmentOf("ingest", sources("é".repeat(2000)))).toThrow(expect.objectContaining({ code: "too-long" }));
  });
});
