import { assessChanges, Configurations, type LogProver, readOfferedText, sealChanges, writeSegment } from "@change-ledger/evidence";
import {
  type AssessWork,
  ingestMessages,
  type LinkWork,
  type LookupWork,
  lookUp,
  project,
  receive,
  relink,
  type SealWork,
} from "@change-ledger/ledger";
import { EdgeMemory, proveEntries, type SequencePorts, type Signer, sealHours, sequence } from "@change-ledger/log";
import { type SealedEntry, type Subject, sha256Hex } from "@change-ledger/model";
import { directChanges, foldChains, progressIn } from "@change-ledger/query";
import {
  DEMONSTRATION_SECRETS,
  DEMONSTRATION_SETTINGS,
  type Demonstration,
  type Emitted,
} from "../../packages/local/demonstration/index.ts";
import { MemoryChains, MemoryLinks } from "../ledger/memory.ts";
import { MemoryLock, MemoryPlaces, MemoryStore } from "../log/memory-log.ts";
import { MemoryModels } from "../query/memory.ts";
import { at, ENVELOPE_SIGNER, NOTE_SIGNERS, ORIGIN, ROTATED_AT, ROTATION_ENDS_AT } from "./keys.ts";

/** The whole ledger in one process, one thing after the other, by a clock that the events set: the same events give the same bytes. */
export class Story {
  readonly chains = new MemoryChains();
  readonly log = new MemoryStore();
  readonly bundles = new Map<string, Uint8Array>();
  /** Checkpoints as they were published, by size. */
  readonly checkpoints = new Map<number, Uint8Array>();
  readonly #links = new MemoryLinks();
  readonly #models = new MemoryModels();
  readonly #segments = new Map<string, Uint8Array>();
  readonly #places = new MemoryPlaces();
  readonly #lock = new MemoryLock();
  readonly #memory = new EdgeMemory();
  readonly #codedeploy: Demonstration["codedeploy"];
  readonly #fresh: SealedEntry[] = [];
  readonly #lookups: LookupWork[] = [];
  readonly #work: LinkWork[] = [];
  readonly #ended: SealWork[] = [];
  readonly #toJudge: AssessWork[] = [];
  #ms = 0;
  #messages = 0;

  constructor(codedeploy: Demonstration["codedeploy"]) {
    this.#codedeploy = codedeploy;
    this.chains.onInsert.push((entry) => this.#fresh.push(entry));
  }

  readonly now = (): string => new Date(this.#ms++).toISOString();

  /** Takes in the events in their order, each wholly before the next, and seals every hour that passes. */
  async play(events: readonly Emitted[]): Promise<void> {
    for (const event of events) {
      await this.passUntil(event.at);
      await this.#ingest(event);
      await this.#settle();
    }
  }

  /** Lets time pass, to be told hour by hour. */
  async passUntil(instant: string): Promise<void> {
    this.#ms = Math.max(this.#ms, at(instant));
    await sealHours(this.#sequencer(), this.now());
  }

  async #ingest(event: Emitted): Promise<void> {
    const messages: string[] = event.channel === "bus" ? [JSON.stringify(event.event)] : [];
    if (event.channel === "webhook") {
      const put = async ({ source, detailType, detail }: { source: string; detailType: string; detail: string }) => {
        messages.push(
          JSON.stringify({ version: "0", id: "x", source, "detail-type": detailType, time: this.now(), detail: JSON.parse(detail) }),
        );
      };
      const ports = { bus: { put }, inbox: NO_INBOX, now: this.now, count: NOT_COUNTED, secrets: SECRETS };
      const { status } = await receive(ports, { source: event.source, headers: event.headers, body: Buffer.from(event.body) });
      if (status !== 202) throw new Error(`refused with ${status}`);
    }
    const failed = await ingestMessages(
      { ...this.#ports(), inbox: NO_INBOX },
      messages.map((body) => ({ id: String(this.#messages++), body, sentAt: event.at })),
    );
    if (failed.length > 0) throw new Error("a message failed");
  }

  /** Projects, sequences, looks up, links, judges and seals until nothing is left to do. */
  async #settle(): Promise<void> {
    while (this.#fresh.length + this.#lookups.length + this.#work.length + this.#toJudge.length + this.#ended.length > 0) {
      await this.#takeIn();
      const sources = { deployment: async (ask: { deploymentId: string }) => this.#answer(ask), pullRequestCommits: undefined };
      const asked = this.#lookups.splice(0).map((work, id) => ({ id: String(id), work, attempts: 5 }));
      await lookUp({ ...this.#ports(), sources }, asked);
      for (const { deployment } of this.#work.splice(0)) await relink({ ...this.#ports(), links: this.#links }, deployment);
      if (this.#fresh.length === 0 && this.#toJudge.length > 0) await this.#judge(this.#toJudge.splice(0));
      if (this.#fresh.length === 0 && this.#ended.length > 0) await this.#seal(this.#ended.splice(0));
    }
  }

  /** Projects and sequences what was recorded since. */
  async #takeIn(): Promise<void> {
    const fresh = this.#fresh.splice(0);
    await project(this.#projector(), fresh);
    const { held } = await sequence(this.#sequencer(), fresh);
    if (held.length > 0) throw new Error("an entry was held back");
    const { note } = (await this.log.published()) ?? {};
    if (note !== undefined && this.#lock.row !== undefined) this.checkpoints.set(this.#lock.row.size, note);
  }

  #answer(ask: { readonly deploymentId: string }): Uint8Array {
    const record = this.#codedeploy[ask.deploymentId];
    if (record === undefined) throw Object.assign(new Error("no such deployment"), { code: "not-found" });
    return Buffer.from(JSON.stringify({ ...ask, ...record }));
  }

  #ports() {
    const archive = {
      keep: async (messages: readonly { readonly id: string; readonly delivery: Parameters<typeof writeSegment>[0][number] }[]) => {
        const { key, bytes, places } = writeSegment(messages.map(({ id, delivery }) => ({ ...delivery, id })));
        this.#segments.set(key, bytes);
        return places.map((place) => ({ ...place, archive: key }));
      },
    };
    return {
      store: this.chains,
      now: this.now,
      pause: async () => {},
      archive: archive as Parameters<typeof ingestMessages>[0]["archive"],
      count: NOT_COUNTED,
      settings: DEMONSTRATION_SETTINGS,
      secrets: SECRETS,
    };
  }

  #projector() {
    const fold = { models: this.#models, chains: this.chains, pause: async () => {} };
    const queue = <T>(into: T[]) => ({
      send: async (messages: readonly T[]) => {
        into.push(...messages);
      },
    });
    return {
      links: this.#links,
      direct: directChanges(fold),
      tracked: (_home: string, _ref: string, isDefault: boolean) => isDefault,
      fold: (chains: ReadonlyMap<Subject, readonly SealedEntry[]>) => foldChains(fold, chains),
      progress: progressIn(fold),
      lookup: queue(this.#lookups),
      link: queue(this.#work),
      seal: queue(this.#ended),
      assess: queue(this.#toJudge),
      bus: { put: async () => {} },
      now: this.now,
      asksGithub: false,
    };
  }

  #sequencer(): SequencePorts {
    const rotated = this.#ms >= at(ROTATED_AT);
    const signers = [
      ...(this.#ms < at(ROTATION_ENDS_AT) ? [NOTE_SIGNERS.old] : []),
      ...(rotated ? [NOTE_SIGNERS.present] : []),
    ] satisfies Signer[];
    const log = { origin: ORIGIN, keys: [NOTE_SIGNERS.old.key, NOTE_SIGNERS.present.key] };
    return {
      lock: this.#lock,
      places: this.#places,
      store: this.log,
      chains: this.chains,
      signers,
      log,
      memory: this.#memory,
      pause: async () => {},
    };
  }

  readonly #raw = {
    members: async (references: readonly { readonly archive: string; readonly offset: number; readonly length: number }[]) =>
      references.map(({ archive, offset, length }) => this.#segments.get(archive)?.subarray(offset, offset + length) ?? NOTHING),
  };
  readonly #configurations = new Configurations({ store: this.chains, raw: this.#raw, read: readOfferedText });

  #judging() {
    const { store, now, pause } = this.#ports();
    const claimed = async (changes: readonly Subject[]) => {
      const stored = await this.#models.get(changes);
      return new Set([...stored].flatMap(([change, { state }]) => (state?.type === "change" && state.claimed === true ? [change] : [])));
    };
    return { store, now, pause, configurations: this.#configurations, claimed };
  }

  /** Nothing is due later: these days have no end to wait for. */
  async #judge(work: readonly AssessWork[]): Promise<void> {
    const again = { send: async (more: readonly AssessWork[]) => void this.#toJudge.push(...more) };
    const changesOf = async (scope: string) => ({
      changes: (await this.#models.places("change", scope, 1_000)).map(({ subject }) => subject),
    });
    const due = { put: async () => {}, before: async () => [] };
    const scopes = () => this.#models.scopes("change");
    const failed = await assessChanges({ ...this.#judging(), links: this.#links, due, scopes, changesOf, again }, work);
    for (const error of failed.values()) throw error;
  }

  async #seal(work: readonly SealWork[]): Promise<void> {
    const { places, log } = this.#sequencer();
    const prove: LogProver["prove"] = async (entries) => {
      const checkpoint = (await this.log.published())?.note ?? new Uint8Array();
      const wanted = entries.map(({ entry, hash }) => ({ subject: entry.subject, seq: entry.seq, hash }));
      const proofs = await proveEntries({ places, tiles: this.log, log }, checkpoint, wanted);
      return { checkpoint, proofs: proofs.map((proof) => (proof === "not-yet" ? undefined : proof)) };
    };
    const failed = await sealChanges(
      {
        ...this.#ports(),
        links: this.#links,
        log: { prove },
        awaitLog: () => this.#takeIn(),
        signer: async () => ENVELOPE_SIGNER,
        raw: this.#raw,
        judge: this.#judging(),
        bundles: {
          put: async (key, { bytes, sha256 }) => {
            if (this.bundles.has(key)) throw new Error(`a second bundle under ${key}`);
            this.bundles.set(key, bytes);
            return { versionId: sha256Hex(sha256).slice(0, 32), sha256, bytes: bytes.length };
          },
        },
        recorded: async (subjects) => {
          const stored = await this.#models.get(subjects);
          return new Set([...stored].flatMap(([subject, { state }]) => ((state?.next ?? 0) > 0 ? [subject] : [])));
        },
        sealed: async (changes) => {
          const stored = await this.#models.get(changes);
          return new Map(
            [...stored].map(([change, { state }]) => {
              const bundles = state?.type === "change" ? (state.bundles ?? []) : [];
              return [change, bundles.map(({ key, versionId, sha256 }) => ({ key, versionId, sha256 }))];
            }),
          );
        },
      },
      work,
    );
    for (const error of failed.values()) throw error;
  }
}

const SECRETS = { github: [DEMONSTRATION_SECRETS.github], jira: [DEMONSTRATION_SECRETS.jira] };
const NOT_COUNTED = () => {};
const NOTHING = new Uint8Array();
const NO_INBOX = { put: async () => {}, get: async () => NOTHING };
