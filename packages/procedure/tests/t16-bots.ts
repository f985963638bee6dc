import type { Case } from "../dossier/case.ts";
import type { AuditTest } from "./sheet.ts";
import { notApplicable, notSatisfied, satisfied, short, type Verdict } from "./verdict.ts";

export const bots: AuditTest = {
  id: "T16",
  title: "Bots",
  sheet: {
    intent: "A bot's exemption cannot be borrowed.",
    rule: "A bot is exempt by its authenticated account only: GitHub says that the account opened the pull request and pushed each of its heads. A commit's author string says nothing.",
    controls: ["soc2/CC8.1/authorizes", "iso27001-2013/A.9.4.5", "iso27001-2022/8.4"],
    restsOn: ["pull-request", "push"],
    exemptions: "Pull requests that no bot has part in.",
    pass: "dependabot's own account opened the pull request, and nobody else pushed to it.",
    fail: "Ada's pull request holds a commit that bears the bot's name. Somebody pushed to the bot's branch, though the branch's own push alone tells of it.",
    limitations: "Who holds the bot's token is not seen.",
    remediation: "Have such commits approved like anybody's, and push them under an account of a person.",
  },
  judge,
};

function judge(of: Case): Verdict {
  const { pull, coverage } = of;
  if (pull === undefined) return notApplicable("no-bot", "Bots: no pull request, and so no bot's.");
  const borrowed = coverage.authors.filter(({ unknown }) => unknown === "bot-by-name");
  if (borrowed.length > 0)
    return notSatisfied(
      "bot-by-name",
      `Bots: ${borrowed.map(({ commit, named }) => `${short(commit ?? "")} bears the name of ${named}`).join(" and ")}, whose account did not push all of this.`,
      "Have these commits approved like anybody's; push them under an account of a person.",
      pull.told,
      borrowed.map(({ told }) => told),
    );
  const own = coverage.authors.find(({ who }) => who?.kind === "bot");
  if (own === undefined) return notApplicable("no-bot", "Bots: no bot has part in the pull request.", pull.told);
  const pushed = pull.events.filter(({ entry }) => ["opened", "synchronize", "reopened"].includes(entry.facts.action));
  return satisfied(
    `Bots: ${own.named} is known by its own account, which opened the pull request${own.exempt ? " and pushed all of it" : ""}.`,
    pull.told,
    pushed,
  );
}
