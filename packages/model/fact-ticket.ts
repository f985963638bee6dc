import * as z from "zod";
import { identitySchema, instant, text } from "./fact-members.ts";

export const ticket = z.strictObject({
  action: text,
  type: text.optional(),
  status: text.optional(),
  /** The sender's grouping of statuses: new, indeterminate, done. */
  statusCategory: text.optional(),
  reporter: identitySchema.optional(),
  assignee: identitySchema.optional(),
  labels: z.array(text).optional(),
  resolution: text.optional(),
  /** Changes of the fields that the configuration names (and of status, type, resolution), values as the sender writes them. */
  changes: z.array(z.strictObject({ field: text, from: text.optional(), to: text.optional() })).optional(),
  /** Of a ticket whose type the settings call an incident. */
  incident: z.strictObject({ openedAt: instant.optional(), resolvedAt: instant.optional(), severity: text.optional() }).optional(),
  /** Custom fields that the configuration names: approval, risk, back-out plan given (never free text). */
  fields: z.record(text, z.string()).optional(),
});

export const comment = z.strictObject({ action: text, id: text, author: identitySchema.optional() });
