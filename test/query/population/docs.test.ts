import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseTrust } from "@change-ledger/log";
import { canonicalBytes, OUTCOMES } from "@change-ledger/model";
import {
  binomialSize,
  certificateStatement,
  hypergeometricSize,
  ITEM_TYPES,
  itemBytes,
  listSchema,
  POPULATION_FILE,
  POPULATION_PREDICATE_TYPE,
  parseItem,
  parseSample,
  sampleBytes,
  signCertificate,
  verifyCertificate,
  verifySample,
} from "@change-ledger/query";
import { describe, expect, it } from "vitest";
import { CERTIFICATE_FORMAT, certificateSchema } from "../../../packages/query/population/certificate.ts";
import { comparedSchema } from "../../../packages/query/population/independent-list.ts";
import { DATED_BY, ITEM_ENVIRONMENTS, itemSchema, LATE_AFTER_HOURS } from "../../../packages/query/population/item.ts";
import { type Document, namedBlock, readDocuments } from "../../architecture/documents.ts";
import { envelopeSigner, trustFile } from "../../evidence/sealing.ts";
import { exampleCertificate, examplePopulation, exampleSample, LISTS, NONCE } from "./example.ts";

const documents = readDocuments();
const documentAt = (path: string): Document => documents.find((one) => one.path === path) as Document;
const formats = documentAt("docs/formats.md");
const definitions = documentAt("docs/population.md").text;
const block = (name: string): string => namedBlock(formats, name);
const section = (title: string): string => new RegExp(`^## ${title}\\n[\\s\\S]*?(?=^## )`, "m").exec(formats.text)?.[0] ?? "";
const lines = (name: string): Buffer[] =>
  block(name)
    .split("\n")
    .map((line) => Buffer.from(line));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** Whether the tools that the script needs are here; a machine without them still holds the values to our own code. */
function hasTools(): boolean {
  try {
    return text(execFileSync("sh", ["-c", "printf 00 | xxd -r -p | sha256sum | sort"], { stdio: ["ignore", "pipe", "ignore"] })).startsWith(
      "6e340b9c",
    );
  } catch {
    return false;
  }
}
const tools = hasTools();
if (!tools)
  console.warn("test/query/population/docs.test.ts: the script for samples is not run, since xxd, sha256sum or sort are not there");

describe("what docs/formats.md says of certificates", () => {
  it("has the population, lists, root and statement that the code makes", () => {
    expect(block("population-items")).toBe(examplePopulation().items.map(itemBytes).map(text).join("\n"));
    expect(block("population-lists")).toBe(LISTS.map(canonicalBytes).map(text).join("\n"));
    expect(block("population-root")).toBe(exampleCertificate().population.root);
    expect(block("population-statement")).toBe(text(certificateStatement(exampleCertificate())));
  });

  it("verifies from what stands there alone, once it is signed", async () => {
    const { predicate } = JSON.parse(block("population-statement"));
    const { faults, certificate } = verifyCertificate({
      certificate: await signCertificate(predicate, envelopeSigner),
      items: lines("population-items"),
      lists: lines("population-lists").map((line) => listSchema.parse(JSON.parse(text(line)))),
      trust: parseTrust(trustFile()),
    });
    expect(faults).toEqual([]);
    expect(certificate?.outcome).toBe("not-satisfied");
    expect(certificate?.continuity[0]?.gaps).toHaveLength(1);
  });

  it("names every member, word and form", () => {
    const told = section("Completeness certificate");
    const items = itemSchema.options.flatMap(({ shape }) => Object.keys(shape));
    const forms = listSchema.options.flatMap(({ shape }) => [...Object.keys(shape), shape.form.value]);
    const words = [
      ...ITEM_TYPES,
      ...DATED_BY,
      ...ITEM_ENVIRONMENTS,
      ...Object.keys(certificateSchema.shape),
      ...Object.keys(comparedSchema.shape),
    ];
    for (const word of new Set([...items, ...forms, ...words, POPULATION_FILE, POPULATION_PREDICATE_TYPE, "not-asked"]))
      expect(told).toContain(`\`${word}\``);
    expect(told).toContain(`format ${CERTIFICATE_FORMAT}:`);
    expect(told).toContain(`over ${LATE_AFTER_HOURS} hours later`);
  });
});

describe("what docs/formats.md says of samples", () => {
  it("is what is drawn", () => {
    expect(block("sample")).toBe(text(sampleBytes(exampleSample())));
    const root = block("population-root");
    expect(verifySample(Buffer.from(block("sample")), { root, size: 3 }, lines("population-items"))).toEqual([]);
    expect(section("Sample")).toContain(`\`${NONCE}\``);
    for (const word of ["format", "population", "question", "seed", "strata", "drawn", "replacements", "hash", "score", "index"])
      expect(section("Sample")).toContain(`\`${word}\``);
  });

  it.skipIf(!tools)("is what standard tools find", () => {
    const folder = mkdtempSync(join(tmpdir(), "change-ledger-sample-"));
    try {
      writeFileSync(join(folder, POPULATION_FILE), `${block("population-items")}\n`);
      const found = text(execFileSync("sh", ["-c", block("sample-script")], { cwd: folder }));
      const [stratum] = parseSample(Buffer.from(block("sample"))).strata;
      expect(found).toBe(stratum?.drawn.map(({ score, hash }) => `${score} ${hash}\n`).join(""));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("what docs/population.md says", () => {
  it("has the sizes that are worked out", () => {
    const rows = [...definitions.matchAll(/^\| (\d+) % \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$/gm)].map(([, ...cells]) =>
      cells.map(Number),
    );
    expect(rows).toHaveLength(4);
    for (const [rate = 0, ...sizes] of rows) {
      const of = (confidencePercent: number, expectedDeviations = 0) => ({ confidencePercent, tolerablePercent: rate, expectedDeviations });
      expect(sizes, `${rate} %`).toEqual([
        binomialSize(of(90)),
        binomialSize(of(95)),
        binomialSize(of(95, 1)),
        hypergeometricSize(of(95), 100),
      ]);
    }
  });

  it("tells every way of dating, and the outcomes that there are", () => {
    for (const way of DATED_BY) expect(definitions).toContain(`| \`${way}\` |`);
    for (const outcome of OUTCOMES.filter((one) => one !== "not-applicable")) expect(definitions).toContain(`\`${outcome}\``);
    expect(definitions).toContain(`over ${LATE_AFTER_HOURS} hours after`);
    for (const line of lines("population-items")) expect(parseItem(line).late).toBe(true);
  });
});
