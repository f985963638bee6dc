import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isAttestedBy, parseAttestation } from "../../packages/evidence/attestation.ts";
import { readBundle } from "../../packages/evidence/index.ts";
import { BUNDLE_FORMAT } from "../../packages/evidence/layout.ts";
import { OUTCOMES, PREDICATE_TYPE } from "../../packages/evidence/statement.ts";
import { type Document, namedBlock, readDocuments } from "../architecture/documents.ts";
import { plainDossier } from "./dossiers.ts";
import { bundleOf, envelopeSigner } from "./sealing.ts";

const formats = readDocuments().find(({ path }) => path === "docs/formats.md") as Document;
const block = (name: string): string => namedBlock(formats, name);
const section = (title: string): string => new RegExp(`^## ${title}\\n[\\s\\S]*?(?=^## )`, "m").exec(formats.text)?.[0] ?? "";
const attestation = parseAttestation(Buffer.from(block("attestation")));

describe("what docs/formats.md says of bundles", () => {
  it("has an attestation that says what stands there, and verifies", () => {
    expect(Buffer.from(attestation.signed).toString()).toBe(block("attestation-signed"));
    expect(isAttestedBy(attestation, block("attestation-key"))).toBe(true);
    expect(`${block("attestation-key")}\n`).toBe(envelopeSigner.publicKeyPem);
    expect(attestation.keyId).toBe(envelopeSigner.keyId);
    const digest = createHash("sha256").update("one\n").digest("hex");
    expect(attestation.statement.subject[0].digest.sha256).toBe(digest);
    expect(section("Attestation")).toContain(`\`${digest.slice(0, 12)}\``);
  });

  it("names every member of the predicate, every outcome, the type and the format", () => {
    const text = section("Attestation");
    for (const name of [...Object.keys(attestation.statement.predicate), ...OUTCOMES, PREDICATE_TYPE])
      expect(text).toContain(`\`${name}\``);
    expect(section("Evidence bundle")).toContain(`Format ${BUNDLE_FORMAT}.`);
  });

  it("names every file and every label of a bundle", async () => {
    const { files } = readBundle(
      (await bundleOf(plainDossier(), { predecessor: { key: "k", versionId: "v", sha256: "a".repeat(64) } })).bytes,
    );
    const text = section("Evidence bundle");
    for (const path of files.keys()) {
      const name = path.replace(/^data\//, "").replace(/[0-9a-f]{64}/, path.includes("raw") ? "<sha256>" : "<hash>");
      expect(text).toMatch(new RegExp(`^ +${name.replaceAll(".", "\\.")}( |$)`, "m"));
    }
    for (const line of Buffer.from(files.get("bag-info.txt") ?? [])
      .toString()
      .trimEnd()
      .split("\n"))
      expect(text).toContain(line.slice(0, line.indexOf(":")));
  });
});
