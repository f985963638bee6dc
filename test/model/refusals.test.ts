import { canonicalBytes, NO_PREVIOUS, openEntry, parseCanonical } from "@change-ledger/model";
import { describe, expect, it } from "vitest";

const GOOD = {
  v: 1,
  subject: "ticket:jira/PAY-1",
  seq: 0,
  prev: NO_PREVIOUS,
  occurredAt: "2026-11-21T22:14:45.000Z",
  recordedAt: "2026-11-21T22:14:45.000Z",
  source: { system: "jira", event: "created", id: "1", auth: "hmac-sha256", norm: 1 },
  kind: "ticket",
  facts: { action: "created" },
};

function messageOf(act: () => unknown): string {
  try {
    act();
    return "passed";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("what canonical JSON refuses", () => {
  it("is told by its cause", () => {
    expect(messageOf(() => canonicalBytes(Number.NaN))).toMatch(/^expected a value that RFC 8785 can write; NaN/);
    expect(messageOf(() => canonicalBytes("\ud800"))).toMatch(/surrogate/i);
    expect(messageOf(() => canonicalBytes(undefined))).toBe("expected a JSON value, got undefined");
  });
  it("is no JSON at all where it is not UTF-8, has a byte order mark or breaks off", () => {
    for (const bytes of [Buffer.of(0x22, 0xff, 0x22), Buffer.from("\ufeff{}"), Buffer.from("{"), new Uint8Array()])
      expect(messageOf(() => parseCanonical(bytes))).toBe("expected RFC 8785 JSON in UTF-8; the bytes are not JSON");
    expect(messageOf(() => parseCanonical(Buffer.from("{ }")))).toBe("expected RFC 8785 JSON; the same value is written differently");
  });
});

describe("what is no entry", () => {
  const refused = (members: object) => messageOf(() => openEntry(canonicalBytes({ ...GOOD, ...members })));

  it("is told by the member that is at fault", () => {
    expect(messageOf(() => openEntry(canonicalBytes(GOOD)))).toBe("passed");
    expect(refused({ facts: { action: 1 } })).toBe(
      "expected an entry of version 1; facts.action: Invalid input: expected string, received number",
    );
    expect(refused({ facts: { action: "created", fields: { a: 1 } } })).toMatch(/; facts\.fields\.a: /);
    expect(refused({ source: { ...GOOD.source, id: 1 } })).toMatch(/; source\.id: /);
    expect(messageOf(() => openEntry(canonicalBytes([])))).toBe(
      "expected an entry of version 1; entry: Invalid input: expected object, received array",
    );
  });
  it("names a hash before it that is longer, or hides one", () => {
    for (const prev of [`${NO_PREVIOUS}0`, `x${NO_PREVIOUS}`, `${NO_PREVIOUS}\n`, NO_PREVIOUS.slice(1), NO_PREVIOUS.replace("0", "g")])
      expect(refused({ prev })).toBe("expected an entry of version 1; prev: 64 lower-case hexadecimal digits");
  });
});
