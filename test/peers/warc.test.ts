import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeMember } from "../../packages/evidence/member.ts";
import { writeSegment } from "../../packages/evidence/segment.ts";
import { type PythonTools, pythonTools } from "./python-tools.ts";

const BODIES = [
  Buffer.from('{"zen":"Keep it logically awesome."}'),
  Buffer.alloc(0),
  Buffer.from("\r\n\r\nWARC/1.1\r\n\r\n"),
  Buffer.from([0, 255, 128, 10]),
];
const segment = writeSegment(
  BODIES.map((body, index) => ({
    id: `id ${index}/é`,
    system: "github",
    receivedAt: "2026-11-21T22:14:45.123Z",
    headers: { "content-type": "application/json", "x-hub-signature-256": "sha256=00", "x-hostile": "a\r\nWARC-Type: warcinfo\r\n\r\nb" },
    body,
  })),
);

describe("Python's warcio", () => {
  const folder = mkdtempSync(join(tmpdir(), "warc-"));
  const file = join(folder, "segment.warc.gz");
  let tools: PythonTools | string;
  beforeAll(() => {
    tools = pythonTools("warcio==1.8.1");
    writeFileSync(file, segment.bytes);
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it("accepts a segment's records and digests", (context) => {
    if (typeof tools === "string") return context.skip(tools);
    const { code, output } = tools.run("warcio", "check", "-v", file);
    expect(output.match(/digest pass/g)).toHaveLength(1 + BODIES.length);
    expect(output).not.toMatch(/fail|error/i);
    expect(code).toBe(0);
  });

  it("rejects an altered body", (context) => {
    if (typeof tools === "string") return context.skip(tools);
    const altered = join(folder, "altered.warc.gz");
    const text = gunzipSync(segment.bytes.subarray(segment.places[0]?.offset)).toString("latin1");
    writeFileSync(altered, writeMember(Buffer.from(text.replace("awesome", "dubious"), "latin1")));
    expect(tools.run("warcio", "check", altered).code).not.toBe(0);
  });

  it("extracts each body from the place that we say", (context) => {
    if (typeof tools === "string") return context.skip(tools);
    const read = [
      "import sys",
      "from warcio.archiveiterator import ArchiveIterator",
      "f = open(sys.argv[1], 'rb'); f.seek(int(sys.argv[2]))",
      "r = next(ArchiveIterator(f))",
      "print(r.rec_type, r.rec_headers.get_header('WARC-Target-URI'), r.rec_headers.get_header('Sender-Header-x-hostile'), r.content_stream().read().hex(), sep='|')",
    ].join("\n");
    for (const [index, { offset }] of segment.places.entries()) {
      const { output } = tools.run("python", "-c", read, file, String(offset));
      const expected = [
        "resource",
        `change-ledger:delivery/github/id%20${index}%2F%C3%A9`,
        "a%0D%0AWARC-Type: warcinfo%0D%0A%0D%0Ab",
        BODIES[index]?.toString("hex"),
      ];
      expect(output.trimEnd().split("|")).toEqual(expected);
    }
  });
});
