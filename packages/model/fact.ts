import * as z from "zod";
import { subjectSchema } from "./subject.ts";

const text = z.string().min(1);
/** A git object id: SHA-1 or SHA-256, lower case. */
export const shaSchema = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "a git object id of 40 or 64 lower-case hexadecimal digits");
const instant = z.iso.datetime({ precision: 3 });
const refName = text;

/** A person as the sender names them: `id` stays, `login` may change. Where a sender gives neither, `mail` is a keyed hash of the address. */
export const identitySchema = z.strictObject({ id: text.optional(), login: text.optional(), mail: text.optional() });
export type Identity = z.infer<typeof identitySchema>;

/** A check box of the pull request's template or security checklist. `item` is SHA-256 (first 16 hexadecimal digits) of its trimmed text unless the configuration names it. */
const checklistSchema = z.strictObject({ section: text.optional(), checked: z.array(text), unchecked: z.array(text) });

const commitSchema = z.strictObject({
  sha: shaSchema,
  author: identitySchema,
  /** Present when it differs from the author. */
  committer: identitySchema.optional(),
  coAuthors: z.array(identitySchema).optional(),
});
export type CommitFact = z.infer<typeof commitSchema>;

const pullRequest = z.strictObject({
  action: text,
  /** When the pull request was opened, by the sender's clock. */
  openedAt: instant.optional(),
  author: identitySchema,
  /** The sender's word on the author's relation to the repository: MEMBER, CONTRIBUTOR, NONE… */
  association: text.optional(),
  head: shaSchema,
  headRef: refName,
  /** Present when the head lies in another repository. */
  headRepository: text.optional(),
  base: shaSchema,
  baseRef: refName,
  state: z.enum(["open", "closed", "merged"]),
  draft: z.boolean().optional(),
  mergeSha: shaSchema.optional(),
  mergedAt: instant.optional(),
  mergedBy: identitySchema.optional(),
  /** Of `synchronize`: the head before. */
  before: shaSchema.optional(),
  labels: z.array(text).optional(),
  /** Of labeled, unlabeled, review_requested: what the action is about. */
  about: text.optional(),
  /** Subjects of the tickets that title, body and branch name. */
  tickets: z.array(subjectSchema).optional(),
  checklists: z.array(checklistSchema).optional(),
});

const review = z.strictObject({
  action: text,
  id: text,
  reviewer: identitySchema,
  association: text.optional(),
  state: z.enum(["approved", "changes_requested", "commented", "dismissed", "pending"]),
  /** The commit that was reviewed: what binds, never the time. */
  commit: shaSchema.optional(),
});

const push = z.strictObject({
  before: shaSchema,
  after: shaSchema,
  forced: z.boolean().optional(),
  created: z.boolean().optional(),
  deleted: z.boolean().optional(),
  /** The ref is the repository's default branch. */
  default: z.boolean().optional(),
  /** Oldest first, as pushed. GitHub lists at most 2,048; `truncated` says that it says so. */
  commits: z.array(commitSchema),
  truncated: z.boolean().optional(),
});

const refChange = z.strictObject({ action: z.enum(["created", "deleted"]), refType: text });

const check = z.strictObject({
  action: text,
  id: text,
  name: text,
  status: text,
  conclusion: text.optional(),
  /** Numbers of the pull requests that the sender ties the check to. */
  pullRequests: z.array(text).optional(),
});

const status = z.strictObject({ id: text, context: text, state: text });

const workflowRun = z.strictObject({
  action: text,
  id: text,
  attempt: text.optional(),
  name: text.optional(),
  event: text.optional(),
  status: text,
  conclusion: text.optional(),
});

const hostDeployment = z.strictObject({
  action: text,
  id: text,
  environment: text,
  commit: shaSchema,
  ref: refName.optional(),
  task: text.optional(),
  creator: identitySchema.optional(),
});
const hostDeploymentStatus = z.strictObject({
  action: text,
  id: text,
  environment: text,
  commit: shaSchema,
  state: text,
  creator: identitySchema.optional(),
});

const ticket = z.strictObject({
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
  /** Custom fields that the configuration names: approval, risk, back-out plan given (never free text). */
  fields: z.record(text, z.string()).optional(),
});

const comment = z.strictObject({ action: text, id: text, author: identitySchema.optional() });

const mergeGroup = z.strictObject({
  action: text,
  head: shaSchema,
  headRef: refName,
  base: shaSchema,
  baseRef: refName,
  reason: text.optional(),
});

const branchProtection = z.strictObject({
  action: text,
  id: text,
  pattern: text,
  /** The settings as the sender gives them; what is absent was not told. */
  settings: z.record(text, z.union([z.string(), z.boolean(), z.number(), z.array(z.string())])),
  /** Of `edited`: settings' former values. */
  from: z.record(text, z.union([z.string(), z.boolean(), z.number(), z.array(z.string())])).optional(),
});

const ruleset = z.strictObject({
  action: text,
  id: text,
  enforcement: text,
  target: text.optional(),
  include: z.array(text).optional(),
  exclude: z.array(text).optional(),
  rules: z.array(text).optional(),
  bypass: z.array(text).optional(),
});

/** CodeDeploy's states, in the API's spelling; events say START, SUCCESS, FAILURE, STOP, READY. */
export const DEPLOYMENT_STATES = ["Created", "Queued", "InProgress", "Baking", "Succeeded", "Failed", "Stopped", "Ready"] as const;
export type DeploymentState = (typeof DEPLOYMENT_STATES)[number];
export const TARGET_STATES = ["Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready", "Unknown"] as const;
export type TargetState = (typeof TARGET_STATES)[number];

const deploymentState = z.strictObject({ application: text, group: text, state: z.enum(DEPLOYMENT_STATES) });
const targetState = z.strictObject({
  application: text,
  group: text,
  target: text,
  instanceGroup: text.optional(),
  state: z.enum(TARGET_STATES),
});

/** CloudTrail's CreateDeployment: the only place that names the principal who deployed. */
const deploymentCreated = z.strictObject({
  application: text,
  group: text.optional(),
  principal: z.strictObject({ arn: text.optional(), type: text.optional(), id: text.optional(), name: text.optional() }),
  error: text.optional(),
});

export const revisionSchema = z.strictObject({
  type: text,
  repository: text.optional(),
  commit: shaSchema.optional(),
  /** Where it lies, when it is no commit: `s3://bucket/key?versionId=…`. */
  location: text.optional(),
  /** How the commit came to be known; absent when it is not. */
  by: z.enum(["revision", "object-metadata"]).optional(),
  /** Why the commit is not known. */
  unresolved: text.optional(),
});
export type Revision = z.infer<typeof revisionSchema>;

const lifecycleEvent = z.strictObject({
  name: text,
  status: text,
  start: instant.optional(),
  end: instant.optional(),
  error: text.optional(),
  script: text.optional(),
});

/** What CodeDeploy answered about a deployment. Log tails stay in the archive. */
const deploymentLookup = z.strictObject({
  application: text,
  group: text,
  config: text.optional(),
  state: z.enum(DEPLOYMENT_STATES),
  creator: text.optional(),
  revision: revisionSchema,
  previousRevision: revisionSchema.optional(),
  createdAt: instant.optional(),
  startedAt: instant.optional(),
  completedAt: instant.optional(),
  error: text.optional(),
  /** Of a rollback: the deployment that triggered it. */
  rollsBack: text.optional(),
  /** Of a failed deployment: the deployment that rolled it back. */
  rolledBackBy: text.optional(),
  /** Succeeded lifecycle events are left out of targets that succeeded (the archive holds them). */
  targets: z.array(
    z.strictObject({ id: text, type: text, status: text, updatedAt: instant.optional(), lifecycle: z.array(lifecycleEvent) }),
  ),
});

/** A look-up that gave up: what was asked, how often, and the stable reason. */
const unresolved = z.strictObject({ asked: text, attempts: z.int().positive(), reason: text });

/** GitHub's answer on a pull request's commits and their authors. */
const pullRequestLookup = z.strictObject({ head: shaSchema, commits: z.array(commitSchema), truncated: z.boolean().optional() });
const commitLookup = z.strictObject({ parents: z.array(shaSchema), author: identitySchema.optional() });

/** A deployment carries this change (or, of `unlinked`, no longer: later facts corrected it). */
const link = z.strictObject({ deployment: subjectSchema, version: z.int().positive() });

/** Evidence bundles written under Object Lock; one entry a sealing batch of a repository. */
const sealed = z.strictObject({
  bundles: z.array(
    z.strictObject({
      change: subjectSchema,
      /** Hash of the head of the change's chain that the bundle covers. */
      head: text,
      key: text,
      versionId: text,
      sha256: text,
      bytes: z.int().positive(),
    }),
  ),
});

/** An event of a known sender that no fact kind stands for: recorded as what it is. */
const other = z.strictObject({ repository: text.optional() });

/** What could not be parsed: which field and which rule, never the text. */
const unparsed = z.strictObject({ field: text, rule: text, bytes: z.int().nonnegative() });

const kinds = {
  "pull-request": pullRequest,
  review,
  push,
  "ref-change": refChange,
  "check-run": check,
  "check-suite": check,
  status,
  "workflow-run": workflowRun,
  "host-deployment": hostDeployment,
  "host-deployment-status": hostDeploymentStatus,
  ticket,
  comment,
  "merge-group": mergeGroup,
  "branch-protection": branchProtection,
  ruleset,
  ping: other,
  "deployment-state": deploymentState,
  "target-state": targetState,
  "deployment-created": deploymentCreated,
  "deployment-lookup": deploymentLookup,
  "pull-request-lookup": pullRequestLookup,
  "commit-lookup": commitLookup,
  unresolved,
  linked: link,
  unlinked: link,
  sealed,
  other,
  unparsed,
} as const;

export type FactKind = keyof typeof kinds;
export type FactsOf<K extends FactKind> = z.infer<(typeof kinds)[K]>;
/** A fact: the closed union over `kind`. */
export type Fact = { [K in FactKind]: { readonly kind: K; readonly facts: FactsOf<K> } }[FactKind];

export const FACT_KINDS = Object.keys(kinds) as readonly FactKind[];

/** Kinds that the ledger derives by itself: they are never the cause of another derivation of the same sort. */
export const DERIVED_KINDS: ReadonlySet<FactKind> = new Set<FactKind>([
  "linked",
  "unlinked",
  "sealed",
  "deployment-lookup",
  "pull-request-lookup",
  "commit-lookup",
  "unresolved",
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
