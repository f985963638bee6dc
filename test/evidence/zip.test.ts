import fc from "fast-check";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { EvidenceError } from "../../packages/evidence/fault.ts";
import { writeZip, ZIP_MAX_FILES } from "../../packages/evidence/zip.ts";

const code = (run: () => unknown): string | undefined => {
  try {
    run();
  } catch (error) {
    return error instanceof EvidenceError ? error.code : String(error);
  }
  return undefined;
};

describe("a zip file", () => {
  it("has the golden bytes", () => {
    const bytes = writeZip(
      new Map([
        ["b/ü.txt", Buffer.from("aaaaaaaaaaaaaaaa")],
        ["a.gz", Buffer.from("stored")],
      ]),
    );
    expect(Buffer.from(bytes).toString("hex")).toBe(
      "504b0304140000080000000021000bf94356060000000600000004000000612e677a73746f726564504b030414000008000000002100d568d6cf100000001000000008000000622fc3bc2e74787461616161616161616161616161616161504b01021400140000080000000021000bf943560600000006000000040000000000000000000000000000000000612e677a504b0102140014000008000000002100d568d6cf1000000010000000080000000000000000000000000028000000622fc3bc2e747874504b05060000000002000200680000005e0000000000",
    );
  });

  it("gives back every file, and is the same in whatever order they came", () => {
    const path = fc.stringMatching(/^[a-z0-9._ü-]{1,12}(\/[a-z0-9-]{1,8}){0,3}$/).filter((text) => !/^\.{1,2}(\/|$)/.test(text));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(path, fc.uint8Array({ maxLength: 500 })), { selector: ([name]) => name.toLowerCase(), maxLength: 12 }),
        (files) => {
          const bytes = writeZip(new Map(files));
          const back = unzipSync(bytes);
          expect(Object.keys(back).sort()).toEqual(files.map(([name]) => name).sort());
          for (const [name, content] of files) expect(Buffer.compare(back[name] ?? Buffer.alloc(0), content)).toBe(0);
          expect(Buffer.compare(writeZip(new Map(files.toReversed())), bytes)).toBe(0);
        },
      ),
    );
  });

  it.each(["", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a\\b", "c:a", "a\n", "a\u0000", "\ud800"])("refuses the path %j", (path) => {
    expect(code(() => writeZip(new Map([[path, Buffer.alloc(0)]])))).toBe("not-a-path");
  });

  it("refuses two paths that one folder of some systems cannot hold", () => {
    expect(
      code(() =>
        writeZip(
          new Map([
            ["A", Buffer.alloc(0)],
            ["a", Buffer.alloc(0)],
          ]),
        ),
      ),
    ).toBe("not-a-path");
  });

  it("refuses what would need ZIP64", () => {
    const files = (count: number) => new Map(Array.from({ length: count }, (_, index) => [String(index), new Uint8Array(0)]));
    expect(code(() => writeZip(files(ZIP_MAX_FILES + 1)))).toBe("zip-too-large");
    const gigabyte = { length: 2 ** 30 } as unknown as Uint8Array; // never read: the sum of the lengths is refused first
    expect(code(() => writeZip(new Map(["a", "b", "c", "d"].map((name) => [name, gigabyte]))))).toBe("zip-too-large");
  });
});
