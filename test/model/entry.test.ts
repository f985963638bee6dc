import { createHash } from "node:crypto";
import {
  canonicalBytes,
  ENTRY_MAX_BYTES,
  type Entry,
  entrySchema,
  FACT_KINDS,
  ModelError,
  NO_PREVIOUS,
  openEntry,
  SUBJECT_MAX_BYTES,
  SUBJECT_TYPES,
  sealEntry,
  storedEntry,
  subject,
  subjectId,
  subjectType,
} from "@change-ledger/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const SHA = "2c26b46b68ffc68ff99b453c1d30413413422d70";
const GOOD: Entry = {
  v: 1,
  subject: `commit:github/acme/cargo/${SHA}`,
  seq: 0,
  prev: NO_PREVIOUS,
  occurredAt: "2026-11-21T22:14:45.000Z",
  recordedAt: "2026-11-21T22:14:47.003Z",
  actor: { system: "github", id: "583231", login: "octocat" },
  source: { system: "github", event: "status", id: "72d3162e", auth: "hmac-sha256", norm: 1 },
  payload: { sha256: "8".repeat(64), archive: "segments/20261121/x.warc.gz", offset: 322, length: 575 },
  kind: "status",
  facts: { id: "31", context: "ci/build", state: "pending" },
};

function codeOf(act: () => unknown): string {
  try {
    act();
    return "passed";
  } catch (error) {
    if (error instanceof ModelError) return error.code;
    throw error;
  }
}

/** Opens GOOD with members replaced, or left out where the value is undefined: canonical bytes of something that need not be an entry. */
const openWith = (members: Readonly<Record<string, unknown>>): string => codeOf(() => openEntry(canonicalBytes({ ...GOOD, ...members })));

describe("sealing an entry", () => {
  it("writes canonical JSON, and names it by RFC 6962's leaf hash", () => {
    const { bytes, hash, entry } = sealEntry(GOOD);
    expect(Buffer.from(bytes).toString()).toMatch(/^\{"actor":\{"id":"583231","login":"octocat","system":"github"\},"facts":\{.*"v":1\}$/);
    expect(hash).toBe(createHash("sha256").update("\0").update(bytes).digest("hex"));
    expect(entry).toBe(GOOD);
  });
  it("takes up to the limit, and not one byte more", () => {
    const filled = (length: number): Entry => ({ ...GOOD, source: { ...GOOD.source, id: "x".repeat(length) } });
    const room = ENTRY_MAX_BYTES - (sealEntry(GOOD).bytes.length - GOOD.source.id.length);
    const largest = sealEntry(filled(room));
    expect(largest.bytes).toHaveLength(ENTRY_MAX_BYTES);
    expect(openEntry(largest.bytes).hash).toBe(largest.hash);
    expect(codeOf(() => sealEntry(filled(room + 1)))).toBe("entry-too-large");
    expect(codeOf(() => openEntry(canonicalBytes(filled(room + 1))))).toBe("entry-too-large");
    // Bytes count, not characters.
    expect(codeOf(() => sealEntry({ ...GOOD, source: { ...GOOD.source, id: "€".repeat(room / 2) } }))).toBe("entry-too-large");
  });
});

describe("opening an entry", () => {
  it("gives back what was sealed, with the same bytes and hash", () => {
    const sealed = sealEntry(GOOD);
    const opened = openEntry(sealed.bytes);
    expect(opened.entry).toEqual(GOOD);
    expect([opened.hash, opened.bytes]).toEqual([sealed.hash, sealed.bytes]);
    expect(storedEntry(sealed.bytes)).toEqual(opened);
  });
  it("gives back any entry that was sealed", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
    const instant = fc
      .date({ min: new Date("1970-01-01T00:00:00.000Z"), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true })
      .map((date) => date.toISOString());
    const entries = fc.record({
      part: fc.tuple(text, fc.constantFrom(...SUBJECT_TYPES)),
      seq: fc.maxSafeNat(),
      occurredAt: instant,
      recordedAt: instant,
      actor: fc.option(fc.record({ system: text, id: text }), { nil: undefined }),
      replays: fc.option(text, { nil: undefined }),
      names: fc.tuple(text, text, text),
    });
    fc.assert(
      fc.property(entries, ({ part: [id, type], seq, occurredAt, recordedAt, actor, replays, names: [event, sender, context] }) => {
        const entry: Entry = {
          ...GOOD,
          ...{ subject: subject(type, id), seq, occurredAt, recordedAt },
          actor: actor ?? { system: "github" },
          source: { ...GOOD.source, event, id: sender, ...(replays === undefined ? {} : { replays }) },
          kind: "status",
          facts: { ...GOOD.facts, context } as Extract<Entry, { kind: "status" }>["facts"],
        };
        const { bytes, hash } = sealEntry(entry);
        const opened = openEntry(bytes);
        expect(opened.entry).toEqual(entry);
        expect(opened.hash).toBe(hash);
        expect(Buffer.compare(sealEntry(opened.entry).bytes, bytes)).toBe(0);
      }),
    );
  });
  it("takes entries without what is optional", () => {
    for (const name of ["actor", "payload"]) expect(openWith({ [name]: undefined })).toBe("passed");
    expect(openWith({ actor: { system: "github" }, part: { index: 0, of: 2 } })).toBe("passed");
  });
  it.each(["v", "subject", "seq", "prev", "occurredAt", "recordedAt", "source", "kind", "facts"])("refuses one without %s", (name) => {
    expect(openWith({ [name]: undefined })).toBe("not-an-entry");
  });
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ["another version", { v: 2 }],
    ["a version in a string", { v: "1" }],
    ["a member that we do not know", { extra: 1 }],
    ["a member of the source that we do not know", { source: { ...GOOD.source, extra: 1 } }],
    ["a member of the facts that we do not know", { facts: { ...GOOD.facts, extra: 1 } }],
    ["__proto__ as a member", JSON.parse('{"__proto__":1}') as Record<string, unknown>],
    ["null for what is absent", { actor: null }],
    ["a subject of no type", { subject: "pull:1" }],
    ["a subject without an id", { subject: "change:" }],
    ["a subject with a space", { subject: "change:a b" }],
    ["a subject with a line break", { subject: "change:a\n" }],
    ["a subject that is too long", { subject: `change:${"x".repeat(SUBJECT_MAX_BYTES)}` }],
    ["a negative seq", { seq: -1 }],
    ["a seq with a fraction", { seq: 0.5 }],
    ["a seq that a double cannot count", { seq: 2 ** 53 }],
    ["a seq in a string", { seq: "0" }],
    ["a short prev", { prev: "0".repeat(63) }],
    ["a prev in upper case", { prev: "A".repeat(64) }],
    ["an instant without milliseconds", { occurredAt: "2026-11-21T22:14:45Z" }],
    ["an instant with microseconds", { occurredAt: "2026-11-21T22:14:45.000000Z" }],
    ["an instant of another zone", { recordedAt: "2026-11-21T22:14:45.000+01:00" }],
    ["an instant that no calendar has", { recordedAt: "2026-02-30T22:14:45.000Z" }],
    ["a way to authenticate that we do not know", { source: { ...GOOD.source, auth: "trust me" } }],
    ["no version of the normaliser", { source: { ...GOOD.source, norm: 0 } }],
    ["an empty id", { source: { ...GOOD.source, id: "" } }],
    ["an empty actor", { actor: {} }],
    ["a payload before its segment", { payload: { ...GOOD.payload, offset: -1 } }],
    ["a payload of no length", { payload: { ...GOOD.payload, length: 0 } }],
    ["a part without a count", { part: { index: 0 } }],
    ["a part of none", { part: { index: 0, of: 0 } }],
    ["a kind that we do not know", { kind: "gossip" }],
    ["a kind that every object has", { kind: "constructor" }],
    ["facts of another kind", { kind: "ticket" }],
    ["facts that are no object", { facts: [] }],
  ])("refuses %s", (_what, members) => {
    expect(openWith(members)).toBe("not-an-entry");
  });
  it("refuses what is no object", () => {
    for (const value of [null, 1, "x", [], [GOOD]]) expect(codeOf(() => openEntry(canonicalBytes(value)))).toBe("not-an-entry");
  });
  it("refuses the same entry in any other spelling", () => {
    const bytes = Buffer.from(sealEntry(GOOD).bytes);
    const json = bytes.toString();
    expect(codeOf(() => openEntry(bytes))).toBe("passed");
    for (const other of [
      JSON.stringify(GOOD),
      `${json}\n`,
      ` ${json}`,
      json.replace('"v":1', '"v":1.0'),
      json.replace('"v":1', '"v":1,"v":1'),
    ])
      expect(codeOf(() => openEntry(Buffer.from(other)))).toBe("not-canonical");
  });
  it("never takes changed bytes for the same entry", () => {
    const { bytes, hash } = sealEntry(GOOD);
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const other = Buffer.from(bytes);
        other[at] = (other[at] ?? 0) ^ bits;
        const code = codeOf(() => openEntry(other));
        if (code === "passed") expect(openEntry(other).hash).not.toBe(hash);
        else expect(["not-canonical", "not-an-entry"]).toContain(code);
      }),
      { numRuns: 500 },
    );
  });
  it("says which member is at fault, and nothing of what it holds", () => {
    const secret = "patient 4711";
    const attempt = () => openEntry(canonicalBytes({ ...GOOD, seq: secret }));
    expect(attempt).toThrow(/seq/);
    expect(attempt).not.toThrow(secret);
  });
});

describe("subjects", () => {
  it("are built of any words, and taken apart again", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SUBJECT_TYPES),
        fc.array(fc.string({ unit: "binary", minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 5 }),
        (type, words) => {
          const made = subject(type, ...words);
          expect(entrySchema.safeParse({ ...GOOD, subject: made }).success).toBe(true);
          expect([subjectType(made), `${type}:${subjectId(made)}`]).toEqual([type, made]);
        },
      ),
    );
  });
  it("are refused when too long or empty", () => {
    expect(codeOf(() => subject("change", "x".repeat(SUBJECT_MAX_BYTES - "change:".length)))).toBe("passed");
    expect(codeOf(() => subject("change", "x".repeat(SUBJECT_MAX_BYTES)))).toBe("not-a-subject");
    expect(codeOf(() => subject("change", "é".repeat(SUBJECT_MAX_BYTES / 2)))).toBe("not-a-subject");
    expect(codeOf(() => subject("change"))).toBe("not-a-subject");
  });
});

it("every kind has strict facts", () => {
  expect(FACT_KINDS.length).toBeGreaterThan(20);
  for (const kind of FACT_KINDS) expect(openWith({ kind, facts: { "": 1 } })).toBe("not-an-entry");
});
