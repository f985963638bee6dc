import * as z from "zod";

/** Names of our own: people, teams, roles, procedures, waivers. */
export const nameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "1 to 64 letters, digits, `.`, `_` or `-`");
const account = z.string().min(1).max(512);

/** The roles of ENG-PROC-003. A company adds its own under `roles`. */
export const BUILT_IN_ROLES = ["developer", "peer-reviewer", "security-team", "qa-team", "engineering-lead"] as const;

/** Accounts by system. A name alone is a login; with `id` the account is known by what never changes. */
const accountsSchema = z
  .strictObject({
    github: z
      .array(z.union([account, z.strictObject({ login: account, id: z.string().regex(/^\d{1,20}$/) })]))
      .default([])
      .describe("GitHub logins, or a login with the account's numeric id: then a login that changed hands is no longer that person"),
    jira: z.array(account).default([]).describe("Jira account ids (Cloud), keys or names (Server)"),
    servicenow: z.array(account).default([]).describe("ServiceNow sys_ids or user names"),
    pagerduty: z.array(account).default([]).describe("PagerDuty user ids"),
    aws: z
      .array(account)
      .default([])
      .describe("IAM principals: ARNs as CloudTrail names them; a trailing `*` matches any rest (role sessions of a pipeline)"),
    mail: z
      .array(z.string().regex(/^[0-9a-f]{16}$/))
      .default([])
      .describe("Keyed hashes of addresses, as entries hold them: for commits whose author GitHub knows by no account"),
    bus: z.array(account).default([]).describe("Names that attested events on the bus use"),
  })
  .prefault({});
/** Systems that name people. */
export type AccountSystem = keyof z.output<typeof accountsSchema>;

export const personSchema = z.strictObject({
  id: nameSchema.describe("Stands for the person everywhere else in this file"),
  accounts: accountsSchema,
  roles: z.array(nameSchema).default([]).describe("Built in: developer, peer-reviewer, security-team, qa-team, engineering-lead"),
});

export const botSchema = z.strictObject({
  id: nameSchema,
  accounts: accountsSchema,
  exempt: z
    .boolean()
    .default(false)
    .describe("Changes that the account itself opened and pushed need no second pair of eyes. Never by a commit's author string"),
});

export const teamSchema = z.strictObject({ id: nameSchema, members: z.array(nameSchema).min(1) });
