import * as z from "zod";
import { nameSchema } from "./people-schema.ts";

const label = z.string().min(1).max(256);
/** `*` matches within a path segment, `**` any segments. */
const glob = z.string().min(1).max(512);

export const ENVIRONMENTS = ["production", "staging", "other"] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

const target = z
  .strictObject({
    environment: z.enum(ENVIRONMENTS),
    codedeploy: z.strictObject({ application: label, group: label }).optional(),
    ecs: z.strictObject({ cluster: label, service: label }).optional(),
    host: z.strictObject({ environment: label }).describe("An environment of the code host's own deployments").optional(),
  })
  .refine(
    (one) => [one.codedeploy, one.ecs, one.host].filter((each) => each !== undefined).length === 1,
    "exactly one of codedeploy, ecs and host",
  );

/** One way in which QA's sign-off is on record; any one of those listed is enough. */
const signOffSchema = z.union([
  z
    .strictObject({ review: z.strictObject({ roles: z.array(nameSchema).min(1) }) })
    .describe("An approving review of the merged head by a person of these roles"),
  z.strictObject({ check: label }).describe("A check that succeeded on the merged head: its name, or `<kind>:<name>`"),
  z.strictObject({ deployment: z.literal("staging") }).describe("A successful deployment of the revision to staging"),
  z
    .strictObject({
      ticket: z.strictObject({
        statuses: z.array(label).default([]),
        field: label.optional(),
        values: z.array(label).default([]),
        roles: z.array(nameSchema).default(["qa-team"]).describe("Who may say so; none: anybody who wrote none of it"),
      }),
    })
    .describe(
      "A linked ticket that came into this state after the merged head was pushed, by somebody of these roles who wrote none of it",
    ),
  z.strictObject({ attested: label }).describe("An attested event of this name that names the revision and passed"),
]);
export type SignOff = z.output<typeof signOffSchema>;

const securityReviewSchema = z
  .strictObject({
    paths: z.array(glob).default([]),
    labels: z.array(label).default([]),
    always: z.boolean().default(false).describe("Every change needs it"),
  })
  .prefault({});

/** What GitHub's branch protection has to say, setting by setting: a flag or text that must be equal, a number that must be reached. */
const requiredProtection = z.record(z.string().regex(/^[a-z][a-z0-9_]{0,99}$/), z.union([z.boolean(), z.number(), z.string()]));

export const repositorySchema = z.strictObject({
  match: z
    .string()
    .regex(/^github\/[\w.-]+\/(?:[\w.-]+|\*)$/, "`github/<owner>/<name>`, or `github/<owner>/*`")
    .describe("`github/<owner>/<name>` or `github/<owner>/*`; no two may match one repository"),
  procedure: nameSchema.default("ENG-PROC-003"),
  protectedBranches: z.array(glob).default([]).describe("Besides the default branch: `release/*`"),
  reviewTeams: z.array(nameSchema).default([]).describe("When given, only members of these teams are qualified peers"),
  securityReview: securityReviewSchema,
  requiredChecks: z
    .array(label)
    .default([])
    .describe("Names of checks, or `<kind>:<name>` with kind check-run, check-suite, status or workflow-run"),
  qaSignOff: z.array(signOffSchema).default([{ review: { roles: ["qa-team"] } }]),
  protection: requiredProtection.default({}).describe("Settings of branch protection whose absence is a lapse"),
  trustSquashAuthors: z
    .boolean()
    .default(false)
    .describe("Where the pull request's commits are not on record, take the squash commit's author and co-authors for all authors"),
  deployments: z.array(target).default([]),
});
export type RepositoryRules = z.output<typeof repositorySchema>;
