import { gzipSync } from "node:zlib";
import { type ReadOffer, readOfferedText, readOfferedValue } from "@change-ledger/evidence";
import { type SealedEntry, sha256Hex } from "@change-ledger/model";
import { describe, expect, it } from "vitest";

const YAML = "format: 1\nprojects: &none []\n";
const GOOD = "format: 1 # the first\npeople: []\n";
const VALUE = { format: 1, people: [] };

/** What the bus delivers of an offer, and the entry that stands for it. */
function offered(detail: object, text: string): [Uint8Array, SealedEntry] {
  const event = {
    version: "0",
    id: "6f4b1a1c-2a0e-4a53-8d6e-000000000001",
    "detail-type": "configuration.offered",
    source: "change-ledger.cli",
    account: "123456789012",
    time: "2026-11-22T05:00:00Z",
    region: "us-east-1",
    resources: [],
    detail: { version: 1, ...detail },
  };
  const entry = {
    kind: "configuration",
    recordedAt: "2026-11-22T05:00:01.000Z",
    facts: { status: "offered", version: sha256Hex(text) },
  } as unknown as SealedEntry["entry"];
  return [Buffer.from(JSON.stringify(event)), { entry, hash: "0".repeat(64), bytes: new Uint8Array() }];
}

const packed = (value: unknown) => gzipSync(JSON.stringify(value)).toString("base64");
const outcome = (read: ReadOffer, detail: object, text: string) => {
  const result = read(...offered(detail, text));
  return result.ok ? result.version : result.faults.map(({ code }) => code);
};

describe("an offered configuration", () => {
  it("is the same to who reads its text and to who reads what was sent along", () => {
    const detail = { text: GOOD, valueGzip: packed(VALUE) };
    const [text, value] = [readOfferedText, readOfferedValue].map((read) => read(...offered(detail, GOOD)));
    expect(text).toMatchObject({ ok: true, version: sha256Hex(GOOD) });
    expect(value).toEqual(text);
  });
  it("needs nothing along where it is JSON", () => {
    const json = JSON.stringify(VALUE);
    for (const read of [readOfferedText, readOfferedValue]) expect(outcome(read, { text: json }, json)).toBe(sha256Hex(json));
  });
  it("is refused in YAML alone: who reads no YAML could not go by it", () => {
    for (const read of [readOfferedText, readOfferedValue]) expect(outcome(read, { text: GOOD }, GOOD)).toEqual(["not-the-form"]);
  });
  it("is refused when something else than it says was sent along", () => {
    expect(outcome(readOfferedText, { text: GOOD, valueGzip: packed({ ...VALUE, bots: [] }) }, GOOD)).toEqual(["not-the-form"]);
  });
  it("has its faults told by their place in the text", () => {
    const result = readOfferedText(...offered({ text: YAML, valueGzip: packed({ format: 1, projects: [] }) }, YAML));
    expect(result.ok ? [] : result.faults.map(({ code, field, line }) => [code, field, line])).toEqual([["unknown-member", "projects", 2]]);
  });
  it("is refused when what was sent along is no gzip of JSON", () => {
    expect(outcome(readOfferedValue, { text: GOOD, valueGzip: gzipSync("{").toString("base64") }, GOOD)).toEqual(["not-the-form"]);
    expect(() => readOfferedValue(...offered({ text: GOOD, valueGzip: "AAAA" }, GOOD))).toThrow(/gzip/);
  });
});
