import type { CountedSince } from "@change-ledger/ledger";
import type { FactKind, Subject } from "@change-ledger/model";
import type { DeploymentRecord } from "../../codedeploy.ts";
import type { ObjectMetadata } from "../codedeploy-record.ts";
import { type Company, company } from "../company.ts";
import type { Deployed, DeploymentGroup, DeployOptions } from "../deployment-group.ts";
import type { EcsService, ServiceAnswers } from "../ecs-service.ts";
import type { Emitted } from "../emitted.ts";
import { PEOPLE, type Person } from "../people.ts";
import type { PullRequest, PullRequestOptions } from "../pull-request.ts";
import type { Repository } from "../repository.ts";
import type { Ticket, TicketOptions } from "../ticket.ts";

/** A test of the audit tests' list. */
type AuditTest = `T${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18}`;

/** What the record must hold of a scenario once all is quiet. What is not named is not there. */
export interface Expected {
  readonly pullRequests: readonly { readonly change: Subject; readonly state: "open" | "closed" | "merged" }[];
  /** Pushes that no pull request claims. */
  readonly directPushes: readonly Subject[];
  readonly deployments: readonly ExpectedDeployment[];
  /** Source events that the record must hold among others: each matches at least one. */
  readonly facts: readonly { readonly subject: Subject; readonly kind: FactKind; readonly facts: Readonly<Record<string, unknown>> }[];
  /** Deliveries that were on record already. */
  readonly duplicates: number;
  /** Deliveries that repeat a body under another delivery id. */
  readonly replays: number;
  readonly unparsed: number;
}

export interface ExpectedDeployment {
  readonly deployment: Subject;
  readonly state: "Succeeded" | "Failed";
  readonly carries: readonly Subject[];
  readonly since: CountedSince;
  /** Id of the deployment that it rolls back. */
  readonly rollsBack?: string | undefined;
}

/** What a scenario's telling adds to what its company emitted. */
export interface Told {
  /** Subjects worth opening, the first one first. */
  readonly open: readonly Subject[];
  readonly expected: Partial<Expected>;
  /** Arrival in another way than emitted. */
  readonly events?: readonly Emitted[] | undefined;
}

export interface Scenario {
  readonly number: number;
  readonly title: string;
  /** What a reader sees in it. */
  readonly shows: string;
  /** The audit tests that it speaks to, the one that it is about first. */
  readonly tests: readonly AuditTest[];
  readonly tell: (scene: Scene) => Told;
}

/** A scenario, told: in the order of arrival. */
export interface PlayedScenario extends Omit<Scenario, "tell"> {
  readonly repository: string;
  readonly events: readonly Emitted[];
  readonly codedeploy: Readonly<Record<string, DeploymentRecord>>;
  readonly objects: ObjectMetadata;
  readonly artifacts: ServiceAnswers;
  readonly open: readonly Subject[];
  readonly expected: Expected;
}

const { ada, ben, chloe, lee, omar, quinn } = PEOPLE;

/** Where a scenario plays: one repository, with servers for staging and for production. */
export class Scene {
  readonly acme: Company;
  readonly repository: Repository;
  readonly staging: DeploymentGroup;
  readonly production: DeploymentGroup;
  /** Of ECS. */
  readonly service: EcsService;
  readonly #number: number;
  #tickets = 0;

  constructor(number: number, title: string, startAt: string) {
    const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? [];
    const name = [String(number).padStart(2, "0"), ...words.slice(0, 4)].join("-");
    this.#number = number;
    this.acme = company("acme", `scenario-${number}`, startAt);
    this.repository = this.acme.repository(name);
    this.staging = this.acme.deploymentGroup(name, "staging", this.repository);
    this.production = this.acme.deploymentGroup(name, "production", this.repository);
    this.service = this.acme.ecsService(name, this.repository);
  }

  ticket(reporter: Person = ada, options: TicketOptions = {}): Ticket {
    const project = options.type === "Incident" ? "INC" : "PAY";
    return this.acme.ticket(`${project}-${this.#number * 100 + ++this.#tickets}`, reporter, options);
  }

  /** A pull request for an approved ticket of its own, unless `options` names one. */
  pullRequest(author: Person = ada, options: PullRequestOptions = {}): PullRequest {
    const ticket = options.ticket ?? this.ticket(author).approve(lee);
    return this.repository.pullRequest(author, { ...options, ticket });
  }

  /** All that the procedure asks for before a merge, on the pull request's head. */
  approveFully(pull: PullRequest): void {
    pull.checks();
    pull.review(ben);
    pull.review(chloe);
    pull.review(quinn);
    pull.review(lee);
  }

  /** An ordinary change, merged. */
  ordinary(author: Person = ada, options: PullRequestOptions = {}): PullRequest {
    const pull = this.pullRequest(author, options);
    this.approveFully(pull);
    pull.merge(lee);
    return pull;
  }

  deploy(options: DeployOptions = {}): Deployed {
    return this.production.deploy({ by: omar, ...options });
  }
}

/** A merged pull request as expected. */
export const merged = (...pulls: readonly PullRequest[]) => pulls.map(({ subject }) => ({ change: subject, state: "merged" as const }));

/** A successful deployment as expected; the first of a group counts from the beginning of the record. */
export function succeeded(of: { readonly subject: Subject }, since: CountedSince, ...carries: readonly Subject[]): ExpectedDeployment {
  return { deployment: of.subject, state: "Succeeded", carries, since };
}

const NOTHING: Expected = { pullRequests: [], directPushes: [], deployments: [], facts: [], duplicates: 0, replays: 0, unparsed: 0 };

/** @param startAt RFC 3339: when the scenario's story begins */
export function play(scenario: Scenario, startAt: string): PlayedScenario {
  const { tell, ...about } = scenario;
  const scene = new Scene(scenario.number, scenario.title, startAt);
  const told = tell(scene);
  const { acme, repository } = scene;
  return {
    ...about,
    repository: repository.name.fullName,
    events: byArrival(told.events ?? acme.events),
    codedeploy: acme.codedeploy,
    objects: acme.objects,
    artifacts: acme.artifacts,
    open: told.open,
    expected: { ...NOTHING, ...told.expected },
  };
}

/** In the order of arrival; what arrives at the same time stays in the order told. */
export function byArrival(events: readonly Emitted[]): Emitted[] {
  return [...events].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
