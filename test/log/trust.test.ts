import { generateKeyPairSync } from "node:crypto";
import {
  type Checkpoint,
  EMPTY_ROOT,
  envelopeKeyAt,
  formatTrust,
  logIdentity,
  openCheckpoint,
  openTrusted,
  parseTrust,
  readEnvelopeKey,
  sealedHour,
  signCheckpoint,
  type TrustFile,
} from "@change-ledger/log";
import { canonicalBytes } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { codeOf, codeOfPromise } from "./refusal.ts";
import { trialSigner } from "./signer.ts";

const ORIGIN = "ledger.example/acme";
const OLD = trialSigner(ORIGIN, 1);
const NEW = trialSigner(ORIGIN, 2);
const FOREIGN = trialSigner(ORIGIN, 3);
const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ENVELOPE = readEnvelopeKey(publicKey.export({ format: "pem", type: "spki" }).toString());

const TRUST: TrustFile = {
  origin: ORIGIN,
  noteKeys: [
    { key: OLD.key, from: "2025-01-01T00:00:00Z", until: "2026-01-10T00:00:00Z" },
    { key: NEW.key, from: "2026-01-01T00:00:00Z" },
  ],
  envelopeKeys: [{ ...ENVELOPE, from: "2026-01-01T00:00:00Z", until: "2026-02-01T00:00:00Z" }],
};
const checkpoint = (...extensions: string[]): Checkpoint => ({ origin: ORIGIN, size: 0, root: EMPTY_ROOT, extensions });

describe("the trust file", () => {
  it("is read back as it was written, in one spelling", () => {
    const bytes = formatTrust(TRUST);
    const read = parseTrust(bytes);
    expect(formatTrust(read)).toEqual(bytes);
    expect(read.origin).toBe(ORIGIN);
    expect(read.noteKeys.map(({ key, from, until }) => [key.id, from, until])).toEqual(
      TRUST.noteKeys.map(({ key, from, until }) => [key.id, from, until]),
    );
    expect(read.envelopeKeys).toEqual(TRUST.envelopeKeys);
  });

  it("is refused in any other spelling, and with whatever the format does not know", () => {
    const value = JSON.parse(Buffer.from(formatTrust(TRUST)).toString()) as Record<string, unknown> & {
      noteKeys: Record<string, unknown>[];
      envelopeKeys: Record<string, unknown>[];
    };
    const foreignName = formatTrust({ ...TRUST, origin: "ledger.example/other" });
    const wrong: Uint8Array[] = [
      Buffer.from(""),
      Buffer.from("null"),
      Buffer.from(` ${Buffer.from(formatTrust(TRUST)).toString()}`),
      foreignName,
      ...[
        { ...value, format: 2 },
        { ...value, more: true },
        { ...value, noteKeys: [] },
        { ...value, noteKeys: [{ ...value.noteKeys[0], key: `${String(value.noteKeys[0]?.["key"])}A` }] },
        { ...value, noteKeys: [{ ...value.noteKeys[0], from: "2026-01-01" }] },
        { ...value, noteKeys: [{ ...value.noteKeys[0], from: "2026-01-10T00:00:00Z" }] },
        { ...value, noteKeys: [{ ...value.noteKeys[0], from: "2026-01-01T00:00:00+01:00" }] },
        { ...value, noteKeys: [{ ...value.noteKeys[0], comment: "" }] },
        { ...value, envelopeKeys: [{ ...value.envelopeKeys[0], id: "0".repeat(64) }] },
        { ...value, envelopeKeys: [{ ...value.envelopeKeys[0], pem: `${ENVELOPE.pem}\n` }] },
        { ...value, envelopeKeys: [{ ...value.envelopeKeys[0], pem: "none" }] },
      ].map(canonicalBytes),
    ];
    for (const bytes of wrong)
      expect(
        codeOf(() => parseTrust(bytes)),
        Buffer.from(bytes).toString(),
      ).toBe("not-canonical");
  });

  it("takes no key of another curve for envelopes", () => {
    for (const key of [generateKeyPairSync("ec", { namedCurve: "P-384" }), generateKeyPairSync("ed25519")])
      expect(codeOf(() => readEnvelopeKey(key.publicKey.export({ format: "der", type: "spki" })))).toBe("not-canonical");
    expect(readEnvelopeKey(publicKey.export({ format: "der", type: "spki" }))).toEqual(ENVELOPE);
  });
});

describe("a checkpoint", () => {
  const code = async (signers: readonly (typeof OLD)[], at: string, ...extensions: string[]) => {
    const note = await signCheckpoint(checkpoint(...extensions), signers);
    return codeOf(() => openTrusted(note, TRUST, at));
  };

  it("that is the current one is believed by a key that may sign now", async () => {
    expect(await code([OLD], "2025-12-31T23:59:59Z")).toBe("passed");
    expect(await code([OLD], "2026-01-09T23:59:59.999Z")).toBe("passed");
    expect(await code([OLD], "2026-01-10T00:00:00Z")).toBe("retired-key");
    expect(await code([NEW], "2025-12-31T23:59:59Z")).toBe("retired-key");
    expect(await code([NEW], "2026-01-01T00:00:00Z")).toBe("passed");
    expect(await code([OLD, NEW], "2027-01-01T00:00:00Z")).toBe("passed");
    expect(await code([FOREIGN], "2026-01-05T00:00:00Z")).toBe("not-signed");
    expect(await code([FOREIGN, NEW], "2026-01-05T00:00:00Z")).toBe("passed");
  });

  it("that seals an hour is believed by a key that could sign when the hour had ended, whenever it is asked", async () => {
    const later = "2030-01-01T00:00:00Z";
    expect(await code([OLD], later, "hour 2026-01-09T22")).toBe("passed");
    expect(await code([OLD], later, "hour 2026-01-09T23")).toBe("retired-key");
    expect(await code([NEW], later, "hour 2026-01-09T23")).toBe("passed");
    // Sealed late by the key that came later; but not by one that came more than a week after.
    expect(await code([NEW], later, "hour 2025-12-25T00")).toBe("passed");
    expect(await code([NEW], later, "hour 2025-12-24T22")).toBe("retired-key");
  });

  it("with any other extension is held to the time at which it is asked", async () => {
    for (const lines of [["hour 2026-01-09"], ["hour 2026-01-09T22", "hour 2026-01-09T23"], ["more"]]) {
      expect(sealedHour(checkpoint(...lines))).toBeUndefined();
      expect(await code([OLD], "2030-01-01T00:00:00Z", ...lines)).toBe("retired-key");
    }
    expect(sealedHour(checkpoint("hour 2026-01-09T22"))).toBe("2026-01-09T22");
    expect(await code([OLD, NEW], "2030-01-01T00:00:00Z", "hour 2026-99-99T99")).toBe("retired-key");
  });

  it("of another log is refused, whoever signed it", async () => {
    const note = await signCheckpoint({ ...checkpoint(), origin: "ledger.example/other" }, [NEW]);
    expect(codeOf(() => openTrusted(note, TRUST, "2026-01-05T00:00:00Z"))).toBe("wrong-origin");
  });

  it("that an auditor has held is believed by any key of the log", async () => {
    const note = await signCheckpoint(checkpoint(), [OLD]);
    expect(openCheckpoint(note, logIdentity(TRUST)).size).toBe(0);
    expect(await codeOfPromise(signCheckpoint(checkpoint(), [FOREIGN]).then((one) => openCheckpoint(one, logIdentity(TRUST))))).toBe(
      "not-signed",
    );
  });

  it("of a key that stands in the file with two windows is believed in either", async () => {
    const note = await signCheckpoint(checkpoint(), [OLD]);
    const twice: TrustFile = {
      ...TRUST,
      noteKeys: [...TRUST.noteKeys, { key: parseTrust(formatTrust(TRUST)).noteKeys[0]?.key ?? OLD.key, from: "2028-01-01T00:00:00Z" }],
    };
    for (const at of ["2025-06-01T00:00:00Z", "2028-06-01T00:00:00Z"]) expect(codeOf(() => openTrusted(note, twice, at))).toBe("passed");
    expect(codeOf(() => openTrusted(note, twice, "2027-06-01T00:00:00Z"))).toBe("retired-key");
  });
});

describe("an envelope key", () => {
  it("is found by its id within its window", () => {
    expect(envelopeKeyAt(TRUST, ENVELOPE.id, "2026-01-15T00:00:00Z").pem).toBe(ENVELOPE.pem);
    expect(codeOf(() => envelopeKeyAt(TRUST, ENVELOPE.id, "2026-02-01T00:00:00Z"))).toBe("retired-key");
    expect(codeOf(() => envelopeKeyAt(TRUST, ENVELOPE.id, "2025-12-31T00:00:00Z"))).toBe("retired-key");
    expect(codeOf(() => envelopeKeyAt(TRUST, "0".repeat(64), "2026-01-15T00:00:00Z"))).toBe("not-signed");
    expect(codeOf(() => envelopeKeyAt(TRUST, ENVELOPE.id, "no time"))).toBe("retired-key");
  });
});
