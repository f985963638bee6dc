import { DEPLOYMENT_STATES, OUTCOMES, TARGET_STATES } from "@change-ledger/model";
import {
  CHANGE_TYPES,
  DEPLOYMENT_FIGURES,
  DEPLOYMENT_RESULTS,
  type DeploymentFigureName,
  FAILURE_CLASSES,
  LANES,
  TONES,
} from "@change-ledger/query";
import * as z from "zod";
import { hash, identity, instant, revision, SCHEMAS, subject } from "./schemas.ts";

const DEPLOYMENT = "deployment:codedeploy/123456789012/us-east-1/d-ED7873C0B";
const deployment = subject(DEPLOYMENT);
const change = subject("change:github/acme/cargo/pull/123");
const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();

const entryReference = z
  .object({ subject: subject(DEPLOYMENT), seq: z.int().nonnegative(), hash })
  .meta({ description: "The entry that tells it: its place in its chain, and its hash" })
  .register(SCHEMAS, { id: "EntryReference" });

const payload = z
  .object({ archive: z.string(), offset: z.int(), length: z.int(), sha256: z.string() })
  .meta({ description: "Where the sender's own words lie (messages and log tails among them): a range of an archived segment" })
  .register(SCHEMAS, { id: "Payload" });

const approval = z
  .object({ outcome: z.enum(OUTCOMES), because: z.string(), change: change.optional() })
  .meta({ description: "Four eyes and the final revision (T4, T5), by the latest assessment on record; absent when nobody has judged" })
  .register(SCHEMAS, { id: "Approval" });

const revisionState = z
  .object({ revision: revision.optional(), deployment: deployment.optional(), approval: approval.optional() })
  .register(SCHEMAS, { id: "RevisionState" });

const advice = {
  class: z.enum(FAILURE_CLASSES),
  title: z.string(),
  meaning: z.string(),
  next: z.string().meta({ description: "The likely next step" }),
};
const failure = z
  .object({ ...advice, code: z.string().optional(), consequence: z.object({ ...advice, code: z.string() }).optional() })
  .meta({
    description: "Why it failed; `consequence` is the deployment's own code where that only follows from the first target's failure",
  })
  .register(SCHEMAS, { id: "Failure" });

const moment = z.object({ at: instant, deployment, told: entryReference.optional() }).register(SCHEMAS, { id: "Moment" });
const figure = z
  .object({
    name: z.enum(Object.keys(DEPLOYMENT_FIGURES) as [DeploymentFigureName, ...DeploymentFigureName[]]),
    title: z.string(),
    definition: z.string(),
    seconds: z.number().optional(),
    from: moment.optional(),
    to: moment.optional(),
    missing: z.string().optional().meta({ description: "Why there is no figure" }),
  })
  .register(SCHEMAS, { id: "Figure" });

const lifecycle = z.object({
  name: z.string(),
  status: z.string(),
  start: instant.optional(),
  end: instant.optional(),
  error: z.string().optional(),
  script: z.string().optional(),
  class: z.enum(FAILURE_CLASSES).optional(),
});
const target = z
  .object({
    id: z.string(),
    type: z.string().optional(),
    state: z.enum(TARGET_STATES),
    startedAt: instant.optional(),
    endedAt: instant.optional(),
    failedAt: instant.optional(),
    lifecycle: list(lifecycle),
    told: entryReference.optional(),
    payload: payload.optional(),
  })
  .meta({ description: "A target; those that failed first stand first" })
  .register(SCHEMAS, { id: "Target" });

const carried = z
  .object({
    change,
    type: z.enum(CHANGE_TYPES),
    number: z.string().optional(),
    author: identity.optional(),
    headSha: z.string().optional(),
    mergeSha: z.string().optional(),
    mergedAt: instant.optional(),
    mergedBy: identity.optional(),
    approvedBy: list(identity),
    tickets: list(subject("ticket:jira/PAY-12")),
    approval: approval.optional(),
    retried: z.boolean().meta({ description: "An earlier failed attempt carried it too" }),
    told: entryReference.optional(),
  })
  .register(SCHEMAS, { id: "CarriedChange" });

const blastRadius = z
  .object({
    environment: z.string().optional(),
    application: z.string().optional(),
    group: z.string().optional(),
    total: z.int(),
    failed: z.int(),
    succeeded: z.int(),
    skipped: z.int(),
    touched: z.int(),
    shareFailed: z.number().optional(),
    shareTouched: z.number().optional(),
    counted: z.boolean().meta({ description: "`total` is CodeDeploy's own list" }),
    definitions: z.record(z.string(), z.string()),
  })
  .register(SCHEMAS, { id: "BlastRadius" });

const difference = z
  .object({
    since: deployment.optional(),
    by: z.enum(["previous-revision", "last-good-deployment", "nothing"]),
    fromCommit: z.string().optional(),
    toCommit: z.string().optional(),
    sameRevision: z.boolean(),
    changes: z.object({ carried: z.int(), fresh: z.int(), retried: z.int() }),
    config: z.object({ from: z.string().optional(), to: z.string().optional() }).optional(),
    targets: z.object({ added: list(z.string()), gone: list(z.string()) }).optional(),
  })
  .register(SCHEMAS, { id: "Difference" });

const attempt = z
  .object({
    deployment,
    role: z.enum(["last-good", "attempt", "rollback", "recovery"]),
    state: z.enum(DEPLOYMENT_STATES).optional(),
    startedAt: instant.optional(),
    endedAt: instant.optional(),
    revision: revision.optional(),
    undoes: deployment.optional(),
    failure: z.enum(FAILURE_CLASSES).optional(),
  })
  .register(SCHEMAS, { id: "Attempt" });

const mark = z
  .object({
    subject: subject(DEPLOYMENT),
    seq: z.int().nonnegative(),
    hash,
    at: instant.meta({ description: "The sender's clock" }),
    recordedAt: instant,
    kind: z.string(),
    event: z.string(),
    what: z.string(),
    tone: z.enum(TONES),
    by: z.string().optional(),
  })
  .meta({ description: "An entry on the time axis" })
  .register(SCHEMAS, { id: "Mark" });

export const timelineSchema = z
  .object({
    deployment,
    asOf: instant,
    application: z.string().optional(),
    group: z.string().optional(),
    state: z.enum(DEPLOYMENT_STATES).optional(),
    outcome: z.enum(DEPLOYMENT_RESULTS),
    rollback: z.boolean(),
    startedAt: instant.optional(),
    endedAt: instant.optional(),
    creator: z.string().optional(),
    principal: z.string().optional(),
    lookedUp: z.enum(["done", "pending", "unresolved"]),
    firstFailure: z
      .object({
        target: z.string().optional(),
        at: instant.optional(),
        event: z.string().optional(),
        error: z.string().optional(),
        script: z.string().optional(),
      })
      .optional(),
    failure: failure.optional(),
    blastRadius,
    deployed: revisionState,
    previous: revisionState,
    restored: revisionState.optional(),
    running: z.object({ ...revisionState.shape, unsure: z.boolean() }).optional(),
    carries: list(carried),
    authors: list(identity),
    difference,
    figures: list(figure),
    lineage: list(attempt),
    recovery: z.object({ by: z.enum(["rollback", "redeployment", "fix-forward"]), deployment }).optional(),
    targets: list(target),
    incidents: list(
      z.object({
        incident: subject("incident:pagerduty/Q1"),
        tie: z.enum(["named", "meanwhile"]),
        openedAt: instant.optional(),
        resolvedAt: instant.optional(),
        severity: z.string().optional(),
        service: z.string().optional(),
      }),
    ),
    lanes: list(z.object({ lane: z.enum(LANES), marks: list(mark) })),
    omitted: z.int().meta({ description: "Chains that belong to the story and were not read, or not to their end: there were too many" }),
  })
  .meta({ description: "A deployment's story; every figure stands beside its definition" })
  .register(SCHEMAS, { id: "Timeline" });
