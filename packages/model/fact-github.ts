import * as z from "zod";
import { identitySchema, instant, shaSchema, text } from "./fact-members.ts";
import { subjectSchema } from "./subject.ts";

const refName = text;

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

export const pullRequest = z.strictObject({
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

export const review = z.strictObject({
  action: text,
  id: text,
  reviewer: identitySchema,
  association: text.optional(),
  state: z.enum(["approved", "changes_requested", "commented", "dismissed", "pending"]),
  /** The commit that was reviewed: what binds, never the time. */
  commit: shaSchema.optional(),
});

export const push = z.strictObject({
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

export const refChange = z.strictObject({ action: z.enum(["created", "deleted"]), refType: text });

export const check = z.strictObject({
  action: text,
  id: text,
  name: text,
  status: text,
  conclusion: text.optional(),
  /** Numbers of the pull requests that the sender ties the check to. */
  pullRequests: z.array(text).optional(),
});

export const status = z.strictObject({ id: text, context: text, state: text });

export const workflowRun = z.strictObject({
  action: text,
  id: text,
  attempt: text.optional(),
  name: text.optional(),
  event: text.optional(),
  status: text,
  conclusion: text.optional(),
});

export const hostDeployment = z.strictObject({
  action: text,
  id: text,
  environment: text,
  commit: shaSchema,
  ref: refName.optional(),
  task: text.optional(),
  creator: identitySchema.optional(),
});
export const hostDeploymentStatus = z.strictObject({
  action: text,
  id: text,
  environment: text,
  commit: shaSchema,
  state: text,
  creator: identitySchema.optional(),
});

export const mergeGroup = z.strictObject({
  action: text,
  head: shaSchema,
  headRef: refName,
  base: shaSchema,
  baseRef: refName,
  reason: text.optional(),
});

export const branchProtection = z.strictObject({
  action: text,
  id: text,
  pattern: text,
  /** The settings as the sender gives them; what is absent was not told. */
  settings: z.record(text, z.union([z.string(), z.boolean(), z.number(), z.array(z.string())])),
  /** Of `edited`: settings' former values. */
  from: z.record(text, z.union([z.string(), z.boolean(), z.number(), z.array(z.string())])).optional(),
});

export const ruleset = z.strictObject({
  action: text,
  id: text,
  enforcement: text,
  target: text.optional(),
  include: z.array(text).optional(),
  exclude: z.array(text).optional(),
  rules: z.array(text).optional(),
  bypass: z.array(text).optional(),
});

/** GitHub's answer on a pull request's commits and their authors. */
export const pullRequestLookup = z.strictObject({ head: shaSchema, commits: z.array(commitSchema), truncated: z.boolean().optional() });
export const commitLookup = z.strictObject({ parents: z.array(shaSchema), author: identitySchema.optional() });

/** Paths that a pull request changes, as GitHub answered for this head. */
export const filesLookup = z.strictObject({ head: shaSchema, paths: z.array(text), truncated: z.boolean().optional() });

/** How GitHub's rules judged a push: `pass`, `fail` or `bypass`. */
export const ruleSuiteLookup = z.strictObject({ id: text, result: text, before: shaSchema.optional(), after: shaSchema });
