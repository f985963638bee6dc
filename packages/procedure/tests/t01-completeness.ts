import { subjectId } from "@change-ledger/model";
import type { Case } from "../dossier/case.ts";
import type { Push } from "../dossier/pushes.ts";
import { refName } from "../dossier/pushes.ts";
import { lastOf, type Recorded } from "../dossier/recorded.ts";
import type { AuditTest } from "./sheet.ts";
import { claimed } from "./stage.ts";
import { all, notApplicable, notAssessable, notSatisfied, pending, satisfied, short, type Verdict } from "./verdict.ts";

export const completeness: AuditTest = {
  id: "T1",
  title: "Completeness",
  sheet: {
    intent: "Nothing happened in production that the ledger does not know of.",
    rule: "An independent list (CodeDeploy's deployments, the ref's own history) matches the ledger both ways, and each push's `before` is the `after` of the push before it.",
    controls: ["soc2/CC8.1/tracks", "soc2/CC8.1/manages", "hipaa/164.312(b)", "hitrust/12.a"],
    restsOn: ["push", "reconciled", "deployment-state"],
    exemptions: "The first push on record has nothing before it.",
    pass: "The reconciler compared main's history and the group's deployments with the ledger for a time that holds the change, and found the same.",
    fail: "The push begins at a commit that no recorded push ended at. The deployment is on record and CodeDeploy does not list it.",
    limitations: "It is as good as the list: what the code host or AWS deletes from its own list is missing in both.",
    remediation: "Run the reconciler for the time; have lost deliveries sent again; explain what the list has and the ledger has not.",
  },
  judge,
};

function judge(of: Case): Verdict {
  if (of.kind === "record") return notApplicable("no-code", "Completeness: the record brings no code and no deployment.");
  if (of.pull?.state === "closed")
    return notApplicable("never-merged", "Completeness: the pull request was closed and never merged.", of.pull.told);
  if (of.pull?.state === "open") return pending("open", "Completeness: the pull request is still open.", of.pull.told);
  if (of.claim !== undefined) return claimed(of, "Completeness");
  const parts: Verdict[] = [];
  const push = of.arrival?.push;
  if (of.kind !== "unmatched-deployment") {
    if (push === undefined)
      return notSatisfied(
        "push-missing",
        "Completeness: the merge is on record, and the push that brought it is not: a delivery is missing.",
        "Have the code host deliver the push again.",
        of.pull?.told,
      );
    parts.push(continued(of, push), listed(of, "github", push.ref, push.at, [push.after, `${push.before}..${push.after}`], push.told[0]));
  }
  const deployments = of.unmatched === undefined ? of.releases.map(({ deployment }) => deployment) : [of.unmatched];
  for (const deployment of deployments) {
    // GitHub's own deployments are listed with the repository, not with CodeDeploy.
    const [system, account, region] = subjectId(deployment.subject).split("/");
    if (system !== "codedeploy" && system !== "ecs") continue;
    const { application = "?", group = "?" } = deployment;
    // ECS lists by cluster and service.
    const scope = `${account}/${region}/${system === "ecs" ? `${group}/${application}` : `${application}/${group}`}`;
    const id = deployment.subject.slice(deployment.subject.lastIndexOf("/") + 1);
    parts.push(
      listed(of, system, scope, deployment.startedAt ?? deployment.told.entry.occurredAt, [deployment.subject, id], deployment.told),
    );
  }
  return all(parts);
}

/** A missed delivery shows as a push that begins where no other ended. */
function continued(of: Case, push: Push): Verdict {
  const pushes = of.pushes.filter((one) => one.ref === push.ref);
  const before = pushes.find(({ after }) => after === push.before);
  if (before !== undefined)
    return satisfied(`Completeness: the push to ${refName(push.ref)} begins where the one before it ended.`, before.told, push.told);
  const earlier = pushes.findLast(({ at }) => at < push.at);
  if (earlier === undefined)
    return satisfied(
      push.created
        ? `Completeness: the push made ${refName(push.ref)}.`
        : `Completeness: the push is the first to ${refName(push.ref)} on record here.`,
      push.told,
    );
  return notSatisfied(
    "gap",
    `Completeness: the push to ${refName(push.ref)} begins at ${short(push.before)}, where no recorded push ended: one is missing.`,
    "Have the code host deliver the missing push again; the reconciler finds which it is.",
    push.told,
    earlier.told,
  );
}

function listed(of: Case, system: string, scope: string, at: string, names: readonly string[], told: Recorded | undefined): Verdict {
  const runs = of.buckets.reconciled.filter(({ entry }) => entry.facts.system === system && entry.facts.scope === scope);
  const run = lastOf(runs.filter(({ entry: { facts } }) => facts.from <= at && at <= facts.to));
  const remedy = `Run the reconciler against ${system} for ${scope}.`;
  if (run === undefined) {
    const before = lastOf(runs.filter(({ entry }) => entry.facts.from <= at));
    if (before !== undefined)
      return pending("not-reconciled-yet", `Completeness: ${scope} was not compared with ${system} since ${at}.`, told, before);
    return notAssessable(
      "no-independent-list",
      `Completeness: ${scope} was never compared with ${system}'s own list for ${at}.`,
      remedy,
      told,
    );
  }
  const { missing, unlisted, from, to } = run.entry.facts;
  if (unlisted.some((name) => names.includes(name)))
    return notSatisfied(
      "not-listed",
      `Completeness: the ledger has ${names[0]}, and ${system} does not list it.`,
      "Find out who sent the event: the sender's own list does not know it.",
      told,
      run,
    );
  if (missing.length > 0)
    return notSatisfied(
      "missing",
      `Completeness: between ${from} and ${to}, ${system} lists ${missing.length} that the ledger has not, among them ${missing[0]}.`,
      remedy,
      told,
      run,
    );
  return satisfied(`Completeness: ${system}'s list for ${scope} matches the ledger both ways.`, told, run);
}
