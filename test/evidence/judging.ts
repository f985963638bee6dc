import {
  type AssessPorts,
  assessChanges,
  assessDossier,
  CONFIGURATION,
  Configurations,
  gatherDossiers,
  readOfferedText,
  saidLast,
  writeSegment,
} from "@change-ledger/evidence";
import { type AssessWork, append, type ChainStore } from "@change-ledger/ledger";
import type { Fact, FactKind, FactsOf, PayloadReference, SealedEntry, Subject } from "@change-ledger/model";
import { sha256Hex } from "@change-ledger/model";
import type { Assessment } from "@change-ledger/procedure";
import { MemoryChains, MemoryLinks } from "../ledger/memory.ts";

/** A ledger in memory that can be told things and judged, by a clock that goes on by a millisecond whenever it is asked. */
export class Judging {
  readonly chains = new MemoryChains();
  readonly links = new MemoryLinks();
  readonly due = new Map<Subject, string>();
  readonly again: AssessWork[] = [];
  readonly claimed = new Set<Subject>();
  /** What `changesOf` lists, in pages of two. */
  readonly listed: Subject[] = [];
  /** Put before the chains: what is done there may wait, or fail. */
  store: ChainStore = this.chains;
  readonly #segments = new Map<string, Uint8Array>();
  #ms = Date.parse("2026-11-21T10:00:00.000Z");
  #ids = 0;

  readonly now = (): string => new Date(this.#ms++).toISOString();

  pass(hours: number): void {
    this.#ms += hours * 3_600_000;
  }

  /** Records a fact, and answers what its entry causes. */
  async tell<K extends FactKind>(subject: Subject, kind: K, facts: FactsOf<K>, payload?: PayloadReference): Promise<AssessWork> {
    return await this.tellAt(this.now(), subject, kind, facts, payload);
  }

  /** The same, of when the sender's clock says. */
  async tellAt<K extends FactKind>(
    occurredAt: string,
    subject: Subject,
    kind: K,
    facts: FactsOf<K>,
    payload?: PayloadReference,
  ): Promise<AssessWork> {
    const source = { system: "github", event: kind, id: `${kind}/${++this.#ids}`, auth: "bus" as const, norm: 1 };
    const actor = { system: "jira", id: "jira-lee" };
    const [outcome] = await append({ store: this.chains, now: this.now, pause: async () => {} }, [
      { fact: { subject, occurredAt, source, actor, ...({ kind, facts } as Fact) }, payload },
    ]);
    if (outcome?.outcome !== "appended") throw new Error("expected that it is recorded");
    const seq = (this.chains.chains.get(subject)?.length ?? 0) - 1;
    return { change: subject, seen: { subject, seq }, at: this.now() };
  }

  async offer(configuration: unknown): Promise<AssessWork> {
    const text = typeof configuration === "string" ? configuration : JSON.stringify(configuration);
    const envelope = { source: "acme", "detail-type": "configuration.offered", account: "111122223333", time: "2026-11-21T09:00:00Z" };
    const body = Buffer.from(JSON.stringify({ ...envelope, id: `offer-${this.#ids}`, detail: { version: 1, text } }));
    const delivery = { system: "configuration", receivedAt: this.now(), headers: {}, body };
    const { key, bytes, places } = writeSegment([{ id: `offer-${this.#ids}`, ...delivery }]);
    this.#segments.set(key, bytes);
    const [place] = places;
    if (place === undefined) throw new Error("expected a place");
    return await this.tell(CONFIGURATION, "configuration", { status: "offered", version: sha256Hex(text) }, { ...place, archive: key });
  }

  readonly raw = {
    members: async (references: readonly PayloadReference[]) =>
      references.map(({ archive, offset, length }) => this.#segments.get(archive)?.subarray(offset, offset + length) ?? new Uint8Array()),
  };

  /** A process of its own: it knows no more than what it reads. */
  ports(): AssessPorts {
    const { store, links, now, raw } = this;
    return {
      store,
      links,
      now,
      pause: async () => {},
      configurations: new Configurations({ store, raw, read: readOfferedText }),
      claimed: async (changes) => new Set(changes.filter((change) => this.claimed.has(change))),
      due: {
        put: async (change, at) => void (at === undefined ? this.due.delete(change) : this.due.set(change, at)),
        before: async () => [],
      },
      scopes: async () => [...new Set(this.listed.map((change) => change.slice("change:".length).split("/").slice(0, 3).join("/")))],
      changesOf: async (scope, after) => {
        const all = this.listed.filter((change) => change.startsWith(`change:${scope}/`));
        const from = after === undefined ? 0 : all.indexOf(after.subject) + 1;
        const changes = all.slice(from, from + 2);
        const last = changes.at(-1);
        return { changes, ...(last !== undefined && last !== all.at(-1) && { next: { at: "", subject: last } }) };
      },
      again: { send: async (work) => void this.again.push(...work) },
    };
  }

  async judge(...work: readonly AssessWork[]): Promise<ReadonlyMap<AssessWork, unknown>> {
    return await assessChanges(this.ports(), work);
  }

  async judgeWith(store: ChainStore, ...work: readonly AssessWork[]): Promise<void> {
    const before = this.store;
    this.store = store;
    const ports = this.ports();
    this.store = before;
    await assessChanges(ports, work);
  }

  own(change: Subject): readonly SealedEntry[] {
    return this.chains.chains.get(change) ?? [];
  }

  words(change: Subject): FactsOf<"assessed">[] {
    return this.own(change).flatMap(({ entry }) => (entry.kind === "assessed" ? [entry.facts] : []));
  }

  /** Open findings as they were last said, as `<test>/<code>`. */
  said(change: Subject): string[] {
    return [...saidLast(this.own(change)).open].map((id) => id.slice(change.length + 1)).sort();
  }

  /** What all that is on record comes to, asked of nobody's words. */
  async verdict(change: Subject, asOf = this.now()): Promise<Assessment> {
    const ports = this.ports();
    await ports.configurations.refresh();
    const [dossier] = await gatherDossiers(
      { store: this.chains, links: this.links },
      [{ change }],
      () => true,
      (_change, make) => make(),
      { alsoAsOf: [asOf] },
    );
    if (dossier === undefined) throw new Error(`expected a dossier of ${change}`);
    return assessDossier(dossier, await ports.configurations.at(asOf), asOf);
  }
}
