import { type Settings, settingsSchema } from "@change-ledger/sources";

/** Secrets that the demonstration's senders sign with. No secret of anybody's: they are printed here. */
export const DEMONSTRATION_SECRETS = {
  github: "demonstration-github-secret",
  jira: "demonstration-jira-secret",
  pagerduty: "demonstration-pagerduty-secret",
} as const;
/** Whoever signs what it sends. */
export type Secrets = Readonly<Record<keyof typeof DEMONSTRATION_SECRETS, string>>;

export const PAGERDUTY_HOST = "acme.pagerduty.com";

/** Custom fields of the demonstration's Jira. */
export const JIRA_FIELDS = {
  approval: "customfield_10050",
  backOutPlan: "customfield_10051",
  risk: "customfield_10052",
  reason: "customfield_10053",
  retrospective: "customfield_10054",
} as const;

/** Boxes of the pull request template, by the name that a fact calls them. */
export const TEMPLATE = {
  template: {
    "ticket-linked": "A ticket describes the change",
    "tests-added": "Tests cover the change",
    "back-out-planned": "The ticket holds a back-out plan",
  },
  security: {
    "no-secrets": "No secrets in code or configuration",
    "no-health-information": "No health information in logs or test data",
    "input-validated": "Input from outside is validated",
  },
} as const;
export const SECTIONS = { template: "Template", security: "Security checklist" } as const;

const itemNames = Object.values(TEMPLATE).flatMap((items) => Object.entries(items).map(([name, text]): [string, string] => [text, name]));

/** The configuration of the demonstration's company: what the `SETTINGS` variable of the functions holds. */
export const DEMONSTRATION_SETTINGS: Settings = settingsSchema.parse({
  identityKey: "demonstration-identity-key",
  jira: {
    projects: ["PAY", "INC"],
    fields: {
      [JIRA_FIELDS.approval]: { name: "approval" },
      [JIRA_FIELDS.backOutPlan]: { name: "backOutPlan", keep: "presence" },
      [JIRA_FIELDS.risk]: { name: "risk" },
      [JIRA_FIELDS.reason]: { name: "emergencyReason", keep: "presence" },
      [JIRA_FIELDS.retrospective]: { name: "retrospective" },
    },
  },
  pagerduty: { hosts: [PAGERDUTY_HOST] },
  checklist: {
    sections: Object.fromEntries(Object.entries(SECTIONS).map(([name, text]) => [text, name])),
    items: Object.fromEntries(itemNames),
  },
});
