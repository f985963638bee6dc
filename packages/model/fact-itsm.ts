import * as z from "zod";
import { identitySchema, instant, text } from "./fact-members.ts";
import { subjectSchema } from "./subject.ts";

/** A change record of an ITSM system (ServiceNow's change_request, a fulfilled request of the Service Catalog), in the sender's words. Plans and reasons are free text: only that one is given goes on record. */
export const record = z.strictObject({
  action: text,
  /** `normal`, `standard`, `emergency`. */
  type: text.optional(),
  state: text.optional(),
  approval: text.optional(),
  requestedBy: identitySchema.optional(),
  /** Whoever approved last; `approvers` are all who did, where the sender tells more than one. */
  approvedBy: identitySchema.optional(),
  approvers: z.array(identitySchema).optional(),
  risk: text.optional(),
  backOutPlan: z.boolean().optional(),
  testPlan: z.boolean().optional(),
  /** A reason (justification) is given. */
  reason: z.boolean().optional(),
  /** Of a standard change: the catalogue's item and its version. */
  catalogue: z.strictObject({ item: text, version: text.optional() }).optional(),
  incident: subjectSchema.optional(),
  /** The service, configuration item or provisioned product that it is about. */
  service: text.optional(),
  plannedStart: instant.optional(),
  plannedEnd: instant.optional(),
  openedAt: instant.optional(),
  closedAt: instant.optional(),
  /** How it went, as the record's owner closed it: `successful`, `unsuccessful`… */
  outcome: text.optional(),
  /** Why the request was refused: nothing came of it. */
  error: text.optional(),
});

/** An incident of PagerDuty, ServiceNow or another system. */
export const incident = z.strictObject({
  action: text,
  status: text.optional(),
  /** By the sender's clock; of a later event of the same incident too. */
  openedAt: instant.optional(),
  resolvedAt: instant.optional(),
  severity: text.optional(),
  priority: text.optional(),
  urgency: text.optional(),
  service: text.optional(),
  /** Changes that it names. */
  changes: z.array(subjectSchema).optional(),
});
