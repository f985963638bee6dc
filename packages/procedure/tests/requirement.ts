import type { Case } from "../dossier/case.ts";
import { isExempt } from "../dossier/coverage.ts";
import { ticketsNamed } from "../dossier/pull.ts";
import { isBy } from "../dossier/reviews.ts";
import type { Block } from "../procedures/block.ts";
import { verdictOf } from "./sheet.ts";
import { mergedPull } from "./stage.ts";
import { authorised } from "./t03-authorised.ts";
import { checksOf, qaOf } from "./t09-tested.ts";
import { securityTrigger } from "./t10-security-review.ts";
import { authorisationOf, incidentOf, reviewOf } from "./t13-emergency.ts";
import { backOutPlanOf } from "./t14-outcome.ts";
import { standardChange } from "./t15-standard.ts";
import { notApplicable, notAssessable, notSatisfied, pending, satisfied, short, type Verdict } from "./verdict.ts";

/** Whether what a step asks for is on record. Where an audit test judges the same, its verdict is the requirement's. */
export function requirementVerdict(block: Block, of: Case): Verdict {
  switch (block.block) {
    case "ticket":
      return block.approved ? verdictOf(authorised, of) : ticketLinked(of);
    case "branch":
      return featureBranch(of);
    case "template":
      return template(block, of);
    case "approval":
      return approval(block, of);
    case "checks":
      return of.once(checksOf);
    case "qa-sign-off":
      return of.once(qaOf);
    case "incident":
      return of.once(incidentOf);
    case "authorisation":
      return of.once(authorisationOf);
    case "retrospective":
      return of.once(reviewOf);
    case "catalogue":
      return verdictOf(standardChange, of);
    case "back-out-plan":
      return of.once(backOutPlanOf);
    default:
      return block satisfies never;
  }
}

function ticketLinked(of: Case): Verdict {
  const { pull } = of;
  if (pull === undefined) return verdictOf(authorised, of);
  const { tickets, told } = ticketsNamed(pull);
  if (tickets.length > 0) return satisfied(`The pull request names ${tickets.join(", ")}.`, told);
  if (pull.state === "open") return pending("open", "The pull request names no ticket yet.", told);
  if (pull.state === "closed") return notApplicable("never-merged", "The pull request was closed and never merged.", told);
  return notSatisfied("unticketed", "The pull request names no ticket.", "Link a ticket.", told);
}

function featureBranch(of: Case): Verdict {
  const stage = mergedPull(of, "Branch");
  if ("verdict" in stage) return stage.verdict;
  const { pull } = stage;
  if (pull.fork) return satisfied("The work was done in another repository.", pull.told);
  if (pull.headRef !== pull.baseRef) return satisfied(`The work was done on ${pull.headRef}.`, pull.told);
  return notSatisfied(
    "no-feature-branch",
    `The pull request's branch is ${pull.baseRef} itself.`,
    "Make a branch for the change.",
    pull.told,
  );
}

function template(block: Extract<Block, { readonly block: "template" }>, of: Case): Verdict {
  const stage = mergedPull(of, "Template");
  if ("verdict" in stage) return stage.verdict;
  const { pull } = stage;
  const lists = pull.told.entry.facts.checklists ?? [];
  const remedy = "Fill in the pull request's template, its security checklist included.";
  if (lists.length === 0)
    return notSatisfied("no-template", "The pull request's template is not filled in: it has no checklist.", remedy, pull.told);
  const missing = block.sections.filter((section) => !lists.some((list) => list.section === section));
  if (missing.length > 0)
    return notSatisfied("section-missing", `The pull request's checklist lacks ${missing.join(", ")}.`, remedy, pull.told);
  const wanted = block.sections.length === 0 ? lists : lists.filter(({ section }) => block.sections.some((one) => one === section));
  if (wanted.every(({ checked }) => checked.length === 0))
    return notSatisfied("nothing-checked", "The pull request's template is there, and nothing in it is checked.", remedy, pull.told);
  const open = wanted.flatMap(({ unchecked }) => unchecked);
  if (block.complete && open.length > 0)
    return notSatisfied("boxes-open", `Boxes of the checklist are left open: ${open.join(", ")}.`, remedy, pull.told);
  return satisfied("The pull request's template is filled in.", pull.told);
}

function approval(block: Extract<Block, { readonly block: "approval" }>, of: Case): Verdict {
  const stage = mergedPull(of, "Approval");
  if ("verdict" in stage) return stage.verdict;
  const { pull } = stage;
  const roles = block.roles.join(" or ");
  if (block.when === "security-relevant") {
    const trigger = securityTrigger(of, pull);
    if (trigger === undefined)
      return notAssessable(
        "paths-unknown",
        "Whether the change is security-relevant is not known.",
        "Give the ledger GitHub's App credentials, so that it can ask for the changed paths.",
        pull.told,
      );
    if (!trigger.triggered) return notApplicable("not-triggered", `The change has ${trigger.words}.`, trigger.told);
  }
  const { coverage } = of;
  if (isExempt(coverage)) return notApplicable("exempt-bot", "An exempt bot's own change needs no approval.", pull.told);
  const found = coverage.approvals.filter(({ commit }) => commit === pull.head).find(isBy(block.roles));
  if (found !== undefined) return satisfied(`${found.who.id} (${roles}) approved ${short(pull.head)}.`, pull.told, found.told);
  return notSatisfied(
    "approval-missing",
    `Nobody approved ${short(pull.head)} as ${roles}.`,
    `Have the merged head approved by ${roles}.`,
    pull.told,
  );
}
