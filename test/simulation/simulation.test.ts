import { openBag, readBundle } from "@change-ledger/evidence";
import { bodyOf, identityOf, verifyChain } from "@change-ledger/ledger";
import { DERIVED_KINDS, type SealedEntry, type Subject, sha256Hex } from "@change-ledger/model";
import { evolve, type Summary } from "@change-ledger/query";
import { busSource, normalise } from "@change-ledger/sources";
import { describe, expect, it } from "vitest";
import {
  DEMONSTRATION_SECRETS,
  DEMONSTRATION_SETTINGS,
  type Emitted,
  randomStory,
  signatureOf,
} from "../../packages/local/demonstration/index.ts";
import { expectedLinks, linksInForce } from "./expected.ts";
import { configurationEvent, differences, findingsTold, wordsOf } from "./judged.ts";
import { unsealed } from "./sealed-last.ts";
import { type Plan, World } from "./world.ts";

/**
 * `SIMULATION_SEED=n npm test -- test/simulation` runs one seed again; `SIMULATION_RUNS=n` sets how many there are. To judge takes as long as all else three times:
 * one seed of `SIMULATION_JUDGED=n` is.
 */
const RUNS = Number(process.env["SIMULATION_RUNS"] ?? 400);
const JUDGED = Number(process.env["SIMULATION_JUDGED"] ?? 25);
const ONLY = process.env["SIMULATION_SEED"];

function planOf(seed: number): { plan: Plan; size: number } {
  const quiet = seed % 5 === 0;
  const rate = quiet ? 0 : 0.01 + (seed % 7) * 0.01;
  return {
    plan: {
      seed,
      writers: 2 + (seed % 7),
      doubles: seed % 3 === 0 ? 0 : 0.3,
      rates: { before: rate, after: rate, crash: rate / 2 },
      judged: seed % JUDGED === 1 % JUDGED,
    },
    size: seed % 10 === 0 ? 14 : 2 + (seed % 4),
  };
}

/** Of each artefact that somebody told of, another word: that it was built from a commit that nobody knows. */
function contradictions(told: readonly Emitted[]): Emitted[] {
  return told.flatMap((one): Emitted[] => {
    if (one.channel !== "bus" || one.event["detail-type"] !== "artifact.built") return [];
    const id = `contradicts-${one.event.id}`;
    return [{ ...one, event: { ...one.event, id, detail: { ...Object(one.event.detail), commit: sha256Hex(id).slice(0, 40) } } }];
  });
}

/** A signed body under another delivery id, and bodies that nobody can parse. */
function mischief(seed: number, told: readonly Emitted[]): Emitted[] {
  const replayed = told.find((event, at) => at >= seed % told.length && event.channel === "webhook" && event.source === "github");
  const again =
    replayed?.channel === "webhook" ? [{ ...replayed, headers: { ...replayed.headers, "x-github-delivery": `again-${seed}` } }] : [];
  const body = `{"action": "opened", "number": ${seed}, "pull_request": null}`;
  const headers = {
    "x-github-event": "pull_request",
    "x-github-delivery": `broken-${seed}`,
    "x-hub-signature-256": signatureOf(body, DEMONSTRATION_SECRETS.github),
  };
  return [...again, { at: "2026-01-05T09:00:00.000Z", channel: "webhook", source: "github", headers, body }];
}

/** What came up at all, over all seeds. */
const seen = {
  faults: 0,
  bundles: 0,
  carriedSeveral: 0,
  unlinked: 0,
  unparsed: 0,
  markers: 0,
  replays: 0,
  restored: 0,
  followed: 0,
  /** Deployments that carry changes because of an artefact, and those that no longer do since another contradicts it. */
  byArtifact: 0,
  contradicted: 0,
  opened: 0,
  resolved: 0,
  dueLater: 0,
};

function note(world: World): void {
  const entries = world.chains.all().map(({ entry }) => entry);
  const plans = [...world.links.plans.values()];
  seen.faults += world.chaos.faults;
  seen.bundles += world.bundles.size;
  seen.carriedSeveral += plans.filter(({ carries }) => carries.length > 1).length;
  seen.restored += plans.filter(({ since }) => since === "not-counted").length;
  seen.unlinked += entries.filter(({ kind }) => kind === "unlinked").length;
  seen.unparsed += entries.filter(({ kind }) => kind === "unparsed").length;
  seen.replays += entries.filter(({ source }) => source.replays !== undefined).length;
  seen.markers += world.chains.marked.size;
  const unnamed = new Set(
    entries.flatMap((entry) => (entry.kind === "deployment-lookup" && entry.facts.revision.commit === undefined ? [entry.subject] : [])),
  );
  const matched = (change: Subject) => !change.startsWith("change:codedeploy/");
  for (const deployment of unnamed) if (world.links.plans.get(deployment)?.carries.some(matched)) seen.byArtifact++;
  seen.contradicted += entries.filter(
    ({ kind, subject, facts }) => kind === "unlinked" && matched(subject) && unnamed.has((facts as { deployment: Subject }).deployment),
  ).length;
}

/** What was said last is what all facts come to; nothing was said twice, or for nothing; what is due is said when its time is up. */
async function expectJudged(world: World): Promise<void> {
  const before = world.chains.all().length;
  expect(differences(world), "what was said last equals what all facts come to").toEqual([]);
  world.chaos.calm();
  await world.judge([...new Set([...world.models.items.keys(), ...wordsOf(world).keys()])].filter((of) => of.startsWith("change:")));
  expect(world.chains.all().length, "judging again adds nothing").toBe(before);
  seen.dueLater += world.due.size;
  await world.pass(400);
  expect(differences(world), "what was due is said when its time is up").toEqual([]);
  const { told, entries } = findingsTold(world);
  expect(told, "the bus was told of each finding").toEqual(entries);
  for (const words of wordsOf(world).values()) {
    const open = new Set<string>();
    let last = "";
    for (const { opened, resolved, outcomes, type } of words) {
      for (const { test, code } of opened) expect(open.has(`${test}/${code}`), `${test}/${code} opened twice`).toBe(false);
      for (const name of resolved) expect(open.has(name), `${name} resolved, and was not open`).toBe(true);
      for (const name of resolved) open.delete(name);
      for (const { test, code } of opened) open.add(`${test}/${code}`);
      const now = JSON.stringify([outcomes, type]);
      expect(opened.length + resolved.length > 0 || now !== last, "said for nothing").toBe(true);
      last = now;
      seen.opened += opened.length;
      seen.resolved += resolved.length;
    }
  }
}

/** Runs one seed and checks every invariant. */
async function simulate(seed: number): Promise<void> {
  const { plan, size } = planOf(seed);
  const { events: told, codedeploy } = randomStory(seed, size);
  const events = [
    ...(plan.judged ? [configurationEvent(seed)] : []),
    ...told,
    ...mischief(seed, told),
    ...(seed % 10 === 0 ? contradictions(told) : []),
  ];
  const world = new World(plan, codedeploy);
  await world.run(events);
  const all = world.chains.all();

  const faults = [...world.chains.chains].flatMap(([subject, chain]) =>
    verifyChain(
      subject,
      chain.map(({ bytes }) => bytes),
    ),
  );
  expect(faults, "chains verify without gaps").toEqual([]);

  if (plan.judged) await expectJudged(world);

  expect(identitiesOf(all), "each source event exactly once, nothing lost").toEqual(sentIdentities(events));
  const queues = [world.ingestQueue, world.linkQueue, world.lookupQueue, world.sealQueue, world.assessQueue];
  const dead = queues.flatMap((queue): readonly unknown[] => queue.dead);
  expect(dead, "nothing dead").toEqual([]);

  // To open one takes as long as all else about it: of every fourth seed.
  const bundles = (seed % 4 === 0 ? [...world.bundles.values()] : []).map(({ bytes }) => openBag(readBundle(bytes).files));
  expect(
    bundles.flatMap((bundle) => bundle.faults),
    "every bundle is sound",
  ).toEqual([]);
  seen.followed += bundles.filter(({ bag }) => bag.predecessor !== undefined).length;

  // A word of the ledger's own that is said behind the last bundle is in the next one.
  if (!plan.judged) expect(await unsealed(world), "what has ended is sealed as it stands").toEqual([]);

  const { carries, unclaimed } = expectedLinks(all);
  const sorted = (links: ReadonlyMap<Subject, ReadonlySet<string>>) =>
    [...links].flatMap(([deployment, changes]) => [...changes].map((change) => `${deployment} → ${change}`)).sort();
  expect(sorted(linksInForce(all)), "links equal the pure function of all facts").toEqual(sorted(carries));
  for (const [deployment, plan] of world.links.plans) expect(plan.pending, `nothing is owed for ${deployment}`).toBeUndefined();
  const stubs = [...world.models.items.values()].flatMap(({ state }) =>
    state.type === "change" && state.stub !== undefined ? [state.subject] : [],
  );
  expect(stubs.sort(), "unclaimed pushes are changes of their own").toEqual([...unclaimed].sort());

  for (const [subject, chain] of world.chains.chains) {
    const rebuilt = rebuild(subject, chain);
    if (rebuilt === undefined) continue;
    // What other chains have noted in it (a stub, bundles, a rollback's tie) is no part of its own fold.
    const {
      stub: _stub,
      claimed: _claimed,
      bundles: _bundles,
      tied: _tied,
      ...stored
    } = { stub: undefined, claimed: undefined, bundles: undefined, tied: undefined, ...world.models.items.get(subject)?.state };
    expect(stored, `the read model of ${subject} equals a rebuild`).toEqual(rebuilt);
  }
  note(world);
}

function rebuild(subject: Subject, chain: readonly SealedEntry[]): Summary | undefined {
  let state: Summary | undefined;
  for (const entry of chain) {
    const folded = evolve(subject, state, entry);
    if (folded !== undefined && "state" in folded) state = folded.state;
  }
  return state;
}

function identitiesOf(all: readonly SealedEntry[]): string[] {
  return all
    .filter(({ entry }) => !DERIVED_KINDS.has(entry.kind) && !(entry.kind === "configuration" && entry.facts.status !== "offered"))
    .map(({ entry }) => `${entry.subject} ${identityOf(entry)} ${bodyOf(entry) ?? ""}`)
    .sort();
}

function sentIdentities(events: readonly Emitted[]): string[] {
  const identities = events.map((event) => {
    const bus = event.channel === "bus";
    const body = Buffer.from(bus ? JSON.stringify(event.event) : event.body);
    const system = bus
      ? (busSource({ source: event.event.source, detailType: event.event["detail-type"] })?.system ?? "bus")
      : event.source;
    const delivery = { system, receivedAt: "2026-01-01T00:00:00.000Z", headers: bus ? {} : event.headers, body };
    const fact = normalise(delivery, bus ? "bus" : "hmac-sha256", DEMONSTRATION_SETTINGS);
    const identified = { ...fact, payload: { sha256: sha256Hex(body) } };
    return `${fact.subject} ${identityOf(identified)} ${bodyOf(identified) ?? ""}`;
  });
  return [...new Set(identities)].sort();
}

describe("simulation", () => {
  const seeds = ONLY === undefined ? Array.from({ length: RUNS }, (_, at) => at + 1) : [Number(ONLY)];
  const CHUNK = 100;
  for (let from = 0; from < seeds.length; from += CHUNK) {
    const chunk = seeds.slice(from, from + CHUNK);
    it(`holds its invariants under faults, crashes and disorder, seeds ${chunk[0]}–${chunk.at(-1)}`, { timeout: 300_000 }, async () => {
      for (const seed of chunk) {
        try {
          await simulate(seed);
        } catch (error) {
          throw new Error(
            `seed ${seed} fails: run it again with SIMULATION_JUDGED=${JUDGED} SIMULATION_SEED=${seed} npm test -- test/simulation\n${(error as Error).message}`,
            { cause: error },
          );
        }
      }
    });
  }

  it.skipIf(ONLY !== undefined)("has had faults, crashes and all the work there is", () => {
    // A simulation in which nothing happens would hold every invariant.
    for (const [what, often] of Object.entries(seen)) expect(often, what).toBeGreaterThan(0);
  });
});
