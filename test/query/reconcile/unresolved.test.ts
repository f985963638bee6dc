import type { LookupWork } from "@change-ledger/ledger";
import type { Subject } from "@change-ledger/model";
import { type GaveUp, reconcileSenders } from "@change-ledger/query";
import { describe, expect, it } from "vitest";
import { chainOf, type Told } from "../chain.ts";
import { World } from "./world.ts";

const RECORDED = "2026-03-01T00:00:00.000Z";
const hours = (n: number): string => new Date(Date.parse(RECORDED) + n * 3_600_000).toISOString();
const DEPLOYMENT: Subject = "deployment:codedeploy/123456789012/eu-west-1/d-1";
const CHANGE: Subject = "change:github/acme/shop/pull/7";
const sha = (digit: string): string => digit.repeat(40);
const image = (digit: string): string => `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:${digit.repeat(64)}`;

let last = 0;
const told = (kind: Told["kind"], facts: object, source: object = {}): Told =>
  ({ kind, at: hours(0), id: `t-${++last}`, facts, source }) as never;
const ended = told("deployment-state", { application: "shop", group: "blue", state: "Succeeded" });
const lookup = (over: object = {}) =>
  told("deployment-lookup", { application: "shop", group: "blue", state: "Succeeded", revision: { type: "S3" }, targets: [], ...over });
const unresolved = (asked: string, reason = "denied") => told("unresolved", { asked, attempts: 5, reason });
const pull = (head: string) =>
  told("pull-request", {
    number: 7,
    state: "open",
    head,
    headRef: "work",
    baseRef: "main",
    base: sha("0"),
    author: { id: "1", login: "ada" },
  });

/** What is asked again of a chain, in runs at these hours after its `unresolved` entries were recorded. */
async function asked(subject: Subject, chain: readonly Told[], ...runs: readonly number[]): Promise<readonly LookupWork[]> {
  const world = new World();
  const entries = chainOf(subject, chain);
  world.chains.set(subject, entries);
  const noted = entries.flatMap(({ entry }): GaveUp[] => (entry.kind === "unresolved" ? [{ subject, seq: entry.seq, at: RECORDED }] : []));
  const settings = {
    ...world.ports.settings,
    github: { ...world.ports.settings.github, lookups: true, ruleSuites: true, attestations: ["acme/a"] },
  };
  const gaveUp = async (since: string) => noted.filter(({ at }) => at >= since);
  for (const run of runs) {
    world.now = hours(run);
    await reconcileSenders({ ...world.ports, place: { account: "123456789012", region: "eu-west-1" }, settings, gaveUp }, undefined);
  }
  expect(world.faults).toEqual([]);
  return world.asked;
}

describe("a look-up that gave up", () => {
  const question = { ask: "deployment", deployment: DEPLOYMENT, finder: "reconciler" } as const;

  it("is asked again ever more rarely, at most nine times, and no more after a fortnight", async () => {
    const every = Array.from({ length: 24 * 30 }, (_, n) => n + 0.5);
    expect(await asked(DEPLOYMENT, [ended, unresolved("deployment")], ...every)).toEqual(Array(9).fill(question));
    expect(await asked(DEPLOYMENT, [ended, unresolved("deployment")], 0.5)).toEqual([]);
    // Where the place was lost that the runs had come to, once.
    expect(await asked(DEPLOYMENT, [ended, unresolved("deployment")], 300)).toEqual([question]);
  });

  it.each(["denied", "throttled", "unavailable", "no-answer"])(
    "because of %s is asked again; for what is not there nobody asks",
    async (reason) => {
      expect(await asked(DEPLOYMENT, [ended, unresolved("deployment", reason)], 1)).toEqual([question]);
      expect(await asked(DEPLOYMENT, [ended, unresolved("deployment", "not-found")], 1)).toEqual([]);
    },
  );

  it("is not asked again of another account, which our credentials do not reach", async () => {
    const elsewhere: Subject = "deployment:codedeploy/999999999999/eu-west-1/d-1";
    expect(await asked(elsewhere, [ended, unresolved("deployment")], 1)).toEqual([]);
  });

  it("is not asked again once an answer came after it; one from before tells nothing of the end", async () => {
    expect(await asked(DEPLOYMENT, [ended, unresolved("deployment"), lookup()], 1)).toEqual([]);
    expect(await asked(DEPLOYMENT, [lookup({ state: "InProgress" }), ended, unresolved("deployment")], 1)).toEqual([question]);
  });

  it("about a pull request asks of its present head alone", async () => {
    const [a, b] = [sha("a"), sha("b")];
    const answer = told("pull-request-lookup", { head: b, commits: [] });
    const of = (head: string) => ({ ask: "pull-request-commits", change: CHANGE, head, finder: "reconciler" });
    expect(await asked(CHANGE, [pull(a), unresolved("pull-request-commits"), pull(b)], 1)).toEqual([of(b)]);
    expect(await asked(CHANGE, [pull(a), unresolved("pull-request-commits"), pull(b), answer], 1)).toEqual([]);
  });

  it("about the files of what was merged, and about how a push was judged, asks until there is an answer", async () => {
    const [a, b, c] = [sha("a"), sha("b"), sha("c")];
    const merged = told("pull-request", { ...pull(a).facts, state: "merged" });
    const files = { ask: "pull-request-files", change: CHANGE, head: a, finder: "reconciler" };
    expect(await asked(CHANGE, [merged, unresolved("pull-request-files")], 1)).toEqual([files]);
    expect(await asked(CHANGE, [merged, unresolved("pull-request-files"), told("files-lookup", { head: a, paths: [] })], 1)).toEqual([]);
    const main: Subject = "ref:github/acme/shop/refs/heads/main";
    const push = (before: string, after: string) => told("push", { before, after, default: true, commits: [] });
    // Of two pushes without an answer, that of which we gave up.
    const gaveUp = told("unresolved", { asked: "rule-suite", attempts: 5, reason: "denied" }, { id: `lookup/rule-suite/${c}/1` });
    const judged = { ask: "rule-suite", ref: main, before: b, after: c, finder: "reconciler" };
    expect(await asked(main, [push(a, b), push(b, c), gaveUp], 1)).toEqual([judged]);
    const answer = told("rule-suite-lookup", { id: "1", result: "pass", after: c });
    expect(await asked(main, [push(a, b), push(b, c), gaveUp, answer], 1)).toEqual([]);
  });

  it("about an artefact asks of those that have no answer", async () => {
    const answered = (location: string, event: string) =>
      told(
        "artifact",
        { location, by: event === "image" ? "image-label" : "provenance" },
        { system: "artifact-lookup", event, auth: "api" },
      );
    const chain = [
      lookup({ revision: { type: "ECS", location: image("1") }, previousRevision: { type: "ECS", location: image("2") } }),
      unresolved("image"),
      answered(image("2"), "reconciler.image"),
    ];
    const again = { ask: "image", deployment: DEPLOYMENT, location: image("1"), finder: "reconciler" };
    expect(await asked(DEPLOYMENT, chain, 1)).toEqual([again]);
    expect(await asked(DEPLOYMENT, [...chain, answered(image("1"), "image")], 1)).toEqual([]);
  });
});
