import type { Entry, SourceFact } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import { randomStory } from "../../../packages/local/demonstration/index.ts";
import { factOf, record } from "./record.ts";

const SEEDS = Array.from({ length: 150 }, (_, seed) => seed);

describe("random stories", () => {
  const stories = SEEDS.map((seed) => randomStory(seed, 5));
  const facts = stories.map(({ events }) => events.map((event) => factOf(event).fact));

  it("are the same for the same seed, and others for others", () => {
    expect(randomStory(7, 5)).toEqual(randomStory(7, 5));
    expect(randomStory(7, 5)).not.toEqual(randomStory(8, 5));
  });

  it("send only what parses", () => {
    expect(facts.flat().filter(({ kind }) => kind === "unparsed")).toEqual([]);
  });

  it("come in the order of their arrival", () => {
    for (const { events } of stories) expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort());
  });

  it("hold what links must cope with", async () => {
    const recorded = await Promise.all(stories.map(record));
    const entries = recorded.flatMap((each) => each.entries);
    const seen = {
      "merged pull request": entries.some((entry) => entry.kind === "pull-request" && entry.facts.state === "merged"),
      "push of several pull requests": facts.some((story) => queuePush(story)),
      "direct push": recorded.some(({ direct }) => direct.length > 0),
      "forced push": entries.some((entry) => entry.kind === "push" && entry.facts.forced === true),
      "failed deployment": entries.some((entry) => entry.kind === "deployment-lookup" && entry.facts.state === "Failed"),
      rollback: entries.some((entry) => entry.kind === "deployment-lookup" && entry.facts.rollsBack !== undefined),
      "unresolved revision": entries.some((entry) => entry.kind === "deployment-lookup" && entry.facts.revision.unresolved !== undefined),
      "revision by metadata": entries.some((entry) => entry.kind === "deployment-lookup" && entry.facts.revision.by === "object-metadata"),
      "revision that an artefact names": recorded.some((story) =>
        story.entries.some((entry) => artifactsOf(entry, story.entries).size === 1),
      ),
      "artefact that contradicts another": recorded.some((story) =>
        story.entries.some((entry) => artifactsOf(entry, story.entries).size > 1),
      ),
      "no previous revision": entries.some((entry) => entry.kind === "deployment-lookup" && entry.facts.previousRevision === undefined),
      "replayed body": entries.some(({ source }) => source.replays !== undefined),
      "deployment that carries several": recorded.some(({ plans }) => [...plans.values()].some(({ carries }) => carries.length > 1)),
      "look-up without an answer": stories.some(({ codedeploy }, at) => facts[at]?.some((fact) => unanswered(codedeploy, fact)) === true),
    };
    expect(Object.entries(seen).filter(([, there]) => !there)).toEqual([]);
  });
});

function queuePush(story: readonly SourceFact[]): boolean {
  const merged = new Set(
    story.flatMap((fact) => (fact.kind === "pull-request" && fact.facts.mergeSha !== undefined ? [fact.facts.mergeSha] : [])),
  );
  return story.some((fact) => fact.kind === "push" && fact.facts.commits.filter(({ sha }) => merged.has(sha)).length > 1);
}

/** Commits that artefacts are said to be built from which lie where the looked-up revision lies. */
function artifactsOf(looked: Entry, entries: readonly Entry[]): Set<string | undefined> {
  const location = looked.kind === "deployment-lookup" ? looked.facts.revision.location : undefined;
  return new Set(
    entries.flatMap((entry) =>
      entry.kind === "artifact" && location !== undefined && entry.facts.location === location ? [entry.facts.commit] : [],
    ),
  );
}

function unanswered(codedeploy: Readonly<Record<string, unknown>>, fact: SourceFact): boolean {
  return fact.kind === "deployment-state" && codedeploy[fact.subject.slice(fact.subject.lastIndexOf("/") + 1)] === undefined;
}
