import { gunzipSync } from "node:zlib";
import { sha256Hex } from "@change-ledger/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WARCParser, WARCSerializer } from "warcio";
import { BODY_MAX_BYTES, EvidenceError, type RawRecord, readRecord, readSegment, writeSegment } from "../../packages/evidence/index.ts";
import { writeMember } from "../../packages/evidence/member.ts";

const delivery = (over: Partial<RawRecord> = {}): RawRecord => ({
  id: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
  system: "github",
  receivedAt: "2026-11-21T22:14:45.000Z",
  headers: { "content-type": "application/json", "x-github-event": "ping", "x-hub-signature-256": "sha256=00" },
  body: Buffer.from('{"zen":"Keep it logically awesome."}'),
  ...over,
});

const GOLDEN = [
  "WARC/1.1",
  "WARC-Type: warcinfo",
  "WARC-Record-ID: <urn:uuid:71934e04-449c-8097-b839-91260b49a8b9>",
  "WARC-Date: 2026-11-21T22:14:45.000Z",
  "WARC-Block-Digest: sha256:ee48d187a20357b1e501ca8560cc9db4c86275044eb9002c891a49afe8d6e343",
  "Content-Type: application/warc-fields",
  "Content-Length: 148",
  "",
  "software: change-ledger",
  "format: WARC File Format 1.1",
  "conformsTo: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
  "",
  "",
  "WARC/1.1",
  "WARC-Type: resource",
  "WARC-Record-ID: <urn:uuid:bcceb057-5a98-8b80-9b8c-1d0be67ff61b>",
  "WARC-Date: 2026-11-21T22:14:45.000Z",
  "WARC-Target-URI: change-ledger:delivery/github/72d3162e-cc78-11e3-81ab-4c9367dc0958",
  "WARC-Block-Digest: sha256:0252d04b81792d637d82235c2e3f2f5a1aef4939830565eee2aec25d37681212",
  "WARC-Payload-Digest: sha256:0252d04b81792d637d82235c2e3f2f5a1aef4939830565eee2aec25d37681212",
  "Content-Type: application/json",
  "Content-Length: 36",
  "Sender-Header-content-type: application/json",
  "Sender-Header-x-github-event: ping",
  "Sender-Header-x-hub-signature-256: sha256=00",
  "",
  '{"zen":"Keep it logically awesome."}',
  "",
  "",
];

const code = (run: () => unknown): string | undefined => {
  try {
    run();
  } catch (error) {
    return error instanceof EvidenceError ? error.code : String(error);
  }
  return undefined;
};

/** Undoes a member and writes it again with other content: what an attacker with the bucket could do. */
const altered = (member: Uint8Array, from: string, to: string): Uint8Array =>
  writeMember(Buffer.from(gunzipSync(member).toString("latin1").replace(from, to), "latin1"));

const member = (record: RawRecord): Uint8Array => {
  const { bytes, places } = writeSegment([record]);
  return bytes.subarray(places[0]?.offset);
};

const text = fc.string({ unit: "binary", maxLength: 40 });
const record: fc.Arbitrary<RawRecord> = fc.record({
  id: text,
  system: text,
  receivedAt: fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }).map((date) => date.toISOString()),
  headers: fc.dictionary(text, text, { maxKeys: 6 }),
  body: fc.uint8Array({ maxLength: 2000 }),
});

describe("a segment", () => {
  it("has the golden bytes", () => {
    const { bytes, key, places } = writeSegment([delivery()]);
    const name = /^segments\/20261121\/([\w-]{22})\.warc\.gz$/.exec(key)?.[1] ?? "";
    // 132 bits, in hexadecimal digits: a key that is taken stands for the same bytes.
    expect(Buffer.from(`${name}AA`, "base64url").toString("hex").slice(0, 33)).toBe(sha256Hex(bytes).slice(0, 33));
    // The text is pinned, not its compression: that is zlib's, which may differ from one processor to another.
    expect(gunzipSync(bytes).toString()).toBe(GOLDEN.join("\r\n"));
    expect(Buffer.from(bytes.subarray(0, 10)).toString("hex")).toBe("1f8b08000000000000ff");
    expect(places[0]?.sha256).toBe(sha256Hex(delivery().body));
  });

  it("gives back every delivery, and its places partition the file behind the warcinfo record", () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 8 }), (records) => {
        const { bytes, places } = writeSegment(records);
        let end = places[0]?.offset;
        for (const [index, { offset, length, sha256 }] of places.entries()) {
          expect(offset).toBe(end);
          end = offset + length;
          const read = readRecord(bytes.subarray(offset, end));
          const sent = records[index];
          expect(Buffer.compare(read.body, sent?.body ?? Buffer.alloc(1))).toBe(0);
          expect({ id: read.id, system: read.system, receivedAt: read.receivedAt, headers: read.headers, sha256: read.sha256 }).toEqual({
            id: sent?.id.toWellFormed(),
            system: sent?.system.toWellFormed(),
            receivedAt: sent?.receivedAt,
            headers: Object.fromEntries(Object.entries(sent?.headers ?? {}).map(([n, v]) => [n.toWellFormed(), v.toWellFormed()])),
            sha256,
          });
        }
        expect(end).toBe(bytes.length);
        expect([...readSegment(bytes)].map(({ record: _, ...place }) => place)).toEqual(places.map((place) => ({ ...place })));
      }),
    );
  });

  it("is the same for the same deliveries, and names a delivery alike in every segment", () => {
    const records = [delivery(), delivery({ id: "b" })];
    expect(writeSegment(records)).toEqual(writeSegment(records.map((one) => ({ ...one, body: Uint8Array.from(one.body) }))));
    const [, second] = [...readSegment(writeSegment(records).bytes)];
    expect(second?.record.recordId).toBe(readRecord(member(delivery({ id: "b", body: Buffer.from("other") }))).recordId);
    expect(second?.record.recordId).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(second?.record.recordId).not.toBe(readRecord(member(delivery())).recordId);
  });

  it("is read by an independent reader, which finds our digests right", async () => {
    const bodies = ['{"a":1}', "", "\r\n\r\nWARC/1.1\r\nWARC-Type: resource\r\n\r\n", "ünï\u0000"].map((body) => Buffer.from(body));
    const { bytes } = writeSegment(bodies.map((body, index) => delivery({ id: `d${index}`, body })));
    const records = () =>
      new WARCParser(
        (async function* () {
          yield bytes;
        })(),
      );
    const seen: string[] = [];
    for await (const one of records()) {
      if (one.warcType === "warcinfo") continue;
      expect(one.warcType).toBe("resource");
      expect(one.warcTargetURI).toBe(`change-ledger:delivery/github/d${seen.length}`);
      expect(one.warcHeader("Sender-Header-x-github-event")).toBe("ping");
      seen.push(Buffer.from(await one.readFully(false)).toString());
    }
    for await (const one of records()) {
      const told = { block: one.warcBlockDigest, payload: one.warcPayloadDigest };
      if (one.warcType === "warcinfo") continue;
      await new WARCSerializer(one, { digest: { algo: "sha-256" } }).digestRecord({ recompute: true });
      expect({ block: one.warcBlockDigest, payload: one.warcPayloadDigest }).toEqual(told);
    }
    expect(seen).toEqual(bodies.map(String));
  });

  it("refuses what it cannot keep", () => {
    expect(code(() => writeSegment([]))).toBe("no-records");
    for (const receivedAt of ["2026-11-21T22:14:45Z", "2026-11-21", "x\r\nWARC-Type: y", "+12026-11-21T22:14:45.000Z"])
      expect(code(() => writeSegment([delivery({ receivedAt })]))).toBe("not-an-instant");
    expect(code(() => writeSegment([delivery({ body: Buffer.alloc(BODY_MAX_BYTES + 1) })]))).toBe("record-too-large");
    expect(code(() => writeSegment([delivery({ headers: { a: "é".repeat(11_000) } })]))).toBe("record-too-large");
    expect(readRecord(member(delivery({ body: Buffer.alloc(BODY_MAX_BYTES) }))).body.length).toBe(BODY_MAX_BYTES);
  });
});

describe("reading one record", () => {
  const good = member(delivery());

  it("refuses a bomb before it has swollen", () => {
    expect(code(() => readRecord(writeMember(Buffer.alloc(64 * 1024 * 1024))))).toBe("record-too-large");
  });

  it("refuses every cut and every flipped bit", () => {
    for (let length = 0; length < good.length; length += 1) expect(code(() => readRecord(good.subarray(0, length)))).toBe("not-a-member");
    for (let bit = 0; bit < good.length * 8; bit += 1) {
      const bad = Uint8Array.from(good);
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(
        code(() => readRecord(bad)),
        `bit ${bit}`,
      ).toBe("not-a-member");
    }
  });

  it("refuses a second member, and anything else behind the first", () => {
    expect(code(() => readRecord(Buffer.concat([good, good])))).toBe("not-a-member");
    expect(code(() => readRecord(Buffer.concat([good, Buffer.from("x")])))).toBe("not-a-member");
  });

  it.each([
    ["an altered body", "awesome", "dubious", "digest-differs"],
    ["an altered digest", "Block-Digest: sha256:", "Block-Digest: sha1:", "not-a-record"],
    ["an altered payload digest", /Payload-Digest: sha256:[0-9a-f]{2}/, "Payload-Digest: sha256:zz", "not-a-record"],
    ["a longer block", "Content-Length: 36", "Content-Length: 37", "not-a-record"],
    ["another type", "WARC-Type: resource", "WARC-Type: request", "not-a-record"],
    ["a field twice", "WARC-Type: resource\r\n", "WARC-Type: resource\r\nWARC-Type: resource\r\n", "not-a-record"],
    ["a field that is not ours", "\r\nContent-Length", "\r\nX-Other: 1\r\nContent-Length", "not-a-record"],
    ["another target", "change-ledger:delivery/github/", "https://example.org/github/", "not-a-record"],
    ["another id", "delivery/github/72d3", "delivery/github/72d4", "not-a-record"],
    ["a broken encoding", "delivery/github/72d3", "delivery/github/%ff", "not-a-record"],
    ["another date", "2026-11-21T22", "yesterday", "not-a-record"],
    ["another version", "WARC/1.1", "WARC/1.0", "not-a-record"],
    ["line feeds alone", "\r\nWARC-Type", "\nWARC-Type", "not-a-record"],
    ["another ending", "}\r\n\r\n", "}\n\n\n\n", "not-a-record"],
    ["no end of the header", /\r\n\r\n/g, "\r\n", "not-a-record"],
  ])("refuses %s", (_, from, to, expected) => {
    expect(code(() => readRecord(altered(good, from as string, to)))).toBe(expected);
  });

  it("refuses a segment without its warcinfo record", () => {
    expect(code(() => [...readSegment(good)])).toBe("not-a-record");
  });
});
