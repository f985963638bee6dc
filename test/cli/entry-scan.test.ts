import { existsSync, readdirSync, readFileSync } from "node:fs";
import { canonicalBytes, type Json, openEntry, sealEntry } from "@change-ledger/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { certain } from "../../packages/cli/verify/certain.ts";
import { entryForm } from "../../packages/cli/verify/entry-form.ts";
import { EntryScanner, KEY, LIMIT, PREV, SEQ, START, SURE } from "../../packages/cli/wasm/entry-scan.ts";

const scanner = new EntryScanner(0, Buffer.alloc(16, 7));

/** An entry of the form that most have. */
const ENTRY = {
  actor: { id: "583231", login: "octocat", system: "github" },
  facts: { context: "ci/build", id: "31", state: "pending" } as Record<string, Json>,
  kind: "status",
  occurredAt: "2026-11-21T22:14:45.000Z",
  payload: { archive: "segments/20261121/f2piYedfFpk0P31pUObVxp.warc.gz", length: 575, offset: 322, sha256: "ab".repeat(32) },
  prev: "0123456789abcdef".repeat(4),
  recordedAt: "2026-11-21T22:14:47.003Z",
  seq: 7,
  source: { auth: "hmac-sha256", event: "status", id: "72d3162e-cc78-11e3-81ab-4c9367dc0958", norm: 1, system: "github" },
  subject: "commit:github/acme/cargo/2c26b46b68ffc68ff99b453c1d30413413422d70",
  v: 1,
};
const entryWith = (more: Record<string, unknown>) => ({ ...ENTRY, ...more });

/** What the scanner says of these bytes by itself. */
function sureOf(bytes: Uint8Array): number {
  scanner.scanBundle(Buffer.concat([Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes]), 1);
  return scanner.words[scanner.found(0) + SURE] as number;
}

const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json; text: string }>((tie) => ({
  text: fc.oneof(
    fc.string(),
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: fc.constantFrom("a", "\u0000", "\u001f", '"', "\\", "\u007f", "é", "\ud83d\ude00") }),
  ),
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    tie("text"),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(tie("text"), tie("value"), { maxKeys: 4 }),
  ),
})).value;

describe("the scanner of entries", () => {
  it("is sure of entries as they mostly are, and finds what their chains are checked by", () => {
    const bytes = canonicalBytes(ENTRY);
    const line = Buffer.concat([bytes, Buffer.from("\n")]);
    const start = scanner.room(3 * line.length);
    scanner.bytes.set(Buffer.concat([line, line, line]), start);
    expect(scanner.scanLines(start, 3 * line.length)).toBe(3);
    for (const found of [0, 1, 2].map((at) => scanner.found(at))) {
      expect(scanner.words[found + SURE]).toBe(1);
      expect(scanner.words[found + SEQ]).toBe(7);
      expect(scanner.subject(found)).toBe(ENTRY.subject);
      expect(Buffer.from(scanner.bytes.subarray(4 * (found + PREV), 4 * (found + PREV) + 32)).toString("hex")).toBe(ENTRY.prev);
      expect([...scanner.words.subarray(found + KEY, found + KEY + 2)]).toEqual([...scanner.keyOf(ENTRY.subject)]);
      expect(scanner.prefixed(found)[0]).toBe(0);
      expect(Buffer.from(scanner.prefixed(found).subarray(1)).equals(bytes)).toBe(true);
    }
  });

  it("is sure only of what the definition calls an entry, whatever the facts say", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json, { maxKeys: 5 }), (facts) => {
        const bytes = canonicalBytes(entryWith({ facts }));
        expect(entryForm(bytes).fault).toBeUndefined();
        // Not sure is allowed; what is written out of plain letters and small numbers must be known, or nothing would be fast.
        if (/^[ !#-[\]-~"]*$/.test(Buffer.from(bytes).toString("latin1")) && !/[\d.]e|\.\d|\d{16}|\\/.test(JSON.stringify(facts)))
          expect(sureOf(bytes)).toBe(1);
      }),
      { numRuns: 500 },
    );
  });

  it("is never sure of bytes of which the definition says otherwise", () => {
    const bytes = canonicalBytes(entryWith({ facts: { a: [1, -2, { b: "c", d: [true, null] }], é: 'x\n"', z: 1e21 } }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 }),
        fc.nat(2),
        (edits, cut) => {
          const changed = Uint8Array.from(bytes.subarray(0, bytes.length - cut));
          for (const [at, byte] of edits) if (at < changed.length) changed[at] = byte;
          const scanned = sureOf(changed);
          const { fault } = entryForm(changed);
          if (scanned === 1) expect(fault).toBeUndefined();
          if (fault !== undefined) expect(certainFault(changed)).toEqual(fault);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("takes members out, adds some and gives them other forms, and says what model says, but for the facts of a kind", () => {
    const values: Json[] = [
      null,
      0,
      1,
      -1,
      1.5,
      2 ** 53,
      "",
      "x",
      "2026-02-29T00:00:00.000Z",
      "2024-02-29T00:00:00.000Z",
      "2026-04-31T00:00:00.000Z",
      "2026-12-31T23:59:59.999Z",
      [],
      {},
      "commit:a b",
      "nothing:x",
      "ref:é",
      "AB".repeat(32),
      "ledger",
    ];
    const paths = [
      ...Object.keys(ENTRY),
      ...["actor", "payload", "source"].flatMap((of) => Object.keys(ENTRY[of as "actor"]).map((name) => `${of}.${name}`)),
      "part",
      "more",
      "source.replays",
      "source.more",
    ];
    for (const path of paths.filter((path) => path !== "kind" && path !== "facts"))
      for (const value of [undefined, ...values]) {
        const entry = structuredClone(ENTRY) as unknown as Record<string, Record<string, Json>>;
        const [first = "", second] = path.split(".");
        if (second === undefined) Object.assign(entry, { [first]: value });
        else Object.assign(entry[first] ?? {}, { [second]: value });
        const bytes = canonicalBytes(entry);
        const byModel = (() => {
          try {
            openEntry(bytes);
            return true;
          } catch {
            return false;
          }
        })();
        expect([path, value, entryForm(bytes).fault === undefined]).toEqual([path, value, byModel]);
        expect([path, value, certainFault(bytes) === undefined]).toEqual([path, value, byModel]);
      }
  });

  it("knows every instant of the calendar", () => {
    for (let day = Date.parse("2027-12-30"); day < Date.parse("2029-03-02"); day += 86_400_000) {
      const recordedAt = new Date(day).toISOString();
      expect([recordedAt, certainFault(canonicalBytes(entryWith({ recordedAt })))]).toEqual([recordedAt, undefined]);
    }
  });

  const vectors = new URL("../../../shared/vectors/jcs/output/", import.meta.url);
  it.skipIf(!existsSync(vectors))("takes RFC 8785's own vectors for canonical (skipped where ../shared/vectors is absent)", () => {
    for (const name of readdirSync(vectors)) {
      const value = readFileSync(new URL(name, vectors), "utf8");
      const bytes = Buffer.from(
        Buffer.from(canonicalBytes(ENTRY))
          .toString("utf8")
          .replace(/"facts":\{.*?\}/, () => `"facts":{"value":${value}}`),
      );
      expect([name, certainFault(bytes)]).toEqual([name, undefined]);
    }
  });

  it("takes an entry of the most bytes, and no longer one", () => {
    const padded = (length: number) => {
      const bare = canonicalBytes(entryWith({ facts: { text: "" } })).length;
      return canonicalBytes(entryWith({ facts: { text: "x".repeat(length - bare) } }));
    };
    expect(sureOf(padded(32_768))).toBe(1);
    expect(sureOf(padded(32_769))).toBe(0);
    expect(entryForm(padded(32_769)).fault).toMatchObject({ check: "entry", field: "length" });
  });

  it("is not led astray by depth, by an end that never comes, and by what lies behind", () => {
    const deep = Buffer.from(
      `${Buffer.from(canonicalBytes(ENTRY))
        .toString("utf8")
        .replace(/"facts":\{.*?\}/, `"facts":{"a":${"[".repeat(500)}${"]".repeat(500)}}`)}`,
    );
    expect(sureOf(deep)).toBe(0);
    expect(entryForm(deep).fault).toBeUndefined();
    const open = canonicalBytes(ENTRY).subarray(0, 300);
    expect(sureOf(open)).toBe(0);
    expect(entryForm(Buffer.from("[".repeat(30_000))).fault?.check).toBe("canonical");
  });

  it("gives no two subjects of a thousand one key, and other keys under another secret", () => {
    const keys = Array.from({ length: 1_000 }, (_, at) => scanner.keyOf(`ticket:jira/${at}`).join());
    expect(new Set(keys).size).toBe(1_000);
    expect(new EntryScanner(0, Buffer.alloc(16, 8)).keyOf("ticket:jira/0").join()).not.toBe(keys[0]);
  });
});

/** What is said of bytes when the scanner goes first and the definition takes over where it is not sure. */
function certainFault(bytes: Uint8Array) {
  sureOf(bytes);
  expect(scanner.words[scanner.found(0) + LIMIT]).toBe((scanner.words[scanner.found(0) + START] as number) + bytes.length);
  return certain(scanner, 1)[0]?.fault;
}

describe("the key of a subject", () => {
  it("is SipHash-1-3", () => {
    const zero = new EntryScanner(
      0,
      Uint8Array.from({ length: 16 }, (_, at) => at),
    );
    expect(zero.keyOf("")).toEqual([...new Int32Array(sipHash13(Buffer.alloc(0)).buffer)]);
    for (const text of ["a", "seven77", "eight888", "nine99999", "commit:github/acme/cargo/2c26b46b"])
      expect([...zero.keyOf(text)]).toEqual([...new Int32Array(sipHash13(Buffer.from(text)).buffer)]);
  });
});

/** SipHash-1-3 once more, from its definition, in big integers. */
function sipHash13(message: Uint8Array): BigUint64Array<ArrayBuffer> {
  const mask = (1n << 64n) - 1n;
  const [k0, k1] = new BigUint64Array(Uint8Array.from({ length: 16 }, (_, at) => at).buffer) as unknown as [bigint, bigint];
  let [v0, v1, v2, v3] = [k0 ^ 0x736f6d6570736575n, k1 ^ 0x646f72616e646f6dn, k0 ^ 0x6c7967656e657261n, k1 ^ 0x7465646279746573n];
  const turn = (x: bigint, by: bigint) => ((x << by) | (x >> (64n - by))) & mask;
  const round = () => {
    v0 = (v0 + v1) & mask;
    v1 = turn(v1, 13n) ^ v0;
    v0 = turn(v0, 32n);
    v2 = (v2 + v3) & mask;
    v3 = turn(v3, 16n) ^ v2;
    v0 = (v0 + v3) & mask;
    v3 = turn(v3, 21n) ^ v0;
    v2 = (v2 + v1) & mask;
    v1 = turn(v1, 17n) ^ v2;
    v2 = turn(v2, 32n);
  };
  const padded = new Uint8Array(8 * (Math.floor(message.length / 8) + 1));
  padded.set(message);
  padded[padded.length - 1] = message.length;
  for (const word of new BigUint64Array(padded.buffer)) {
    v3 ^= word;
    round();
    v0 ^= word;
  }
  v2 ^= 0xffn;
  round();
  round();
  round();
  return BigUint64Array.of(v0 ^ v1 ^ v2 ^ v3);
}

describe("an entry of ours", () => {
  it("is sealed in bytes of which the scanner is sure", () => {
    const { bytes } = sealEntry(ENTRY as unknown as Parameters<typeof sealEntry>[0]);
    expect(sureOf(bytes)).toBe(1);
  });
});
