import { randomUUID } from "node:crypto";
import { closeSync, createReadStream, existsSync, fstatSync, openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { compilePattern, type EventPattern } from "./event-pattern.ts";
import { ServiceFault } from "./fault.ts";
import { ACCOUNT, REGION } from "./names.ts";

/** An event as a rule's target receives it. */
export interface BusEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export interface Target {
  readonly id: string;
  readonly arn: string;
  readonly deadLetterArn: string | undefined;
}

interface Rule {
  readonly name: string;
  readonly pattern: EventPattern;
  readonly matches: (event: unknown) => boolean;
  enabled: boolean;
  readonly targets: Map<string, Target>;
}

/** Gives events to a target, by its ARN; throws when the target does not take them. */
export type Deliver = (arn: string, bodies: readonly string[]) => void;

/** Buses with rules. What a bus accepts is archived first and then given to the targets of each rule that matches, before the call returns. */
export class EventBuses {
  readonly #buses = new Map<string, Map<string, Rule>>([["default", new Map()]]);
  readonly #deliver: Deliver;
  readonly #archive: string | undefined;
  readonly #file: number | undefined;
  /** Deliveries that neither the target nor the rule's dead-letter queue took. */
  lost = 0;

  /** @param archive a file that takes every event of every bus, one line of JSON each; `undefined` keeps none */
  constructor(deliver: Deliver, archive?: string) {
    this.#deliver = deliver;
    this.#archive = archive;
    this.#file = archive === undefined ? undefined : openSync(archive, "a", 0o600);
    // Ends a line that a crash cut short; where there is none, an empty line is no event either.
    if (this.#file !== undefined && fstatSync(this.#file).size > 0) writeSync(this.#file, "\n");
  }

  createBus(name: string): void {
    if (this.#buses.has(name)) throw new ServiceFault("ResourceAlreadyExistsException", 400, `Event bus ${name} already exists.`);
    this.#buses.set(name, new Map());
  }

  deleteBus(name: string): void {
    if (name !== "default") this.#buses.delete(name);
  }

  busNames(): string[] {
    return [...this.#buses.keys()];
  }

  hasBus(name: string): boolean {
    return this.#buses.has(name);
  }

  /** @throws PatternError */
  putRule(bus: string, name: string, pattern: EventPattern, enabled = true): void {
    const rules = this.#rules(bus);
    const targets = rules.get(name)?.targets ?? new Map<string, Target>();
    rules.set(name, { name, pattern, matches: compilePattern(pattern), enabled, targets });
  }

  rules(bus: string): readonly { readonly name: string; readonly pattern: EventPattern; readonly enabled: boolean }[] {
    return [...this.#rules(bus).values()];
  }

  deleteRule(bus: string, name: string): void {
    const rule = this.#rules(bus).get(name);
    if (rule !== undefined && rule.targets.size > 0)
      throw new ServiceFault("ValidationException", 400, "Rule can't be deleted since it has targets.");
    this.#rules(bus).delete(name);
  }

  targets(bus: string, rule: string): Map<string, Target> {
    const found = this.#rules(bus).get(rule);
    if (found === undefined) throw new ServiceFault("ResourceNotFoundException", 400, `Rule ${rule} does not exist on EventBus ${bus}.`);
    return found.targets;
  }

  /** Takes `events` as they are, their ids included: how AWS's own services put theirs, and what a replay of the archive does. */
  accept(bus: string, events: readonly BusEvent[], replayed = false): void {
    const bodies = events.map((event) => JSON.stringify(event));
    if (this.#file !== undefined && !replayed)
      writeSync(this.#file, bodies.map((body) => `{"bus":${JSON.stringify(bus)},"event":${body}}\n`).join(""));
    for (const rule of this.#rules(bus).values()) {
      if (!rule.enabled) continue;
      const matching = bodies.filter((_, at) => rule.matches(events[at]));
      if (matching.length > 0) for (const target of rule.targets.values()) this.#give(target, matching);
    }
  }

  /** Gives the archived events of `bus` from `fromMs` (inclusive) to `toMs` (exclusive) to its rules again. Answers how many. */
  async replay(bus: string, fromMs: number, toMs: number): Promise<number> {
    if (this.#archive === undefined || !existsSync(this.#archive)) return 0;
    let count = 0;
    for await (const line of createInterface({ input: createReadStream(this.#archive) })) {
      const archived = parseArchived(line);
      if (archived === undefined || archived.bus !== bus) continue;
      const at = Date.parse(archived.event.time);
      if (at < fromMs || at >= toMs) continue;
      this.accept(bus, [archived.event], true);
      count++;
    }
    return count;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #give(target: Target, bodies: readonly string[]): void {
    try {
      this.#deliver(target.arn, bodies);
    } catch {
      try {
        if (target.deadLetterArn === undefined) this.lost += bodies.length;
        else this.#deliver(target.deadLetterArn, bodies);
      } catch {
        this.lost += bodies.length;
      }
    }
  }

  #rules(bus: string): Map<string, Rule> {
    const rules = this.#buses.get(bus);
    if (rules === undefined) throw new ServiceFault("ResourceNotFoundException", 400, `Event bus ${bus} does not exist.`);
    return rules;
  }
}

/** A line that a crash cut short is no event. */
function parseArchived(line: string): { bus: string; event: BusEvent } | undefined {
  try {
    return JSON.parse(line) as { bus: string; event: BusEvent };
  } catch {
    return undefined;
  }
}

/** An event of `PutEvents` in the form in which targets receive it. `time` has seconds, as AWS writes it. */
export function busEvent(fields: Pick<BusEvent, "source" | "detail-type" | "resources" | "detail">, atMs: number): BusEvent {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": fields["detail-type"],
    source: fields.source,
    account: ACCOUNT,
    time: new Date(atMs).toISOString().replace(/\.\d{3}Z$/, "Z"),
    region: REGION,
    resources: fields.resources,
    detail: fields.detail,
  };
}
