import type { DeploymentRecord } from "../codedeploy.ts";
import { DeploymentGroup } from "./deployment-group.ts";
import { EcsService, type ServiceAnswers } from "./ecs-service.ts";
import type { BusEvent, Emitted, Webhook } from "./emitted.ts";
import { numberOf, shaOf, uuidOf } from "./identifiers.ts";
import type { Person } from "./people.ts";
import { Repository } from "./repository.ts";
import { DEMONSTRATION_SECRETS, type Secrets } from "./settings.ts";
import { Ticket, type TicketOptions } from "./ticket.ts";

/** Turns a delivery into what reaches us: the same, later, twice, or not at all. */
export type Delivery = (event: Emitted) => readonly Emitted[];

export interface CompanyOptions {
  readonly secrets?: Secrets | undefined;
  /** Small bodies: what no reader of a webhook needs is left out. */
  readonly lean?: boolean | undefined;
}

const MINUTE_MS = 60_000;

/**
 * A company whose systems emit what really happens: one clock, which every happening moves on by a minute, and ids that depend on name, seed and
 * order alone. The same calls give the same bytes.
 */
export class Company {
  /** Sorts of happenings in the order in which they reached us, unless a delivery was told to come otherwise. */
  readonly events: Emitted[] = [];
  /** What CodeDeploy answers, by deployment id. */
  readonly codedeploy: Record<string, DeploymentRecord> = {};
  /** Metadata of S3 objects by `s3://bucket/key?versionId=…`. */
  readonly objects: Record<string, Record<string, string>> = {};
  /** What ECS and a registry answer. */
  readonly artifacts: ServiceAnswers = { services: {}, documents: [], lookups: [] };
  /** What GitHub answers that no webhook tells. */
  readonly github: { readonly files: Record<string, readonly string[]>; readonly bypassed: string[] } = { files: {}, bypassed: [] };
  readonly name: string;
  readonly seed: string;
  readonly secrets: Secrets;
  readonly lean: boolean;
  #nowMs: number;
  #count = 0;
  #delivery: Delivery = (event) => [event];

  constructor(name: string, seed: string, startAt: string, options: CompanyOptions) {
    this.name = name;
    this.seed = seed;
    this.secrets = options.secrets ?? DEMONSTRATION_SECRETS;
    this.lean = options.lean === true;
    this.#nowMs = Math.floor(Date.parse(startAt) / 1000) * 1000;
  }

  /** Milliseconds of the epoch; always whole seconds. */
  nowMs(): number {
    return this.#nowMs;
  }

  /** Moves the clock on by a minute and says what time it is then. */
  tick(): number {
    this.#nowMs += MINUTE_MS;
    return this.#nowMs;
  }

  wait(time: { readonly minutes?: number; readonly hours?: number; readonly days?: number }): void {
    this.#nowMs += ((time.days ?? 0) * 24 * 60 + (time.hours ?? 0) * 60 + (time.minutes ?? 0)) * MINUTE_MS;
  }

  /** A commit that nobody else has. */
  sha(): string {
    return shaOf(this.name, this.seed, "commit", ++this.#count);
  }

  uuid(): string {
    return uuidOf(this.name, this.seed, ++this.#count);
  }

  number(): number {
    return numberOf(this.name, this.seed, ++this.#count);
  }

  webhook(source: keyof Secrets, sent: Webhook): void {
    this.#emit({ at: new Date(this.#nowMs).toISOString(), channel: "webhook", source, ...sent });
  }

  bus(event: BusEvent): void {
    this.#emit({ at: new Date(this.#nowMs).toISOString(), channel: "bus", event });
  }

  #emit(event: Emitted): void {
    this.events.push(...this.#delivery(event));
  }

  /** Whatever `act` emits reaches us as `delivery` says: `late`, `twice`, `lost`, `replayed`. */
  delivered<T>(delivery: Delivery, act: () => T): T {
    const outer = this.#delivery;
    this.#delivery = (event) => delivery(event).flatMap((each) => outer(each));
    try {
      return act();
    } finally {
      this.#delivery = outer;
    }
  }

  repository(name: string, options: { readonly defaultBranch?: string } = {}): Repository {
    return new Repository(this, { fullName: `${this.name}/${name}`, defaultBranch: options.defaultBranch ?? "main" });
  }

  ticket(key: string, reporter: Person, options: TicketOptions = {}): Ticket {
    return new Ticket(this, key, reporter, options);
  }

  /** A service of ECS that runs the repository's image. */
  ecsService(name: string, repository: Repository): EcsService {
    return new EcsService(this, name, repository);
  }

  /** @param instances servers of the group */
  deploymentGroup(application: string, group: string, repository: Repository, instances = 2): DeploymentGroup {
    return new DeploymentGroup(this, application, group, repository, instances);
  }
}

/** @param startAt RFC 3339; the company's clock starts there */
export function company(name: string, seed: string, startAt: string, options: CompanyOptions = {}): Company {
  return new Company(name, seed, startAt, options);
}

function shifted(event: Emitted, byMs: number): Emitted {
  return { ...event, at: new Date(Date.parse(event.at) + byMs).toISOString() };
}

/** Reaches us `hours` after it happened. */
export function late(hours: number): Delivery {
  return (event) => [shifted(event, hours * 60 * MINUTE_MS)];
}

/** Reaches us twice, under the same id, the second time `hours` later. */
export function twice(hours: number): Delivery {
  return (event) => [event, shifted(event, hours * 60 * MINUTE_MS)];
}

/** Never reaches us. */
export const lost: Delivery = () => [];

/** Reaches us, and its body again `hours` later under a delivery id that its sender never gave. */
export function replayed(hours: number): Delivery {
  return (event) => {
    if (event.channel !== "webhook") return [event];
    const name = event.source === "github" ? "x-github-delivery" : "x-atlassian-webhook-identifier";
    const again = { ...event, headers: { ...event.headers, [name]: uuidOf("replayed", event.headers[name] ?? "") } };
    return [event, shifted(again, hours * 60 * MINUTE_MS)];
  };
}
