import * as z from "zod";
import * as attestations from "./fact-attested.ts";
import * as audit from "./fact-audit.ts";
import * as deployments from "./fact-deployment.ts";
import * as github from "./fact-github.ts";
import * as itsm from "./fact-itsm.ts";
import * as ledger from "./fact-ledger.ts";
import * as populations from "./fact-population.ts";
import * as tickets from "./fact-ticket.ts";

/** One schema a kind, for what a host of code, a ticketing system and CodeDeploy say, and for what the ledger adds; several kinds may share one. */
const kinds = {
  "pull-request": github.pullRequest,
  review: github.review,
  push: github.push,
  "ref-change": github.refChange,
  "check-run": github.check,
  "check-suite": github.check,
  status: github.status,
  "workflow-run": github.workflowRun,
  "host-deployment": github.hostDeployment,
  "host-deployment-status": github.hostDeploymentStatus,
  ticket: tickets.ticket,
  comment: tickets.comment,
  record: itsm.record,
  incident: itsm.incident,
  attested: attestations.attested,
  artifact: attestations.artifact,
  "merge-group": github.mergeGroup,
  "branch-protection": github.branchProtection,
  ruleset: github.ruleset,
  ping: ledger.other,
  "deployment-state": deployments.deploymentState,
  "target-state": deployments.targetState,
  "deployment-created": deployments.deploymentCreated,
  "deployment-lookup": deployments.deploymentLookup,
  "pull-request-lookup": github.pullRequestLookup,
  "commit-lookup": github.commitLookup,
  "files-lookup": github.filesLookup,
  "rule-suite-lookup": github.ruleSuiteLookup,
  unresolved: ledger.unresolved,
  linked: ledger.link,
  unlinked: ledger.link,
  sealed: ledger.sealed,
  configuration: ledger.configuration,
  assessed: ledger.assessed,
  verified: ledger.verified,
  reconciled: ledger.reconciled,
  "evidence-read": audit.evidenceRead,
  "population-certified": populations.populationCertified,
  "sample-drawn": populations.sampleDrawn,
  other: ledger.other,
  unparsed: ledger.unparsed,
} as const;

export type FactKind = keyof typeof kinds;
export type FactsOf<K extends FactKind> = z.infer<(typeof kinds)[K]>;
/** A fact: the closed union over `kind`. */
export type Fact = { [K in FactKind]: { readonly kind: K; readonly facts: FactsOf<K> } }[FactKind];

export const FACT_KINDS = Object.keys(kinds) as readonly FactKind[];

/** What the query API puts on record of its own use, in `audit:default`. */
export const AUDIT_KINDS = ["evidence-read", "population-certified", "sample-drawn"] as const satisfies readonly FactKind[];
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** Kinds that the ledger derives by itself: they are never the cause of another derivation of the same sort. */
export const DERIVED_KINDS: ReadonlySet<FactKind> = new Set<FactKind>([
  "linked",
  "unlinked",
  "sealed",
  "deployment-lookup",
  "pull-request-lookup",
  "commit-lookup",
  "files-lookup",
  "rule-suite-lookup",
  "unresolved",
  "assessed",
  "verified",
  "reconciled",
]);

const schemaOf: Readonly<Record<FactKind, z.ZodType>> = kinds;

/** Strict schema of a fact; the union is discriminated by `kind`. */
export const factSchema = z
  .strictObject({ kind: z.enum(FACT_KINDS as [FactKind, ...FactKind[]]), facts: z.unknown() })
  .transform((fact, context): Fact => {
    const parsed = schemaOf[fact.kind].safeParse(fact.facts);
    if (!parsed.success) {
      for (const issue of parsed.error.issues) context.addIssue({ code: "custom", message: issue.message, path: ["facts", ...issue.path] });
      return z.NEVER;
    }
    return { kind: fact.kind, facts: parsed.data } as Fact;
  });
