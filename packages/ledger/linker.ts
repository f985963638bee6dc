import { type SourceFact, type Subject, subjectId } from "@change-ledger/model";
import { type AppendPorts, append } from "./append.ts";
import { carriedBy } from "./carries.ts";
import { LedgerError } from "./fault.ts";
import type { Pending } from "./lane.ts";
import { storeView } from "./link-index.ts";
import type { LinkPlan, LinkStore } from "./ports.ts";

export interface LinkPorts extends AppendPorts {
  readonly links: LinkStore;
}

const MAX_TRIES = 50;

/**
 * Counts again what a deployment carries and writes the difference into the changes' own chains: `linked` for what is new, `unlinked` for what later
 * facts took away. The plan is written first, with the entries still owed; whoever comes next completes what a crash left. Any number of linkers may work on
 * one deployment: the plan's version decides, and the entries' ids make them exactly once.
 * @returns how many entries were appended
 * @throws LedgerError `contended`, or `store` when an entry could not be appended
 */
export async function relink(ports: LinkPorts, deployment: Subject): Promise<number> {
  let appended = 0;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const plan = await ports.links.getPlan(deployment);
    if (plan?.pending !== undefined) {
      appended += await complete(ports, deployment, plan, plan.pending);
      const { pending: _done, ...settled } = plan;
      if (!(await ports.links.putPlan(deployment, plan.version, { ...settled, version: plan.version + 1 }))) await ports.pause(tries);
      continue;
    }
    const carried = await carriedBy(storeView(ports.links, plan === undefined), deployment);
    if (carried === undefined) return appended;
    const now = new Set(carried.changes);
    const were = new Set(plan?.carries ?? []);
    const link = carried.changes.filter((change) => !were.has(change));
    const unlink = [...were].filter((change) => !now.has(change));
    const settled = link.length + unlink.length === 0;
    if (plan !== undefined && settled && plan.since === carried.since) return appended;
    const version = plan?.version ?? 0;
    const next: LinkPlan = {
      version: version + 1,
      carries: carried.changes,
      since: carried.since,
      ...(settled ? {} : { pending: { link, unlink } }),
    };
    if (!(await ports.links.putPlan(deployment, version, next))) await ports.pause(tries);
    else if (settled) return appended;
  }
  throw new LedgerError("contended", `${MAX_TRIES} tries on the links of ${deployment}`);
}

async function complete(ports: LinkPorts, deployment: Subject, plan: LinkPlan, pending: NonNullable<LinkPlan["pending"]>): Promise<number> {
  const occurredAt = ports.now();
  const entry = (kind: "linked" | "unlinked", subject: Subject): Pending => {
    const fact: SourceFact = {
      subject,
      occurredAt,
      source: { system: "ledger", event: kind, id: `${kind}/${subjectId(deployment)}/${plan.version}`, auth: "ledger", norm: 1 },
      kind,
      facts: { deployment, version: plan.version },
    };
    return { fact };
  };
  const batch = [...pending.link.map((change) => entry("linked", change)), ...pending.unlink.map((change) => entry("unlinked", change))];
  const outcomes = await append(ports, batch);
  for (const outcome of outcomes) if (outcome.outcome === "failed") throw outcome.error;
  return outcomes.filter(({ outcome }) => outcome === "appended").length;
}
