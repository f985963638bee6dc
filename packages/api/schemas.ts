import { ARTIFACT_PROOFS, DEPLOYMENT_STATES, OUTCOMES, subjectSchema, TARGET_STATES } from "@change-ledger/model";
import { CHANGE_STATES, CHANGE_TYPES } from "@change-ledger/query";
import * as z from "zod";

/** Schemas by the name that they have in the OpenAPI document. */
export const SCHEMAS = z.registry<{ readonly id: string }>();

export const subject = (example: string) =>
  subjectSchema.meta({ type: "string", examples: [example], description: "`type:id`; see the documentation on subjects" });
export const instant = z.iso.datetime({ precision: 3 }).meta({ examples: ["2023-02-05T00:03:00.000Z"] });
export const hash = z.string().meta({ examples: ["0".repeat(64)], description: "RFC 6962 leaf hash, 64 lower-case hexadecimal digits" });

export const identity = z
  .object({ id: z.string().optional(), login: z.string().optional(), mail: z.string().optional() })
  .meta({ description: "A person as the sender names them; `mail` is a keyed hash" })
  .register(SCHEMAS, { id: "Identity" });

const chainHead = z
  .object({ length: z.int().nonnegative(), hash })
  .meta({ description: "Number of entries, and the hash of the last" })
  .register(SCHEMAS, { id: "ChainHead" });

export const revision = z
  .object({
    type: z.string(),
    repository: z.string().optional(),
    commit: z.string().optional(),
    location: z.string().optional(),
    definition: z.string().optional(),
    by: z.enum(["revision", ...ARTIFACT_PROOFS]).optional(),
    unresolved: z.string().optional(),
  })
  .register(SCHEMAS, { id: "Revision" });

export const changeSchema = z
  .object({
    subject: subject("change:github/acme/cargo/pull/123"),
    type: z.enum(CHANGE_TYPES),
    repository: z.string().meta({ examples: ["github/acme/cargo"] }),
    number: z.string().optional(),
    state: z
      .enum(CHANGE_STATES)
      .meta({ description: "How far the change went; `deployed` and beyond are read from the deployments that carry it" }),
    author: identity.optional(),
    headSha: z.string().optional(),
    baseRef: z.string().optional(),
    draft: z.boolean().optional(),
    mergeSha: z.string().optional(),
    mergedAt: instant.optional(),
    mergedBy: identity.optional(),
    status: z.string().optional(),
    tickets: z.array(subject("ticket:jira/PAY-12")),
    labels: z.array(z.string()),
    reviews: z
      .array(
        z.object({
          reviewer: identity,
          state: z.enum(["approved", "changes_requested", "dismissed"]),
          commit: z.string().optional(),
          at: instant,
        }),
      )
      .meta({ description: "Each reviewer's latest verdict" }),
    deployments: z
      .array(subject("deployment:codedeploy/123456789012/us-east-1/d-ED7873C0B"))
      .meta({ description: "Those that carry it now" }),
    openedAt: instant.optional(),
    lastAt: instant.optional(),
    chain: chainHead,
    assessment: z
      .object({
        at: instant,
        outcome: z.enum(OUTCOMES),
        type: z.enum(["normal", "standard", "emergency"]),
        findings: z.array(z.string()),
        tests: z.record(z.string(), z.enum(OUTCOMES)),
      })
      .optional()
      .meta({
        description: "What was last said of its assessment: `findings` are the ids of those that are open, `tests` those that have a say",
      }),
    bundles: z.array(z.object({ at: instant, head: hash, key: z.string(), versionId: z.string(), sha256: hash })),
  })
  .register(SCHEMAS, { id: "Change" });

export const checkSchema = z
  .object({
    commit: subject("commit:github/acme/cargo/247b22f225af3fbdb82e53e2f1ab81efd3cab050"),
    name: z.string().meta({ examples: ["check-run:build"] }),
    id: z.string(),
    status: z.string(),
    conclusion: z.string().optional(),
    at: instant,
  })
  .register(SCHEMAS, { id: "Check" });

export const changeDetailSchema = changeSchema
  .extend({
    checks: z.array(checkSchema).meta({ description: "The latest run of each check of its head and of its merge" }),
  })
  .register(SCHEMAS, { id: "ChangeDetail" });

const deploymentSchema = z
  .object({
    subject: subject("deployment:codedeploy/123456789012/us-east-1/d-ED7873C0B"),
    scope: z.string().meta({ examples: ["codedeploy/123456789012/us-east-1"] }),
    application: z.string().optional(),
    group: z.string().optional(),
    state: z.enum(DEPLOYMENT_STATES).optional(),
    rollback: z.boolean(),
    rollsBack: subject("deployment:codedeploy/123456789012/us-east-1/d-89290F3E2").optional(),
    rolledBackBy: subject("deployment:codedeploy/123456789012/us-east-1/d-707D0324B").optional(),
    revision: revision.optional(),
    previousRevision: revision.optional(),
    creator: z.string().optional(),
    principal: z.string().optional(),
    startedAt: instant.optional(),
    endedAt: instant.optional(),
    firstFailureAt: instant.optional(),
    failure: z
      .object({
        target: z.string(),
        at: instant.optional(),
        event: z.string().optional(),
        error: z.string().optional(),
        script: z.string().optional(),
      })
      .optional()
      .meta({ description: "The first target that failed" }),
    error: z.string().optional(),
    targets: z.array(z.object({ id: z.string(), state: z.enum(TARGET_STATES) })),
    targetsTruncated: z.boolean(),
    lookedUp: z.enum(["done", "pending", "unresolved"]),
    unresolved: z.string().optional(),
    openedAt: instant.optional(),
    lastAt: instant.optional(),
    chain: chainHead,
  })
  .register(SCHEMAS, { id: "Deployment" });

/** What else is said of one deployment; whoever judges adds the rest. */
export const deploymentDetailSchema = deploymentSchema.extend({
  carries: z.array(subject("change:github/acme/cargo/pull/123")),
  carriesSince: z
    .enum(["previous-revision", "previous-deployment", "beginning-of-record", "not-counted"])
    .optional()
    .meta({ description: "From where the changes were counted; absent until they are" }),
  timeToRestoreSeconds: z
    .number()
    .optional()
    .meta({ description: "From the first failed target to the success of the rollback, by the senders' clocks" }),
  restoredAt: instant.optional(),
});

export const ticketSchema = z
  .object({
    subject: subject("ticket:jira/PAY-12"),
    scope: z.string().meta({ examples: ["jira/PAY"] }),
    type: z.string().optional(),
    status: z.string().optional(),
    statusCategory: z.string().optional(),
    resolution: z.string().optional(),
    reporter: identity.optional(),
    assignee: identity.optional(),
    labels: z.array(z.string()),
    fields: z.array(z.object({ name: z.string(), value: z.string() })),
    deleted: z.boolean(),
    openedAt: instant.optional(),
    lastAt: instant.optional(),
    chain: chainHead,
  })
  .register(SCHEMAS, { id: "Ticket" });

const entry = z
  .object({
    v: z.literal(1),
    subject: subject("change:github/acme/cargo/pull/123"),
    seq: z.int().nonnegative(),
    prev: hash,
    kind: z.string(),
    occurredAt: instant,
    recordedAt: instant,
    actor: z.object({ system: z.string(), id: z.string().optional(), login: z.string().optional() }).optional(),
    source: z.object({
      system: z.string(),
      event: z.string(),
      id: z.string(),
      auth: z.string(),
      norm: z.int(),
      replays: z.string().optional(),
    }),
    payload: z.object({ sha256: z.string(), archive: z.string(), offset: z.int(), length: z.int() }).optional(),
    part: z.object({ index: z.int(), of: z.int() }).optional(),
    facts: z.record(z.string(), z.unknown()),
  })
  .meta({ description: "An entry, version 1" })
  .register(SCHEMAS, { id: "Entry" });

const hashedEntry = z.object({ hash, entry }).register(SCHEMAS, { id: "HashedEntry" });

export const entriesSchema = z
  .object({
    subject: subject("change:github/acme/cargo/pull/123"),
    entries: z.array(hashedEntry),
    next: z.int().optional().meta({ description: "`from` of the next page; absent at the chain's end" }),
  })
  .register(SCHEMAS, { id: "Entries" });

export const auditPageSchema = z
  .object({
    items: z.array(hashedEntry),
    next: z.int().optional().meta({ description: "`before` of the next page; absent at the chain's beginning" }),
  })
  .register(SCHEMAS, { id: "AuditPage" });

export const dossierSchema = z
  .object({
    change: changeSchema,
    chains: z.array(
      z.object({
        subject: subject("commit:github/acme/cargo/247b22f225af3fbdb82e53e2f1ab81efd3cab050"),
        head: chainHead,
        entries: z.array(hashedEntry),
        next: z.string().optional().meta({ description: "Where the rest of the chain is" }),
      }),
    ),
  })
  .register(SCHEMAS, { id: "Dossier" });

/** A page of a list; `next` is the cursor of the page behind it. */
function pageOf<T extends z.ZodType>(item: T, name: string) {
  return z.object({ items: z.array(item), next: z.string().optional() }).register(SCHEMAS, { id: name });
}

export function wholeNumber(least: number, most: number) {
  const rule = `a whole number from ${least} to ${most}`;
  return z.coerce.number(rule).int(rule).min(least, `at least ${least}`).max(most, `at most ${most}`);
}
export const limit = wholeNumber(1, 100);
export const cursor = z.string().min(1, "a cursor from an earlier answer").max(4096, "a cursor from an earlier answer");
export const text = z.string().min(1, "not empty").max(1024, "at most 1024 characters");

export const healthSchema = z.object({ status: z.literal("ok") }).register(SCHEMAS, { id: "Health" });
export const changePageSchema = pageOf(changeSchema, "ChangePage");
export const deploymentPageSchema = pageOf(deploymentSchema, "DeploymentPage");
export const ticketPageSchema = pageOf(ticketSchema, "TicketPage");
export const hourPageSchema = pageOf(z.string().meta({ examples: ["2026-11-21T22"], description: "An hour in UTC" }), "HourPage");
