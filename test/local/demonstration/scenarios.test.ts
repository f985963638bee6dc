import type { Subject } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import {
  DEMONSTRATION_DAYS,
  demonstrationEvents,
  demonstrationSummary,
  type Emitted,
  type Expected,
  type PlayedScenario,
  play,
  playDemonstration,
  SCENARIOS,
} from "../../../packages/local/demonstration/index.ts";
import { factOf, type Recorded, record } from "./record.ts";

const START = "2026-03-02T08:00:00.000Z";

const bySubject = (a: { readonly subject: Subject }, b: { readonly subject: Subject }) => (a.subject < b.subject ? -1 : 1);

/** What `Expected` says of deployments, read from the record. */
function deploymentsOf({ entries, plans }: Recorded) {
  return entries
    .flatMap((entry) => {
      if (entry.kind !== "deployment-lookup") return [];
      const plan = plans.get(entry.subject);
      const { state, rollsBack } = entry.facts;
      return [{ subject: entry.subject, state, rollsBack, carries: [...(plan?.carries ?? [])].sort(), since: plan?.since }];
    })
    .sort(bySubject);
}

function expectedDeployments(expected: Expected) {
  return expected.deployments
    .map(({ deployment, state, rollsBack, carries, since }) => ({
      subject: deployment,
      state,
      rollsBack,
      carries: [...carries].sort(),
      since,
    }))
    .sort(bySubject);
}

/** The state of each pull request by the last word of GitHub's clock. */
function pullRequestsOf({ entries }: Recorded) {
  const last = new Map<Subject, { at: string; state: string }>();
  for (const entry of entries) {
    if (entry.kind !== "pull-request") continue;
    const before = last.get(entry.subject);
    if (before === undefined || before.at <= entry.occurredAt) last.set(entry.subject, { at: entry.occurredAt, state: entry.facts.state });
  }
  return [...last].map(([subject, { state }]) => ({ subject, state })).sort(bySubject);
}

function holds(played: PlayedScenario, recorded: Recorded): void {
  const { expected } = played;
  const { entries } = recorded;
  expect(pullRequestsOf(recorded)).toEqual(expected.pullRequests.map(({ change, state }) => ({ subject: change, state })).sort(bySubject));
  expect(recorded.direct).toEqual([...expected.directPushes].sort());
  expect(deploymentsOf(recorded)).toEqual(expectedDeployments(expected));
  expect(entries.filter(({ kind }) => kind === "unparsed")).toHaveLength(expected.unparsed);
  expect(entries.filter(({ source }) => source.replays !== undefined)).toHaveLength(expected.replays);
  const fromSenders = entries.filter(({ source }) =>
    ["github", "jira", "pagerduty", "codedeploy", "ecs", "service-catalog"].includes(source.system),
  );
  expect(played.events.length - fromSenders.length).toBe(expected.duplicates);
  for (const wanted of expected.facts) {
    const chain = entries.filter(({ subject, kind }) => subject === wanted.subject && kind === wanted.kind);
    expect(chain.map(({ facts }) => facts)).toContainEqual(expect.objectContaining(partly(wanted.facts)));
  }
  const subjects = new Set<Subject>([
    ...entries.map(({ subject }) => subject),
    ...recorded.direct,
    ...expected.pullRequests.map(({ change }) => change),
  ]);
  for (const { carries } of recorded.plans.values()) for (const change of carries) subjects.add(change);
  const claimed = played.open.filter((subject) => !subjects.has(subject));
  expect(
    claimed.every((subject) => subject.includes("/push/")),
    `${claimed} can be opened`,
  ).toBe(true);
}

/** Matches objects within by the members that are named. */
function partly(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? expect.objectContaining(partly(value as Record<string, unknown>))
        : value,
    ]),
  );
}

describe("the demonstration's scenarios", () => {
  it("are numbered from 1 without a gap, each about a test of its own telling", () => {
    expect(SCENARIOS.map(({ number }) => number)).toEqual(SCENARIOS.map((_, nth) => nth + 1));
    expect(SCENARIOS.length).toBeGreaterThanOrEqual(14);
    expect(new Set(SCENARIOS.map(({ title }) => title)).size).toBe(SCENARIOS.length);
    for (const { tests } of SCENARIOS) expect(tests.length).toBeGreaterThan(0);
  });

  it.each(SCENARIOS.map((scenario) => ({ scenario, name: `${scenario.number} ${scenario.title}` })))("$name", async ({ scenario }) => {
    const played = play(scenario, START);
    holds(played, await record(played));
  });

  it("leave the same links when they arrive the other way round", async () => {
    for (const scenario of SCENARIOS) {
      const played = play(scenario, START);
      const recorded = await record({ ...played, events: played.events.toReversed() });
      expect(deploymentsOf(recorded)).toEqual(expectedDeployments(played.expected));
      expect(recorded.direct).toEqual([...played.expected.directPushes].sort());
    }
  });

  it("keep apart when they are told side by side", async () => {
    const demonstration = demonstrationEvents(START);
    const recorded = await record(demonstration);
    const all = <T>(of: (expected: Expected) => readonly T[]) => demonstration.scenarios.flatMap(({ expected }) => of(expected));
    expect(deploymentsOf(recorded)).toEqual(
      demonstration.scenarios.flatMap(({ expected }) => expectedDeployments(expected)).sort(bySubject),
    );
    expect(recorded.direct).toEqual([...all((expected) => expected.directPushes)].sort());
    const ids = new Set(demonstration.events.map((event) => `${event.at} ${factOf(event).fact.source.id}`));
    expect(ids.size).toBe(demonstration.events.length);
  });

  it("arrive in order, from the start on, within the days that they say", () => {
    const { events } = demonstrationEvents(START);
    const times = events.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
    expect(times[0]).toSatisfy((at: string) => at >= START);
    const days = (Date.parse(times.at(-1) ?? START) - Date.parse(START)) / (24 * 60 * 60 * 1000);
    expect(days).toBeLessThanOrEqual(DEMONSTRATION_DAYS);
  });

  it("are sent one after another, and say what to open", async () => {
    const demonstration = demonstrationEvents(START);
    const sent: Emitted[] = [];
    const told: number[] = [];
    await playDemonstration(
      demonstration,
      async (event) => void sent.push(event),
      (nth) => void told.push(nth),
    );
    expect(sent).toEqual(demonstration.events);
    expect(told.at(-1)).toBe(sent.length);
    expect(demonstrationSummary(demonstration)).toHaveLength(2 * SCENARIOS.length);
  });
});
