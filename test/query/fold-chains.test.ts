import type { SealedEntry, Subject } from "@change-ledger/model";
import {
  type ChangeSummary,
  type DeploymentSummary,
  directChanges,
  FoldMemory,
  foldChains,
  listedAt,
  viewDeployment,
} from "@change-ledger/query";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainOf, foldAll, type Told } from "./chain.ts";
import { MemoryChains, MemoryModels } from "./memory.ts";
import { changeFacts } from "./told.ts";

const PULL: Subject = "change:github/acme/cargo/pull/7";
const FAILED: Subject = "deployment:codedeploy/1/eu-west-1/d-1";
const ROLLBACK: Subject = "deployment:codedeploy/1/eu-west-1/d-2";
const at = "2023-02-05T00:03:00.000Z";

function stores(...chains: readonly (readonly SealedEntry[])[]) {
  const models = new MemoryModels();
  const ledger = new MemoryChains();
  for (const chain of chains) ledger.add(chain);
  return { models, chains: ledger, pause: async () => {} };
}

const bySubject = (entries: readonly SealedEntry[]) => Map.groupBy(entries, ({ entry }) => entry.subject);

function lookup(id: string, more: object): Told {
  const facts = { application: "cargo", group: "production", state: "Failed", revision: { type: "GitHub" }, targets: [], ...more };
  return { kind: "deployment-lookup", at, id, facts } as Told;
}

describe("folding into the stored read models", () => {
  it("ends at the fold of the whole chain, whatever batches its entries came in, doubled or with holes", async () => {
    await fc.assert(
      fc.asyncProperty(changeFacts, fc.array(fc.array(fc.nat({ max: 11 }), { maxLength: 5 }), { maxLength: 6 }), async (told, batches) => {
        const chain = chainOf(PULL, told);
        const ports = stores(chain);
        for (const batch of batches) {
          const entries = [...new Set(batch)].sort((a, b) => a - b).flatMap((seq) => chain[seq] ?? []);
          await foldChains(ports, bySubject(entries));
        }
        await foldChains(ports, bySubject(chain.slice(-1)));
        expect(ports.models.items.get(PULL)?.state).toEqual(foldAll(chain));
      }),
    );
  });

  it("ends there when several projectors fold the same entries at once", async () => {
    await fc.assert(
      fc.asyncProperty(changeFacts, fc.integer({ min: 2, max: 8 }), async (told, projectors) => {
        const chain = chainOf(PULL, told);
        const ports = stores(chain);
        await Promise.all(Array.from({ length: projectors }, (_, n) => foldChains(ports, bySubject(chain.slice(n % chain.length)))));
        await foldChains(ports, bySubject(chain.slice(-1)));
        expect(ports.models.items.get(PULL)?.state).toEqual(foldAll(chain));
      }),
    );
  });

  it("reads and writes once for a batch, reads no model of a chain that begins, and writes nothing for what it knows", async () => {
    const review = (id: string): Told => ({
      kind: "review",
      at,
      id,
      facts: { action: "submitted", id, reviewer: { login: "ada" }, state: "approved" },
    });
    const first = chainOf(PULL, [review("1"), review("2")]);
    const second = chainOf(FAILED, [lookup("3", {}), lookup("4", { state: "Succeeded" })]);
    const ports = stores(first, second);
    const fold = (from: number, to: number) => foldChains(ports, bySubject([...first.slice(from, to), ...second.slice(from, to)]));
    await fold(0, 1);
    expect([ports.models.reads, ports.models.writes, ports.chains.reads]).toEqual([0, 2, 0]);
    await fold(1, 2);
    expect([ports.models.reads, ports.models.writes, ports.chains.reads]).toEqual([1, 4, 0]);
    await fold(0, 2);
    expect(ports.models.writes).toBe(4);
  });

  it("reads no model that it wrote itself; what another projector wrote meanwhile, it reads and folds again", async () => {
    const chain = chainOf(
      PULL,
      [0, 1, 2].map((n): Told => ({ kind: "other", at, id: `${n}`, facts: {} })),
    );
    const ports = { ...stores(chain), memory: new FoldMemory() };
    await foldChains(ports, bySubject(chain.slice(0, 1)));
    await foldChains(ports, bySubject(chain.slice(1, 2)));
    expect([ports.models.reads, ports.models.writes]).toEqual([0, 2]);
    const outdated = { ...ports, memory: new FoldMemory() };
    outdated.memory.set(PULL, { state: undefined, version: 0 });
    await foldChains(outdated, bySubject(chain.slice(2)));
    expect([ports.models.reads, ports.models.writes]).toEqual([1, 3]);
    expect(ports.models.items.get(PULL)?.state).toEqual(foldAll(chain));
  });

  it.each(["failed first", "rollback first"])("ties a rollback to the deployment that triggered it: %s", async (order) => {
    const failed = chainOf(FAILED, [lookup("1", {})]);
    const rollback = chainOf(ROLLBACK, [lookup("2", { state: "Succeeded", creator: "codeDeployRollback", rollsBack: "d-1" })]);
    const ports = stores(failed, rollback);
    for (const chain of order === "failed first" ? [failed, rollback] : [rollback, failed]) await foldChains(ports, bySubject(chain));
    await foldChains(ports, bySubject(rollback));
    const view = (subject: Subject) => viewDeployment(ports.models.items.get(subject)?.state as DeploymentSummary);
    expect(view(FAILED)).toMatchObject({ rollback: false, rolledBackBy: ROLLBACK, chain: { length: 1 } });
    expect(view(ROLLBACK)).toMatchObject({ rollback: true, rollsBack: FAILED });
    expect(ports.models.writes).toBe(3);
  });

  it("notes a change's bundles, told on the evidence chain, once each", async () => {
    const bundle = { change: PULL, head: "a".repeat(64), key: "bundles/a", versionId: "v1", sha256: "b".repeat(64), bytes: 9 };
    const evidence = chainOf("evidence:github/acme/cargo", [
      { kind: "sealed", at, id: "s1", facts: { bundles: [bundle, { ...bundle, versionId: "v2" }] } },
    ]);
    const ports = stores(evidence);
    await foldChains(ports, bySubject(evidence));
    await foldChains(ports, bySubject(evidence));
    expect(ports.models.writes).toBe(1);
    const state = ports.models.items.get(PULL)?.state as ChangeSummary;
    expect(state.bundles?.map(({ versionId }) => versionId)).toEqual(["v2", "v1"]);
    expect([state.next, listedAt(state)]).toEqual([0, undefined]);
  });

  it("does not fold past an entry that the ledger cannot give yet", async () => {
    const chain = chainOf(
      PULL,
      [0, 1, 2].map((n): Told => ({ kind: "other", at, id: `${n}`, facts: {} })),
    );
    const ports = stores(chain.slice(0, 1));
    await expect(foldChains(ports, bySubject(chain.slice(2)))).rejects.toMatchObject({ name: "QueryError", code: "gap" });
    expect(ports.models.writes).toBe(0);
  });
});

describe("direct pushes as changes", () => {
  const push: Subject = `change:github/acme/cargo/push/${"c".repeat(40)}`;

  it("are listed by the earliest push until a pull request claims them, for good; said twice, written once", async () => {
    const ports = stores();
    const direct = directChanges(ports);
    await direct.put(push, "2023-01-02T00:00:00.000Z");
    await direct.put(push, "2023-01-01T00:00:00.000Z");
    await direct.put(push, "2023-01-02T00:00:00.000Z");
    expect([await ports.models.places("change", "github/acme/cargo", 9), ports.models.writes]).toEqual([
      [{ at: "2023-01-01T00:00:00.000Z", subject: push }],
      2,
    ]);
    await direct.drop(push);
    await direct.drop(push);
    await direct.put(push, "2023-01-01T00:00:00.000Z");
    expect([await ports.models.places("change", "github/acme/cargo", 9), ports.models.writes]).toEqual([[], 3]);
  });

  it("keep their chain's fold, and stay listed while a deployment carries them", async () => {
    const deployment = FAILED;
    const chain = chainOf(push, [
      { kind: "linked", at, id: "l1", facts: { deployment, version: 1 } },
      { kind: "unlinked", at, id: "l2", facts: { deployment, version: 2 } },
    ]);
    const ports = stores(chain);
    const direct = directChanges(ports);
    await foldChains(ports, bySubject(chain.slice(0, 1)));
    await direct.put(push, "2023-01-01T00:00:00.000Z");
    await direct.drop(push);
    expect((await ports.models.places("change", "github/acme/cargo", 9)).length).toBe(1);
    await foldChains(ports, bySubject(chain.slice(1)));
    expect(await ports.models.places("change", "github/acme/cargo", 9)).toEqual([]);
    expect(ports.models.items.get(push)?.state).toEqual({ ...foldAll(chain), claimed: true });
  });
});
