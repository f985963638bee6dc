import { type Subject, subject } from "@change-ledger/model";
import type { Company } from "./company.ts";
import { type JiraAt, type TicketChange, type TicketState, ticketCommentEvent, ticketCreatedEvent, ticketUpdatedEvent } from "./jira.ts";
import type { Person } from "./people.ts";
import { JIRA_FIELDS } from "./settings.ts";

export interface TicketOptions {
  readonly type?: "Story" | "Bug" | "Incident" | "Emergency change" | undefined;
  readonly summary?: string | undefined;
  readonly assignee?: Person | undefined;
  readonly backOutPlan?: boolean | undefined;
  readonly risk?: "Low" | "Medium" | "High" | undefined;
}

type Field = keyof typeof JIRA_FIELDS;

/** A Jira ticket; each method tells Jira something, which tells us. */
export class Ticket {
  readonly key: string;
  readonly subject: Subject;
  readonly #company: Company;
  #state: TicketState;

  constructor(company: Company, key: string, reporter: Person, options: TicketOptions) {
    this.#company = company;
    this.key = key;
    this.subject = subject("ticket", "jira", key);
    const atMs = company.tick();
    this.#state = {
      key,
      type: options.type ?? "Story",
      summary: options.summary ?? `Change ${key}`,
      status: "To Do",
      statusCategory: "new",
      reporter,
      assignee: options.assignee ?? reporter,
      labels: [],
      createdAtMs: atMs,
      custom: {
        [JIRA_FIELDS.approval]: null,
        [JIRA_FIELDS.backOutPlan]: options.backOutPlan === false ? null : "Deploy the previous revision again; no data is migrated.",
        [JIRA_FIELDS.risk]: { value: options.risk ?? "Low" },
      },
    };
    company.webhook("jira", ticketCreatedEvent(this.#at(reporter), this.#state));
  }

  #at(by: Person): JiraAt {
    const { secrets, lean } = this.#company;
    return { by, atMs: this.#company.nowMs(), delivery: this.#company.uuid(), secret: secrets.jira, lean };
  }

  #update(by: Person, state: Partial<TicketState>, changes: readonly TicketChange[]): this {
    this.#company.tick();
    this.#state = { ...this.#state, ...state };
    this.#company.webhook("jira", ticketUpdatedEvent(this.#at(by), this.#state, changes));
    return this;
  }

  /** Sets a custom field, as an option or (for reasons and plans) as text. */
  set(by: Person, field: Field, to: string): this {
    const fieldId = JIRA_FIELDS[field];
    const before = this.#state.custom[fieldId];
    const from = typeof before === "object" ? (before?.value ?? undefined) : before;
    const value = field === "reason" || field === "backOutPlan" ? to : { value: to };
    return this.#update(by, { custom: { ...this.#state.custom, [fieldId]: value } }, [{ field: FIELD_NAMES[field], fieldId, from, to }]);
  }

  approve(by: Person): this {
    return this.set(by, "approval", "Approved");
  }

  move(by: Person, status: "In Progress" | "In Review" | "Done"): this {
    const done = status === "Done";
    const before = this.#state.status;
    return this.#update(by, { status, statusCategory: done ? "done" : "indeterminate", ...(done ? { resolution: "Done" } : {}) }, [
      { field: "status", fieldId: "status", from: before, to: status },
      ...(done ? [{ field: "resolution", fieldId: "resolution", to: "Done" }] : []),
    ]);
  }

  comment(by: Person): this {
    this.#company.tick();
    this.#company.webhook("jira", ticketCommentEvent(this.#at(by), this.#state));
    return this;
  }
}

/** What the demonstration's Jira calls its fields. */
const FIELD_NAMES: Readonly<Record<Field, string>> = {
  approval: "Approval",
  backOutPlan: "Back-out plan",
  risk: "Risk",
  reason: "Reason for emergency",
  retrospective: "Retrospective review",
};
