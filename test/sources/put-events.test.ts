import { gzipSync } from "node:zlib";
import { sha256Hex } from "@change-ledger/model";
import { busSource, normalise, offeredConfiguration } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { RULES } from "../../stacks/definitions.ts";
import { ACCOUNT, REGION } from "./fixtures/codedeploy.ts";
import { bytes, delivery, ofKind, SETTINGS } from "./fixtures/deliveries.ts";
import {
  artifactAttested,
  artifactBuilt,
  artifactDescribed,
  configurationOffered,
  DIGEST,
  EVENT_ID,
  provenance,
  provisioned,
  putEvent,
  REVISION,
  signedOff,
} from "./fixtures/put-events.ts";

/** As the ingest does: the event's own source and detail type say who reads it. */
function factOf(event: { readonly source: string; readonly "detail-type": string }) {
  const system = busSource({ source: event.source, detailType: event["detail-type"] })?.system ?? "nobody";
  return normalise(delivery(system, event), "bus", SETTINGS);
}
const fault = (event: Parameters<typeof factOf>[0]) => ofKind("unparsed", factOf(event)).facts.field;
const COMMIT = `commit:github/acme/cargo/${REVISION}`;
const ACTOR = { system: "aws", id: ACCOUNT };

describe("an attested event", () => {
  it("is what it claims, by whom it claims, and from the account that EventBridge names", () => {
    expect(factOf(signedOff())).toEqual({
      kind: "attested",
      subject: COMMIT,
      occurredAt: "2026-03-02T10:00:00.000Z",
      actor: ACTOR,
      source: { system: "attested", event: "qa.signed-off", id: EVENT_ID, auth: "bus", norm: 1 },
      facts: {
        what: "qa-sign-off",
        outcome: "passed",
        commit: REVISION,
        environment: "staging",
        tool: "acme.qa",
        by: { system: "jira", id: "5c5f880629be9642ba529340" },
      },
    });
  });
  it.each([
    ["qa.signed-off", "qa-sign-off"],
    ["security.reviewed", "security-review"],
    ["tests.completed", "test-results"],
    ["change.authorised", "authorisation"],
    ["change.reviewed-afterwards", "retrospective-review"],
  ])("%s says %s", (detailType, what) => {
    expect(factOf({ ...signedOff(), "detail-type": detailType })).toMatchObject({ kind: "attested", facts: { what } });
  });
  it("may say anything under its own name", () => {
    expect(factOf({ ...signedOff({ what: "penetration-test" }), "detail-type": "attested" })).toMatchObject({
      facts: { what: "penetration-test" },
    });
    expect(fault({ ...signedOff(), "detail-type": "attested" })).toBe("detail.what");
    // A name of its own cannot be bent into another.
    expect(factOf(signedOff({ what: "authorisation" }))).toMatchObject({ facts: { what: "qa-sign-off" } });
  });
  it("speaks of the change that it names, and keeps the revision", () => {
    const change = "change:github/acme/cargo/pull/7";
    expect(factOf(signedOff({ change }))).toMatchObject({ subject: change, facts: { change, commit: REVISION } });
    const alone = factOf(signedOff({ change, revision: undefined, repository: undefined }));
    expect(alone).toMatchObject({ subject: change });
    expect(alone.facts).not.toHaveProperty("commit");
  });
  it("names its own time, tool and people where it has them", () => {
    const fact = ofKind("attested", factOf(signedOff({ at: "2026-03-01T08:00:00+01:00", tool: "qa-suite", by: "lee" })));
    expect(fact.occurredAt).toBe("2026-03-01T07:00:00.000Z");
    expect(fact.facts).toMatchObject({ tool: "qa-suite", by: { system: "bus", login: "lee" } });
    expect(ofKind("attested", factOf(signedOff({ by: "lee@example.com" }))).facts.by?.login).toMatch(/^mail-/);
    expect(ofKind("attested", factOf(signedOff({ by: { system: "jira" } }))).facts).not.toHaveProperty("by");
  });
  it.each([
    ["detail.version", signedOff({ version: 2 })],
    ["detail.version", signedOff({ version: undefined })],
    ["detail.result", signedOff({ result: "ok" })],
    ["detail.revision", signedOff({ revision: "abc1234" })],
    ["detail.revision", signedOff({ revision: undefined })],
    ["detail.repository", signedOff({ repository: "../.." })],
    ["detail.repository", signedOff({ repository: undefined })],
    ["detail.change", signedOff({ change: "ticket:jira/PAY-1" })],
    ["detail.change", signedOff({ change: `change:${"x".repeat(2000)}` })],
    ["detail.at", signedOff({ at: "yesterday" })],
    ["detail.at", signedOff({ at: 1e300 })],
    ["detail.environment", signedOff({ environment: "x".repeat(1_000_000) })],
    ["detail.by.system", signedOff({ by: { system: "" } })],
    ["detail", putEvent("qa.signed-off", "passed")],
    ["detail", putEvent("qa.signed-off", null)],
    ["account", { ...signedOff(), account: "acme" }],
    ["time", { ...signedOff(), time: "0001-01-01T00:00:00Z" }],
  ])("that breaks a rule is unparsed and names the field %s", (field, event) => {
    expect(fault(event)).toBe(field);
  });
});

describe("an artefact", () => {
  it("that a build tells of stands in the chain of its commit", () => {
    expect(factOf(artifactBuilt())).toEqual({
      kind: "artifact",
      subject: COMMIT,
      occurredAt: "2026-03-02T10:00:00.000Z",
      actor: ACTOR,
      source: { system: "artifact", event: "artifact.built", id: EVENT_ID, auth: "bus", norm: 1 },
      facts: {
        digest: DIGEST,
        location: "s3://releases/cargo/build.zip?versionId=3sL4kqtJlcpXroDTDmJ",
        repository: "acme/cargo",
        commit: REVISION,
        by: "event",
        builder: "https://ci.acme.example/jobs/17",
      },
    });
  });
  it("with provenance says that nobody checked its signature", () => {
    expect(factOf(artifactAttested())).toMatchObject({
      subject: COMMIT,
      facts: {
        digest: DIGEST,
        repository: "acme/cargo",
        commit: REVISION,
        by: "provenance",
        signature: "unchecked",
        builder: "https://github.com/acme/cargo/.github/workflows/release.yml@refs/heads/main",
      },
    });
  });
  it("of several subjects has to be named, and must be one of them", () => {
    const other = `sha256:${"cd".repeat(32)}`;
    const both = provenance({ subject: [DIGEST, other].map((one) => ({ digest: { sha256: one.slice(7) } })) });
    expect(fault(artifactAttested(both))).toBe("detail.digest");
    expect(factOf(artifactAttested(both, { digest: other }))).toMatchObject({ facts: { digest: other } });
    expect(fault(artifactAttested(provenance(), { digest: other }))).toBe("detail.digest");
  });
  it("of no source, or of two, stays unresolved", () => {
    const from = (...commits: string[]) =>
      provenance({
        predicate: {
          buildDefinition: {
            resolvedDependencies: commits.map((gitCommit) => ({
              uri: "git+https://github.com/acme/cargo@refs/heads/main",
              digest: { gitCommit },
            })),
          },
        },
      });
    for (const statement of [from(), from(REVISION, "d".repeat(40)), from("abc1234")]) {
      const fact = ofKind("artifact", factOf(artifactAttested(statement)));
      expect(fact.subject).toBe("audit:artifact");
      expect(fact.facts).toEqual({ digest: DIGEST, by: "provenance", signature: "unchecked" });
    }
    expect(ofKind("artifact", factOf(artifactAttested(from(REVISION, REVISION)))).facts.commit).toBe(REVISION);
  });
  it.each([
    [
      "image-label",
      { labels: { "org.opencontainers.image.revision": REVISION, "org.opencontainers.image.source": "https://github.com/acme/cargo" } },
    ],
    ["version-tag", { tags: { "git-commit": REVISION.toUpperCase(), repository: "acme/cargo" } }],
    [
      "object-metadata",
      { metadata: { "commit-sha": "short", commit: "abc1234", "git-sha": REVISION, "git-repository": "git@github.com:acme/cargo.git" } },
    ],
  ])("is known by %s", (by, described) => {
    expect(factOf(artifactDescribed(described))).toMatchObject({
      subject: COMMIT,
      facts: { digest: DIGEST, repository: "acme/cargo", commit: REVISION, by },
    });
  });
  it("whose labels name no full commit, or no repository, stays unresolved", () => {
    expect(factOf(artifactDescribed({ labels: { version: "1.2.3", commit: 7 } }))).toMatchObject({
      subject: "audit:artifact",
      facts: { digest: DIGEST, by: "image-label" },
    });
    expect(factOf(artifactDescribed({ labels: { commit: REVISION } }))).toMatchObject({
      subject: "audit:artifact",
      facts: { commit: REVISION },
    });
    expect(factOf(artifactDescribed({ labels: JSON.parse('{"__proto__":{"commit":"x"}}') }))).toMatchObject({ subject: "audit:artifact" });
  });
  it.each([
    ["detail.version", artifactBuilt({ version: "1" })],
    ["detail.digest", artifactBuilt({ digest: "sha256:abc" })],
    ["detail.digest", artifactBuilt({ digest: undefined, location: undefined })],
    ["detail.location", artifactBuilt({ location: "two words" })],
    ["detail.location", artifactBuilt({ location: "x".repeat(1_000_000) })],
    ["detail.commit", artifactBuilt({ commit: "main" })],
    ["detail.repository", artifactBuilt({ repository: undefined })],
    ["detail.labels", artifactDescribed({})],
    ["detail.labels", artifactDescribed({ labels: {}, tags: {} })],
    ["detail.bundle.dsseEnvelope.payloadType", putEvent("artifact.attested", { version: 1, bundle: { dsseEnvelope: { payload: "" } } })],
    ["statement.predicateType", artifactAttested(provenance({ predicateType: "https://slsa.dev/provenance/v0.2" }))],
    ["statement.subject", artifactAttested(provenance({ subject: [] }))],
  ])("that breaks a rule is unparsed and names the field %s", (field, event) => {
    expect(fault(event)).toBe(field);
  });
  it("whose provenance is no JSON is unparsed", () => {
    const { detail, ...event } = artifactAttested();
    const dsseEnvelope = { payloadType: "application/vnd.in-toto+json", payload: Buffer.from('{"a":1,"a":2}').toString("base64") };
    expect(fault({ ...event, detail: { ...(detail as object), bundle: { dsseEnvelope } } } as never)).toBe("body");
  });
});

describe("an offered configuration", () => {
  const TEXT = "format: 1\n# é\n";
  it("goes on record by its digest and label, and its text can be read out of the archive", () => {
    for (const own of [{ text: TEXT }, { text: undefined, gzip: gzipSync(TEXT).toString("base64") }]) {
      const event = configurationOffered(own);
      expect(factOf(event)).toMatchObject({
        kind: "configuration",
        subject: "config:default",
        occurredAt: "2026-03-02T10:00:00.000Z",
        actor: ACTOR,
        source: { system: "configuration", event: "configuration.offered", id: EVENT_ID },
        facts: { status: "offered", version: sha256Hex(TEXT), label: "2026-03" },
      });
      expect(Buffer.from(offeredConfiguration(bytes(event))).toString("utf8")).toBe(TEXT);
    }
  });
  it("need not be valid: that is judged when it is read", () => {
    for (const text of ["", ": not [ yaml", "x".repeat(100_000)])
      expect(ofKind("configuration", factOf(configurationOffered({ text }))).facts.version).toBe(sha256Hex(text));
  });
  it.each([
    ["detail.version", configurationOffered({ version: 2 })],
    ["detail.text", configurationOffered({ text: undefined })],
    ["detail.text", configurationOffered({ gzip: "" })],
    ["detail.text", configurationOffered({ text: "é".repeat(2 * 1024 * 1024 + 1) })],
    ["detail.gzip", configurationOffered({ text: undefined, gzip: "bm90IGd6aXA=" })],
    ["detail.gzip", configurationOffered({ text: undefined, gzip: "é" })],
    ["detail.gzip", configurationOffered({ text: undefined, gzip: gzipSync(Buffer.alloc(4 * 1024 * 1024 + 1)).toString("base64") })],
    ["detail.label", configurationOffered({ label: "x".repeat(129) })],
  ])("that breaks a rule is unparsed and names the field %s", (field, event) => {
    expect(fault(event)).toBe(field);
  });
});

describe("a request to the Service Catalog", () => {
  const CATALOGUE = { item: "prod-abcdzk7xy33qa", version: "pa-4abcdjnxjj6ne" };
  it.each(["ProvisionProduct", "UpdateProvisionedProduct", "TerminateProvisionedProduct"])("%s is a standard change", (name) => {
    expect(factOf(provisioned(name))).toEqual({
      kind: "record",
      subject: `change:service-catalog/${ACCOUNT}/${REGION}/rec-lrz7kn2abcdef`,
      occurredAt: "2026-03-02T09:59:58.000Z",
      actor: { system: "aws", id: expect.stringMatching(/assumed-role\/Developers\/mail-[0-9a-f]{16}$/), login: "Developers" },
      source: { system: "service-catalog", event: `AWS API Call via CloudTrail.${name}`, id: EVENT_ID, auth: "bus", norm: 1 },
      facts: {
        action: name,
        type: "standard",
        state: "CREATED",
        requestedBy: { id: expect.stringMatching(/assumed-role\/Developers\/mail-[0-9a-f]{16}$/), login: "Developers" },
        catalogue: CATALOGUE,
        service: "cargo-cache",
      },
    });
  });
  it("that was refused made no record", () => {
    const fact = factOf(provisioned("ProvisionProduct", { errorCode: "AccessDenied", responseElements: null }));
    expect(fact).toMatchObject({
      subject: `audit:service-catalog/${ACCOUNT}/${REGION}`,
      facts: { error: "AccessDenied", catalogue: CATALOGUE },
    });
  });
  it("says how it ended where AWS does", () => {
    const ended = (status: string) =>
      ofKind("record", factOf(provisioned("ProvisionProduct", { responseElements: { recordDetail: { recordId: "rec-1", status } } })))
        .facts;
    expect(ended("SUCCEEDED")).toMatchObject({ outcome: "successful", catalogue: CATALOGUE });
    expect(ended("FAILED")).toMatchObject({ outcome: "unsuccessful" });
    expect(ended("IN_PROGRESS")).not.toHaveProperty("outcome");
  });
  it("names product and version by name where the caller gave no id", () => {
    const requestParameters = { productName: "Cache", provisioningArtifactName: "v3" };
    const fact = factOf(provisioned("ProvisionProduct", { requestParameters, responseElements: null }));
    expect(fact.facts).toMatchObject({ catalogue: { item: "Cache", version: "v3" } });
  });
  it.each([
    ["detail.eventName", provisioned("DescribeProduct")],
    ["detail.eventTime", provisioned("ProvisionProduct", { eventTime: "9999-99-99T00:00:00Z" })],
    [
      "detail.responseElements.recordDetail.recordId",
      provisioned("ProvisionProduct", { responseElements: { recordDetail: { recordId: "../x" } } }),
    ],
    ["account", { ...provisioned(), account: "x" }],
    ["detail", { ...provisioned(), detail: null }],
  ])("that breaks a rule is unparsed and names the field %s", (field, event) => {
    expect(fault(event)).toBe(field);
  });
});

describe("who reads an event of a bus", () => {
  it("is decided by detail type, and for AWS's own by source", () => {
    const systemOf = (source: string, detailType: string) => busSource({ source, detailType })?.system;
    expect(systemOf("acme.qa", "qa.signed-off")).toBe("attested");
    expect(systemOf("anything", "artifact.described")).toBe("artifact");
    expect(systemOf("anything", "configuration.offered")).toBe("configuration");
    expect(systemOf("aws.servicecatalog", "AWS API Call via CloudTrail")).toBe("service-catalog");
    expect(systemOf("aws.codedeploy", "AWS API Call via CloudTrail")).toBe("codedeploy");
    expect(systemOf("acme", "AWS API Call via CloudTrail")).toBeUndefined();
    expect(systemOf("aws.s3", "qa.signed-off")).toBeUndefined();
    expect(systemOf("acme", "__proto__")).toBeUndefined();
  });
  it("stands in a rule for each detail type that is put on our bus, and for no other", () => {
    const routed = RULES.put.pattern["detail-type"];
    for (const detailType of routed) expect(busSource({ source: "acme", detailType }), detailType).toBeDefined();
    const events = [signedOff(), artifactBuilt(), artifactAttested(), artifactDescribed({}), configurationOffered()];
    for (const event of events) expect(routed).toContain(event["detail-type"]);
  });
});
