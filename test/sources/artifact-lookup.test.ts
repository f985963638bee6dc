import { normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import { attested, DEPLOYMENT, image } from "./fixtures/artifact-lookups.ts";
import { delivery, ofKind, RECEIVED_AT, SETTINGS } from "./fixtures/deliveries.ts";
import { provenance, REVISION } from "./fixtures/put-events.ts";

const factOf = (body: object) => normalise(delivery("artifact-lookup", body), "api", SETTINGS);
const factsOf = (body: object) => ofKind("artifact", factOf(body)).facts;
const OTHER = "d".repeat(40);
const LABELS = { "org.opencontainers.image.revision": REVISION, "org.opencontainers.image.source": "https://github.com/acme/cargo" };

describe("an image's look-up", () => {
  const asked = (given: ReturnType<typeof image>, more: object = {}) => ({
    kind: "image",
    deployment: DEPLOYMENT,
    location: given.location,
    manifests: given.manifests,
    config: given.config,
    ...more,
  });
  it("stands in the chain of the deployment that it was asked for", () => {
    const given = image(LABELS);
    expect(factOf(asked(given))).toEqual({
      kind: "artifact",
      subject: DEPLOYMENT,
      occurredAt: RECEIVED_AT,
      source: {
        system: "artifact-lookup",
        event: "image",
        id: expect.stringMatching(/^lookup\/image\/[0-9a-f]{32}$/),
        auth: "api",
        norm: 1,
      },
      facts: { location: given.location, digest: given.digest, repository: "acme/cargo", commit: REVISION, by: "image-label" },
    });
  });
  it("reads annotations of index and manifest as it reads labels", () => {
    expect(factsOf(asked(image(undefined, { manifest: LABELS })))).toMatchObject({ commit: REVISION });
    expect(factsOf(asked(image(undefined, { index: LABELS })))).toMatchObject({ commit: REVISION, repository: "acme/cargo" });
    expect(factsOf(asked(image(LABELS, { index: LABELS })))).toMatchObject({ commit: REVISION });
  });
  it.each([
    ["no label", undefined, {}, "the image's labels name no full commit id"],
    ["a short commit", { "org.opencontainers.image.revision": "abc1234" }, {}, "the image's labels name no full commit id"],
    ["no repository", { "org.opencontainers.image.revision": REVISION }, {}, "the image's labels name no repository"],
    ["two commits", LABELS, { manifest: { "org.opencontainers.image.revision": OTHER } }, "the image's labels name several commits"],
  ])("with %s stays unresolved, and says why", (_, labels, annotations, unresolved) => {
    const facts = factsOf(asked(image(labels, annotations)));
    expect(facts.unresolved).toBe(unresolved);
    expect(facts.repository === undefined || facts.commit === undefined).toBe(true);
  });
  it("believes no document that is not the one of the digest before it", () => {
    const given = image(LABELS);
    const other = image({ ...LABELS, "org.opencontainers.image.revision": OTHER });
    const several = image(LABELS, { index: {} });
    for (const [more, unresolved] of [
      [{ manifests: other.manifests, config: other.config }, "the registry's manifest has another digest"],
      [{ config: other.config }, "the registry's image configuration has another digest"],
      [{ config: undefined }, "the registry's image configuration has another digest"],
      [{ manifests: [] }, "unparsed"],
    ] as const) {
      const fact = factOf(asked(given, more));
      if (unresolved === "unparsed") expect(fact.kind).toBe("unparsed");
      else expect(fact.facts).toEqual({ location: given.location, digest: given.digest, by: "image-label", unresolved });
    }
    expect(factsOf(asked(several, { manifests: [several.manifests[0], other.manifests[0]], config: other.config })).unresolved).toBe(
      "the registry's manifest is none of the image's index",
    );
  });
});

describe("a function version's look-up", () => {
  const location = "arn:aws:lambda:eu-central-1:123456789012:function:pay:7";
  const asked = (more: object) => ({ kind: "function-version", deployment: DEPLOYMENT, location, tags: {}, ...more });
  it("takes the commit from the function's tags, also from ours, and the content's digest", () => {
    const codeSha256 = Buffer.from("ab".repeat(32), "hex").toString("base64");
    for (const tags of [
      { commit: REVISION, repository: "acme/cargo" },
      { "change-ledger:commit": REVISION, "change-ledger:repository": "acme/cargo" },
    ])
      expect(factsOf(asked({ tags, codeSha256 }))).toEqual({
        location,
        digest: `sha256:${"ab".repeat(32)}`,
        repository: "acme/cargo",
        commit: REVISION,
        by: "version-tag",
      });
    // An image's digest is told in hexadecimal.
    expect(factsOf(asked({ codeSha256: "cd".repeat(32) })).digest).toBe(`sha256:${"cd".repeat(32)}`);
    expect(factsOf(asked({ codeSha256: "short" }))).not.toHaveProperty("digest");
  });
  it("believes the version's own description before the tags, which are of the whole function", () => {
    const tags = { commit: OTHER, repository: "acme/cargo" };
    expect(factsOf(asked({ tags, description: `built from ${REVISION}` }))).toMatchObject({ commit: REVISION, repository: "acme/cargo" });
    expect(factsOf(asked({ tags, description: `${REVISION} on ${OTHER}` })).unresolved).toBe(
      "the version's description name several commits",
    );
    expect(factsOf(asked({ description: "nothing" })).unresolved).toBe(
      "the version's description and the function's tags name no full commit id",
    );
    expect(factsOf(asked({ description: `x${"c".repeat(41)}` }))).not.toHaveProperty("commit");
  });
});

describe("a look-up of GitHub's attestations", () => {
  const DIGEST = `sha256:${"ab".repeat(32)}`;
  const location = `registry.example/cargo@${DIGEST}`;
  const asked = (...attestations: unknown[]) => ({
    kind: "attestations",
    deployment: DEPLOYMENT,
    location,
    digest: DIGEST,
    repository: "acme/cargo",
    attestations,
  });
  it("believes what its own signature covers, and says that nobody checked who issued the certificate", () => {
    for (const more of [{}, { chain: true }, { curve: "P-384" }])
      expect(factsOf(asked(attested(provenance(), more)))).toEqual({
        location,
        digest: DIGEST,
        repository: "acme/cargo",
        commit: REVISION,
        by: "provenance",
        builder: "https://github.com/acme/cargo/.github/workflows/release.yml@refs/heads/main",
        signature: "of-its-certificate",
      });
  });
  it("reads SLSA's provenance of version 0.2 as well", () => {
    const former = (materials: object[]) =>
      provenance({
        _type: "https://in-toto.io/Statement/v0.1",
        predicateType: "https://slsa.dev/provenance/v0.2",
        predicate: { builder: { id: "builder" }, materials },
      });
    const uri = "git+https://github.com/acme/cargo@refs/tags/v1";
    expect(factsOf(asked(attested(former([{ uri, digest: { sha1: REVISION } }]))))).toMatchObject({
      commit: REVISION,
      repository: "acme/cargo",
      builder: "builder",
    });
    // The SHA-1 of a file is no commit.
    expect(factsOf(asked(attested(former([{ uri: "https://x.example/a.zip", digest: { sha1: REVISION } }]))))).not.toHaveProperty("commit");
  });
  it("finds the provenance among attestations of other things", () => {
    const sbom = attested({ ...provenance(), predicateType: "https://spdx.dev/Document", predicate: {} });
    expect(factsOf(asked(sbom, attested(provenance())))).toMatchObject({ commit: REVISION });
    expect(factsOf(asked(sbom)).unresolved).toBe("none of the repository's attestations is provenance that can be read");
  });
  it.each([
    ["none at all", () => [], "the repository keeps no attestation of it"],
    [
      "a signature over something else",
      () => [attested(provenance(), { signAnother: true })],
      "the signature of an attestation does not verify",
    ],
    [
      "no certificate",
      () => [{ bundle: { ...attested(provenance()).bundle, verificationMaterial: {} } }],
      "the signature of an attestation does not verify",
    ],
    [
      "a bundle that is kept elsewhere",
      () => [{ bundle: null, bundle_url: "https://x.example" }],
      "none of the repository's attestations is provenance that can be read",
    ],
    [
      "another artefact",
      () => [attested(provenance({ subject: [{ digest: { sha256: "ef".repeat(32) } }] }))],
      "none of the repository's attestations is provenance that can be read",
    ],
    [
      "two commits",
      () => [attested(provenance()), attested(JSON.parse(JSON.stringify(provenance()).replaceAll(REVISION, OTHER)))],
      "the repository's attestations name several commits",
    ],
    [
      "the source of another repository",
      () => [attested(JSON.parse(JSON.stringify(provenance()).replaceAll("acme/cargo", "acme/other")))],
      "the repository's attestations name the source of another one",
    ],
  ])("of %s stays unresolved", (_, attestations, unresolved) => {
    const facts = factsOf(asked(...attestations()));
    expect(facts).toMatchObject({ location, digest: DIGEST, by: "provenance", unresolved });
    expect(facts).not.toHaveProperty("commit");
  });
});

describe("a look-up that gave up", () => {
  it("says what was asked, and why there is no answer", () => {
    const unresolved = { reason: "denied", attempts: 5 };
    expect(factOf({ kind: "image", deployment: DEPLOYMENT, location: "x@y", unresolved })).toMatchObject({
      kind: "unresolved",
      subject: DEPLOYMENT,
      facts: { asked: "image", attempts: 5, reason: "denied" },
    });
  });
  it.each([
    ["deployment", { kind: "image", deployment: "audit:x", location: "x" }],
    ["location", { kind: "image", deployment: DEPLOYMENT, location: "two words" }],
    ["kind", { kind: "else", deployment: DEPLOYMENT }],
  ])("or breaks a rule is unparsed, and names %s", (field, body) => {
    expect(factOf(body)).toMatchObject({ kind: "unparsed", facts: { field } });
  });
});
