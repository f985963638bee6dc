import { crc32 } from "node:zlib";
import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { EvidenceError, readBundle } from "../../packages/evidence/index.ts";
import { readZip } from "../../packages/evidence/read-zip.ts";
import { centralHeader, localHeader, writeZip } from "../../packages/evidence/zip.ts";

const code = (run: () => unknown): string | undefined => {
  try {
    run();
  } catch (error) {
    return error instanceof EvidenceError ? error.code : String(error);
  }
  return undefined;
};

interface Member {
  readonly path: string;
  readonly content?: string;
  /** What the headers say instead of the truth. */
  readonly crc?: number;
  readonly size?: number;
  readonly offset?: number;
  /** Bytes that stand before the local header and are nobody's. */
  readonly before?: string;
}

/** A zip file whose headers say what they are told to. */
function zipOf(members: readonly Member[], end: { count?: number; size?: number; start?: number; comment?: string } = {}): Uint8Array {
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let at = 0;
  for (const { path, content = "content", crc, size, offset, before = "" } of members) {
    const bytes = Buffer.from(content);
    const header = localHeader(crc ?? crc32(bytes), size ?? bytes.length, Buffer.from(path));
    central.push(centralHeader(header, offset ?? at + before.length));
    local.push(Buffer.from(before), header, bytes);
    at += before.length + header.length + bytes.length;
  }
  const directory = Buffer.concat(central);
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(end.count ?? members.length, 8);
  record.writeUInt16LE(end.count ?? members.length, 10);
  record.writeUInt32LE(end.size ?? directory.length, 12);
  record.writeUInt32LE(end.start ?? at, 16);
  record.writeUInt16LE(end.comment?.length ?? 0, 20);
  return Buffer.concat([...local, directory, record, Buffer.from(end.comment ?? "")]);
}
const refused = (members: readonly Member[], end?: Parameters<typeof zipOf>[1]) => code(() => readZip(zipOf(members, end)));

describe("reading a zip file", () => {
  it("gives back what was written", () => {
    const path = fc.stringMatching(/^[a-z0-9._ü-]{1,12}(\/[a-z0-9-]{1,8}){0,3}$/).filter((text) => !/^\.{1,2}(\/|$)/.test(text));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(path, fc.uint8Array({ maxLength: 500 })), { selector: ([name]) => name.toLowerCase(), maxLength: 12 }),
        (files) => {
          const back = readZip(writeZip(new Map(files)));
          expect([...back.keys()]).toEqual(files.map(([name]) => name).sort());
          for (const [name, content] of files) expect(Buffer.compare(back.get(name) ?? Buffer.alloc(1), content)).toBe(0);
        },
      ),
    );
  });

  it("reads what the tests below are made of", () => {
    expect(refused([{ path: "a" }, { path: "b/c" }])).toBeUndefined();
    expect(refused([])).toBeUndefined();
  });

  it("refuses every cut, and every flipped bit", () => {
    const good = zipOf([
      { path: "a", content: "" },
      { path: "b/ü", content: "text" },
    ]);
    for (let length = 0; length < good.length; length += 1)
      expect(
        code(() => readZip(good.subarray(0, length))),
        `${length}`,
      ).toBeDefined();
    for (let bit = 0; bit < good.length * 8; bit += 1) {
      const bad = Uint8Array.from(good);
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(
        code(() => readZip(bad)),
        `bit ${bit}`,
      ).toMatch(/^(not-a-zip|zip-|not-a-path)/);
    }
  });

  it("throws nothing but its own errors, whatever the bytes", () => {
    const record = Buffer.from(zipOf([])).subarray(-22);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes, fields) => {
        const end = Buffer.concat([record.subarray(0, 4), fields, record.subarray(20)]);
        expect(code(() => readZip(bytes))).toMatch(/^(not-a-zip|zip-|not-a-path)/);
        expect(code(() => readZip(Buffer.concat([bytes, end])))).toMatch(/^(not-a-zip|zip-|not-a-path)|^undefined$/);
      }),
    );
  });

  it.each<[string, readonly Member[], Parameters<typeof zipOf>[1], string]>([
    ["two files in the same bytes", [{ path: "a" }, { path: "b", offset: 0 }], {}, "zip-overlaps"],
    ["a file that is longer than it says", [{ path: "a", size: 30 }, { path: "b" }], {}, "zip-damaged"],
    ["a file that reaches into the directory", [{ path: "a", size: 60 }], {}, "zip-overlaps"],
    ["a file that begins beyond the end", [{ path: "a", offset: 0xffff_fff0 }], {}, "zip-overlaps"],
    ["bytes between files that are nobody's", [{ path: "a" }, { path: "b", before: "hidden" }], {}, "zip-overlaps"],
    ["bytes before the first file", [{ path: "a", before: "MZ" }], {}, "zip-overlaps"],
    ["a path twice", [{ path: "a" }, { path: "a" }], {}, "zip-doubled"],
    ["two paths that differ in case alone", [{ path: "A" }, { path: "a" }], {}, "zip-doubled"],
    ["files in another order", [{ path: "b" }, { path: "a" }], {}, "not-a-zip"],
    ["another CRC", [{ path: "a", crc: 1 }], {}, "zip-damaged"],
    ["more files than there are", [{ path: "a" }], { count: 2 }, "not-a-zip"],
    ["as many files as the format can say", [{ path: "a" }], { count: 0xffff }, "zip-too-large"],
    ["fewer files than there are", [{ path: "a" }, { path: "b" }], { count: 1 }, "not-a-zip"],
    ["a directory elsewhere", [{ path: "a" }], { start: 0 }, "not-a-zip"],
    ["a directory of another length", [{ path: "a" }], { size: 0xffff_ffff }, "not-a-zip"],
    ["a comment", [{ path: "a" }], { comment: "PK" }, "not-a-zip"],
    ...["", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a\\b", "c:a", "a\n", "a\u0000", "a*"].map(
      (path): [string, readonly Member[], object, string] => [`the path ${JSON.stringify(path)}`, [{ path }], {}, "not-a-path"],
    ),
  ])("refuses %s", (_, members, end, expected) => {
    expect(refused(members, end)).toBe(expected);
  });

  it("refuses a file that holds the next one, header and all, under a CRC that is right", () => {
    const size = 7 + 31 + 7;
    const crc = crc32(zipOf([{ path: "a" }, { path: "b" }]).subarray(31, 31 + size));
    const bytes = Buffer.from(zipOf([{ path: "a", size, crc }, { path: "b" }]));
    expect(code(() => readZip(bytes))).toBe("zip-overlaps");
  });

  it("refuses a path that is not UTF-8", () => {
    const bytes = Buffer.from(zipOf([{ path: "ab" }]));
    const name = Buffer.from("ab");
    for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) bytes.set([0xc3, 0x28], at);
    expect(code(() => readZip(bytes))).toBe("not-a-zip");
  });

  it("refuses what others pack: compressed, dated", () => {
    expect(code(() => readZip(zipSync({ a: Buffer.from("a".repeat(1000)) })))).toBe("not-a-zip");
    expect(code(() => readZip(zipSync({ a: [Buffer.from("a"), { level: 0 }] })))).toBe("not-a-zip");
  });
});

describe("reading a bundle", () => {
  it("gives the one folder's files by their paths in it", () => {
    const { folder, files } = readBundle(zipOf([{ path: "bag/a" }, { path: "bag/data/b" }]));
    expect([folder, ...files.keys()]).toEqual(["bag", "a", "data/b"]);
  });

  it.each<[string, readonly Member[]]>([
    ["nothing", []],
    ["a file outside a folder", [{ path: "a" }]],
    ["two folders", [{ path: "bag/a" }, { path: "bog/a" }]],
    ["a file beside the folder", [{ path: "bag/a" }, { path: "c" }]],
  ])("refuses %s", (_, members) => {
    expect(code(() => readBundle(zipOf(members)))).toBe("not-a-bag");
  });
});
