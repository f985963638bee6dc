import { type InForce, inForce, readConfiguration } from "@change-ledger/procedure";
import { mailHash } from "@change-ledger/sources";
import { DEMONSTRATION_SETTINGS, PEOPLE } from "../../packages/local/demonstration/index.ts";

type Person = (typeof PEOPLE)[keyof typeof PEOPLE];

/** AWS's name of a person's session, as the ledger records it: addresses hashed. */
function sessionOf({ principalArn, mail }: Person): string {
  return principalArn.replace(mail, `mail-${mailHash(mail, DEMONSTRATION_SETTINGS.identityKey)}`);
}

const { ada, ben, chloe, quinn, lee, omar, bot } = PEOPLE;

function person(who: Person, roles: readonly string[]): object {
  const mail = mailHash(who.mail, DEMONSTRATION_SETTINGS.identityKey);
  const accounts = {
    github: [{ login: who.login, id: String(who.githubId) }],
    jira: [who.jiraAccount],
    servicenow: [`sys-${who.login}`],
    bus: [who.login],
    aws: [sessionOf(who)],
    mail: mail === undefined ? [] : [mail],
  };
  return { id: who.login, roles, accounts };
}

/** The company of the scenarios: everybody is named, one repository, one production. */
const COMPANY = {
  format: 1,
  people: [
    person(ada, ["developer", "peer-reviewer"]),
    person(ben, ["developer", "peer-reviewer"]),
    person(chloe, ["security-team"]),
    person(quinn, ["qa-team"]),
    person(lee, ["engineering-lead"]),
    person(omar, ["developer"]),
  ],
  bots: [
    { id: "dependabot", exempt: true, accounts: { github: [{ login: bot.login, id: String(bot.githubId) }] } },
    { id: "pipeline", accounts: { aws: ["arn:aws:sts::123456789012:assumed-role/pipeline/*"] } },
  ],
  repositories: [
    {
      match: "github/acme/shop",
      securityReview: { labels: ["security"] },
      requiredChecks: ["check-run:build", "check-run:test"],
      qaSignOff: [
        { review: { roles: ["qa-team"] } },
        { ticket: { statuses: ["In Review"] } },
        { attested: "qa-sign-off" },
        { check: "status:qa" },
      ],
      protection: { required_approving_review_count: 2 },
      deployments: [
        { environment: "production", codedeploy: { application: "shop", group: "production" } },
        { environment: "staging", codedeploy: { application: "shop", group: "staging" } },
        { environment: "staging", host: { environment: "staging" } },
      ],
    },
  ],
  tickets: [
    {
      project: "jira/PAY",
      approvedTypes: ["Routine"],
      approval: { field: "approval", values: ["Approved"], refused: ["Rejected"], roles: ["engineering-lead"] },
      outcomes: { succeeded: ["Done"], failed: ["Failed"] },
    },
    { project: "jira/INC" },
  ],
  catalogue: [
    {
      item: "rotate-certificate",
      version: "3",
      approvedBy: "lee",
      from: "2026-01-01T00:00:00Z",
      until: "2027-01-01T00:00:00Z",
    },
    { item: "rotate-certificate", version: "2", approvedBy: "lee", from: "2025-01-01T00:00:00Z", until: "2026-01-01T00:00:00Z" },
    { item: "resize-disk", version: "1", approvedBy: "lee", from: "2026-12-01T00:00:00Z", until: "2027-12-01T00:00:00Z" },
  ],
  emergency: { labels: ["emergency"] },
};

type Repository = (typeof COMPANY)["repositories"][number];

/** What a scenario changes of the company's configuration: members of the top, and of its one repository. */
export interface Patch {
  readonly repository?: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

const known = new Map<string, InForce>();

/** The company's configuration with `patch`, read as any configuration is; read once. */
export function configured(patch: Patch = {}): InForce {
  const text = textOf(patch);
  const made = known.get(text) ?? readAnew(patch);
  known.set(text, made);
  return made;
}

export function readAnew(patch: Patch = {}): InForce {
  const read = readConfiguration(textOf(patch), "2026-11-01T00:00:00.000Z");
  if (!read.ok) throw new Error(JSON.stringify(read.faults, undefined, 1));
  return inForce(read);
}

function textOf({ repository, ...rest }: Patch): string {
  const repositories = COMPANY.repositories.map((one: Repository) => ({ ...one, ...repository }));
  return JSON.stringify({ ...COMPANY, repositories, ...rest });
}
