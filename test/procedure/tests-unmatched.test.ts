import type { ArtifactProof, FactsOf, Subject } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { describe, expect, it } from "vitest";
import { deploymentOf, judge, lookedUp, parts, ran, restsOn, said } from "./judged.ts";
import { minute, recorded, sha } from "./recorded.ts";

const UNMATCHED: Subject = "change:codedeploy/123456789012/us-east-1/d-1";
const IMAGE = `registry.example/shop@sha256:${"ab".repeat(32)}`;
const of = (entries: readonly Recorded[]) => judge(entries, {}, UNMATCHED);
const eyes = (...entries: readonly Recorded[]) => said(of(entries), "T4");
const outcome = (...entries: readonly Recorded[]) => parts(of(entries), "T14")[0];
const running = ran("d-1", { InProgress: 10 });
const revision = (more: object) => lookedUp(20, "d-1", { startedAt: minute(10), revision: { type: "ECS", ...more } });
const gaveUp = (asked: string, reason: string, seq: number) =>
  recorded(deploymentOf("d-1"), "unresolved", { asked, attempts: 5, reason }, { at: 30 + seq, id: `${asked} ${seq}`, seq: 20 + seq });
const artifact = (commit: string, by: ArtifactProof, id = commit) =>
  recorded("evidence:one", "artifact", { location: IMAGE, repository: "acme/shop", commit: sha(commit), by } as FactsOf<"artifact">, {
    at: 5,
    id: `artifact ${id} ${by}`,
  });

describe("a deployment that no recorded change explains", () => {
  it("is not known without any of its events", () => {
    expect(eyes()).toBe("not-assessable no-deployment-event: Four eyes: no event of the deployment is on record.");
    expect(outcome()).toBe("not-assessable no-deployment-event: Outcome: no event of the deployment is on record.");
  });
  it("concerns nobody where it did not go to production", () => {
    const staging = ran("d-1", { InProgress: 10, Succeeded: 20 }, { group: "staging" });
    expect(eyes(...staging)).toBe("not-applicable not-production: Four eyes: the deployment did not go to production.");
    expect(outcome(...staging)).toBe("not-applicable not-production: Outcome: the deployment did not go to production.");
  });
  it("brings nothing new where it is a rollback, which has to name what it undoes", () => {
    const back = (more: object) => [
      ...running,
      lookedUp(20, "d-1", { creator: "codeDeployRollback", startedAt: minute(10), completedAt: minute(15), ...more }),
    ];
    expect(eyes(...back({}))).toMatch(/^not-applicable rollback: Four eyes: the deployment restores an earlier revision/);
    expect(outcome(...back({}))).toMatch(/^not-satisfied rollback-not-tied: Outcome: the rollback d-1 names no deployment/);
    expect(outcome(...back({ rollsBack: "d-0" }))).toMatch(/^satisfied satisfied: Outcome: d-0 was rolled back by d-1/);
  });
  it("waits for the look-up, until it gives up", () => {
    expect(eyes(...running)).toBe("pending not-looked-up: Four eyes: the deployment was not looked up yet, so its commit is not known.");
    expect(eyes(...running, gaveUp("deployment", "access denied", 0))).toBe(
      "not-assessable commit-unresolved: Four eyes: which commit was deployed is not known (access denied).",
    );
  });
  it("says why its commit is not known, each reason once, and rests on all that was asked", () => {
    const entries = [
      ...running,
      revision({ location: IMAGE, unresolved: "an image's name tells no commit" }),
      gaveUp("image-label", "no such image", 1),
      gaveUp("provenance", "none is kept", 2),
      gaveUp("image-label", "no such image", 3),
    ];
    expect(eyes(...entries)).toBe(
      "not-assessable commit-unresolved: Four eyes: which commit was deployed is not known (an image's name tells no commit; image-label: no such image; provenance: none is kept).",
    );
    expect(restsOn(of(entries), "T4", entries)).toEqual(entries.slice(1).map(({ entry }) => entry.source.id));
    const entry = revision({ location: IMAGE });
    expect(eyes(...running, entry)).toContain("is not known (the revision names no commit).");
  });
  it("has no commit where the strongest claims contradict each other", () => {
    const entries = [...running, revision({ location: IMAGE }), artifact("a", "event"), artifact("b", "event")];
    expect(eyes(...entries)).toBe(
      "not-assessable commit-contradicted: Four eyes: which commit was deployed is not known (builds' events contradict each other).",
    );
    expect(restsOn(of(entries), "T4", entries)).toEqual(entries.slice(1).map(({ entry }) => entry.source.id));
  });
  it("is a finding where its commit is known, by its own word or by whose of its artefact", () => {
    const found = (how: string) =>
      `not-satisfied unrecorded-commit: Four eyes: aaaaaaaaaaaa${how} went to production, and no recorded push to a protected branch holds it.`;
    expect(eyes(...running, revision({ commit: sha("a"), by: "revision" }))).toBe(found(""));
    const words: Readonly<Record<ArtifactProof, string>> = {
      provenance: "attestations of its build",
      event: "events of its build",
      "object-metadata": "the object's metadata",
      "image-label": "the image's labels",
      "version-tag": "the function's tags",
    };
    for (const [by, how] of Object.entries(words))
      expect(eyes(...running, revision({ location: IMAGE }), artifact("a", by as ArtifactProof))).toBe(found(`, as ${how} say,`));
  });
  it("is judged by how it ended all the same", () => {
    expect(outcome(...running)).toMatch(/^pending deploying/);
    expect(outcome(...ran("d-1", { InProgress: 10, Succeeded: 20 }))).toMatch(/^satisfied satisfied: Outcome: the deployment succeeded/);
  });
});
