import type { PayloadReference } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import {
  type BundleStore,
  type Dossier,
  EvidenceError,
  payloadKey,
  type RawStore,
  sealChange,
  writeBundle,
} from "../../packages/evidence/index.ts";
import { dossierOf, plainDossier } from "./dossiers.ts";

/** Both ports in memory, as their contracts say. */
function stores({ raw }: Dossier): { raw: RawStore; bundles: BundleStore; held: Map<string, string>; asked: PayloadReference[] } {
  const held = new Map<string, string>();
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
      put: async (key, _bytes, sha256) => {
        const before = held.get(key);
        if (before !== undefined && before !== sha256) throw new EvidenceError("bundle-differs", key);
        held.set(key, sha256);
        return { versionId: `v-${sha256.slice(0, 8)}` };
      },
    },
  };
}

const bodies = (...texts: string[]) => texts.map((text) => ({ id: text, body: Buffer.from(text) }));

describe("sealing a change", () => {
  it("given a dossier, writes its bundle and answers what goes on record", async () => {
    const dossier = dossierOf(bodies("a", "b"));
    const ports = stores(dossier);
    const bundle = writeBundle(dossier);
    expect(await sealChange(dossier.change, dossier.chains, ports)).toEqual({
      change: dossier.change,
      head: bundle.head,
      key: bundle.key,
      versionId: `v-${bundle.sha256.slice(0, 8)}`,
      sha256: bundle.sha256,
      bytes: bundle.bytes.length,
    });
    expect([...ports.held]).toEqual([[bundle.key, bundle.sha256]]);
    expect(ports.asked).toHaveLength(2);
  });

  it("given the same dossier again, answers the same and writes nothing else", async () => {
    const dossier = plainDossier();
    const ports = stores(dossier);
    const first = await sealChange(dossier.change, dossier.chains, ports);
    expect(await sealChange(dossier.change, [...dossier.chains].reverse(), ports)).toEqual(first);
    expect(ports.held.size).toBe(1);
  });

  it("given a missing raw record, seals nothing", async () => {
    const dossier = dossierOf(bodies("a"));
    const ports = stores({ ...dossier, raw: new Map() });
    await expect(sealChange(dossier.change, dossier.chains, ports)).rejects.toMatchObject({ code: "payload-missing" });
    expect(ports.held.size).toBe(0);
  });

  it("given another bundle in its place, fails", async () => {
    const dossier = plainDossier();
    const ports = stores(dossier);
    ports.held.set(writeBundle(dossier).key, "0".repeat(64));
    await expect(sealChange(dossier.change, dossier.chains, ports)).rejects.toMatchObject({ code: "bundle-differs" });
  });
});
