import type { FactKind } from "@change-ledger/model";
import { describe, expect, it } from "vitest";
import {
  type Company,
  company,
  hostDeploymentEvent,
  hostDeploymentStatusEvent,
  issueEvent,
  late,
  lost,
  PEOPLE,
  replayed,
  twice,
} from "../../../packages/local/demonstration/index.ts";
import { factOf, record } from "./record.ts";

const START = "2026-03-02T08:00:00Z";
const { ada, ben, chloe, lee, omar } = PEOPLE;

/** Uses everything that the model can say. */
function everything(lean: boolean): Company {
  const acme = company("acme", "everything", START, { lean });
  const shop = acme.repository("shop");
  shop.ping(lee);
  shop.protect(lee);
  const ticket = acme.ticket("PAY-1", ada, { assignee: ada }).approve(lee).move(ada, "In Progress").comment(ben);
  const pull = shop.pullRequest(ada, {
    ticket,
    commits: [{ by: ada, coAuthors: [ben] }, { by: ben }],
    draft: true,
    unchecked: ["tests-added"],
  });
  pull.label(ada, "security").requestReview(ada, chloe).ready(ada).edit(ada, "PAY-1: better").push(ada).push(ada, true);
  const review = pull.review(ben, "changes_requested");
  pull.dismiss(lee, review);
  pull.review(chloe);
  pull.review(ben, "commented");
  pull.checks("success").suite();
  pull.abandon(ada).reopen(ada);
  pull.merge(lee, "merge");
  pull.deleteBranch(ada);
  shop.mergeQueue([shop.pullRequest(ben, { ticket }), shop.pullRequest(ben)], lee);
  shop.pullRequest(ada, { bare: true }).merge(ada, "rebase");
  shop.pullRequest(ada).merge(ada, "squash");
  shop.pullRequest(ada).merge(ada, "by-hand");
  const before = shop.head;
  shop.directPush(omar);
  shop.forcePush(omar, before);
  shop.unprotect(omar);
  const made = { id: 77, sha: shop.head, ref: "main", environment: "staging", createdAtMs: acme.nowMs() };
  shop.send(omar, (at) => hostDeploymentEvent(at, made));
  shop.send(omar, (at) => hostDeploymentStatusEvent(at, made, "success", acme.nowMs()));
  const times = { createdAtMs: acme.nowMs(), updatedAtMs: acme.nowMs() };
  shop.send(ben, (at) => issueEvent(at, "opened", { number: 90, title: "A bug", by: ben, state: "open", labels: ["bug"], ...times }));
  const production = acme.deploymentGroup("shop", "production", shop);
  production.deploy({ by: omar });
  production.deploy({ by: omar, failsAt: "ValidateService", rollback: "succeeds" });
  production.deploy({ revision: production.archive("build-1", { commit: shop.head, repository: "acme/shop" }), previousUntold: true });
  ticket.set(lee, "retrospective", "Done").set(lee, "reason", "The site is down").move(ada, "Done");
  return acme;
}

const KINDS: readonly FactKind[] = [
  "pull-request",
  "review",
  "push",
  "ref-change",
  "check-run",
  "check-suite",
  "status",
  "workflow-run",
  "host-deployment",
  "host-deployment-status",
  "ticket",
  "comment",
  "merge-group",
  "branch-protection",
  "ruleset",
  "ping",
  "deployment-state",
  "target-state",
  "deployment-created",
];

describe("the builders of the demonstration", () => {
  it.each([false, true])("send what is signed and parsed, of every kind of source event (lean: %s)", (lean) => {
    const facts = everything(lean).events.map((event) => factOf(event).fact);
    expect(facts.filter(({ kind }) => kind === "unparsed")).toEqual([]);
    expect([...new Set(facts.map(({ kind }) => kind))].sort()).toEqual([...KINDS].sort());
  });

  it("say the same facts in full and lean", () => {
    const [full, lean] = [false, true].map((each) => everything(each).events.map((event) => factOf(event).fact));
    expect(lean).toEqual(full);
  });

  it("tell the same bytes for the same calls, and other ids for another seed", () => {
    expect(everything(false).events).toEqual(everything(false).events);
    const ids = (seed: string) => {
      const acme = company("acme", seed, START);
      acme.repository("shop").directPush(ada);
      return acme.events.map((event) => factOf(event).fact.source.id);
    };
    expect(ids("one")).not.toEqual(ids("two"));
  });

  it("give no two deliveries one id", () => {
    const ids = everything(true).events.map((event) => factOf(event).fact.source.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("answer look-ups that parse, with the revision, its predecessor and what failed", async () => {
    const { entries } = await record(everything(false));
    const lookups = entries.flatMap((entry) => (entry.kind === "deployment-lookup" ? [entry.facts] : []));
    expect(lookups).toHaveLength(4);
    expect(lookups.map(({ state }) => state).sort()).toEqual(["Failed", "Succeeded", "Succeeded", "Succeeded"]);
    const failed = lookups.find(({ state }) => state === "Failed");
    expect(failed?.targets[0]?.lifecycle.at(-1)).toMatchObject({ name: "ValidateService", status: "Failed", error: "ScriptFailed" });
    const rollback = lookups.find(({ rollsBack }) => rollsBack !== undefined);
    expect(rollback).toMatchObject({ creator: "codeDeployRollback", state: "Succeeded" });
    expect(lookups.find(({ revision }) => revision.type === "S3")?.revision.by).toBe("object-metadata");
  });

  it("read the template's boxes by their names", () => {
    const opened = everything(false)
      .events.map((event) => factOf(event).fact)
      .find(({ kind }) => kind === "pull-request");
    expect(opened?.facts).toMatchObject({
      checklists: [
        { section: "template", checked: ["ticket-linked", "back-out-planned"], unchecked: ["tests-added"] },
        { section: "security", checked: ["no-secrets", "no-health-information", "input-validated"], unchecked: [] },
      ],
      tickets: ["ticket:jira/PAY-1"],
    });
  });
});

describe("deliveries", () => {
  const push = (how: Parameters<Company["delivered"]>[0]) => {
    const acme = company("acme", "delivery", START);
    const shop = acme.repository("shop");
    acme.delivered(how, () => shop.directPush(ada));
    return acme.events;
  };

  it("come late, twice, not at all, or again under another id", async () => {
    expect(push(late(48)).map(({ at }) => at)).toEqual(["2026-03-04T08:01:00.000Z"]);
    expect(push(lost)).toEqual([]);
    const doubled = push(twice(1));
    expect(doubled).toHaveLength(2);
    expect((await record({ events: doubled, codedeploy: {}, objects: {} })).entries).toHaveLength(1);
    const again = await record({ events: push(replayed(1)), codedeploy: {}, objects: {} });
    expect(again.entries.map(({ source }) => source.replays === undefined)).toEqual([true, false]);
  });
});
