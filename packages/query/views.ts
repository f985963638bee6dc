import type { Identity, Subject } from "@change-ledger/model";
import type { ChainHead } from "./change-view.ts";
import type { CommitSummary } from "./commit.ts";
import { told } from "./order.ts";
import { scopeOf } from "./place.ts";
import type { RefSummary } from "./ref.ts";
import type { TicketSummary } from "./ticket.ts";

/** What is shown of a ticket. */
export interface TicketView {
  readonly subject: Subject;
  readonly scope: string;
  readonly type?: string;
  readonly status?: string;
  readonly statusCategory?: string;
  readonly resolution?: string;
  readonly reporter?: Identity;
  readonly assignee?: Identity;
  readonly labels: string[];
  readonly fields: { name: string; value: string }[];
  readonly deleted: boolean;
  readonly openedAt?: string;
  readonly lastAt?: string;
  readonly chain: ChainHead;
}

export function viewTicket(state: TicketSummary): TicketView {
  const text = (name: string) => state.texts?.find(([known]) => known === name)?.[1].value ?? undefined;
  const person = (name: string) => state.people?.find(([known]) => known === name)?.[1].value ?? undefined;
  return told({
    subject: state.subject,
    scope: scopeOf(state.subject),
    type: text("type"),
    status: text("status"),
    statusCategory: text("statusCategory"),
    resolution: text("resolution"),
    reporter: person("reporter"),
    assignee: person("assignee"),
    labels: [...(state.labels?.value ?? [])].sort(),
    fields: (state.fields ?? []).map(([name, said]) => ({ name, value: said.value ?? "" })),
    deleted: state.deleted === true,
    openedAt: state.firstAt,
    lastAt: state.lastAt,
    chain: { length: state.next, hash: state.head },
  });
}

/** What is shown of a commit: its checks by name, the latest run of each. */
export interface CommitView {
  readonly subject: Subject;
  readonly checks: { name: string; id: string; status: string; conclusion?: string; at: string }[];
  readonly chain: ChainHead;
}

export function viewCommit(state: CommitSummary): CommitView {
  return {
    subject: state.subject,
    checks: (state.checks ?? []).map(([name, { id, status, conclusion, at }]) => told({ name, id, status, conclusion, at })),
    chain: { length: state.next, hash: state.head },
  };
}

/** What is shown of a ref. */
export interface RefView {
  readonly subject: Subject;
  readonly tip?: string;
  readonly pushedAt?: string;
  readonly deleted: boolean;
  readonly default?: boolean;
  readonly forcedAt?: string;
  readonly chain: ChainHead;
}

export function viewRef(state: RefSummary): RefView {
  return told({
    subject: state.subject,
    tip: state.tip?.after,
    pushedAt: state.tip?.at,
    deleted: state.tip?.deleted === true,
    default: state.default?.value,
    forcedAt: state.forcedAt,
    chain: { length: state.next, hash: state.head },
  });
}
