import type { Entry, Subject } from "@change-ledger/model";
import { expect } from "vitest";
import type { Emitted, PlayedScenario } from "../../packages/local/demonstration/index.ts";
import { each, onBus, type Running } from "./running.ts";

/** Sends events side by side: their order of arrival is any. @returns the HTTP status of each; 202 for what went onto the bus */
export async function send(
  running: Running,
  events: readonly Emitted[],
  again: (status: number) => boolean = () => false,
): Promise<number[]> {
  return await each(events, 16, async (event) => {
    if (event.channel === "bus") {
      onBus(running, event.event);
      return 202;
    }
    for (;;) {
      const { status } = await running.http("POST", `/webhooks/${event.source}`, event.headers, Buffer.from(event.body));
      if (!again(status)) return status;
    }
  });
}

/** The sender's id of an event. */
function idOf(event: Emitted): string {
  if (event.channel === "bus") return event.event.id;
  switch (event.source) {
    case "github":
      return event.headers["x-github-delivery"] ?? "";
    case "jira":
      return event.headers["x-atlassian-webhook-identifier"] ?? "";
    case "pagerduty":
      return (JSON.parse(event.body) as { readonly event: { readonly id: string } }).event.id;
    default:
      return event.source satisfies never;
  }
}

/** Holds what is on record of a scenario, and what the API answers of it, to what the scenario says. */
export async function holds(
  running: Running,
  played: PlayedScenario,
  entries: readonly Entry[],
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { expected, events } = played;
  const ids = new Set(events.map(idOf));
  const own = entries.filter(({ source, part }) => ids.has(source.id) && (part === undefined || part.index === 0));
  expect(events.length - own.length, "duplicates").toBe(expected.duplicates);
  expect(own.filter(({ kind }) => kind === "unparsed")).toHaveLength(expected.unparsed);
  expect(own.filter(({ source }) => source.replays !== undefined)).toHaveLength(expected.replays);
  expect(pullRequestsOf(own)).toEqual(new Map(expected.pullRequests.map(({ change, state }) => [change, state])));
  for (const wanted of expected.facts) {
    const chain = own.filter(({ subject, kind }) => subject === wanted.subject && kind === wanted.kind);
    expect(chain.map(({ facts }) => facts)).toEqual(expect.arrayContaining([expect.objectContaining(partly(wanted.facts))]));
  }
  for (const { deployment, state, carries, since, rollsBack } of expected.deployments) {
    const answer = await running.http("GET", `/v1/deployments/${deployment.slice("deployment:".length)}`, headers);
    const found = JSON.parse(answer.body);
    expect([found.state, found.carriesSince, found.carries?.toSorted()], deployment).toEqual([state, since, [...carries].sort()]);
    expect(found.rollsBack?.split("/").at(-1), deployment).toBe(rollsBack);
  }
}

/** The state of each pull request by the last word of GitHub's clock. */
function pullRequestsOf(entries: readonly Entry[]): Map<Subject, string> {
  const last = new Map<Subject, string>();
  for (const entry of entries.toSorted((a, b) => (a.occurredAt < b.occurredAt ? -1 : 1))) {
    if (entry.kind === "pull-request") last.set(entry.subject, entry.facts.state);
  }
  return last;
}

/** Matches objects within by the members that are named. */
function partly(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const inner = (value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? expect.objectContaining(partly(value as Readonly<Record<string, unknown>>))
      : value;
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, inner(value)]));
}

/** What each change is linked to now: `linked` less `unlinked`, the higher version of a pair decides. */
export function linksInForce(entries: Iterable<Entry>): Map<Subject, Subject[]> {
  const last = new Map<
    string,
    { readonly deployment: Subject; readonly change: Subject; readonly version: number; readonly on: boolean }
  >();
  for (const entry of entries) {
    if (entry.kind !== "linked" && entry.kind !== "unlinked") continue;
    const { deployment, version } = entry.facts;
    const pair = `${deployment} ${entry.subject}`;
    if ((last.get(pair)?.version ?? 0) < version)
      last.set(pair, { deployment, change: entry.subject, version, on: entry.kind === "linked" });
  }
  const carried = new Map<Subject, Subject[]>();
  for (const { deployment, change, on } of last.values()) if (on) carried.set(deployment, [...(carried.get(deployment) ?? []), change]);
  return carried;
}
