import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KMSClient } from "@aws-sdk/client-kms";
import { formatVerifierKey, openTrusted, parseTrust, readEnvelopeKey, signCheckpoint } from "@change-ledger/log";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KeyRing, type LogKeys, parseLogKeys, publishTrust } from "../../packages/aws/log-keys.ts";
import type { TrustStore } from "../../packages/aws/s3-log.ts";
import { startGateway } from "../../packages/local/gateway.ts";
import type { Listener } from "../../packages/local/http.ts";
import { keyAlias, kmsService, openKeys } from "../../packages/local/kms.ts";
import { ObjectStore } from "../../packages/local/object-store.ts";
import { S3 } from "../../packages/local/s3.ts";
import { clientOptions } from "../contract/engine.ts";
import { trialSigner } from "../log/signer.ts";

const ORIGIN = "ledger.example/acme";
const [NOTE, ENVELOPE] = [keyAlias("note"), keyAlias("envelope")];
const FORMER = trialSigner(ORIGIN, 7);
const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const FORMER_PEM = publicKey.export({ format: "pem", type: "spki" }).toString();
const YEARS = { y25: "2025-01-01T00:00:00Z", y26: "2026-01-01T00:00:00Z", y27: "2027-01-01T00:00:00Z" } as const;

const folder = mkdtempSync(join(tmpdir(), "change-ledger-keys-"));
let gateway: Listener;
let client: KMSClient;
let asked: string[] = [];

beforeAll(async () => {
  const service = kmsService(openKeys(folder, 0));
  const operations = Object.fromEntries(
    Object.entries(service.operations).map(([name, run]) => [
      name,
      (input: Parameters<typeof run>[0]) => {
        asked.push(`${name} ${String(input["KeyId"])}`);
        return run(input);
      },
    ]),
  );
  gateway = await startGateway({ TrentService: { ...service, operations } }, new S3(new ObjectStore(join(folder, "s3"), Date.now)));
  client = new KMSClient(clientOptions(gateway.url));
});
afterAll(async () => {
  client.destroy();
  await gateway.close();
  rmSync(folder, { recursive: true });
});

const KEYS: LogKeys = {
  origin: ORIGIN,
  noteKeys: [
    { key: formatVerifierKey(FORMER.key), from: YEARS.y25, until: YEARS.y26 },
    { kms: NOTE, from: YEARS.y26 },
  ],
  envelopeKeys: [
    { pem: FORMER_PEM, from: YEARS.y25, until: YEARS.y26 },
    { kms: ENVELOPE, from: YEARS.y26 },
  ],
};
const ring = (keys: LogKeys, now: string) => new KeyRing(client, keys, () => now);

describe("keys by configuration", () => {
  it("are read from the two variables, each with its window", () => {
    const read = parseLogKeys(ORIGIN, JSON.stringify(KEYS.noteKeys), JSON.stringify(KEYS.envelopeKeys));
    expect(read).toEqual(KEYS);
  });

  it("are refused in any other form", () => {
    const good = JSON.stringify([{ kms: "a", from: YEARS.y25 }]);
    const wrong = [
      "",
      "{}",
      "[]",
      "[1]",
      '[{"kms":"a"}]',
      '[{"kms":"","from":"2026-01-01T00:00:00Z"}]',
      '[{"kms":"a","from":"yesterday"}]',
    ];
    for (const text of [...wrong, '[{"kms":"a","key":"b","from":"2026-01-01T00:00:00Z"}]', '[{"from":"2026-01-01T00:00:00Z"}]']) {
      expect(() => parseLogKeys(ORIGIN, text, good), text).toThrow(expect.objectContaining({ code: "not-configured" }));
      expect(() => parseLogKeys(ORIGIN, good, text), text).toThrow(expect.objectContaining({ code: "not-configured" }));
    }
  });

  it("sign while their time lasts; public keys are asked once", async () => {
    asked = [];
    const keys = ring(KEYS, "2026-06-01T00:00:00Z");
    for (let n = 0; n < 3; n++) {
      expect((await keys.noteSigners()).map(({ key }) => key.name)).toEqual([ORIGIN]);
      expect((await keys.envelopeSigner()).keyId).toMatch(/^[0-9a-f]{64}$/);
      await keys.trust();
    }
    expect(asked.toSorted()).toEqual([`GetPublicKey ${ENVELOPE}`, `GetPublicKey ${NOTE}`]);
  });

  it("that are replaced sign beside their successors while both have time; envelopes have one signature, of the newest", async () => {
    const id = openKeys(folder, 0).note.id;
    const both: LogKeys = {
      ...KEYS,
      noteKeys: [
        { kms: NOTE, from: YEARS.y26 },
        { kms: id, from: YEARS.y25, until: YEARS.y27 },
      ],
      envelopeKeys: [
        { kms: ENVELOPE, from: YEARS.y26 },
        { kms: "of another account", from: YEARS.y25, until: YEARS.y27 },
      ],
    };
    expect(await ring(both, "2026-06-01T00:00:00Z").noteSigners()).toHaveLength(2);
    expect(await ring(both, YEARS.y27).noteSigners()).toHaveLength(1);
    expect((await ring(both, "2026-06-01T00:00:00Z").envelopeSigner()).keyId).toMatch(/^[0-9a-f]{64}$/);
  });

  it("do not sign outside their time, nor those that no longer can", async () => {
    for (const now of ["2025-06-01T00:00:00Z", "2024-06-01T00:00:00Z"]) {
      await expect((async () => ring(KEYS, now).noteSigners())()).rejects.toMatchObject({ code: "not-configured" });
      await expect((async () => ring(KEYS, now).envelopeSigner())()).rejects.toMatchObject({ code: "not-configured" });
    }
  });

  it("that KMS did not tell the first time are asked again", async () => {
    let known = false;
    const missing = { ...KEYS, noteKeys: [{ kms: NOTE, from: YEARS.y26 }] };
    const shy = new Proxy(client, {
      get: (target, name) =>
        name === "send" && !known ? async () => Promise.reject(new Error("throttled")) : Reflect.get(target, name, target),
    });
    const keys = new KeyRing(shy, missing, () => YEARS.y26);
    await expect(keys.noteSigners()).rejects.toThrow("throttled");
    known = true;
    expect(await keys.noteSigners()).toHaveLength(1);
  });
});

describe("the trust file", () => {
  function memory() {
    let bytes: Uint8Array | undefined;
    let puts = 0;
    const store: TrustStore = {
      trust: async () => bytes,
      putTrust: async (next) => {
        bytes = next;
        puts++;
      },
    };
    return { store, puts: () => puts };
  }

  it("tells all keys, and is written when it changed", async () => {
    const { store, puts } = memory();
    const keys = ring(KEYS, "2026-06-01T00:00:00Z");
    expect(await publishTrust(store, keys)).toBe(true);
    expect(await publishTrust(store, ring(KEYS, "2026-07-01T00:00:00Z"))).toBe(false);
    const trust = parseTrust((await store.trust()) ?? new Uint8Array());
    expect(trust.noteKeys.map(({ key, from, until }) => [key.id, from, until])).toEqual([
      [FORMER.key.id, YEARS.y25, YEARS.y26],
      [(await keys.noteSigners())[0]?.key.id, YEARS.y26, undefined],
    ]);
    expect(trust.envelopeKeys.map(({ id }) => id)).toEqual([readEnvelopeKey(FORMER_PEM).id, (await keys.envelopeSigner()).keyId]);
    expect(await publishTrust(store, ring({ ...KEYS, noteKeys: KEYS.noteKeys.slice(1) }, "2026-07-01T00:00:00Z"))).toBe(true);
    expect(puts()).toBe(2);
  });

  it("vouches for what the keys sign", async () => {
    const keys = ring(KEYS, "2026-06-01T00:00:00Z");
    const checkpoint = { origin: ORIGIN, size: 1, root: Buffer.alloc(32, 1), extensions: [] };
    const note = await signCheckpoint(checkpoint, await keys.noteSigners());
    expect(openTrusted(note, await keys.trust(), "2026-06-02T00:00:00Z")).toMatchObject({ size: 1 });
  });
});
