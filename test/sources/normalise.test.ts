import { canonicalBytes, factSchema, instantSchema, type SourceFact, subjectSchema } from "@change-ledger/model";
import { DEFAULT_SETTINGS, normalise, SOURCES, settingsSchema } from "@change-ledger/sources";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FACTS_MAX_BYTES } from "../../packages/sources/limits.ts";
import { createDeployment, lookup, stateChange } from "./fixtures/codedeploy.ts";
import { bytes, delivery, githubDelivery, ofKind, SETTINGS } from "./fixtures/deliveries.ts";
import { HEAD, pullRequest, push, REPOSITORY, review } from "./fixtures/github.ts";
import { updated } from "./fixtures/jira.ts";
import { incidentEvent, note } from "./fixtures/pagerduty.ts";
import {
  artifactAttested,
  artifactBuilt,
  artifactDescribed,
  configurationOffered,
  provisioned,
  REVISION,
  signedOff,
} from "./fixtures/put-events.ts";
import { changeRequest, incident, NONCE } from "./fixtures/servicenow.ts";

/** One good payload a source, with the headers that it needs. */
const GOOD = [
  {
    system: "github",
    headers: { "x-github-event": "pull_request", "x-github-delivery": "1" },
    body: pullRequest("opened", { body: "- [x] a\nfixes #1" }),
  },
  { system: "github", headers: { "x-github-event": "pull_request_review", "x-github-delivery": "1" }, body: review("submitted") },
  { system: "github", headers: { "x-github-event": "push", "x-github-delivery": "1" }, body: push() },
  { system: "jira", headers: {}, body: updated([{ field: "status", fromString: "a", toString: "b" }]) },
  { system: "codedeploy", headers: {}, body: stateChange("Instance", "START", { instanceId: "i-1" }) },
  { system: "codedeploy", headers: {}, body: createDeployment() },
  { system: "codedeploy-lookup", headers: {}, body: lookup() },
  {
    system: "servicenow",
    headers: { "x-servicenow-nonce": NONCE },
    body: changeRequest({}, { catalogue: { item: "a", version: "1" }, incident: "INC0010023" }),
  },
  { system: "servicenow", headers: {}, body: incident() },
  { system: "pagerduty", headers: {}, body: incidentEvent("incident.resolved") },
  { system: "pagerduty", headers: {}, body: note() },
  { system: "service-catalog", headers: {}, body: provisioned() },
  {
    system: "attested",
    headers: {},
    body: signedOff({ change: "change:github/acme/cargo/pull/7", tool: "qa", at: "2026-03-02T10:00:00Z" }),
  },
  { system: "artifact", headers: {}, body: artifactBuilt() },
  { system: "artifact", headers: {}, body: artifactAttested() },
  { system: "artifact", headers: {}, body: artifactDescribed({ labels: { "org.opencontainers.image.revision": REVISION } }) },
  { system: "configuration", headers: {}, body: configurationOffered() },
  {
    system: "github-lookup",
    headers: {},
    body: {
      kind: "pull-request-commits",
      repository: "a/b",
      number: 1,
      head: HEAD,
      commits: [{ sha: HEAD, commit: { author: { email: "a@b.c" } } }],
    },
  },
] as const;

const systems = SOURCES.map((source) => source.system);
const EVENTS = [
  "pull_request",
  "pull_request_review",
  "push",
  "create",
  "check_run",
  "check_suite",
  "status",
  "workflow_run",
  "deployment",
  "deployment_status",
  "issues",
  "issue_comment",
  "merge_group",
  "branch_protection_rule",
  "repository_ruleset",
  "ping",
  "star",
];

/** What must hold of every fact, whatever was delivered. */
function check(system: string, body: Uint8Array, headers: Readonly<Record<string, string>>) {
  const sent = delivery(system, body, headers);
  const fact = normalise(sent, "hmac-sha256", SETTINGS);
  expect(factSchema.safeParse({ kind: fact.kind, facts: fact.facts }).success).toBe(true);
  expect(subjectSchema.safeParse(fact.subject).success).toBe(true);
  expect(instantSchema.safeParse(fact.occurredAt).success).toBe(true);
  expect(fact.source.id).toMatch(/^[\x21-\x7e]+$/);
  expect(canonicalBytes(normalise(sent, "hmac-sha256", SETTINGS))).toEqual(canonicalBytes(fact));
  if (fact.kind === "unparsed") expect(fact.facts.bytes).toBe(body.length);
  return fact;
}

describe("normalise is total and deterministic", () => {
  const anyHeaders = fc.record({
    "x-github-event": fc.oneof(fc.constantFrom(...EVENTS), fc.string()),
    "x-github-delivery": fc.string(),
    "content-type": fc.constantFrom("application/json", "application/x-www-form-urlencoded", ""),
  });
  const anySystem = fc.oneof(fc.constantFrom(...systems), fc.string());

  it("on arbitrary bytes", () => {
    fc.assert(
      fc.property(anySystem, fc.uint8Array({ maxLength: 300 }), anyHeaders, (system, body, headers) => void check(system, body, headers)),
      { numRuns: 500 },
    );
  });
  it("on arbitrary JSON", () => {
    fc.assert(
      fc.property(anySystem, fc.json({ maxDepth: 4 }), anyHeaders, (system, body, headers) => void check(system, bytes(body), headers)),
      { numRuns: 500 },
    );
  });
  it("on real payloads in which any one value was replaced", () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(
        "",
        "x".repeat(2000),
        "\u0000",
        "a b",
        "\ud83d\ude00",
        -1,
        1e300,
        2 ** 53,
        "9999-99-99T00:00:00Z",
        "__proto__",
        [],
        {},
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...GOOD), fc.nat(), value, ({ system, headers, body }, at, by) => {
        const copy = structuredClone(body) as unknown;
        const places = placesIn(copy);
        const [holder, key] = places[at % places.length] as [Record<string, unknown>, string];
        holder[key] = by;
        check(system, bytes(copy), headers);
      }),
      { numRuns: 3000 },
    );
  });
  it("on real payloads in which any one byte was changed or the rest cut off", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...GOOD),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        fc.boolean(),
        ({ system, headers, body }, at, byte, cut) => {
          const raw = bytes(body).slice();
          const place = at % raw.length;
          raw[place] = byte;
          check(system, cut ? raw.slice(0, place) : raw, headers);
        },
      ),
      { numRuns: 3000 },
    );
  });
  it("and parses the same payloads when nothing was changed", () => {
    for (const { system, headers, body } of GOOD) expect(check(system, bytes(body), headers).kind).not.toBe("unparsed");
  });
});

/** Every member and item below `value`, as its holder and key. */
function placesIn(value: unknown): [Record<string, unknown>, string][] {
  if (value === null || typeof value !== "object") return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key): [Record<string, unknown>, string][] => [[holder, key], ...placesIn(holder[key])]);
}

describe("no text of a body gets out", () => {
  const SECRET = "Zq9XsecretW";
  it("in facts, out of any prose, address or log", () => {
    const pull = pullRequest("edited", { title: SECRET, body: `# ${SECRET}\n- [x] ${SECRET}\n${SECRET}@example.com` });
    const by = { name: SECRET, email: `${SECRET}@example.com` };
    const pushed = push({
      commits: [{ id: HEAD, message: `${SECRET}\n\nCo-authored-by: ${SECRET} <${SECRET}@example.com>`, author: by, committer: by }],
    });
    const issue = { ...updated([{ field: "description", toString: SECRET }]), comment: { id: "1", body: SECRET } };
    const diagnostics = { errorCode: "ScriptFailed", message: SECRET, logTail: SECRET };
    const target = { targetId: "i", status: "Failed", lifecycleEvents: [{ lifecycleEventName: "Install", status: "Failed", diagnostics }] };
    const answer = lookup(
      { description: SECRET, errorInformation: { code: "X", message: SECRET } },
      { deploymentTargets: [{ instanceTarget: target }] },
    );
    for (const [system, body, event] of [
      ["github", pull, "pull_request"],
      ["github", { ...review("submitted"), review: { ...review("submitted").review, body: SECRET } }, "pull_request_review"],
      ["github", pushed, "push"],
      ["github", { action: SECRET, repository: REPOSITORY, description: SECRET }, "star"],
      ["jira", issue, ""],
      ["codedeploy-lookup", answer, ""],
      [
        "servicenow",
        changeRequest({
          description: SECRET,
          backout_plan: SECRET,
          justification: SECRET,
          opened_by: { value: "1", display_value: SECRET },
        }),
        "",
      ],
      ["servicenow", incident({ short_description: SECRET }), ""],
      ["pagerduty", incidentEvent("incident.triggered", { title: SECRET }, { agent: { id: "P1", summary: SECRET } }), ""],
      ["pagerduty", { event: { ...note().event, data: { ...note().event.data, content: SECRET } } }, ""],
      ["service-catalog", provisioned("ProvisionProduct", { requestParameters: { provisioningParameters: SECRET } }), ""],
      ["attested", signedOff({ notes: SECRET, by: `${SECRET}@example.com` }), ""],
      ["artifact", artifactDescribed({ labels: { [SECRET]: SECRET, maintainer: SECRET } }), ""],
      ["configuration", configurationOffered({ text: SECRET }), ""],
    ] as const) {
      const fact = check(system, bytes(body), { "x-github-event": event, "x-github-delivery": "1" });
      expect(fact.kind).not.toBe("unparsed");
      if (event !== "star") expect(JSON.stringify(fact), `${system} ${event}`).not.toContain(SECRET);
    }
  });
  it("in the reason why it could not be parsed, out of any value or key", () => {
    fc.assert(
      fc.property(fc.constantFrom(...GOOD), fc.nat(), fc.boolean(), ({ system, headers, body }, at, asKey) => {
        const copy = structuredClone(body) as unknown;
        const places = placesIn(copy);
        const [holder, key] = places[at % places.length] as [Record<string, unknown>, string];
        if (asKey) holder[key] = { [SECRET]: [SECRET, { [SECRET]: 1 }] };
        else holder[key] = `${SECRET} with spaces\n${SECRET}`;
        const fact = check(system, bytes(copy), headers);
        if (fact.kind === "unparsed") expect(JSON.stringify(fact)).not.toContain(SECRET);
      }),
      { numRuns: 2000 },
    );
    for (const raw of [`{"${SECRET}`, SECRET, `{"${SECRET}":1,"${SECRET}":2}`, `["\\ud800${SECRET}"]`]) {
      for (const system of systems)
        expect(JSON.stringify(check(system, bytes(raw), { "x-github-event": "push", "x-github-delivery": "1" })), raw).not.toContain(
          SECRET,
        );
    }
  });
});

describe("hostile bodies", () => {
  const text = JSON.stringify(pullRequest("opened"));
  const member = (name: string, value: string) => `${text.slice(0, -1)},"${name}":${value}}`;
  const kindOf = (body: string | Uint8Array) => normalise(githubDelivery("pull_request", body), "hmac-sha256", SETTINGS);

  it.each([
    ["not JSON", "hello", "expected JSON"],
    ["nothing", "", "expected JSON"],
    ["deep nesting", member("x", "[".repeat(100_000)), "levels of nesting"],
    ["a duplicate key", member("action", '"closed"'), "duplicate key"],
    ["a duplicate key written otherwise", member("\\u0061ction", '"closed"'), "duplicate key"],
    ["a lone surrogate", member("x", '"\\udfff"'), "surrogate"],
    ["two __proto__ keys", `${member("__proto__", "{}").slice(0, -1)},"__proto__":{}}`, "duplicate key"],
  ])("%s", (_name, body, rule) => {
    expect(ofKind("unparsed", kindOf(body)).facts).toMatchObject({
      field: "body",
      rule: expect.stringContaining(rule),
      bytes: body.length,
    });
  });
  it("invalid UTF-8", () => {
    const raw = bytes(text).slice();
    raw[raw.length - 10] = 0xff;
    expect(ofKind("unparsed", kindOf(raw)).facts.rule).toBe("expected valid UTF-8");
  });
  it("a __proto__ member changes nothing", () => {
    const poisoned = kindOf(member("__proto__", '{"action":"closed","polluted":true}'));
    expect(poisoned).toEqual(kindOf(text));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    const settings =
      '{"rule":{"id":1,"name":"x","__proto__":{"a":true},"constructor":"y"},"repository":{"full_name":"a/b"},"action":"created"}';
    const rule = normalise(githubDelivery("branch_protection_rule", settings), "hmac-sha256", SETTINGS);
    expect(Object.getPrototypeOf(ofKind("branch-protection", rule).facts.settings)).toBe(Object.prototype);
  });
  it("strings of a megabyte, where nobody looks, in prose, and in names", () => {
    const long = "y".repeat(1_000_000);
    expect(kindOf(member("x", JSON.stringify(long))).kind).toBe("pull-request");
    expect(
      normalise(githubDelivery("pull_request", pullRequest("opened", { body: long, title: long })), "hmac-sha256", SETTINGS).kind,
    ).toBe("pull-request");
    const label = pullRequest("labeled", { labels: [{ name: long }] });
    expect(ofKind("unparsed", normalise(githubDelivery("pull_request", label), "hmac-sha256", SETTINGS)).facts).toMatchObject({
      field: "pull_request.labels.0.name",
      rule: "expected at most 1024 (string)",
    });
    const branch = push({ ref: `refs/heads/${"ü".repeat(600)}` });
    expect(ofKind("unparsed", normalise(githubDelivery("push", branch), "hmac-sha256", SETTINGS)).facts.field).toBe("subject");
  });
});

describe("facts that an entry has to hold", () => {
  const size = (fact: SourceFact) => canonicalBytes(fact.facts).length;
  it("fit, whatever a contributor writes into title, body and branch", () => {
    const names = Array.from({ length: 2000 }, (_, n) => `item ${n}`);
    const long = settingsSchema.parse({ checklist: { items: Object.fromEntries(names.map((name, n) => [name, `${n}`.padEnd(64, "x")])) } });
    const boxes = names.map((name, n) => `# heading ${n}\n- [ ] ${name}`).join("\n");
    const repository = `${"o".repeat(39)}/${"r".repeat(100)}`;
    const tickets = names.map((_, n) => `fixes ${repository}#${1e9 + n}`).join("\n");
    const body = pullRequest("opened", {
      title: tickets,
      body: boxes,
      labels: names.slice(0, 100).map((name) => ({ name: name.padEnd(50, "é") })),
      head: { sha: HEAD, ref: "b".repeat(250), repo: { full_name: repository } },
    });
    const fact = ofKind("pull-request", normalise(githubDelivery("pull_request", body), "hmac-sha256", long));
    expect(size(fact)).toBeGreaterThan(16_000);
    expect(size(fact)).toBeLessThan(FACTS_MAX_BYTES);
  });
  it("or are unparsed and say so", () => {
    const labels = Array.from({ length: 100 }, (_, n) => ({ name: `${n}`.padEnd(1000, "x") }));
    const wide = normalise(githubDelivery("pull_request", pullRequest("labeled", { labels })), "hmac-sha256", SETTINGS);
    expect(ofKind("unparsed", wide).facts).toMatchObject({ field: "facts", rule: "expected facts that fit an entry" });
    const lifecycleEvents = Array.from({ length: 500 }, (_, n) => ({ lifecycleEventName: `${n}`.padEnd(100, "x"), status: "Failed" }));
    const deploymentTargets = [
      { instanceTarget: { targetId: "i", status: "Succeeded" } },
      { instanceTarget: { targetId: "j", status: "Failed", lifecycleEvents } },
    ];
    const answer = normalise(delivery("codedeploy-lookup", lookup({}, { deploymentTargets })), "api", SETTINGS);
    expect(ofKind("unparsed", answer).facts.field).toBe("targets.1");
  });
  it("as lists may be long: the ledger continues them", () => {
    const commits = Array.from({ length: 2048 }, (_, n) => ({ id: n.toString(16).padStart(40, "0"), author: { username: "anne" } }));
    const fact = ofKind("push", normalise(githubDelivery("push", push({ commits })), "hmac-sha256", SETTINGS));
    expect(fact.facts.commits).toHaveLength(2048);
    expect(size(fact)).toBeGreaterThan(FACTS_MAX_BYTES);
  });
});

describe("a delivery of nobody", () => {
  it.each(["nobody", "__proto__", "GITHUB", "a/b\n", ""])("%j is unparsed", (system) => {
    const fact = ofKind("unparsed", normalise(delivery(system, "{}"), "hmac-sha256", SETTINGS));
    expect(fact.facts.field).toBe("system");
    expect(fact.subject).toMatch(/^audit:[\w-]+\/unparsed$/);
  });
});

describe("settings", () => {
  it("have defaults, are JSON, and are strict", () => {
    expect(DEFAULT_SETTINGS).toMatchObject({ identityKey: "", jira: { projects: [], fields: {} }, checklist: { sections: {}, items: {} } });
    expect(settingsSchema.parse(JSON.parse(JSON.stringify(SETTINGS)))).toEqual(SETTINGS);
    expect(settingsSchema.safeParse({ identitykey: "typo" }).success).toBe(false);
  });
});
