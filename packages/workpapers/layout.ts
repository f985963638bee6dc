/**
 * Workpapers: one folder for an audit of a period.
 *
 *     index.html                 what a person reads, and prints
 *     certificate.json           what is said of the population's completeness (an in-toto statement)
 *     certificate.entry.json     the entry that has it on record, and its proof: `certificate.tlog-proof`
 *     population.jsonl           the items, one a line
 *     lists.jsonl                lists that others keep, as they were compared, one a line
 *     before.jsonl               entries from before the part of the log that was read, where chains began there
 *     sample.json                what was drawn; `sample.entry.json` and `sample.tlog-proof` as the certificate's
 *     configurations.jsonl       each configuration that was offered, one a line
 *     bundles/<SHA-256>.zip      evidence of the changes of the items that were drawn
 *     results.json               what each test said of them, done again from the bundles; exceptions
 *     oscal.json                 the same as OSCAL assessment results
 *     sheets/T1.html …           each test: what it asks, and what it said of each item
 *     log/                       checkpoint and trust file, and the part of the log that was read: whoever has it makes the population again
 *     manifest.json              SHA-256 of every file but itself and the log's tiles, which the checkpoint vouches for
 */
import * as z from "zod";

export const CERTIFICATE = "certificate.json";
export const POPULATION = "population.jsonl";
export const LISTS = "lists.jsonl";
export const BEFORE = "before.jsonl";
export const SAMPLE = "sample.json";
export const CONFIGURATIONS = "configurations.jsonl";
export const RESULTS = "results.json";
export const OSCAL = "oscal.json";
export const INDEX = "index.html";
export const MANIFEST = "manifest.json";
export const LOG = "log";
export const CHECKPOINT = "log/checkpoint";
export const TRUST = "log/trust.json";
/** The log's tiles are not in the manifest: each is verified up to the checkpoint's root hash, and they may be left out. */
export const TILES = "log/tile/";

/** Of `certificate.json` or `sample.json`: the entry that has it on record, and that entry's proof. */
export const entryFile = (of: string): string => of.replace(/\.json$/, ".entry.json");
export const proofFile = (of: string): string => of.replace(/\.json$/, ".tlog-proof");
export const bundleFile = (sha256: string): string => `bundles/${sha256}.zip`;
export const sheetFile = (test: string): string => `sheets/${test}.html`;

const text = z.string().min(1);
const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

export const WORKPAPERS = "change-ledger-workpapers";
export const manifestSchema = z.strictObject({
  kind: z.literal(WORKPAPERS),
  format: z.literal(1),
  files: z.array(z.strictObject({ path: text, bytes: z.int().nonnegative(), sha256: hex64 })),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const configurationLineSchema = z.strictObject({ version: hex64, recordedAt: z.iso.datetime({ precision: 3 }), text: z.string() });
export type ConfigurationLine = z.infer<typeof configurationLineSchema>;

/** An entry of `before.jsonl`: its exact bytes as text, and its leaf where it is known. */
export const beforeLineSchema = z.strictObject({ entry: text, leaf: z.int().nonnegative().optional() });
export type BeforeLine = z.infer<typeof beforeLineSchema>;

/** Which bundle of a change is in the package: as it is on record. */
export const itemBundleSchema = z.strictObject({ change: text, key: text, versionId: text, sha256: hex64 });
export type ItemBundle = z.infer<typeof itemBundleSchema>;
