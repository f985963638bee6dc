import { createHash } from "node:crypto";
import { type AppendPorts, append, type Count, evidenceOf, type SealWork } from "@change-ledger/ledger";
import type { FactsOf, SourceFact, Subject } from "@change-ledger/model";
import type { Assessment } from "@change-ledger/procedure";
import { entriesToProve, payloadKey, payloadsOf } from "./dossier.ts";
import { EvidenceError } from "./fault.ts";
import { type GatheredChange, type GatherPorts, gatherDossiers, type UnlessFailed } from "./gather.ts";
import { assessDossier } from "./judge.ts";
import { bundleKey } from "./layout.ts";
import type { BundleRecord, BundleStore, EnvelopeSigner, LogProver, RawStore } from "./ports.ts";
import { type JudgePorts, sayAll } from "./say.ts";
import { type SealedBundle, sealChange } from "./seal.ts";

export interface SealPorts extends AppendPorts, GatherPorts {
  readonly raw: RawStore;
  readonly bundles: BundleStore;
  /** The bundles that are on record for each change, the latest first; may lack the very latest, for a bundle that is there already is found when it is written again. */
  readonly sealed: (changes: readonly Subject[]) => Promise<ReadonlyMap<Subject, readonly BundleRecord[]>>;
  readonly log: LogProver;
  /** Lets some time pass while the log has yet to take in what is being sealed; `round` counts from 0. */
  readonly awaitLog: (round: number) => Promise<void>;
  /** The key that signs attestations now. */
  readonly signer: () => Promise<EnvelopeSigner>;
  readonly count: Count;
  /** What a change is judged by before it is sealed; absent: it is sealed without an assessment. */
  readonly judge?: JudgePorts;
}

type ToSeal = GatheredChange & { readonly assessment?: Assessment };

/** Bundles in hand at once, with their raw records. */
const AT_ONCE = 25;
/** So often the log is asked for entries that it lacks, before the changes that they belong to are left for another time. */
const LOG_ROUNDS = 10;

/**
 * Seals those changes of `work` that have reached an end and whose dossier grew since it was last sealed: writes each one's evidence bundle under Object Lock, and
 * records what was written, with its version, in one `sealed` entry a repository. Doing it again writes nothing new. What changes share is read once.
 * Every entry of a bundle has to be in the log first: the log is waited for, a while.
 * @returns the changes that could not be sealed now and are to come again, each with the reason
 */
export async function sealChanges(ports: SealPorts, work: readonly SealWork[]): Promise<Map<Subject, unknown>> {
  const failed = new Map<Subject, unknown>();
  const unlessFailed = async <T>(change: Subject, run: () => Promise<T | undefined>): Promise<T | undefined> => {
    try {
      return await run();
    } catch (error) {
      failed.set(change, error);
      return undefined;
    }
  };
  const { judge } = ports;
  const judged =
    judge === undefined
      ? await gatherDossiers(ports, work, "ended", unlessFailed, { judged: false })
      : await judgedLast(ports, judge, work, unlessFailed);
  if (judged.length === 0) return failed;
  const known = await ports.sealed(judged.map(({ change }) => change));
  const unsealed = judged.map((dossier) =>
    unlessFailed(dossier.change, async () => {
      const key = bundleKey(dossier);
      return known.get(dossier.change)?.some((bundle) => bundle.key === key) === true ? undefined : dossier;
    }),
  );
  const fresh = (await Promise.all(unsealed)).filter((each) => each !== undefined);
  const bundles: SealedBundle[] = [];
  if (fresh.length > 0) {
    const [signer, { checkpoint, proofs }] = await Promise.all([ports.signer(), provenBy(ports, fresh)]);
    for (let from = 0; from < fresh.length; from += AT_ONCE) {
      const some = fresh.slice(from, from + AT_ONCE);
      // Raw records of one batch lie side by side in its segments: they are asked for together.
      const stores = { raw: await rawOf(ports, some), bundles: ports.bundles };
      const seal = (dossier: ToSeal) =>
        unlessFailed(dossier.change, async () => {
          const { change, chains } = dossier;
          demandLogged(chains, proofs);
          const predecessor = known.get(change)?.[0];
          return await sealChange(dossier, stores, { sealedAt: ports.now(), checkpoint, proofs, predecessor, signer });
        });
      bundles.push(...(await Promise.all(some.map(seal))).filter((each) => each !== undefined));
    }
  }
  const homes = [...Map.groupBy(bundles, ({ change }) => evidenceOf(change))];
  const outcomes = await append(
    ports,
    homes.map(([evidence, seals]) => ({ fact: sealedFact(evidence, seals, ports.now()) })),
  );
  for (const [at, [, seals]] of homes.entries()) {
    const outcome = outcomes[at];
    if (outcome?.outcome === "failed") for (const { change } of seals) failed.set(change, outcome.error);
  }
  ports.count("bundles", bundles.length);
  return failed;
}

/** Dossiers with the last word on each in them, and the assessment of what is in it, as of its latest entry: the same for whoever seals the same entries. */
async function judgedLast(ports: SealPorts, judge: JudgePorts, work: readonly SealWork[], unlessFailed: UnlessFailed): Promise<ToSeal[]> {
  await judge.configurations.refresh();
  const dossiers =
    judge.configurations.offers.length === 0
      ? await gatherDossiers(ports, work, "ended", unlessFailed, { judged: false })
      : (await sayAll({ ...ports, ...judge }, work, "ended", unlessFailed)).map(({ dossier }) => dossier);
  const whole = dossiers.map((dossier) =>
    unlessFailed(dossier.change, async () => {
      const asOf = dossier.chains.flatMap(({ entries }) => entries.map(({ entry }) => entry.recordedAt)).reduce((a, b) => (a > b ? a : b));
      return { ...dossier, assessment: assessDossier(dossier, await judge.configurations.at(asOf), asOf) };
    }),
  );
  return (await Promise.all(whole)).filter((each) => each !== undefined);
}

/** Proofs for all the dossiers, of one checkpoint; without those of entries that the log has not taken in after a while. */
async function provenBy(
  { log, awaitLog }: SealPorts,
  dossiers: readonly GatheredChange[],
): Promise<{ readonly checkpoint: Uint8Array; readonly proofs: ReadonlyMap<string, Uint8Array> }> {
  const entries = dossiers.flatMap(({ chains }) => entriesToProve(chains));
  for (let round = 0; ; round += 1) {
    const { checkpoint, proofs } = await log.prove(entries);
    const all = proofs.length === entries.length && proofs.every((proof) => proof !== undefined);
    if ((checkpoint !== undefined && all) || round === LOG_ROUNDS) {
      const found = entries.flatMap(({ hash }, at) => {
        const proof = proofs[at];
        return proof === undefined ? [] : [[hash, proof] as const];
      });
      return { checkpoint: checkpoint ?? new Uint8Array(), proofs: new Map(checkpoint === undefined ? [] : found) };
    }
    await awaitLog(round);
  }
}

/** @throws EvidenceError `too-early` */
function demandLogged(chains: GatheredChange["chains"], proofs: ReadonlyMap<string, Uint8Array>): void {
  const late = entriesToProve(chains).find(({ hash }) => !proofs.has(hash));
  if (late !== undefined)
    throw new EvidenceError("too-early", `expected ${late.entry.subject} seq ${late.entry.seq} in the log; it has not come there yet`);
}

/** One read of the raw records of all dossiers; where it fails, each bundle's own read says which of them it fails for. */
async function rawOf(ports: SealPorts, dossiers: readonly GatheredChange[]): Promise<RawStore> {
  const references = payloadsOf(dossiers.flatMap(({ chains }) => chains));
  try {
    const members = await ports.raw.members(references);
    const found = new Map(references.map((reference, at) => [payloadKey(reference), members[at]]));
    return { members: async (asked) => asked.map((reference) => found.get(payloadKey(reference)) ?? new Uint8Array()) };
  } catch {
    return ports.raw;
  }
}

function sealedFact(evidence: Subject, bundles: readonly SealedBundle[], occurredAt: string): SourceFact {
  const facts: FactsOf<"sealed"> = { bundles: bundles.toSorted((a, b) => (a.key < b.key ? -1 : 1)) };
  const id = createHash("sha256")
    .update(facts.bundles.map(({ key, versionId }) => `${key} ${versionId}`).join("\n"))
    .digest("base64url")
    .slice(0, 32);
  return {
    subject: evidence,
    occurredAt,
    source: { system: "ledger", event: "sealed", id: `sealed/${id}`, auth: "ledger", norm: 1 },
    kind: "sealed",
    facts,
  };
}
