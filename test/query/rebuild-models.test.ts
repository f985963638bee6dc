import { carriersOf } from "@change-ledger/evidence";
import { type AssessWork, EVERYWHERE, type LinkWork, project, relink } from "@change-ledger/ledger";
import type { ArtifactProof, SealedEntry, Subject } from "@change-ledger/model";
import { directChanges, foldChains, type RebuildPorts, type RebuildState, rebuildModels } from "@change-ledger/query";
import { describe, expect, it } from "vitest";
import { MemoryChains, MemoryLinks } from "../ledger/memory.ts";
import { chainOf, type Told } from "./chain.ts";
import { MemoryModels } from "./memory.ts";

const sha = (n: number): string => `${"0".repeat(39)}${n}`;
const AT = "2026-11-21T10:00:00.000Z";
const DEPLOYMENT: Subject = "deployment:codedeploy/123456789012/eu-west-1/d-1";
const UNMATCHED: Subject = "change:codedeploy/123456789012/eu-west-1/d-1";
const direct = (n: number): Subject => `change:github/acme/cargo/push/${sha(n)}`;
const LOCATION = "s3://releases/a.zip";

let last = 0;
const told = (kind: Told["kind"], facts: object): Told => ({ kind, at: AT, id: `t-${++last}`, facts }) as never;
const push = (n: number) => told("push", { before: sha(n - 1), after: sha(n), default: true, commits: [{ sha: sha(n), author: {} }] });
const revision = { type: "S3", location: LOCATION, unresolved: "the object's metadata names no full commit id" };
const lookup = told("deployment-lookup", { application: "cargo", group: "blue", state: "Succeeded", createdAt: AT, revision, targets: [] });
const artifact = (n: number, by: ArtifactProof) => told("artifact", { location: LOCATION, repository: "acme/cargo", commit: sha(n), by });

/** A models table over one ledger, which comes and goes. */
class Table {
  readonly links = new MemoryLinks();
  readonly models = new MemoryModels();
  readonly #fold;
  readonly ledger: MemoryChains;

  constructor(ledger: MemoryChains) {
    this.ledger = ledger;
    this.#fold = { models: this.models, chains: ledger, pause: async () => {} };
  }

  get projection(): RebuildPorts["projection"] {
    const fold = this.#fold;
    return { links: this.links, direct: directChanges(fold), tracked: () => true, fold: (chains) => foldChains(fold, chains) };
  }

  async relink(deployment: Subject): Promise<void> {
    const before = this.ledger.all().length;
    await relink({ store: this.ledger, links: this.links, now: () => AT, pause: async () => {} }, deployment);
    const fresh = this.ledger.all().length === before ? [] : this.ledger.all();
    await this.project(fresh.filter(({ entry }) => entry.source.auth === "ledger"));
  }

  /** As the stream brings them. */
  async project(entries: readonly SealedEntry[]): Promise<void> {
    const work: LinkWork[] = [];
    const none = { send: async () => {} };
    const link = { send: async (some: readonly LinkWork[]) => void work.push(...some) };
    const silent = {
      progress: async () => new Map(),
      lookup: none,
      seal: none,
      assess: none,
      bus: { put: async () => {} },
      asksGithub: false,
      now: () => AT,
    };
    await project({ ...this.projection, ...silent, link }, entries);
    for (const { deployment } of work) await this.relink(deployment);
  }

  get shown() {
    const models = [...this.models.items].map(([subject, { state }]) => [subject, state] as const);
    return {
      models: new Map(models),
      carries: [...this.links.plans].map(([deployment, { carries }]) => [deployment, carries.toSorted()]),
      items: this.links.items,
      notes: this.links.notes,
    };
  }
}

async function lived(): Promise<Table> {
  const ledger = new MemoryChains();
  const table = new Table(ledger);
  const chains: readonly (readonly [Subject, Told])[] = [
    [DEPLOYMENT, lookup],
    ["ref:github/acme/cargo/refs/heads/main", push(1)],
    ["audit:artifact", artifact(1, "event")],
    ["commit:github/acme/cargo/x", told("unresolved", { asked: "deployment", attempts: 5, reason: "denied" })],
  ];
  for (const [subject, one] of chains) {
    const chain = chainOf(subject, [one]);
    await ledger.insert(chain);
    await table.project(chain);
  }
  return table;
}

/** Rebuilds into `table`, two entries a page; `stops` begins anew after every page, as another process. */
async function rebuilt(table: Table, stops: boolean): Promise<{ readonly linked: LinkWork[]; readonly assessed: AssessWork[] }> {
  const entries = table.ledger.all();
  const [linked, assessed]: [LinkWork[], AssessWork[]] = [[], []];
  const ports: RebuildPorts = {
    page: async (cursor = "0") => {
      const next = Number(cursor) + 2;
      return { entries: entries.slice(Number(cursor), next), ...(next < entries.length && { next: String(next) }) };
    },
    projection: table.projection,
    chains: table.ledger,
    link: { send: async (some) => void linked.push(...some) },
    assess: { send: async (some) => void assessed.push(...some) },
    now: () => AT,
  };
  for (let state: RebuildState | undefined, over = false; !over; ) {
    over = true;
    for await (const reached of rebuildModels(ports, state)) {
      state = reached;
      over = assessed.length > 0;
      if (stops && !over) break;
    }
  }
  return { linked, assessed };
}

describe("read models made again", () => {
  it.each([false, true])("are what they were, and the ledger is what it was (stopped at every page: %s)", async (stops) => {
    const live = await lived();
    const before = live.ledger.all().map(({ hash }) => hash);
    expect(live.ledger.all().filter(({ entry }) => entry.kind === "unlinked")).toHaveLength(1);
    const table = new Table(live.ledger);
    const { linked, assessed } = await rebuilt(table, stops);
    expect([linked, assessed]).toEqual([[{ deployment: DEPLOYMENT }], [{ home: EVERYWHERE }]]);
    for (const { deployment } of linked) await table.relink(deployment);
    expect(table.shown).toEqual(live.shown);
    expect(live.ledger.all().map(({ hash }) => hash)).toEqual(before);
    // A second time changes nothing either.
    await rebuilt(table, false);
    await table.relink(DEPLOYMENT);
    expect(table.shown).toEqual(live.shown);
  });

  it("count versions of links on: what is corrected later outweighs what was said before", async () => {
    const live = await lived();
    const table = new Table(live.ledger);
    await rebuilt(table, false);
    const carrying = () =>
      [UNMATCHED, direct(1)].filter((change) =>
        carriersOf((live.ledger.chains.get(change) ?? []).map(({ entry }) => entry)).has(DEPLOYMENT),
      );
    expect(carrying()).toEqual([direct(1)]);
    // Another says of the same place that it was built from another commit: nobody knows any more.
    const contradiction = chainOf("audit:other", [artifact(2, "event")]);
    await live.ledger.insert(contradiction);
    await table.project(contradiction);
    expect(carrying()).toEqual([UNMATCHED]);
  });

  it("leave a plan alone that a linker is at, or that knows more than the chain that was read", async () => {
    const live = await lived();
    const pending = {
      version: 9,
      carries: [direct(2)],
      since: "not-counted" as const,
      pending: { link: [direct(2)], unlink: [direct(1)] },
    };
    live.links.plans.set(DEPLOYMENT, pending);
    await rebuilt(live, false);
    expect(live.links.plans.get(DEPLOYMENT)).toEqual(pending);
  });
});
