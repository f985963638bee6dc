/** One person with the accounts that the systems know. */
export interface Person {
  readonly login: string;
  readonly githubId: number;
  readonly name: string;
  readonly mail: string;
  /** GitHub's word on the relation to the repository. */
  readonly association: "MEMBER" | "CONTRIBUTOR" | "NONE";
  readonly type: "User" | "Bot";
  /** Atlassian account id. */
  readonly jiraAccount: string;
  /** The session of an IAM role that AWS sees. */
  readonly principalArn: string;
}

/** The AWS account and region of the demonstration. */
export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";

function person(login: string, name: string, githubId: number, more: Partial<Person> = {}): Person {
  const mail = `${login}@acme.example`;
  return {
    login,
    githubId,
    name,
    mail,
    association: "MEMBER",
    type: "User",
    jiraAccount: `5f0c${String(githubId).padStart(20, "0")}`,
    principalArn: `arn:aws:sts::${ACCOUNT}:assumed-role/Deployer/${mail}`,
    ...more,
  };
}

/** Who works at the demonstration's company, each in one role of the change procedure. */
export const PEOPLE = {
  /** Developer. */
  ada: person("ada", "Ada Moreau", 7100001),
  /** Developer and peer reviewer. */
  ben: person("ben", "Ben Okafor", 7100002),
  /** Security team. */
  chloe: person("chloe", "Chloe Sato", 7100003),
  /** QA team. */
  quinn: person("quinn", "Quinn Alvarez", 7100004),
  /** Engineering lead. */
  lee: person("lee", "Lee Novak", 7100005),
  /** Operations: deploys. */
  omar: person("omar", "Omar Haddad", 7100006),
  /** Nobody of the company's: an outside contributor. */
  zoe: person("zoe-outside", "Zoe", 7100099, { association: "NONE", mail: "zoe@elsewhere.example" }),
  /** The bot that updates dependencies. */
  bot: person("dependabot[bot]", "dependabot[bot]", 49699333, { type: "Bot", association: "CONTRIBUTOR", mail: "bot@noreply.example" }),
} as const;

/** GitHub's own account: it commits what the merge button merges. */
export const WEB_FLOW = { login: "web-flow", name: "GitHub", mail: "noreply@github.com" } as const;
