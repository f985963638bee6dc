import type { FactsOf, Subject } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { type BundleRecord, openBag, readBundle, type SealPorts, sealChanges } from "../../packages/evidence/index.ts";
import { MemoryChains, MemoryLinks } from "../ledger/memory.ts";
import { CHANGE, chainOf, pullRequest } from "./dossiers.ts";
import { envelopeSigner, MemoryLog, SEALED_AT } from "./sealing.ts";

const OTHER: Subject = "change:github/acme/cargo/pull/124";
const closed = (of: Subject, more = 0) =>
  chainOf(of, [
    { fact: pullRequest() },
    ...Array.from({ length: 1 + more }, () => ({ fact: pullRequest({ action: "closed", state: "closed" }) })),
  ]);
const work = (...changes: readonly Subject[]) => changes.map((change) => ({ change, seen: { subject: change, seq: 1 } }));

/** A ledger with these chains, a log, and whatever was sealed of them. */
async function world(...chains: readonly ReturnType<typeof chainOf>[]) {
  const store = new MemoryChains();
  const put = async (chain: ReturnType<typeof chainOf>) => {
    for (const entry of chain.entries) await store.insert([entry]);
  };
  for (const chain of chains) await put(chain);
  const held = new Map<string, { readonly bytes: Uint8Array; readonly sha256: string }>();
  const waited: number[] = [];
  const log = new MemoryLog([], 3);
  const records = (): Extract<FactsOf<"sealed">, object>["bundles"] =>
    store.all().flatMap(({ entry }) => (entry.kind === "sealed" ? entry.facts.bundles : []));
  const ports: SealPorts = {
    store,
    now: () => SEALED_AT,
    pause: async () => {},
    links: new MemoryLinks(),
    recorded: async () => new Set<Subject>(),
    raw: { members: async () => [] },
    bundles: {
      put: async (key, { bytes, sha256 }) => {
        held.set(key, { bytes, sha256 });
        return { versionId: `v-${sha256.slice(0, 8)}`, sha256, bytes: bytes.length };
      },
    },
    sealed: async (changes) => {
      const of = (change: Subject): BundleRecord[] =>
        records()
          .filter((bundle) => bundle.change === change)
          .reverse();
      return new Map(changes.map((change) => [change, of(change)]));
    },
    log,
    awaitLog: async (round) => void waited.push(round),
    signer: async () => envelopeSigner,
    count: () => {},
  };
  return { store, put, ports, held, waited, log, records };
}
const opened = (held: ReadonlyMap<string, { readonly bytes: Uint8Array }>, key: string) =>
  openBag(readBundle(held.get(key)?.bytes ?? new Uint8Array()).files);

describe("sealing changes", () => {
  it("brings along the incidents that the change names, itself or by its record", async () => {
    const [page, incident, record]: Subject[] = ["incident:pagerduty/Q1", "incident:servicenow/INC0010023", "change:servicenow/CHG0030192"];
    const tickets = [page, record, "incident:pagerduty/Q2" as const].filter((one) => one !== undefined);
    const change = chainOf(CHANGE, [
      { fact: pullRequest({ tickets }) },
      { fact: pullRequest({ tickets, action: "closed", state: "closed" }) },
    ]);
    const { ports, held, log, records, store } = await world(
      change,
      chainOf(page as Subject, [{ fact: { kind: "incident", facts: { action: "triggered" } } }]),
      chainOf(incident as Subject, [{ fact: { kind: "incident", facts: { action: "insert" } } }]),
      chainOf(record as Subject, [{ fact: { kind: "record", facts: { action: "insert", incident: incident as Subject } } }]),
    );
    log.add(store.all());
    const recorded = async (of: readonly Subject[]) => new Set(of.filter((one) => one.startsWith("change:")));
    expect(await sealChanges({ ...ports, recorded }, work(CHANGE))).toEqual(new Map());
    const { bag, faults } = opened(held, records()[0]?.key ?? "");
    expect(faults).toEqual([]);
    expect(bag.chains.map((chain) => chain.subject).toSorted()).toEqual([CHANGE, record, page, incident].toSorted());
  });

  it("given the log holds them, seals each, and records what was written", async () => {
    const { ports, held, log, records, store, waited } = await world(closed(CHANGE), closed(OTHER));
    log.add(store.all());
    expect(await sealChanges(ports, work(CHANGE, OTHER))).toEqual(new Map());
    expect(waited).toEqual([]);
    expect(
      records()
        .map(({ change }) => change)
        .sort(),
    ).toEqual([CHANGE, OTHER]);
    for (const { change, key, versionId, sha256, bytes } of records()) {
      const { bag, faults } = opened(held, key);
      expect(faults).toEqual([]);
      expect(bag).toMatchObject({ change, attestation: { statement: { predicate: { outcome: "abandoned", sealedAt: SEALED_AT } } } });
      expect({ versionId, sha256, bytes }).toEqual({
        versionId: `v-${held.get(key)?.sha256.slice(0, 8)}`,
        sha256: held.get(key)?.sha256,
        bytes: held.get(key)?.bytes.length,
      });
    }
  });

  it("given the log is behind, waits for it, and seals under the checkpoint that came", async () => {
    const { ports, held, log, records, store, waited } = await world(closed(CHANGE));
    const awaitLog = async (round: number) => {
      waited.push(round);
      if (round === 2) log.add(store.all());
    };
    expect(await sealChanges({ ...ports, awaitLog }, work(CHANGE))).toEqual(new Map());
    expect(waited).toEqual([0, 1, 2]);
    expect(opened(held, records()[0]?.key ?? "").bag.checkpoint?.size).toBe(3 + 2);
  });

  it("given the log stays behind with one, seals the others and lets that one come again", async () => {
    const { ports, held, log, records, waited } = await world(closed(CHANGE), closed(OTHER));
    log.add(closed(OTHER).entries);
    const failed = await sealChanges(ports, work(CHANGE, OTHER));
    expect([...failed].map(([change, error]) => [change, (error as { code?: string }).code])).toEqual([[CHANGE, "too-early"]]);
    expect(waited.length).toBeGreaterThan(0);
    expect(records().map(({ change }) => change)).toEqual([OTHER]);
    expect(held.size).toBe(1);
  });

  it("given there is no log yet, seals nothing", async () => {
    const { ports, held } = await world(closed(CHANGE));
    const failed = await sealChanges({ ...ports, log: new MemoryLog([], 0) }, work(CHANGE));
    expect([...failed.values()].map((error) => (error as { code?: string }).code)).toEqual(["too-early"]);
    expect(held.size).toBe(0);
  });

  it("given the change grew since, seals it again and names the bundle before", async () => {
    const { ports, held, log, put, records, store } = await world(closed(CHANGE));
    log.add(store.all());
    await sealChanges(ports, work(CHANGE));
    await put(closed(CHANGE, 1));
    log.add(closed(CHANGE, 1).entries);
    expect(await sealChanges(ports, work(CHANGE))).toEqual(new Map());
    const [first, second] = records();
    if (first === undefined || second === undefined) throw new Error("expected two bundles");
    const { bag, faults } = opened(held, second.key);
    expect(faults).toEqual([]);
    expect(bag.predecessor).toEqual({ key: first.key, versionId: first.versionId, sha256: first.sha256 });
    expect(opened(held, first.key).bag.predecessor).toBeUndefined();
    await sealChanges(ports, work(CHANGE));
    expect(records()).toHaveLength(2);
  });

  it("given a chain that does not hold, seals the others", async () => {
    const { ports, log, records, store } = await world(closed(CHANGE), closed(OTHER));
    log.add(store.all());
    const [first] = closed(CHANGE).entries;
    const second = closed(CHANGE, 1).entries[2];
    if (first === undefined || second === undefined) throw new Error("fixture");
    store.chains.set(CHANGE, [first, second]);
    const failed = await sealChanges(ports, work(CHANGE, OTHER));
    expect([...failed].map(([change, error]) => [change, (error as { code?: string }).code])).toEqual([[CHANGE, "not-a-dossier"]]);
    expect(records().map(({ change }) => change)).toEqual([OTHER]);
  });

  it("given the signer fails, seals nothing and says so", async () => {
    const { ports, held, log, store } = await world(closed(CHANGE));
    log.add(store.all());
    const signer = async () => ({ ...envelopeSigner, sign: () => Promise.reject(new Error("KMS is away")) });
    const failed = await sealChanges({ ...ports, signer }, work(CHANGE));
    expect([...failed.values()].map(String)).toEqual(["Error: KMS is away"]);
    expect(held.size).toBe(0);
  });
});
