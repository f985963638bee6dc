import type { Actor, Fact, FactKind, FactsOf, SourceFact, Subject } from "@change-ledger/model";
import { normalise } from "@change-ledger/sources";
import type { Deployed, DeploymentGroup, DeployOptions } from "../../packages/local/demonstration/deployment-group.ts";
import type { Emitted } from "../../packages/local/demonstration/emitted.ts";
import { type Company, company, DEMONSTRATION_SETTINGS, lookupAnswer, PEOPLE } from "../../packages/local/demonstration/index.ts";
import type { Person } from "../../packages/local/demonstration/people.ts";
import type { MergeKind, PullRequest, PullRequestOptions } from "../../packages/local/demonstration/pull-request.ts";
import type { Repository } from "../../packages/local/demonstration/repository.ts";
import type { Ticket, TicketOptions } from "../../packages/local/demonstration/ticket.ts";
import type { Arrived } from "./ledger.ts";

export const { ada, ben, chloe, quinn, lee, omar, zoe, bot } = PEOPLE;
const STORY_BEGINS = "2026-11-02T08:00:00.000Z";
const ACCOUNT = "123456789012";
const REGION = "us-east-1";

/** What a change by the book leaves out or does otherwise. */
export interface Otherwise {
  readonly author?: Person;
  readonly commits?: PullRequestOptions["commits"];
  /** False: no ticket is named. */
  readonly ticket?: Ticket | false;
  readonly unchecked?: readonly string[];
  /** No template at all. */
  readonly bare?: boolean;
  readonly labels?: readonly string[];
  /** Who approves the head, in order. */
  readonly approvers?: readonly Person[];
  /** `none`: no check is run. */
  readonly checks?: "success" | "failure" | "none";
  readonly merge?: MergeKind;
  /** What happens between the approvals and the merge. */
  readonly before?: (pull: PullRequest) => void;
  /** What happens between the merge and the deployment. */
  readonly after?: (pull: PullRequest) => void;
  /** False: it is not deployed. */
  readonly deploy?: DeployOptions | false;
}

export interface Told {
  readonly pull: PullRequest;
  readonly deployed: Deployed | undefined;
}

/** A story told as what systems emit: real-shaped deliveries through the real normalisers, and facts of systems that have no sender here yet. */
export class Story {
  readonly acme: Company;
  readonly repository: Repository;
  readonly staging: DeploymentGroup;
  readonly production: DeploymentGroup;
  /** The look-up of deployments is left out. */
  lookups = true;
  /** Nobody reconciles or verifies. */
  audited = true;
  readonly #facts: Arrived[] = [];
  readonly #named = new Map<Subject, Subject[]>();
  readonly #kept: ((fact: SourceFact) => boolean)[] = [];
  #tickets = 0;
  #ids = 0;

  constructor(number: number) {
    this.acme = company("acme", `scenario ${number}`, STORY_BEGINS);
    this.repository = this.acme.repository("shop");
    this.staging = this.acme.deploymentGroup("shop", "staging", this.repository, 1);
    this.production = this.acme.deploymentGroup("shop", "production", this.repository, 1);
  }

  now(): string {
    return new Date(this.acme.nowMs()).toISOString();
  }

  wait(hours: number): this {
    this.acme.wait({ hours });
    return this;
  }

  /** A ticket of PAY, approved by the lead unless told otherwise. */
  ticket(options: TicketOptions & { readonly approved?: boolean; readonly reporter?: Person } = {}): Ticket {
    const { approved = true, reporter = ada, ...rest } = options;
    const project = rest.type === "Incident" ? "INC" : "PAY";
    const ticket = this.acme.ticket(`${project}-${++this.#tickets}`, reporter, rest);
    return approved && rest.type !== "Incident" ? ticket.approve(lee) : ticket;
  }

  /** A change by the book, but for what is told otherwise: ticket, branch, template, checks, peer, QA, lead, merge, production. */
  change(otherwise: Otherwise = {}): Told {
    const {
      author = ada,
      commits,
      unchecked,
      bare,
      labels = [],
      approvers = [ben, quinn, lee],
      checks = "success",
      merge = "merge",
    } = otherwise;
    const ticket = otherwise.ticket === false ? undefined : (otherwise.ticket ?? this.ticket());
    const pull = this.repository.pullRequest(author, { ticket, commits, unchecked, bare });
    for (const label of labels) pull.label(author, label);
    if (checks !== "none") pull.checks(checks);
    for (const approver of approvers) pull.review(approver);
    otherwise.before?.(pull);
    pull.merge(lee, merge);
    otherwise.after?.(pull);
    return { pull, deployed: otherwise.deploy === false ? undefined : this.deploy(otherwise.deploy) };
  }

  deploy(options: DeployOptions = {}): Deployed {
    this.acme.wait({ minutes: 30 });
    return this.production.deploy({ by: omar, ...options });
  }

  /** A fact that a system sends which has no builder: at the story's time, recorded at once. */
  tell<K extends FactKind>(
    subject: Subject,
    kind: K,
    facts: FactsOf<K>,
    more: { readonly system?: string; readonly at?: string; readonly recordedAt?: string; readonly actor?: Actor } = {},
  ): this {
    this.acme.tick();
    const occurredAt = more.at ?? this.now();
    const system = more.system ?? "ledger";
    const source = {
      system,
      event: kind,
      id: `${kind}/${++this.#ids}`,
      auth: system === "ledger" ? ("ledger" as const) : ("bus" as const),
      norm: 1,
    };
    const actor = more.actor === undefined ? {} : { actor: more.actor };
    this.#facts.push({ subject, occurredAt, ...actor, source, recordedAt: more.recordedAt ?? this.now(), ...({ kind, facts } as Fact) });
    return this;
  }

  /** The pull request names these as well: what its body says that no builder writes. */
  names(change: Subject, ...subjects: readonly Subject[]): this {
    this.#named.set(change, [...(this.#named.get(change) ?? []), ...subjects]);
    return this;
  }

  /** GitHub's answer on the pull request's commits. */
  commits(pull: PullRequest, list: FactsOf<"pull-request-lookup">["commits"], truncated = false): this {
    return this.tell(
      pull.subject,
      "pull-request-lookup",
      { head: pull.head, commits: list, ...(truncated && { truncated }) },
      { system: "github-lookup" },
    );
  }

  /** Facts for which this says false never reached us. */
  lose(keep: (fact: SourceFact) => boolean): this {
    this.#kept.push(keep);
    return this;
  }

  /** Everything that arrived, in order of arrival. */
  arrived(): Arrived[] {
    const told = this.#facts.length;
    const events = this.acme.events.map((event) => ({ ...normaliseEmitted(event), recordedAt: event.at }));
    const lookups = this.lookups ? this.#lookUp(events) : [];
    if (this.audited) this.#audit([...events, ...this.#facts]);
    const audits = this.#facts.splice(told);
    const all = [...events, ...lookups, ...this.#facts, ...audits].map((fact) => this.#naming(fact));
    return all
      .filter((fact) => this.#kept.every((keep) => keep(fact)))
      .sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : a.recordedAt > b.recordedAt ? 1 : 0));
  }

  #naming(fact: Arrived): Arrived {
    const more = this.#named.get(fact.subject);
    if (more === undefined || fact.kind !== "pull-request") return fact;
    return { ...fact, facts: { ...fact.facts, tickets: [...(fact.facts.tickets ?? []), ...more] } };
  }

  #lookUp(events: readonly Arrived[]): Arrived[] {
    return Object.keys(this.acme.codedeploy).map((deploymentId) => {
      const body = lookupAnswer(this.acme, { account: ACCOUNT, region: REGION, deploymentId });
      const own = events.filter(({ subject }) => subject.endsWith(`/${deploymentId}`)).map(({ recordedAt }) => recordedAt);
      const recordedAt = own.sort().at(-1) ?? this.now();
      const delivery = { system: "codedeploy-lookup", receivedAt: recordedAt, headers: {}, body: body ?? new Uint8Array() };
      return { ...normalise(delivery, "api", DEMONSTRATION_SETTINGS), recordedAt };
    });
  }

  /** The reconciler and the verifier run once all is quiet, and find nothing. */
  #audit(facts: readonly Arrived[]): void {
    this.acme.wait({ minutes: 10 });
    const to = this.now();
    for (const check of ["normalisation", "chains", "log", "evidence"] as const)
      this.tell("audit:default", "verified", { check, upTo: to, looked: facts.length, faults: [], faulty: 0 }, { at: to, recordedAt: to });
    for (const [system, scope] of [
      ["github", this.repository.subject],
      ["codedeploy", `${ACCOUNT}/${REGION}/shop/production`],
    ] as const)
      this.tell(
        "audit:default",
        "reconciled",
        { system, scope, from: STORY_BEGINS, to, listed: 9, missing: [], unlisted: [] },
        { at: to, recordedAt: to },
      );
  }
}

function normaliseEmitted(event: Emitted): SourceFact {
  if (event.channel === "bus") {
    const delivery = { system: "codedeploy", receivedAt: event.at, headers: {}, body: Buffer.from(JSON.stringify(event.event)) };
    return normalise(delivery, "bus", DEMONSTRATION_SETTINGS);
  }
  const delivery = { system: event.source, receivedAt: event.at, headers: event.headers, body: Buffer.from(event.body) };
  return normalise(delivery, "hmac-sha256", DEMONSTRATION_SETTINGS);
}
