import * as z from "zod";
import { procedureSchema } from "../procedures/block.ts";
import { botSchema, nameSchema, personSchema, teamSchema } from "./people-schema.ts";
import { repositorySchema } from "./repository-schema.ts";
import {
  attesterSchema,
  catalogueItemSchema,
  emergencySchema,
  obligationsSchema,
  standardSchema,
  ticketProjectSchema,
  waiverSchema,
} from "./rule-schema.ts";

/**
 * `change-ledger.config.yaml`: who the people are, what belongs to which repository, and which rules hold. Everything may be left out: what is then
 * not known is said, and nothing that needs it is satisfied.
 */
export const configurationSchema = z.strictObject({
  format: z.literal(1).default(1),
  roles: z.array(nameSchema).max(100).default([]).describe("Roles besides the built-in ones"),
  people: z.array(personSchema).max(20_000).default([]),
  bots: z.array(botSchema).max(1_000).default([]),
  unlistedAccounts: z
    .enum(["unknown", "own-person"])
    .default("unknown")
    .describe("Whether an author's account that no person claims counts as a person of its own (who never approves), or as nobody known"),
  segregation: z
    .enum(["all-three", "any-two"])
    .default("all-three")
    .describe("T12 fails when requester, sole approver and deployer are one person, or when any two of them are"),
  backOut: z
    .strictObject({ field: z.string().min(1).default("backOutPlan"), item: z.string().min(1).default("back-out-planned") })
    .prefault({})
    .describe("Names of the ticket's field, and of the checklist's box, that say a back-out plan is there"),
  teams: z.array(teamSchema).max(1_000).default([]),
  repositories: z.array(repositorySchema).max(5_000).default([]),
  tickets: z.array(ticketProjectSchema).max(1_000).default([]),
  attesters: z
    .array(attesterSchema)
    .max(1_000)
    .optional()
    .describe("Whose attested events count. Left out: those of every account that the bus takes events from"),
  catalogue: z.array(catalogueItemSchema).max(5_000).default([]),
  standard: standardSchema,
  emergency: emergencySchema,
  obligations: obligationsSchema,
  waivers: z.array(waiverSchema).max(5_000).default([]),
  retention: z.strictObject({ years: z.int().positive().max(100).default(7) }).prefault({}),
  procedures: z.array(procedureSchema).max(100).default([]),
});
export type Configuration = z.output<typeof configurationSchema>;

/** The configuration's JSON Schema (draft 2020-12), for editors. */
export function configurationJsonSchema(): object {
  return {
    $id: "https://change-ledger.dev/configuration/v1",
    title: "Change Ledger configuration",
    ...z.toJSONSchema(configurationSchema, { io: "input" }),
  };
}
