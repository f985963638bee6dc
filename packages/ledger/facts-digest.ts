import { createHash } from "node:crypto";
import { canonicalBytes, DERIVED_KINDS, type Entry } from "@change-ledger/model";

/** Kinds that a look-up made: derived from no other entry but from what a source answered. */
const LOOKED_UP: ReadonlySet<string> = new Set(["deployment-lookup", "pull-request-lookup", "commit-lookup", "unresolved"]);

/**
 * SHA-256, in hexadecimal, over the sorted set of (subject, kind, source id, facts) of source events and look-ups, and of the deployment ↔ change
 * links in force (linked less unlinked): the same for every order, repetition and batching of the same deliveries.
 */
export function factsDigest(entries: Iterable<Entry>): string {
  const lines = new Set<string>();
  const links = new Map<string, { readonly version: number; readonly on: boolean }>();
  for (const entry of entries) {
    const { subject, kind, source, facts } = entry;
    // A configuration is offered by somebody, and said by the ledger to be in force: of one kind both, told apart by who vouches.
    if (source.auth !== "ledger" && (!DERIVED_KINDS.has(kind) || LOOKED_UP.has(kind)))
      lines.add(Buffer.from(canonicalBytes([subject, kind, source.id, facts])).toString("utf8"));
    if (entry.kind !== "linked" && entry.kind !== "unlinked") continue;
    const pair = JSON.stringify(["link", entry.facts.deployment, subject]);
    const { version } = entry.facts;
    if ((links.get(pair)?.version ?? 0) < version) links.set(pair, { version, on: entry.kind === "linked" });
  }
  for (const [pair, { on }] of links) if (on) lines.add(pair);
  const hash = createHash("sha256");
  for (const line of [...lines].sort()) hash.update(line).update("\n");
  return hash.digest("hex");
}
