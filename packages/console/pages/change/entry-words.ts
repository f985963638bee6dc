import type { Schemas } from "@change-ledger/api/client/client.ts";

/** A few words of what an entry says: its kind, and of its facts the short ones that tell most. */
export function entryWords(entry: Schemas["Entry"]): string {
  const told = TELLING.flatMap((name) => {
    const value = entry.facts[name];
    return typeof value === "string" && value !== "" ? [/^[0-9a-f]{40,64}$/.test(value) ? value.slice(0, 10) : value.slice(0, 80)] : [];
  });
  // "completed" of a check's action and of its status is said once.
  return [...new Set([KINDS[entry.kind] ?? entry.kind, ...told.slice(0, 3)])].join(" · ");
}

const TELLING = [
  "action",
  "state",
  "status",
  "conclusion",
  "outcome",
  "name",
  "context",
  "event",
  "target",
  "head",
  "after",
  "commit",
] as const;

const KINDS: Readonly<Record<string, string>> = {
  "pull-request": "pull request",
  review: "review",
  push: "push",
  "ref-change": "branch",
  "check-run": "check",
  "check-suite": "checks",
  status: "status",
  "workflow-run": "workflow",
  ticket: "ticket",
  comment: "comment",
  record: "change record",
  incident: "incident",
  "deployment-state": "deployment",
  "target-state": "target",
  "deployment-created": "deployment created",
  "deployment-lookup": "details of the deployment",
  "pull-request-lookup": "commits of the pull request",
  linked: "carried by a deployment",
  unlinked: "no longer carried by a deployment",
  assessed: "judged",
  sealed: "evidence sealed",
};
