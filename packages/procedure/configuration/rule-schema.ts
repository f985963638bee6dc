import * as z from "zod";
import { nameSchema } from "./people-schema.ts";

const label = z.string().min(1).max(256);
/** RFC 3339 with an offset; stored as UTC with milliseconds. */
const momentSchema = z.iso.datetime({ offset: true });
const hours = z
  .number()
  .positive()
  .max(24 * 366);

export const ticketProjectSchema = z.strictObject({
  project: z
    .string()
    .regex(/^(?:jira\/[A-Z][A-Z0-9_]*|github\/[\w.-]+\/(?:[\w.-]+|\*)|servicenow)$/)
    .describe("`jira/PAY`, `github/<owner>/<name>` for its issues, `servicenow`"),
  linked: z.boolean().default(false).describe("A linked ticket authorises by itself; it need not be on record"),
  approvedTypes: z.array(label).default([]).describe("Ticket types that need no approval"),
  approval: z
    .strictObject({
      field: label.optional().describe("The field's name in facts"),
      values: z.array(label).default([]),
      statuses: z.array(label).default([]).describe("Statuses that say approved"),
      refused: z.array(label).default([]).describe("Statuses or values that take an approval back"),
      roles: z.array(nameSchema).default([]).describe("When given, only these roles approve"),
    })
    .prefault({}),
  outcomes: z
    .strictObject({ succeeded: z.array(label).default([]), failed: z.array(label).default([]) })
    .prefault({})
    .describe("Resolutions that say how the change went"),
});

export const emergencySchema = z
  .strictObject({
    ticketTypes: z.array(label).default(["Emergency change"]),
    labels: z.array(label).default([]),
    incidentTypes: z.array(label).default(["Incident"]).describe("Ticket types that are incidents"),
    authoriserRoles: z.array(nameSchema).default(["engineering-lead"]),
    reasonField: label.default("emergencyReason"),
    retrospective: z
      .strictObject({
        field: label.default("retrospective"),
        values: z.array(label).default(["Done"]),
        roles: z.array(nameSchema).default(["engineering-lead", "peer-reviewer", "security-team"]),
        withinHours: hours.default(48),
      })
      .prefault({}),
    sharePercent: z.number().min(0).max(100).default(10).describe("A greater share of emergency changes in a period is flagged"),
  })
  .prefault({});

export const standardSchema = z
  .strictObject({
    ticketTypes: z.array(label).default(["Standard change"]),
    itemField: label.default("catalogueItem"),
    versionField: label.default("catalogueVersion"),
  })
  .prefault({});

export const catalogueItemSchema = z.strictObject({
  item: label,
  version: label,
  approvedBy: nameSchema.describe("A person of this file"),
  from: momentSchema,
  until: momentSchema,
});

export const obligationsSchema = z
  .strictObject({
    ticketHours: hours.default(24).describe("After the merge, a ticket must be linked and approved within"),
    qaHours: hours.default(72).describe("After the merge, QA must have signed off within"),
    recordHours: hours.default(72).describe("After the deployment's end, its outcome must be on the change record within"),
  })
  .prefault({});

export const attesterSchema = z.strictObject({
  account: z
    .string()
    .regex(/^\d{12}$/)
    .describe("The AWS account that puts the events on the bus: what EventBridge vouches for"),
  what: z
    .array(label)
    .min(1)
    .optional()
    .describe("What it may attest: `qa-sign-off`, `security-review`, `authorisation`, `retrospective-review`…; left out: anything"),
});

export const waiverSchema = z.strictObject({
  id: nameSchema,
  tests: z.array(z.string()).min(1),
  changes: z.array(z.string().min(1).max(1024)).min(1).describe("Subjects of changes; a trailing `*` matches any rest"),
  approvedBy: nameSchema,
  reason: z.string().min(1).max(1024),
  from: momentSchema,
  until: momentSchema,
});
