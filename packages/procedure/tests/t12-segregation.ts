import type { Identity } from "@change-ledger/model";
import { nameOf, type Who } from "../configuration/identity.ts";
import type { Case } from "../dossier/case.ts";
import { isExempt } from "../dossier/coverage.ts";
import { systemOf } from "../dossier/itsm.ts";
import type { Pull } from "../dossier/pull.ts";
import type { Recorded } from "../dossier/recorded.ts";
import { latestWord } from "../dossier/tickets.ts";
import type { AuditTest } from "./sheet.ts";
import { mergedPull } from "./stage.ts";
import { notApplicable, notAssessable, notSatisfied, pending, satisfied, type Verdict } from "./verdict.ts";

export const segregation: AuditTest = {
  id: "T12",
  title: "Segregation",
  sheet: {
    intent: "No one person can ask for a change, approve it and bring it to production.",
    rule: "Requester, sole approver (of a founded emergency its authoriser) and deployer are not the same person. One person may hold a GitHub login, a Jira account and an IAM principal. The deployer is the principal of CloudTrail's CreateDeployment, of each deployment to production; where several tickets or records are named, whoever asked for any of them is a requester.",
    controls: ["iso27001-2013/A.6.1.2", "iso27001-2022/5.3", "soc2/CC8.1/authorizes", "soc2/CC8.1/deploys"],
    restsOn: ["ticket", "record", "review", "deployment-created"],
    exemptions: "An exempt bot's own change.",
    pass: "Two people approved. Or the only approver is not who asked for it. Or a pipeline's account deployed.",
    fail: "Lee asked for it in Jira, was its only approver on GitHub, and called CreateDeployment.",
    limitations:
      "Accounts that the configuration does not join are different people to it. Who started a pipeline that deploys by its own account is not seen. `segregation: any-two` asks for more.",
    remediation: "Have somebody else approve or deploy; name all accounts of a person in the configuration.",
  },
  judge,
};

interface Part {
  readonly named: string;
  readonly who: Who | undefined;
  readonly told: Recorded;
}

const idOf = ({ who }: Part): string | undefined => who?.id;

function judge(of: Case): Verdict {
  const stage = mergedPull(of, "Segregation");
  if ("verdict" in stage) return stage.verdict;
  const { pull } = stage;
  const { coverage } = of;
  if (isExempt(coverage)) return notApplicable("exempt-bot", "Segregation: an exempt bot's own change needs no approval.", pull.told);
  const approvers = approversOf(of, pull.head);
  const [approver, another] = approvers;
  if (another !== undefined)
    return satisfied(
      "Segregation: more than one person approved it.",
      approvers.map(({ told }) => told),
    );
  if (approver === undefined)
    return notSatisfied(
      "no-approver",
      "Segregation: nobody whose approval counts approved what was merged.",
      "Have a qualified peer approve it.",
      pull.told,
    );
  const requesters = requestersOf(of, pull);
  // Where several asked for it, whoever makes it worst counts: naming one ticket more excuses nobody.
  const requester =
    requesters.find((one) => idOf(one) === idOf(approver)) ?? requesters.find((one) => idOf(one) === undefined) ?? requesters[0];
  const any = of.inForce.configuration.segregation === "any-two";
  if (!any && requester.who !== undefined && idOf(requester) !== idOf(approver))
    return satisfied(`Segregation: ${requester.named} asked for it and ${approver.named} approved it.`, requester.told, approver.told);
  if (any && idOf(requester) === idOf(approver)) return same([requester, approver], ["asked for it", "was its only approver"]);
  return deployed(of, requesters, requester, approver, any);
}

/** Who approved the merged head, each person once; of a founded emergency whoever let it go ahead too. */
function approversOf(of: Case, head: string): readonly Part[] {
  const found = new Map<string, Part>();
  for (const { who, commit, told } of of.coverage.approvals) if (commit === head) found.set(who.id, { named: who.id, who, told });
  const { founded, emergency } = of.changeType;
  const authoriser = founded ? emergency?.authoriser : undefined;
  if (authoriser !== undefined && !found.has(authoriser.who.id)) found.set(authoriser.who.id, { ...authoriser, named: authoriser.who.id });
  return [...found.values()];
}

function deployed(of: Case, requesters: readonly Part[], requester: Part, approver: Part, any: boolean): Verdict {
  const told = [requester.told, approver.told];
  if (of.releases.length === 0) return pending("not-deployed", "Segregation: the change has not gone to production.", told);
  const created = of.releases.flatMap(({ deployment }) => deployment.created);
  const deployers = created.map((one): Part => {
    const { arn, name, id } = one.entry.facts.principal;
    const login = arn ?? name;
    const who = of.inForce.resolve("aws", { login, id });
    return { named: who?.id ?? login ?? id ?? "a principal not named", who, told: one };
  });
  const unknown = [requester, ...deployers].find(({ who }) => who === undefined);
  if (unknown !== undefined)
    return notSatisfied(
      "unknown-identity",
      `Segregation: nobody can say which person ${unknown.named} is, so nobody can say that it is not ${approver.named}, the only approver.`,
      "Name the account in the configuration.",
      told,
      deployers.map((one) => one.told),
    );
  const approved = deployers.find((one) => idOf(one) === idOf(approver));
  if (approved !== undefined)
    return any
      ? same([approver, approved], ["was its only approver", "deployed it"])
      : same([requester, approver, approved], ["asked for it", "was its only approver", "deployed it"]);
  for (const asker of any ? requesters : []) {
    const asked = deployers.find((one) => idOf(one) === idOf(asker));
    if (asked !== undefined) return same([asker, asked], ["asked for it", "deployed it"]);
  }
  if (of.releases.some(({ deployment }) => deployment.created.length === 0))
    return notAssessable(
      "deployer-unknown",
      `Segregation: ${approver.named} is the only approver, and who deployed is not on record: CloudTrail's CreateDeployment names them, and none came.`,
      "Route CloudTrail's CreateDeployment to the ledger's bus.",
      told,
    );
  return satisfied(
    `Segregation: ${requester.named} asked for it, ${approver.named} approved it, and ${deployers.map(({ named }) => named).join(" and ")} deployed it.`,
    told,
    deployers.map((each) => each.told),
  );
}

function same(parts: readonly [Part, ...Part[]], deeds: readonly string[]): Verdict {
  return notSatisfied(
    "one-person",
    `Segregation: ${parts[0].named} ${deeds.join(", ").replace(/, ([^,]*)$/, " and $1")}.`,
    "Have somebody else approve what is in production, and somebody else deploy the next time.",
    parts.map(({ told }) => told),
  );
}

/** Whoever reported a ticket or asked for a record; without either whoever opened the pull request. */
function requestersOf(of: Case, pull: Pull): readonly [Part, ...Part[]] {
  const part = (system: string, identity: Identity, told: Recorded): Part => {
    const who = of.inForce.resolve(system, identity);
    return { named: who?.id ?? nameOf(identity), who, told };
  };
  const found: Part[] = [];
  for (const subject of [...of.named].sort()) {
    const reporter = latestWord(of.tickets.get(subject) ?? [], (facts) => facts.reporter);
    const asked = of.records.get(subject)?.latest((facts) => facts.requestedBy);
    for (const said of [reporter, asked]) if (said !== undefined) found.push(part(systemOf(subject), said.value, said.told));
  }
  const [first, ...others] = found;
  return first === undefined ? [part("github", pull.author, pull.told)] : [first, ...others];
}
