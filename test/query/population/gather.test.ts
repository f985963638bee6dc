import { formatProofFile, formatTrust, leafOf, parseTrust, signCheckpoint } from "@change-ledger/log";
import { canonicalBytes, type SealedEntry } from "@change-ledger/model";
import {
  certificateChain,
  certificateDigest,
  certificateStatement,
  certifiedFacts,
  certifyGathered,
  checkDrawn,
  drawnFacts,
  drawSample,
  gatherPopulation,
  itemBytes,
  leafBefore,
  type PopulationEntry,
  type PopulationSource,
  population,
  unplaced,
  verifyCertificate,
  withLeaves,
} from "@change-ledger/query";
import { describe, expect, it } from "vitest";
import { trialSigner } from "../../log/signer.ts";
import { chainOf, type Told } from "../chain.ts";
import {
  AS_OF,
  assessed,
  at,
  deployed,
  drawn,
  GROUP,
  inLog,
  LOG,
  linked,
  lookup,
  MAIN,
  merged,
  PERIOD,
  pull,
  push,
  QUESTION,
  STORY,
  state,
} from "./trial.ts";

/** A log of these entries, read from a leaf on; earlier entries of chains are asked for, and told which. */
function sourceOf(entries: readonly SealedEntry[], from: number, placed = true): PopulationSource & { readonly asked: string[] } {
  const all = inLog(entries);
  const asked: string[] = [];
  return {
    asked,
    async *recorded() {
      yield* all.slice(from);
    },
    async *before(subject, known) {
      const earlier = all.filter(({ entry }) => entry.subject === subject && entry.seq < known.seq).reverse();
      for (const told of earlier) {
        asked.push(`${subject}#${told.entry.seq}`);
        yield placed ? told : ({ entry: told.entry, hash: told.hash } as PopulationEntry);
      }
    },
  };
}

const CERTIFY = { lists: [], configuration: QUESTION.configuration, certifiedAt: AS_OF };
const HEAD = { origin: LOG.origin, size: 100, root: Buffer.from(LOG.root, "base64") };

describe("gathering a population from the log", () => {
  it("gives what all of its entries give", async () => {
    const { population: found } = await gatherPopulation(QUESTION, sourceOf(STORY, 0));
    expect(canonicalBytes(found)).toEqual(canonicalBytes(drawn()));
  });

  it("asks for what came before of the chains that began before, and of no other", async () => {
    const early = [
      ...chainOf(MAIN, [push(1, "0", "a"), push(3, "a", "b"), push(5, "b", "c")]),
      ...chainOf(pull(1), [merged(1, "b"), linked(deployed("d-1")), assessed("emergency")]),
      ...chainOf(deployed("d-1"), [state(4, "InProgress"), state(4, "Succeeded"), lookup(4)]),
    ];
    // The push of the 1st lies before the part that is read, as do a merge and a deployment's beginning.
    const [first, ...rest] = early;
    const order = [first, ...rest.filter(({ entry }) => entry.seq === 0), ...rest.filter(({ entry }) => entry.seq > 0)] as SealedEntry[];
    const source = sourceOf(order, 3);
    const { population: found } = await gatherPopulation(QUESTION, source);
    expect(source.asked.toSorted()).toEqual([`${deployed("d-1")}#0`, `${MAIN}#0`].toSorted());
    const whole = population(QUESTION, inLog(order));
    expect(found.items.filter(({ kind }) => kind === "deployment")).toEqual(whole.items.filter(({ kind }) => kind === "deployment"));
    expect(found.items.map(({ id }) => id)).toEqual(whole.items.map(({ id }) => id));
  });

  it("goes back for how a change was judged, where nothing since says so", async () => {
    const chains = [...chainOf(pull(1), [assessed("standard", 2), merged(1, "b")]), ...chainOf(MAIN, [push(3, "a", "b")])];
    const source = sourceOf(chains, 1);
    const { population: found } = await gatherPopulation(QUESTION, source);
    expect(found.items.map(({ type }) => type)).toEqual(["standard"]);
    expect(source.asked).toEqual([`${pull(1)}#0`]);
  });

  it("names leaves of entries that were read without them", async () => {
    const chain = chainOf(MAIN, [push(1, "0", "a", { created: true }), push(3, "a", "b")]);
    const before = { ...QUESTION, period: { from: at(2), to: PERIOD.to } };
    const gathered = await gatherPopulation(before, sourceOf(chain, 1, false));
    const once = certifyGathered({ gathered, log: HEAD, ...CERTIFY }).certificate;
    expect(once.continuity).toMatchObject([{ begins: "previous", gaps: [] }]);
    expect(once.log.uncovered).toHaveLength(1);
    expect(unplaced(once, gathered.population.items)).toEqual([chain[0]?.hash]);
    const placed = withLeaves(gathered, new Map([[chain[0]?.hash ?? "", 0]]));
    expect(certifyGathered({ gathered: placed, log: HEAD, ...CERTIFY }).certificate.log.uncovered).toEqual([]);
  });

  it("takes lists and comparisons that the reconcilers put on record, windows that touch as one", async () => {
    const list = (from: string, to: string, ids: readonly string[], missing: readonly string[] = [], askedAt = AS_OF): Told =>
      ({
        kind: "reconciled",
        at: askedAt,
        id: `${from} ${to} ${askedAt}`,
        facts: {
          ...{ system: "codedeploy", scope: GROUP, from, to, listed: ids.length, missing, unlisted: [] },
          list: { form: "deployments", askedAt, deployments: ids.map((id) => ({ id: deployed(id) })) },
        },
      }) as unknown as Told;
    const compared = {
      kind: "verified",
      at: AS_OF,
      id: "log",
      facts: { check: "log", upTo: AS_OF, looked: 9, faults: [], faulty: 0 },
    } as Told;
    const audit = chainOf("audit:default", [
      list(PERIOD.from, at(5), ["d-1"]),
      list(at(5), at(6, 20), ["d-2"], [], at(21)),
      list(at(5), at(6, 20), ["d-2", "d-9"]),
      list(at(6, 20), PERIOD.to, ["d-3"]),
      compared,
    ]);
    const gathered = await gatherPopulation(QUESTION, sourceOf([...STORY, ...audit], 0));
    expect(gathered.lists).toMatchObject([{ from: PERIOD.from, to: PERIOD.to, form: "deployments" }]);
    expect(gathered.differences).toEqual([]);
    const { certificate } = certifyGathered({ gathered, log: HEAD, ...CERTIFY });
    expect(certificate.sources[0]).toMatchObject({ assessed: "whole", listed: 4, missing: [deployed("d-9")], unlisted: [] });
    const half = await gatherPopulation(QUESTION, sourceOf([...STORY, ...audit.slice(0, 1)], 0));
    expect(certifyGathered({ gathered: half, log: HEAD, ...CERTIFY }).certificate.sources[0]).toMatchObject({ assessed: "part" });
    expect(half.differences).toBeUndefined();
  });

  it("keeps to a scope", async () => {
    const refs = { ...QUESTION, scope: ["github/acme/*"] };
    const { population: found } = await gatherPopulation(refs, sourceOf(STORY, 0));
    expect(new Set(found.items.map(({ kind }) => kind))).toEqual(new Set(["ref-update"]));
    const { certificate } = certifyGathered({ gathered: await gatherPopulation(refs, sourceOf(STORY, 0)), log: HEAD, ...CERTIFY });
    expect(certificate.scope).toEqual(["github/acme/*"]);
    const items = drawn().items.map(itemBytes);
    const { faults } = verifyCertificate({
      certificate: certificateStatement(certificate),
      items,
      lists: [],
    });
    expect(faults.filter(({ field }) => field === "scope").length).toBeGreaterThan(0);
    for (const scope of [[], ["b", "a"], ["a//b"], ["a b"]])
      await expect(gatherPopulation({ ...QUESTION, scope }, sourceOf([], 0))).rejects.toMatchObject({ code: "not-a-scope" });
  });
});

const SIGNER = trialSigner(LOG.origin, 5);
const TRUST = parseTrust(
  formatTrust({ origin: LOG.origin, noteKeys: [{ key: SIGNER.key, from: "2026-01-01T00:00:00Z" }], envelopeKeys: [] }),
);

describe("the hour from which the log is read", () => {
  const root = Buffer.alloc(32, 1);
  const sealed = (hours: Readonly<Record<string, number>>) => ({
    hours: async (after: string | undefined, limit: number) =>
      Object.keys(hours)
        .filter((hour) => after === undefined || hour > after)
        .toSorted()
        .slice(0, limit),
    hour: (hour: string) => signCheckpoint({ origin: LOG.origin, size: hours[hour] ?? 0, root, extensions: [`hour ${hour}`] }, [SIGNER]),
  });
  const from = "2026-11-20T12:00:00.000Z";
  const first = (hours: Readonly<Record<string, number>>) => leafBefore(sealed(hours), TRUST, from, AS_OF);

  it("was sealed before the period, however late hours are sealed", async () => {
    // 171 hours before: sealed a week late it is still of two hours before the period.
    expect(await first({ "2026-11-13T08": 5, "2026-11-13T09": 6, "2026-11-13T10": 7, "2026-11-20T11": 90 })).toBe(6);
  });

  it("is looked for far back, and else all of the log is read", async () => {
    expect(await first({ "2026-10-20T00": 4 })).toBe(4);
    expect(await first({ "2026-11-14T00": 40 })).toBe(0);
    expect(await first({})).toBe(0);
  });
});

describe("a certificate on record", () => {
  const { certificate } = (() => {
    const gathered = { population: drawn(), lists: [], differences: undefined };
    return certifyGathered({ gathered, log: HEAD, ...CERTIFY });
  })();
  const items = drawn().items.map(itemBytes);
  const digest = certificateDigest(certificate);
  const by = { kind: "token", id: "auditor" } as const;
  const QUESTION_OF_SAMPLE = { nonce: "4 2", method: { name: "fixed", size: 25 }, replacements: 1 } as const;
  const sample = drawSample(certificate.population, items, QUESTION_OF_SAMPLE);
  const chain = (subject = certificateChain(digest), more: object = {}) =>
    chainOf(subject, [
      { kind: "population-certified", at: AS_OF, id: "c", facts: { ...certifiedFacts(certificate, "caller"), by, ...more } },
      { kind: "sample-drawn", at: AS_OF, id: "s", facts: { ...drawnFacts(sample, digest), by } },
    ]);
  /** In a log that holds this entry alone. */
  const proven = async ({ bytes }: SealedEntry) => {
    const note = await signCheckpoint({ origin: LOG.origin, size: 1, root: leafOf(bytes), extensions: [] }, [SIGNER]);
    return { entry: bytes, proof: formatProofFile({ index: 0, proof: [], checkpoint: note }) };
  };
  const faultsOf = async (entry: SealedEntry | undefined) => {
    const recorded = entry === undefined ? undefined : await proven(entry);
    const { faults } = verifyCertificate({ certificate: certificateStatement(certificate), items, lists: [], trust: TRUST, recorded });
    return faults.map(({ check, field }) => `${check} ${field ?? ""}`);
  };

  it("is signed by its entry's place in the log", async () => {
    const [certified, drawnEntry] = chain();
    expect(await faultsOf(certified)).toEqual([]);
    expect(await faultsOf(undefined)).toEqual(["signature "]);
    expect(await faultsOf(drawnEntry)).toEqual(["signature entry"]);
    expect(await faultsOf(chain(certificateChain("0".repeat(64)))[0])).toEqual(["signature entry"]);
    expect(await faultsOf(chain(undefined, { outcome: "satisfied" })[0])).toEqual(["signature outcome"]);
    const other = verifyCertificate({
      certificate: certificateStatement(certificate),
      items,
      lists: [],
      trust: TRUST,
      recorded: { ...(await proven(certified as SealedEntry)), entry: (drawnEntry as SealedEntry).bytes },
    });
    expect(other.faults.map(({ check, field }) => [check, field])).toEqual([["signature", "entry"]]);
  });

  it("has its samples behind it", async () => {
    const [certified, drawnEntry] = chain() as [SealedEntry, SealedEntry];
    expect(checkDrawn(sample, digest, await proven(drawnEntry), TRUST)).toEqual([]);
    expect(checkDrawn(sample, digest, await proven(certified), TRUST)).toHaveLength(1);
    const again = drawSample(certificate.population, items, { ...QUESTION_OF_SAMPLE, nonce: "4 3" });
    expect(checkDrawn(again, digest, await proven(drawnEntry), TRUST).map(({ field }) => field)).toEqual(["sample", "question"]);
  });
});
