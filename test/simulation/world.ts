import {
  type AssessPorts,
  assessChanges,
  Configurations,
  EvidenceError,
  type LogProver,
  readOfferedText,
  sealChanges,
  writeSegment,
} from "@change-ledger/evidence";
import {
  type AppendPorts,
  type Archive,
  type AssessWork,
  ChainMemory,
  type Count,
  ingestMessages,
  type LinkWork,
  type LookupWork,
  lookUp,
  project,
  readAssessWork,
  receive,
  relink,
  type SealWork,
} from "@change-ledger/ledger";
import { type SealedEntry, type Subject, sha256Hex } from "@change-ledger/model";
import { directChanges, FoldMemory, foldChains, progressIn } from "@change-ledger/query";
import { DEMONSTRATION_SECRETS, DEMONSTRATION_SETTINGS, type Emitted } from "../../packages/local/demonstration/index.ts";
import { envelopeSigner, MemoryLog } from "../evidence/sealing.ts";
import { MemoryChains, MemoryLinks } from "../ledger/memory.ts";
import { MemoryModels } from "../query/memory.ts";
import { Chaos, type FaultRates, InjectedFault } from "./chaos.ts";
import { type Held, SimulatedQueue } from "./queue.ts";

export interface Plan {
  readonly seed: number;
  readonly rates: FaultRates;
  /** Ingesting Lambdas that compete. */
  readonly writers: number;
  /** Share of deliveries that come twice. */
  readonly doubles: number;
  /** Whether changes are judged, which a configuration among the events asks for. */
  readonly judged: boolean;
}

const MAX_TURNS = 400_000;
const SHARDS = 2;
/** A dossier is dozens of reads: at the full rates of faults hardly one would ever be gathered. */
const JUDGING = 0.1;

/** Everything between the senders and the sealed bundle, in one process, under a `Chaos` that decides order and faults. */
export class World {
  readonly chaos: Chaos;
  readonly chains = new MemoryChains();
  readonly links = new MemoryLinks();
  readonly models = new MemoryModels();
  readonly bundles = new Map<string, { readonly bytes: Uint8Array; readonly sha256: string; readonly contentDigest: string }>();
  readonly ingestQueue: SimulatedQueue<string>;
  readonly lookupQueue: SimulatedQueue<LookupWork>;
  readonly linkQueue: SimulatedQueue<LinkWork>;
  readonly sealQueue: SimulatedQueue<SealWork>;
  readonly assessQueue: SimulatedQueue<AssessWork>;
  /** When changes are to be judged though nothing happens. */
  readonly due = new Map<Subject, string>();
  /** Findings that the bus was told of. */
  readonly told: { readonly source: string; readonly detailType: string; readonly detail: string }[] = [];
  readonly #segments = new Map<string, Uint8Array>();
  readonly #shards: SealedEntry[][] = Array.from({ length: SHARDS }, () => []);
  readonly #plan: Plan;
  readonly #codedeploy: Readonly<Record<string, unknown>>;
  #busy = 0;
  #ms = Date.parse("2026-01-01T00:00:00.000Z");

  constructor(plan: Plan, codedeploy: Readonly<Record<string, unknown>>) {
    this.#plan = plan;
    this.#codedeploy = codedeploy;
    this.chaos = new Chaos(plan.seed, plan.rates);
    const queue = { maxReceive: 60, doubles: plan.doubles / 4 };
    this.ingestQueue = new SimulatedQueue(this.chaos, { ...queue, doubles: plan.doubles / 2 });
    this.lookupQueue = new SimulatedQueue(this.chaos, queue);
    this.linkQueue = new SimulatedQueue(this.chaos, queue);
    this.sealQueue = new SimulatedQueue(this.chaos, queue);
    this.assessQueue = new SimulatedQueue(this.chaos, queue);
    this.chains.onInsert.push((entry) => {
      this.#shards[Number.parseInt(sha256Hex(entry.entry.subject).slice(0, 4), 16) % SHARDS]?.push(entry);
      this.#wakeStreams();
    });
  }

  /** Lets time pass, and judges what is due then, as the schedule does. */
  async pass(days: number): Promise<void> {
    this.#ms += days * 24 * 3_600_000;
    const due = [...this.due].filter(([, at]) => at < this.now()).map(([change]) => ({ change }));
    await this.#drive([], async () => await this.assessQueue.send(due));
  }

  /** Judges these, and whatever comes of it. */
  async judge(changes: readonly Subject[]): Promise<void> {
    await this.#drive([], async () => await this.assessQueue.send(changes.map((change) => ({ change }))));
  }

  /** Sends all, and ends when nothing is under way any more. */
  async run(events: readonly Emitted[]): Promise<void> {
    await this.#drive(events, async () => {});
  }

  async #drive(events: readonly Emitted[], begin: () => Promise<void>): Promise<void> {
    await begin();
    const sent = this.chaos.shuffle(events.flatMap((event) => (this.chaos.random() < this.#plan.doubles ? [event, event] : [event])));
    const senders = Array.from({ length: 3 }, (_, at) => sent.filter((_event, index) => index % 3 === at));
    const sending = senders.map((list) =>
      this.#loop(
        async () => await this.#send(list.shift()),
        () => list.length > 0,
      ),
    );
    const stopped = { now: false };
    const workers = [
      ...Array.from({ length: this.#plan.writers }, () =>
        this.#serve(this.ingestQueue, 4, stopped, (batch, crash) => this.#ingest(batch, crash)),
      ),
      ...Array.from({ length: 2 }, () => this.#serve(this.lookupQueue, 3, stopped, (batch, crash) => this.#lookUp(batch, crash))),
      ...Array.from({ length: 3 }, () => this.#serve(this.linkQueue, 3, stopped, (batch, crash) => this.#link(batch, crash))),
      ...Array.from({ length: 2 }, () => this.#serve(this.sealQueue, 3, stopped, (batch, crash) => this.#seal(batch, crash))),
      ...Array.from({ length: 2 }, () => this.#serve(this.assessQueue, 6, stopped, (batch, crash) => this.#assess(batch, crash))),
      ...this.#shards.map((shard) => this.#stream(shard, stopped)),
    ];
    const done = { sent: false, all: false };
    void Promise.all(sending).then(() => (done.sent = true));
    await this.chaos.drive(() => done.sent && this.#quiet(), MAX_TURNS);
    stopped.now = true;
    for (const queue of this.#queues()) queue.wake();
    this.#wakeStreams();
    void Promise.all(workers).then(() => (done.all = true));
    await this.chaos.drive(() => done.all, MAX_TURNS);
  }

  #quiet(): boolean {
    return this.#busy === 0 && this.#queues().every((queue) => queue.empty) && this.#shards.every((shard) => shard.length === 0);
  }

  #queues() {
    return [this.ingestQueue, this.lookupQueue, this.linkQueue, this.sealQueue, this.assessQueue];
  }

  /** Runs `step` while there is more, each run a Lambda of its own. */
  async #loop(step: () => Promise<void>, more: () => boolean): Promise<void> {
    while (more()) await step();
  }

  async #send(event: Emitted | undefined): Promise<void> {
    if (event === undefined) return;
    if (event.channel === "bus") return await this.ingestQueue.send([JSON.stringify(event.event)]);
    for (;;) {
      const answer = await this.#lambda(async (crash) => {
        const bus = {
          put: async ({ source, detailType, detail }: { source: string; detailType: string; detail: string }) => {
            const whole = {
              version: "0",
              id: "x",
              source,
              "detail-type": detailType,
              time: this.now(),
              detail: JSON.parse(detail) as unknown,
            };
            await this.ingestQueue.send([JSON.stringify(whole)]);
          },
        };
        const inbox = { put: async () => {}, get: async () => new Uint8Array() };
        const ports = { bus: this.chaos.wrap(bus, crash), inbox, now: this.now, count: NOT_COUNTED, secrets: SECRETS };
        return await receive(ports, { source: event.source, headers: event.headers, body: Buffer.from(event.body) });
      });
      // GitHub itself does not send again: here whoever asks for the redelivery is part of the world.
      if (answer?.status === 202) return;
      if (answer !== undefined && answer.status !== 503) throw new Error(`refused with ${answer.status}`);
      await this.chaos.turn();
    }
  }

  readonly now = (): string => {
    this.#ms += 1;
    return new Date(this.#ms).toISOString();
  };

  /** One invocation: `undefined` when it crashed. A crashed one's calls may still take effect, as a request on its way does. */
  async #lambda<T>(run: (crash: () => void) => Promise<T>): Promise<T | undefined> {
    let crash = (): void => {};
    const crashed = new Promise<undefined>((down) => {
      crash = () => down(undefined);
    });
    return await Promise.race([run(crash), crashed]);
  }

  async #serve<T>(
    queue: SimulatedQueue<T>,
    max: number,
    stopped: { now: boolean },
    run: (batch: Held<T>[], crash: () => void) => Promise<readonly string[]>,
  ): Promise<void> {
    while (!stopped.now) {
      await queue.arrival();
      await this.chaos.turn();
      const batch = stopped.now ? [] : queue.receive(1 + this.chaos.below(max));
      if (batch.length === 0) continue;
      this.#busy++;
      let failed: readonly string[] | undefined;
      try {
        failed = await this.#lambda((crash) => run(batch, crash));
      } catch (error) {
        if (!isExpected(error)) throw error;
      }
      queue.settle(batch, ({ id }) => failed === undefined || failed.includes(id));
      this.#busy--;
    }
  }

  #streamWaits: (() => void)[] = [];

  #wakeStreams(): void {
    for (const wake of this.#streamWaits.splice(0)) wake();
  }

  /** A shard of the table's stream: in order, again and again until a batch went through, now and then once more. */
  async #stream(shard: SealedEntry[], stopped: { now: boolean }): Promise<void> {
    while (!stopped.now) {
      if (shard.length === 0) await new Promise<void>((wake) => this.#streamWaits.push(wake));
      await this.chaos.turn();
      const batch = stopped.now ? [] : shard.slice(0, 1 + this.chaos.below(6));
      if (batch.length === 0) continue;
      this.#busy++;
      try {
        const done = await this.#lambda(async (crash) => {
          await project(this.#projectPorts(crash), batch);
          return true;
        });
        if (done === true && this.chaos.random() > this.#plan.doubles / 4) shard.splice(0, batch.length);
      } catch (error) {
        if (!isExpected(error)) throw error;
      }
      this.#busy--;
    }
  }

  /** Execution environments: each remembers chains by itself, over its invocations, and outdated. */
  readonly #memories = Array.from({ length: 3 }, () => new ChainMemory());

  #append(crash: () => void, share = 1): AppendPorts {
    const memory = this.#memories[this.chaos.below(this.#memories.length + 1)];
    const ports = { store: this.chaos.wrap(this.chains, crash, share), now: this.now, pause: () => this.chaos.turn() };
    return memory === undefined ? ports : { ...ports, memory };
  }

  #ingestPorts(crash: () => void) {
    const archive: Archive = {
      keep: async (messages) => {
        const { key, bytes, places } = writeSegment(messages.map(({ id, delivery }) => ({ id, ...delivery })));
        this.#segments.set(key, bytes);
        return places.map((place) => ({ ...place, archive: key }));
      },
    };
    return {
      ...this.#append(crash),
      archive: this.chaos.wrap(archive, crash),
      count: NOT_COUNTED,
      settings: DEMONSTRATION_SETTINGS,
      secrets: SECRETS,
    };
  }

  async #ingest(batch: readonly Held<string>[], crash: () => void): Promise<string[]> {
    const inbox = { put: async () => {}, get: async () => new Uint8Array() };
    return await ingestMessages(
      { ...this.#ingestPorts(crash), inbox },
      batch.map(({ id, work }) => ({ id, body: work, sentAt: "2026-01-01T00:00:00.000Z" })),
    );
  }

  async #lookUp(batch: readonly Held<LookupWork>[], crash: () => void): Promise<string[]> {
    const deployment = async ({ account, region, deploymentId }: { account: string; region: string; deploymentId: string }) => {
      const record = this.#codedeploy[deploymentId];
      if (record === undefined) throw Object.assign(new InjectedFault("no such deployment"), { code: "not-found" });
      return Buffer.from(JSON.stringify({ account, region, deploymentId, ...(record as object) }));
    };
    const sources = { ...this.chaos.wrap({ deployment }, crash), pullRequestCommits: undefined };
    return await lookUp(
      { ...this.#ingestPorts(crash), sources: { deployment: (of) => sources.deployment(of), pullRequestCommits: undefined } },
      batch,
    );
  }

  async #link(batch: readonly Held<LinkWork>[], crash: () => void): Promise<string[]> {
    for (const { work } of batch) await relink({ ...this.#append(crash), links: this.chaos.wrap(this.links, crash) }, work.deployment);
    return [];
  }

  async #seal(batch: readonly Held<SealWork>[], crash: () => void): Promise<string[]> {
    const bundles = {
      put: async (key: string, bundle: { readonly bytes: Uint8Array; readonly sha256: string; readonly contentDigest: string }) => {
        const stored = this.bundles.get(key) ?? bundle;
        if (stored.contentDigest !== bundle.contentDigest) throw new Error(`another content under ${key}`);
        this.bundles.set(key, stored);
        return { versionId: stored.sha256.slice(0, 16), sha256: stored.sha256, bytes: stored.bytes.length };
      },
    };
    // The log has its own simulation: here it holds what it is asked for, sooner or later.
    const log: LogProver = {
      prove: async (entries) => {
        const late = this.chaos.below(3) === 0 ? entries.slice(0, 1) : [];
        return await new MemoryLog(entries.filter((entry) => !late.includes(entry))).prove(entries);
      },
    };
    const share = this.#plan.judged ? JUDGING : 1;
    const ports = {
      ...this.#append(crash, share),
      links: this.chaos.wrap(this.links, crash, share),
      raw: this.chaos.wrap(this.#raw, crash, share),
      ...(this.#plan.judged && { judge: this.#judgePorts(crash) }),
      bundles: this.chaos.wrap(bundles, crash),
      recorded: async (subjects: readonly Subject[]) => {
        const stored = await this.chaos.wrap(this.models, crash, share).get(subjects);
        return new Set([...stored].flatMap(([subject, { state }]) => ((state?.next ?? 0) > 0 ? [subject] : [])));
      },
      sealed: async (changes: readonly Subject[]) => {
        const stored = await this.chaos.wrap(this.models, crash, share).get(changes);
        return new Map([...stored].map(([change, { state }]) => [change, state?.type === "change" ? (state.bundles ?? []) : []]));
      },
      log: this.chaos.wrap(log, crash, share),
      awaitLog: () => this.chaos.turn(),
      signer: async () => envelopeSigner,
      count: NOT_COUNTED,
    };
    const failed = await sealChanges(
      ports,
      batch.map(({ work }) => work),
    );
    for (const error of failed.values()) if (!isExpected(error)) throw error;
    return batch.filter(({ work }) => failed.has(work.change)).map(({ id }) => id);
  }

  readonly #raw = {
    members: async (references: readonly { archive: string; offset: number; length: number }[]) =>
      references.map(({ archive, offset, length }) => this.#segments.get(archive)?.subarray(offset, offset + length) ?? new Uint8Array()),
  };

  #judgePorts(crash: () => void) {
    const ports = this.#append(crash, JUDGING);
    return {
      ...ports,
      configurations: new Configurations({ store: ports.store, raw: this.chaos.wrap(this.#raw, crash, JUDGING), read: readOfferedText }),
      claimed: async (changes: readonly Subject[]) => {
        const stored = await this.chaos.wrap(this.models, crash, JUDGING).get(changes);
        return new Set([...stored].flatMap(([change, { state }]) => (state?.type === "change" && state.claimed === true ? [change] : [])));
      },
    };
  }

  async #assess(batch: readonly Held<AssessWork>[], crash: () => void): Promise<string[]> {
    const models = this.chaos.wrap(this.models, crash, JUDGING);
    const due = {
      put: async (change: Subject, at: string | undefined) => void (at === undefined ? this.due.delete(change) : this.due.set(change, at)),
      before: async () => [],
    };
    const ports: AssessPorts = {
      ...this.#judgePorts(crash),
      links: this.chaos.wrap(this.links, crash, JUDGING),
      due: this.chaos.wrap(due, crash, JUDGING),
      scopes: () => models.scopes("change"),
      changesOf: async (scope, after) => {
        const found = await models.places("change", scope, 3, after);
        const last = found.length < 3 ? undefined : found.at(-1);
        return { changes: found.map(({ subject }) => subject), ...(last !== undefined && { next: last }) };
      },
      again: this.chaos.wrap(this.assessQueue, crash, JUDGING),
    };
    const work = batch.map(({ id, attempts, work: one }) => ({ id, one: readAssessWork(JSON.stringify(one), attempts) }));
    const failed = await assessChanges(
      ports,
      work.map(({ one }) => one),
    );
    for (const error of failed.values()) if (!isExpected(error)) throw error;
    return work.filter(({ one }) => failed.has(one)).map(({ id }) => id);
  }

  readonly #folds = new FoldMemory();

  #projectPorts(crash: () => void) {
    const fold = {
      models: this.chaos.wrap(this.models, crash),
      chains: this.chaos.wrap(this.chains, crash),
      pause: () => this.chaos.turn(),
      memory: this.#folds,
    };
    return {
      links: this.chaos.wrap(this.links, crash),
      direct: directChanges(fold),
      tracked: (_home: string, _ref: string, isDefault: boolean) => isDefault,
      fold: (chains: ReadonlyMap<Subject, readonly SealedEntry[]>) => foldChains(fold, chains),
      progress: progressIn(fold),
      lookup: this.chaos.wrap(this.lookupQueue, crash),
      link: this.chaos.wrap(this.linkQueue, crash),
      seal: this.chaos.wrap(this.sealQueue, crash),
      assess: this.#plan.judged ? this.chaos.wrap(this.assessQueue, crash) : { send: async () => {} },
      bus: this.chaos.wrap({ put: async (event: World["told"][number]) => void this.told.push(event) }, crash),
      now: this.now,
      asksGithub: false,
    };
  }
}

const SECRETS = { github: [DEMONSTRATION_SECRETS.github], jira: [DEMONSTRATION_SECRETS.jira] };
const NOT_COUNTED: Count = () => {};

/** Faults that were injected, and what the code makes of them; anything else is a defect and ends the run. */
function isExpected(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof InjectedFault) return true;
    if (["LedgerError", "QueryError"].includes(at.name) && at.cause === undefined) return true;
    if (at instanceof EvidenceError && at.code === "too-early") return true;
  }
  return false;
}
