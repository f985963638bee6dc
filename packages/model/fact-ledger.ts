import * as z from "zod";
import { instant, shaSchema, text } from "./fact-members.ts";
import { subjectSchema } from "./subject.ts";

/** A deployment carries this change (or, of `unlinked`, no longer: later facts corrected it). */
export const link = z.strictObject({ deployment: subjectSchema, version: z.int().positive() });

/** Evidence bundles written under Object Lock; one entry a sealing batch of a repository. */
export const sealed = z.strictObject({
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

/** A look-up that gave up: what was asked, how often, and the stable reason. */
export const unresolved = z.strictObject({ asked: text, attempts: z.int().positive(), reason: text });

/** An event of a known sender that no fact kind stands for: recorded as what it is. */
export const other = z.strictObject({ repository: text.optional() });

/** What could not be parsed: which field and which rule, never the text. */
export const unparsed = z.strictObject({ field: text, rule: text, bytes: z.int().nonnegative() });

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * A version of the configuration: `offered` by whoever may (its text is in the entry's payload; whether it is valid is judged when it is read), come into force,
 * or refused.
 */
export const configuration = z.strictObject({
  status: z.enum(["offered", "in-force", "refused"]),
  /** SHA-256 of the text. */
  version: hex64,
  /** What whoever offered it calls it. */
  label: text.optional(),
  faults: z
    .array(z.strictObject({ code: text, field: text, line: z.int().positive(), column: z.int().positive() }))
    .max(100)
    .optional(),
});

export const OUTCOMES = ["satisfied", "not-satisfied", "pending", "not-assessable", "not-applicable"] as const;
/** What an audit test can say. */
export type Outcome = (typeof OUTCOMES)[number];

/** A change was judged, and differs from what was last said of it. */
export const assessed = z.strictObject({
  asOf: instant,
  /** The version of the configuration that was used. */
  configuration: hex64,
  procedure: text,
  type: z.enum(["normal", "standard", "emergency"]),
  /** SHA-256 of the assessment's canonical bytes. */
  digest: hex64,
  /** Of the whole under `change`, and of each audit test that is applicable. */
  outcomes: z.record(text, z.enum(OUTCOMES)),
  /** A finding's id is `<change>#<test>/<code>`. */
  opened: z.array(z.strictObject({ test: text, code: text, because: text })),
  /** `<test>/<code>` of findings that are gone. */
  resolved: z.array(text),
  /** What has to be done yet, and by when it becomes a finding; the earliest, absent where there is nothing. */
  due: z
    .array(z.strictObject({ test: text, code: text, at: instant }))
    .max(20)
    .optional(),
});

/** What a check of the record itself found (audit tests T2, T18): everything recorded until `upTo` was looked at. */
export const verified = z.strictObject({
  check: z.enum(["normalisation", "chains", "log", "evidence"]),
  upTo: instant,
  looked: z.int().nonnegative(),
  /** The first faults; `faulty` counts all. */
  faults: z.array(z.strictObject({ subject: subjectSchema, seq: z.int().nonnegative().optional(), code: text })).max(100),
  faulty: z.int().nonnegative(),
});

/** What is listed for a longer time than holds so many goes on record in several entries, each of a time of its own. */
export const RECONCILED_MAX = 100;

/** A list that somebody else keeps, compared with the ledger both ways (audit test T1). */
export const reconciled = z.strictObject({
  /** Whose list: `codedeploy`, `github`. */
  system: text,
  /** What it lists: a ref's subject, or `<account>/<region>/<application>/<group>`. */
  scope: text,
  from: instant,
  to: instant,
  listed: z.int().nonnegative(),
  /** Listed there, not recorded here: subjects of deployments, or SHAs. */
  missing: z.array(text).max(200),
  /** How many were missing when the same time was compared before; absent where it never was, or none was. */
  missingBefore: z.int().positive().optional(),
  /** Recorded here, not listed there. */
  unlisted: z.array(text).max(200),
  /** The list itself, as it was given at `askedAt`: with `system`, `scope`, `from` and `to` it is what a population's certificate compares. */
  list: z
    .discriminatedUnion("form", [
      z.strictObject({
        form: z.literal("deployments"),
        askedAt: instant,
        deployments: z.array(z.strictObject({ id: subjectSchema, at: instant.optional() })).max(RECONCILED_MAX),
      }),
      z.strictObject({
        form: z.literal("updates"),
        askedAt: instant,
        updates: z.array(z.strictObject({ before: shaSchema, after: shaSchema, at: instant.optional() })).max(RECONCILED_MAX),
      }),
    ])
    .optional(),
});
