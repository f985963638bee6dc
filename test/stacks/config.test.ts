import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../stacks/config.ts";
import { ConfigError } from "../../stacks/config-fault.ts";
import { FUNCTIONS, type FunctionName } from "../../stacks/definitions.ts";
import { type EnvironmentSources, environmentOf, webhookSecrets } from "../../stacks/environment.ts";
import { namedBlock, readDocuments } from "../architecture/documents.ts";

const ENV = {
  LEDGER_JWT_ISSUER: "https://issuer.example.com/",
  LEDGER_JWT_AUDIENCE: "ledger, console",
  LEDGER_LOG_ORIGIN: "ledger.example/acme",
};
/** Of the worked examples in docs/formats.md. */
const VERIFIER_KEY = "ledger.example/acme+ef1a1e39+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";

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
      configurationRoles: [],
      revisionBuckets: [],
      artifacts: [],
      principals: "[]",
      consoleClient: "ledger",
      backfillRoles: [],
      alarmEmail: undefined,
      notify: { topic: false, slack: false },
      settings: "{}",
      log: {
        origin: "ledger.example/acme",
        noteKeys: [{ from: "2026-01-01T00:00:00Z" }],
        envelopeKeys: [{ from: "2026-01-01T00:00:00Z" }],
      },
    });
    expect(codeOf({ LEDGER_LOG_ORIGIN: "" })).toBe("missing");
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
    const mirror = { arn: "arn:aws:sts::123456789012:assumed-role/Mirror/*", scopes: ["ledger:read"], repositories: ["github/acme/*"] };
    expect(readConfig({ ...ENV, LEDGER_API_PRINCIPALS: JSON.stringify([mirror]) }, "test").principals).toBe(JSON.stringify([mirror]));
    for (const wrong of [
      { arn: "*" },
      { arn: "arn:aws:sts::*:assumed-role/Mirror/*" },
      { scopes: ["all"] },
      { scopes: [] },
      { scope: "admin" },
    ])
      expect(codeOf({ LEDGER_API_PRINCIPALS: JSON.stringify([{ ...mirror, ...wrong }]) })).toBe("malformed");
    for (const text of ["{}", "mirror", JSON.stringify(mirror)]) expect(codeOf({ LEDGER_API_PRINCIPALS: text })).toBe("malformed");
    expect(codeOf({ LEDGER_REVISION_BUCKETS: "acme-*" })).toBe("malformed");
    for (const arn of [
      "*",
      "cargo",
      "arn:aws:ecr:*:123456789012:repository/cargo",
      "arn:aws:ecr:eu-west-1:123456789012:repository/*x",
      "arn:aws:s3:::a",
    ])
      expect(codeOf({ LEDGER_ARTIFACTS: arn }), arn).toBe("malformed");
    expect(
      codeOf({
        LEDGER_ARTIFACTS: "arn:aws:ecr:eu-west-1:123456789012:repository/acme/*,arn:aws:lambda:eu-west-1:123456789012:function:pay",
      }),
    ).toBeUndefined();
    for (const role of ["Admin", "arn:aws:iam::123456789012:user/jane", "arn:aws:iam::123456789012:role/*", "*"])
      expect(codeOf({ LEDGER_CONFIGURATION_ROLES: role }), role).toBe("malformed");
    expect(codeOf({ LEDGER_CONFIGURATION_ROLES: "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/Admin_1" })).toBeUndefined();
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

describe("keys of the log", () => {
  const from = "2026-11-01T00:00:00Z";
  const until = "2027-11-01T00:00:00Z";
  const pem = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ type: "spki", format: "pem" }).toString();
  const note = (...keys: object[]) => codeOf({ LEDGER_NOTE_KEYS: JSON.stringify(keys) });
  const envelope = (...keys: object[]) => codeOf({ LEDGER_ENVELOPE_KEYS: JSON.stringify(keys) });

  it("are ours, and those that signed before, each with its time", () => {
    const noteKeys = [{ key: VERIFIER_KEY, from, until }, { from, until }, { from: until }];
    const envelopeKeys = [{ pem, from, until }, { from: until }];
    const env = { ...ENV, LEDGER_NOTE_KEYS: JSON.stringify(noteKeys), LEDGER_ENVELOPE_KEYS: JSON.stringify(envelopeKeys) };
    expect(readConfig(env, "test").log).toEqual({ origin: ENV.LEDGER_LOG_ORIGIN, noteKeys, envelopeKeys });
  });

  it("are written as docs/deploy.md shows", () => {
    const guide = readDocuments().find(({ path }) => path === "docs/deploy.md");
    const LEDGER_NOTE_KEYS = guide === undefined ? "" : namedBlock(guide, "note-keys");
    expect(readConfig({ ...ENV, LEDGER_NOTE_KEYS }, "test").log.noteKeys).toHaveLength(2);
  });

  it("are refused where they would not be taken, or where none could sign", () => {
    expect(note({ from, until })).toBe("malformed");
    expect(note()).toBe("malformed");
    expect(note({ key: VERIFIER_KEY, from })).toBe("malformed");
    expect(note({ from }, { key: VERIFIER_KEY.replace("acme", "acne"), from, until })).toBe("malformed");
    expect(note({ from }, { key: "x", from, until })).toBe("malformed");
    expect(note({ from: until, until: from }, { from })).toBe("malformed");
    expect(note({ from: "yesterday" })).toBe("malformed");
    expect(note({ from, pem })).toBe("malformed");
    expect(envelope({ from }, { pem: "x", from, until })).toBe("malformed");
    expect(envelope({ pem, from })).toBe("malformed");
    const other = generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey.export({ type: "spki", format: "pem" });
    expect(envelope({ from }, { pem: other, from, until })).toBe("malformed");
    expect(codeOf({ LEDGER_NOTE_KEYS: "{" })).toBe("malformed");
    const renamed = {
      ...ENV,
      LEDGER_LOG_ORIGIN: "ledger.example/other",
      LEDGER_NOTE_KEYS: JSON.stringify([{ from }, { key: VERIFIER_KEY, from, until }]),
    };
    expect(() => readConfig(renamed, "test")).toThrow(expect.objectContaining({ code: "malformed" }));
  });

  it("bear the log's name: a host and a path, as notes can carry it", () => {
    for (const origin of ["https://ledger.example/acme", "ledger example", "ledger+1", "/acme", "Ledger.example", "ledger.example//"])
      expect([origin, codeOf({ LEDGER_LOG_ORIGIN: origin })]).toEqual([origin, "malformed"]);
    for (const origin of ["ledger.example", "ledger.example:8443/a/b"])
      expect([origin, codeOf({ LEDGER_LOG_ORIGIN: origin })]).toEqual([origin, undefined]);
  });
});

describe("webhook secrets", () => {
  it("are two a sender, current and previous; a sender without any is left out", () => {
    expect(webhookSecrets({ github: " new\nold ", jira: "only", pagerduty: " \n" })).toBe('{"github":["new","old"],"jira":["only"]}');
  });
});

describe("a function's environment", () => {
  const sources = (settings: string): EnvironmentSources => ({
    tables: { ledger: "l", models: "m", log: "t" },
    buckets: { archive: "a", inbox: "i", log: "g" },
    queues: { lookup: "o", link: "k", seal: "s", assess: "a" },
    deadLetters: { ingest: "1", lookup: "2", link: "3", seal: "4", assess: "5", target: "6", stream: "7" },
    bus: "b",
    account: "123456789012",
    retention: { mode: "GOVERNANCE", days: 1 },
    settings,
    signIn: "{}",
    links: "[]",
    principals: "[]",
    log: {
      origin: "ledger.example/acme",
      noteKeys: [{ kms: "n", from: "2026-01-01T00:00:00Z" }],
      envelopeKeys: [{ kms: "e", from: "2026-01-01T00:00:00Z" }],
    },
    secrets: { webhooks: { github: "g", jira: "", pagerduty: "p" }, identityKey: "id", githubApp: '{"appId":1}' },
  });

  it("gives each secret to those who need it", () => {
    const held = (name: "webhook" | "ingest" | "lookup" | "project") =>
      Object.keys(environmentOf(name, sources("{}"))).filter((key) => /SECRETS|KEY|APP/.test(key));
    expect(held("webhook")).toEqual(["WEBHOOK_SECRETS"]);
    expect(held("ingest")).toEqual(["WEBHOOK_SECRETS", "IDENTITY_KEY"]);
    expect(held("lookup")).toEqual(["IDENTITY_KEY", "GITHUB_APP"]);
    expect(held("project")).toEqual([]);
  });

  it("tells of the log's name everybody, of its keys those who sign or publish them", () => {
    // The console's page is the same for everybody, and reads nothing itself.
    for (const name of (Object.keys(FUNCTIONS) as FunctionName[]).filter((one) => one !== "console")) {
      const { LOG_ORIGIN, NOTE_KEYS, ENVELOPE_KEYS } = environmentOf(name, sources("{}"));
      expect(LOG_ORIGIN).toBe("ledger.example/acme");
      const told = ["sequence", "reconcile", "seal"].includes(name);
      expect([name, NOTE_KEYS, ENVELOPE_KEYS]).toEqual([
        name,
        told ? '[{"kms":"n","from":"2026-01-01T00:00:00Z"}]' : undefined,
        told ? '[{"kms":"e","from":"2026-01-01T00:00:00Z"}]' : undefined,
      ]);
    }
  });

  it("is refused when Lambda would refuse it", () => {
    expect(() => environmentOf("ingest", sources("é".repeat(1500)))).not.toThrow();
    expect(() => environmentOf("ingest", sources("é".repeat(2000)))).toThrow(expect.objectContaining({ code: "too-long" }));
  });
});
