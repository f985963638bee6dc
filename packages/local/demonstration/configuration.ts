import { mailHash } from "@change-ledger/sources";
import { PEOPLE, type Person } from "./people.ts";
import { DEMONSTRATION_SETTINGS } from "./settings.ts";

const { ada, ben, chloe, quinn, lee, omar, bot } = PEOPLE;

/** A person's accounts as the ledger records them: addresses are hashed there. */
function person(who: Person, roles: readonly string[]): object {
  const mail = mailHash(who.mail, DEMONSTRATION_SETTINGS.identityKey) ?? "";
  const accounts = {
    github: [{ login: who.login, id: String(who.githubId) }],
    jira: [who.jiraAccount],
    aws: [who.principalArn.replace(who.mail, `mail-${mail}`)],
    mail: [mail],
  };
  return { id: who.login, roles, accounts };
}

/**
 * `change-ledger.config.yaml` of the demonstration's company (YAML has JSON for a part): everybody but the outsider is named, every repository has one group for
 * staging and one for production.
 * @param repositories their names, without the owner
 */
export function demonstrationConfiguration(repositories: readonly string[]): string {
  const deployments = repositories.flatMap((application) => [
    { environment: "production", codedeploy: { application, group: "production" } },
    { environment: "staging", codedeploy: { application, group: "staging" } },
  ]);
  const approval = { field: "approval", values: ["Approved"], refused: ["Rejected"], roles: ["engineering-lead"] };
  return `${JSON.stringify(
    {
      format: 1,
      people: [
        person(ada, ["developer", "peer-reviewer"]),
        person(ben, ["developer", "peer-reviewer"]),
        person(chloe, ["security-team"]),
        person(quinn, ["qa-team"]),
        person(lee, ["engineering-lead"]),
        person(omar, ["developer"]),
      ],
      bots: [{ id: "dependabot", exempt: true, accounts: { github: [{ login: bot.login, id: String(bot.githubId) }] } }],
      repositories: [
        {
          match: "github/acme/*",
          securityReview: { labels: ["security"] },
          qaSignOff: [{ review: { roles: ["qa-team"] } }],
          deployments: [...deployments, { environment: "staging", host: { environment: "staging" } }],
        },
      ],
      tickets: [{ project: "jira/PAY", approval, outcomes: { succeeded: ["Done"] } }, { project: "jira/INC" }],
    },
    undefined,
    2,
  )}\n`;
}
