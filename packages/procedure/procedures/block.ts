import * as z from "zod";
import { nameSchema } from "../configuration/people-schema.ts";

/** When a requirement is asked for. */
const CONDITIONS = ["always", "security-relevant"] as const;
const when = z.enum(CONDITIONS).default("always");

/**
 * What a step can ask to be on record. A company's own procedure is written from the same blocks as ENG-PROC-003. How each is judged: requirement.ts.
 */
const blockSchema = z.discriminatedUnion("block", [
  z.strictObject({ block: z.literal("ticket"), approved: z.boolean().default(true) }),
  z.strictObject({ block: z.literal("branch") }),
  z.strictObject({
    block: z.literal("template"),
    sections: z
      .array(z.string().min(1))
      .default([])
      .describe("Sections of the template that must be there, by the names that facts use; none: any checklist"),
    complete: z.boolean().default(false).describe("Every box checked"),
  }),
  z.strictObject({ block: z.literal("approval"), roles: z.array(nameSchema).min(1), when }),
  z.strictObject({ block: z.literal("checks") }),
  z.strictObject({ block: z.literal("qa-sign-off") }),
  z.strictObject({ block: z.literal("incident") }),
  z.strictObject({ block: z.literal("authorisation") }),
  z.strictObject({ block: z.literal("retrospective") }),
  z.strictObject({ block: z.literal("catalogue") }),
  z.strictObject({ block: z.literal("back-out-plan") }),
]);
export type Block = z.output<typeof blockSchema>;
export type BlockName = Block["block"];

export const CHANGE_TYPES = ["normal", "standard", "emergency"] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];
export const TEST_IDS = [
  "T1",
  "T2",
  "T3",
  "T4",
  "T5",
  "T6",
  "T7",
  "T8",
  "T9",
  "T10",
  "T11",
  "T12",
  "T13",
  "T14",
  "T15",
  "T16",
  "T17",
  "T18",
] as const;
export type TestId = (typeof TEST_IDS)[number];

const stepSchema = z.strictObject({
  number: z.int().positive(),
  title: z.string().min(1).max(256),
  who: z.array(nameSchema).min(1).describe("Roles"),
  requires: z.array(blockSchema).min(1),
  tests: z.array(z.string()).describe("Audit tests that speak to the step"),
  controls: z.array(z.string()).default([]).describe("Controls of the catalogue that the step serves"),
});

export const procedureSchema = z.strictObject({
  id: nameSchema,
  version: z.string().min(1).max(64),
  title: z.string().min(1).max(256),
  /** Steps by type of change; a type that is left out takes the steps of `normal`. */
  steps: z.strictObject({
    normal: z.array(stepSchema).min(1),
    standard: z.array(stepSchema).optional(),
    emergency: z.array(stepSchema).optional(),
  }),
});
export type Procedure = z.output<typeof procedureSchema>;
export type Step = z.output<typeof stepSchema>;
