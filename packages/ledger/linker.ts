import { type SourceFact, type Subject, subjectId } from "@change-ledger/model";
import { type AppendPorts, append } from "./append.ts";
import { type Carried, carriedBy } from "./carries.ts";
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
      // Somebody else's, crashed or still at it; whatever this call was made for is counted after it.
      appended += await settle(ports, deployment, plan);
      continue;
    }
    const carried = await carriedBy(storeView(ports.links, plan === undefined), deployment);
    if (carried === undefined) return appended;
    const next = nextPlan(plan, carried);
    if (await ports.links.putPlan(deployment, plan?.version ?? 0, next)) return appended + (await settle(ports, deployment, next));
    await ports.pause(tries);
  }
  throw new LedgerError("contended", `${MAX_TRIES} tries on the links of ${deployment}`);
}

/**
 * The plan that `carried` asks for. Where it is the one that stands, its version moves on all the same: a linker that counted before the last facts came, and has yet to
 * write what it found, must not have the last word.
 */
function nextPlan(plan: LinkPlan | undefined, { changes, since }: Carried): LinkPlan {
  const now = new Set(changes);
  const were = new Set(plan?.carries ?? []);
  const link = changes.filter((change) => !were.has(change));
  const unlink = [...were].filter((change) => !now.has(change));
  const differs = link.length + unlink.length > 0;
  return { version: (plan?.version ?? 0) + 1, carries: changes, since, ...(differs ? { pending: { link, unlink } } : {}) };
}

/** Appends what a plan owes, and says so in it. */
async function settle(ports: LinkPorts, deployment: Subject, plan: LinkPlan): Promise<number> {
  if (plan.pending === undefined) return 0;
  const appended = await complete(ports, deployment, plan, plan.pending);
  const { pending: _done, ...settled } = plan;
  // Where another was first, it has completed the same entries.
  await ports.links.putPlan(deployment, plan.version, { ...settled, version: plan.version + 1 });
  return appended;
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
