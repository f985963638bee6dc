import { compareText } from "../order.ts";
import { type ArchivePorts, compareArchive } from "./archive.ts";
import { catalogueScope } from "./catalogue.ts";
import { deploymentScopes, placesToAsk } from "./codedeploy.ts";
import { type Compared, compareScope, LEAST_MS, type Scope } from "./compare-scope.ts";
import { serviceScopes } from "./ecs.ts";
import { branchesToAsk, branchScope, redeliver, repositoriesToAsk } from "./github.ts";
import type { Cursor, ReconcilePorts } from "./ports.ts";
import { askAgain } from "./unresolved.ts";

/** A comparison of its own, resumed from its cursor. */
interface Comparison {
  readonly name: string;
  run(cursor: Cursor | undefined): Promise<{ readonly cursor: Cursor | undefined; readonly compared: Compared }>;
}

export interface ReconciledSenders {
  /** By comparison: `codedeploy <scope>`, `ecs <scope>`, `github <ref>`, `deliveries [<hook>]`, `service-catalog <place>`, `lookups`, `archive`. */
  readonly compared: Readonly<Record<string, Compared>>;
  /** Not begun for want of time: first in the next run. */
  readonly left: number;
  readonly failed: number;
}

/**
 * Compares what senders list by themselves with the ledger, as far as this run's time goes: whose turn was longest ago comes first. What is missing is handed in as a
 * delivery like any other; what was compared goes on record. A comparison that fails fails alone, and comes again.
 */
export async function reconcileSenders(ports: ReconcilePorts, archive: ArchivePorts | undefined): Promise<ReconciledSenders> {
  let failed = 0;
  const attempt = async <T>(name: string, ask: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await ask();
    } catch (error) {
      failed++;
      ports.onFault(name, error);
      return undefined;
    }
  };
  const comparisons = await comparisonsOf(ports, archive, attempt);
  const turns = await Promise.all(comparisons.map(async (one) => ({ one, cursor: await ports.cursors.get(one.name) })));
  turns.sort((a, b) => compareText(a.cursor?.ranAt ?? "", b.cursor?.ranAt ?? ""));
  const compared: Record<string, Compared> = {};
  let left = 0;
  for (const { one, cursor } of turns) {
    if (ports.remainingMs() < LEAST_MS) {
      left++;
      continue;
    }
    const done = await attempt(one.name, () => one.run(cursor));
    if (done === undefined) continue;
    compared[one.name] = done.compared;
    if (done.cursor !== undefined) await ports.cursors.put(one.name, done.cursor);
  }
  return { compared, left, failed };
}

type Attempt = <T>(name: string, ask: () => Promise<T>) => Promise<T | undefined>;

async function comparisonsOf(ports: ReconcilePorts, archive: ArchivePorts | undefined, attempt: Attempt): Promise<Comparison[]> {
  const { codedeploy, ecs, github, catalogue, gaveUp } = ports;
  const comparisons: Comparison[] = [];
  const add = (scope: Scope) =>
    comparisons.push({ name: `${scope.system} ${scope.scope}`, run: (cursor) => compareScope(ports, scope, cursor) });
  const places =
    codedeploy === undefined && ecs === undefined && catalogue === undefined
      ? []
      : ((await attempt("places", () => placesToAsk(ports))) ?? []);
  if (codedeploy !== undefined)
    for (const at of places)
      for (const scope of (await attempt(`codedeploy ${at.account}/${at.region}`, () => deploymentScopes(ports, codedeploy, at))) ?? [])
        add(scope);
  if (ecs !== undefined)
    for (const at of places)
      for (const scope of (await attempt(`ecs ${at.account}/${at.region}`, () => serviceScopes(ports, ecs, at))) ?? []) add(scope);
  if (catalogue !== undefined) for (const at of places) add(catalogueScope(ports, catalogue, at));
  if (github !== undefined) {
    const repositories = (await attempt("github", () => repositoriesToAsk(ports, github))) ?? [];
    for (const hook of (await attempt("github hooks", () => github.hooks(repositories))) ?? [])
      comparisons.push({
        name: hook === "app" ? "deliveries" : `deliveries ${hook}`,
        run: (cursor) => redeliver(ports, github, hook, cursor),
      });
    for (const branch of (await attempt("github branches", () => branchesToAsk(ports, github, repositories))) ?? [])
      add(branchScope(ports, github, branch));
  }
  if (gaveUp !== undefined) comparisons.push({ name: "lookups", run: (cursor) => askAgain(ports, gaveUp, cursor) });
  if (archive !== undefined) comparisons.push({ name: "archive", run: (cursor) => compareArchive(ports, archive, cursor) });
  return comparisons;
}
