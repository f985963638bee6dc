import type { PayloadReference } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import {
  type BundleStore,
  type Dossier,
  EvidenceError,
  openBag,
  payloadKey,
  type RawStore,
  readBundle,
  type Sealing,
  sealChange,
} from "../../packages/evidence/index.ts";
import { dossierOf, plainDossier } from "./dossiers.ts";
import { bundleOf, sealingOf, trialEnvelopeSigner } from "./sealing.ts";

/** Both ports in memory, as their contracts say. */
function stores({ raw }: Dossier): {
  raw: RawStore;
  bundles: BundleStore;
  held: Map<string, Parameters<BundleStore["put"]>[1]>;
  asked: PayloadReference[];
} {
  const held = new Map<string, Parameters<BundleStore["put"]>[1]>();
  const asked: PayloadReference[] = [];
  return {
    held,
    asked,
    raw: {
      members: async (references) => {
        asked.push(...references);
        return references.map((reference) => {
          const member = raw.get(payloadKey(reference));
          if (member === undefined) throw new EvidenceError("payload-missing", payloadKey(reference));
          return member;
        });
      },
    },
    bundles: {
      put: async (key, bundle) => {
        const stored = held.get(key) ?? bundle;
        if (stored.contentDigest !== bundle.contentDigest) throw new EvidenceError("bundle-differs", key);
        held.set(key, stored);
        return { versionId: `v-${stored.sha256.slice(0, 8)}`, sha256: stored.sha256, bytes: stored.bytes.length };
      },
    },
  };
}

const bodies = (...texts: string[]) => texts.map((text) => ({ id: text, body: Buffer.from(text) }));

describe("sealing a change", () => {
  const sealed = async (dossier: Dossier, ports: ReturnType<typeof stores>, over: Partial<Sealing> = {}) =>
    await sealChange({ change: dossier.change, chains: dossier.chains }, ports, await sealingOf(dossier, over));

  it("given a dossier, writes its bundle and answers what goes on record", async () => {
    const dossier = dossierOf(bodies("a", "b"));
    const ports = stores(dossier);
    const { head, key } = await bundleOf(dossier);
    const record = await sealed(dossier, ports);
    const stored = ports.held.get(key);
    expect(record).toEqual({
      change: dossier.change,
      head,
      key,
      versionId: `v-${stored?.sha256.slice(0, 8)}`,
      sha256: stored?.sha256,
      bytes: stored?.bytes.length,
    });
    expect(openBag(readBundle(stored?.bytes ?? new Uint8Array()).files).faults).toEqual([]);
    expect(ports.asked).toHaveLength(2);
  });

  it("given the same dossier again, another day and with another key, answers the first bundle and writes nothing else", async () => {
    const dossier = plainDossier();
    const ports = stores(dossier);
    const first = await sealed(dossier, ports);
    const later = { sealedAt: "2027-01-01T00:00:00.000Z", signer: trialEnvelopeSigner(2) };
    expect(await sealed({ ...dossier, chains: [...dossier.chains].reverse() }, ports, later)).toEqual(first);
    expect([...ports.held.values()].map(({ sha256 }) => sha256)).toEqual([first.sha256]);
  });

  it("given a missing raw record, seals nothing", async () => {
    const dossier = dossierOf(bodies("a"));
    const ports = stores({ ...dossier, raw: new Map() });
    await expect(sealed(dossier, ports)).rejects.toMatchObject({ code: "payload-missing" });
    expect(ports.held.size).toBe(0);
  });

  it("given another bundle in its place, fails", async () => {
    const dossier = plainDossier();
    const ports = stores(dossier);
    const bundle = await bundleOf(dossier);
    ports.held.set(bundle.key, { ...bundle, contentDigest: "0".repeat(64) });
    await expect(sealed(dossier, ports)).rejects.toMatchObject({ code: "bundle-differs" });
  });
});
