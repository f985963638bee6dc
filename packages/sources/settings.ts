import * as z from "zod";

const name = z.string().min(1).max(128);
/** Whoever writes a pull request chooses how often it appears in an entry. */
const short = z.string().min(1).max(64);

/** What differs from company to company. JSON; everything may be left out. */
export const settingsSchema = z.strictObject({
  /**
   * Key of the HMAC-SHA-256 that stands for an e-mail address. Without one no address leaves any trace: such an author stays unknown,
   * and the tests that need them say so.
   */
  identityKey: z.string().max(1024).default(""),
  /** The ledger's first day. What was before is a backfill's to find, not the reconcilers'. Absent: a list is compared from the first that the ledger knows of it. */
  since: z.iso.datetime().optional(),
  github: z
    .strictObject({
      /** Ask GitHub's API for what its events leave out (needs App credentials). */
      lookups: z.boolean().default(false),
      /** Repositories (`owner/name`) asked for attestations of whatever is deployed, besides the one that an artefact's own labels name. */
      attestations: z
        .array(z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/))
        .max(20)
        .default([]),
      /** Ask GitHub, beside that, how its rules judged each push to such a ref: a permission more of the App, to administration. */
      ruleSuites: z.boolean().default(false),
      /** Refs besides the default branch whose pushes are production's history, in full: `refs/heads/release`; a trailing `*` matches any rest. */
      trackedRefs: z.array(z.string().startsWith("refs/").max(256)).max(100).default([]),
      /** The URL at which GitHub reaches us. Deliveries that failed are then asked of every webhook of a repository or an organisation that posts to it. */
      webhookUrl: z
        .url({ protocol: /^https?$/ })
        .max(512)
        .optional(),
      /** Webhooks that are ours, by their id, where they may not be listed: `owner/name/hooks/7` of a repository, `owner/hooks/7` of an organisation. */
      hooks: z
        .array(z.string().regex(/^[\w.-]{1,100}(?:\/[\w.-]{1,100})?\/hooks\/\d{1,20}$/))
        .max(100)
        .default([]),
    })
    .prefault({}),
  jira: z
    .strictObject({
      /**
       * Keys of the Jira projects whose tickets are looked for in pull requests (`PAY` finds `PAY-12`), or `any`: whatever has the form of a
       * ticket key, which `UTF-8` and `SHA-256` have too.
       */
      projects: z.union([z.literal("any"), z.array(z.string().regex(/^[A-Z][A-Z0-9_]{1,30}$/)).max(500)]).default([]),
      /**
       * Fields that become facts, by Jira's field id (`customfield_10072`) or the field's name. `name` is what the fact calls it; `keep`
       * says whether its value goes on record or (for free text, such as a back-out plan) only that one is given.
       */
      fields: z.record(name, z.strictObject({ name, keep: z.enum(["value", "presence"]).default("value") })).default({}),
      /** Issue types that are incidents (`Incident`): of these it goes on record when they were opened and resolved, and how grave they are. */
      incidentTypes: z.array(name).max(50).default([]),
    })
    .prefault({}),
  servicenow: z
    .strictObject({
      /** Look for change and incident numbers (`CHG0030192`, `INC0010023`) in pull requests. */
      references: z.boolean().default(false),
    })
    .prefault({}),
  serviceCatalog: z
    .strictObject({
      /** Compare the AWS Service Catalog's own record of requests with the ledger, as its events are taken: one call an hour. Off where the account may not ask. */
      reconcile: z.boolean().default(true),
    })
    .prefault({}),
  pagerduty: z
    .strictObject({
      /** Hosts whose incidents' URLs are looked for in pull requests: `acme.pagerduty.com`. */
      hosts: z
        .array(z.string().regex(/^[a-z0-9.-]{1,253}$/))
        .max(20)
        .default([]),
    })
    .prefault({}),
  /** Names for headings and boxes of the pull request template, by their exact text. Those without a name are known by a digest. */
  checklist: z
    .strictObject({ sections: z.record(z.string().max(1024), short).default({}), items: z.record(z.string().max(1024), short).default({}) })
    .prefault({}),
});
export type Settings = z.output<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = settingsSchema.parse({});

/** Whether pushes to this ref are production's history. @param ref in full: `refs/heads/release` */
export function isTrackedRef({ trackedRefs }: Settings["github"], ref: string, isDefault: boolean): boolean {
  return isDefault || trackedRefs.some((pattern) => (pattern.endsWith("*") ? ref.startsWith(pattern.slice(0, -1)) : ref === pattern));
}
