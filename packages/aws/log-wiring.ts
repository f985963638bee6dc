/** The log's ports, made from the functions' environment. */
import type { EnvelopeSigner, LogProver } from "@change-ledger/evidence";
import {
  type Difference,
  EdgeMemory,
  type LogLock,
  type LogPlaces,
  type LogStore,
  logIdentity,
  proveEntries,
  type Reconciled,
  type Run,
  reconcile,
  type SequencePorts,
} from "@change-ledger/log";
import type { SealedEntry } from "@change-ledger/model";
import { dynamoClient, kmsClient } from "./clients.ts";
import { dynamoChains } from "./dynamo-chains.ts";
import { dynamoLedgerScan, type StrayItem } from "./dynamo-ledger-scan.ts";
import { dynamoLogLock } from "./dynamo-log-lock.ts";
import { dynamoLogPlaces } from "./dynamo-log-places.ts";
import { archive, type Environment, need } from "./environment.ts";
import { KeyRing, parseLogKeys, publishTrust } from "./log-keys.ts";
import { meter } from "./observe.ts";
import { pause } from "./pause.ts";
import { s3Log, type TrustStore } from "./s3-log.ts";

/** The log as it is kept. */
export interface KeptLog {
  readonly lock: LogLock;
  readonly places: LogPlaces;
  readonly store: LogStore & TrustStore;
}

export function keptLog(environment: Environment = process.env): KeptLog {
  const client = dynamoClient();
  const table = need(environment, "LOG_TABLE");
  return {
    lock: dynamoLogLock({ client, table, meter }),
    places: dynamoLogPlaces({ client, table, meter, pause }),
    store: s3Log({ archive: archive(environment), bucket: need(environment, "LOG_BUCKET") }),
  };
}

function keyRing(environment: Environment): KeyRing {
  const of = (name: string) => need(environment, name);
  const keys = parseLogKeys(of("LOG_ORIGIN"), of("NOTE_KEYS"), of("ENVELOPE_KEYS"));
  return new KeyRing(kmsClient(), keys, () => new Date().toISOString());
}

/** An entry in which the ledger is not what the log says. */
export type LedgerDifference = Difference | (StrayItem & { readonly kind: "stray" });

/** Who else looks at the entries while they pass. */
type Through = (ledger: AsyncIterable<SealedEntry>) => AsyncIterable<SealedEntry>;

export interface Sequencer {
  /** Who signs depends on the time: to be asked for at every invocation. Before the first one of a process ends, the trust file is published that tells the keys. */
  ports(): Promise<SequencePorts>;
  /** Publishes the trust file if it changed. */
  publishTrust(): Promise<void>;
  /** Holds the ledger table against the log, as `reconcile` does. `through` sees each entry on the way. */
  reconcile(report: (difference: LedgerDifference) => void, through?: Through): Promise<Reconciled>;
}

export function sequencer(environment: Environment = process.env): Sequencer {
  const kept = keptLog(environment);
  const ring = keyRing(environment);
  const ledger = { client: dynamoClient(), table: need(environment, "LEDGER_TABLE"), meter };
  const chains = dynamoChains(ledger);
  const memory = new EdgeMemory();
  let published: Promise<void> | undefined;

  async function publish(): Promise<void> {
    await publishTrust(kept.store, ring);
  }

  async function ports(): Promise<SequencePorts> {
    published ??= publish().catch((error: unknown) => {
      published = undefined;
      throw error;
    });
    const [signers, trust] = await Promise.all([ring.noteSigners(), ring.trust(), published]);
    return { ...kept, chains, signers, log: logIdentity(trust), memory, pause };
  }

  return {
    ports,
    publishTrust: publish,
    async reconcile(report, through = (ledger) => ledger) {
      let strays = 0;
      const onStray = (item: StrayItem) => {
        strays++;
        report({ kind: "stray", ...item });
      };
      const found = await reconcile(await ports(), through(dynamoLedgerScan({ ...ledger, onStray })), report);
      return { ...found, differences: found.differences + strays };
    },
  };
}

const RUNS_MAX = 50_000;

/** What lies in the log lies where it does: asked for once. Sealing asks again and again, while it waits for the log and for each dossier that a chain is in. What an eventual read lacks, it is asked for again like what the log lacks. */
function rememberRuns(places: LogPlaces): Pick<LogPlaces, "runs"> {
  const known = new Map<string, readonly Run[]>();
  return {
    async runs(subject, from, to) {
      const name = `${from} ${to} ${subject}`;
      const runs = known.get(name) ?? (await places.runs(subject, from, to, { eventual: true }));
      const last = runs.at(-1);
      if (last !== undefined && last.seq + last.count >= to) known.set(name, runs);
      const [oldest] = known.size > RUNS_MAX ? known.keys() : [];
      if (oldest !== undefined) known.delete(oldest);
      return runs;
    },
  };
}

/** What sealing needs of the log: proofs under the published checkpoint, and the key that signs attestations. */
export function sealingLog(environment: Environment = process.env): {
  readonly log: LogProver;
  readonly signer: () => Promise<EnvelopeSigner>;
} {
  const { places: kept, store } = keptLog(environment);
  const places = rememberRuns(kept);
  const ring = keyRing(environment);
  return {
    log: {
      async prove(entries) {
        const checkpoint = (await store.published())?.note;
        if (checkpoint === undefined) return { checkpoint, proofs: entries.map(() => undefined) };
        const log = logIdentity(await ring.trust());
        const wanted = entries.map(({ entry: { subject, seq }, hash }) => ({ subject, seq, hash }));
        const proofs = await proveEntries({ places, tiles: store, log }, checkpoint, wanted);
        return { checkpoint, proofs: proofs.map((proof) => (proof === "not-yet" ? undefined : proof)) };
      },
    },
    signer: () => ring.envelopeSigner(),
  };
}
