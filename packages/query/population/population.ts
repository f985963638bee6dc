import { refOf } from "@change-ledger/ledger";
import { instantSchema, subject } from "@change-ledger/model";
import { defaultConfiguration, type InForce } from "@change-ledger/procedure";
import { QueryError } from "../fault.ts";
import type { PeriodSpan } from "../timeline/period.ts";
import { ChangeIndex } from "./change-index.ts";
import { DeploymentFold, type FoldedDeployment } from "./deployments.ts";
import { compareItems, type ItemRest, type PopulationItem } from "./item.ts";
import { type FoldedUpdate, UpdateFold } from "./ref-updates.ts";
import { inScope, isScope } from "./scope.ts";
import { lateness, type PopulationEntry } from "./told-entry.ts";

/** Something that the ledger knows and that is no item of this population: of another time, or no production. It explains what an independent list has besides. */
export interface Outsider {
  readonly id: string;
  readonly at: string;
  readonly because: "outside-the-period" | "not-production";
  readonly system: string;
  readonly scope: string;
  readonly restsOn: ItemRest;
  /** Of an update of a branch. */
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** Deployments of the period that are none of its items, by the environment that the configuration gives them. */
export interface LeftOut {
  readonly staging: number;
  readonly other: number;
  /** The code host's own records of deployments to an environment that the configuration does not name: they do not say where code went. */
  readonly hostUnnamed: number;
}

export interface Population {
  readonly period: PeriodSpan;
  /** What was recorded by then is what is known. */
  readonly asOf: string;
  /** What it is restricted to: see scope.ts. Absent: everything. */
  readonly scope?: readonly string[] | undefined;
  /** Versions of the configuration that decided, and that in force when the period began; sorted. */
  readonly configurations: readonly string[];
  /** Sorted by time, then id. */
  readonly items: readonly PopulationItem[];
  /** Sorted likewise. */
  readonly outsiders: readonly Outsider[];
  readonly leftOut: LeftOut;
}

export interface PopulationQuestion {
  readonly period: PeriodSpan;
  /** Entries that were recorded later do not count. */
  readonly asOf: string;
  /** Patterns of what it is restricted to: see scope.ts. Absent: everything. */
  readonly scope?: readonly string[] | undefined;
  /** The configuration in force at an instant: it says which branches are protected, and what is production. */
  readonly configuration: (at: string) => InForce;
}

/**
 * The population of a period (rule zero of the audit tests): production deployments ∪ updates of protected branches, each once. It is never taken from tickets or pull
 * requests; their chains only say, of what is in it, which change it brought. A function of the set of entries, whatever their order, however often they come.
 * Definitions: docs/population.md.
 * @param entries chains of deployments, of branches, of the commits that hold the code host's deployments, and of changes. Others are of no consequence. Read once
 * @throws QueryError `not-a-period`, `not-a-scope`
 */
export function population(question: PopulationQuestion, entries: Iterable<PopulationEntry>): Population {
  const fold = new PopulationFold(question);
  for (const told of entries) fold.add(told);
  return fold.population();
}

/** The same, entry by entry: for whoever reads them from somewhere. What it holds grows with the deployments, updates and changes, not with the entries. */
export class PopulationFold {
  readonly #question: PopulationQuestion;
  readonly #deployments = new DeploymentFold();
  readonly #updates = new UpdateFold();
  readonly #changes = new ChangeIndex();

  /** @throws QueryError `not-a-period`, `not-a-scope` */
  constructor(question: PopulationQuestion) {
    const { period, asOf } = question;
    for (const at of [period.from, period.to, asOf])
      if (!instantSchema.safeParse(at).success)
        throw new QueryError("not-a-period", `expected RFC 3339 in UTC with milliseconds, got ${at.slice(0, 40)}`);
    if (question.scope !== undefined && !isScope(question.scope))
      throw new QueryError("not-a-scope", "expected 1 to 100 patterns, sorted and each once, as github/acme/cargo or github/acme/*");
    if (period.from >= period.to) throw new QueryError("not-a-period", `expected a period that ends after ${period.from}`);
    this.#question = question;
  }

  add(told: PopulationEntry): void {
    const { asOf, period } = this.#question;
    if (told.entry.recordedAt > asOf) return;
    this.#deployments.add(told);
    const { occurredAt } = told.entry;
    this.#updates.add(told, period.from <= occurredAt && occurredAt < period.to);
    this.#changes.add(told.entry, told.hash);
  }

  population(): Population {
    const { period, asOf, configuration, scope } = this.#question;
    const items: PopulationItem[] = [];
    const outsiders: Outsider[] = [];
    const leftOut = { staging: 0, other: 0, hostUnnamed: 0 };
    // Also of a period in which nothing happened.
    const versions = new Set([configuration(period.from).version]);
    const within = (at: string) => period.from <= at && at < period.to;
    const ask = (at: string): InForce => {
      const inForce = configuration(at);
      versions.add(inForce.version);
      return inForce;
    };
    for (const deployment of this.#deployments.all()) {
      if (!inScope(scope, deployment.subject)) continue;
      const { at } = deployment.dated;
      const inside = within(at);
      const heard = decidedAt(deployment, configuration);
      const environment = deployment.environmentIn(inside ? ask(heard) : configuration(heard));
      const hostUnnamed = environment === "unnamed" && deployment.id.startsWith("host-deployment:");
      const production = (environment === "production" || environment === "unnamed") && !hostUnnamed;
      if (production && inside) items.push(this.#deploymentItem(deployment, environment));
      else outsiders.push(outsider(deployment, production ? "outside-the-period" : "not-production"));
      if (!production && inside) leftOut[hostUnnamed ? "hostUnnamed" : environment === "staging" ? "staging" : "other"]++;
    }
    for (const ref of this.#updates.refs()) {
      if (!inScope(scope, ref)) continue;
      const { home, ref: name } = refOf(ref) ?? { home: "", ref: "" };
      for (const update of this.#updates.updatesOf(ref)) {
        const { at } = update.dated;
        const inside = within(at);
        const heard = decidedAt(update, configuration);
        if (!(inside ? ask(heard) : configuration(heard)).repository(home).isProtected(name, update.isDefault)) continue;
        if (inside) items.push(this.#updateItem(update, home));
        else outsiders.push(outsider({ ...update, system: "github", scope: ref }, "outside-the-period"));
      }
    }
    return {
      period,
      asOf,
      ...(scope !== undefined && { scope }),
      configurations: [...versions].sort(),
      items: items.sort(compareItems),
      outsiders: outsiders.sort(compareItems),
      leftOut,
    };
  }

  #deploymentItem(
    { id, subject: of, dated, recordedAt, rollback, system, scope }: FoldedDeployment,
    environment: "production" | "unnamed",
  ): PopulationItem {
    const changes = this.#changes.carried(of);
    return {
      kind: "deployment",
      ...whenTold(id, dated, recordedAt),
      subject: of,
      system,
      scope,
      changes,
      type: changes.length === 0 && rollback ? "rollback" : this.#changes.typeOf(changes),
      environment,
    };
  }

  /** A push belongs to the pull requests that were merged as one of its commits; one that no pull request claims is a change of its own. */
  #updateItem(
    { id, ref, before, after, dated, recordedAt, created, deleted, forced, commits }: FoldedUpdate,
    home: string,
  ): PopulationItem {
    const merged = this.#changes.mergedAs(home, new Set([...commits, after]));
    const changes = deleted || merged.length > 0 ? merged : [subject("change", home, "push", after)];
    const flags = { ...(created && { created }), ...(deleted && { deleted }), ...(forced && { forced }) };
    const type = this.#changes.typeOf(changes);
    return {
      kind: "ref-update",
      ...whenTold(id, dated, recordedAt),
      subject: ref,
      system: "github",
      scope: ref,
      changes,
      type,
      before,
      after,
      ...flags,
    };
  }
}

/** Of nobody's words. */
const DEFAULT_VERSION = defaultConfiguration().version;

/** The instant whose configuration decides: the item's own. Where there was none yet, and it was recorded late, as history is that is filled in: when the ledger first heard of it. */
function decidedAt(
  { dated: { at }, recordedAt }: Pick<FoldedDeployment, "dated" | "recordedAt">,
  configuration: PopulationQuestion["configuration"],
): string {
  return lateness(at, recordedAt).late === true && configuration(at).version === DEFAULT_VERSION ? recordedAt : at;
}

function whenTold(id: string, { at, by, rest }: FoldedDeployment["dated"], recordedAt: string) {
  return { id, at, datedBy: by, recordedAt, ...lateness(at, recordedAt), restsOn: rest };
}

function outsider(
  {
    id,
    dated: { at, rest },
    system,
    scope,
    before,
    after,
  }: Pick<FoldedDeployment, "id" | "dated" | "system" | "scope"> & { before?: string; after?: string },
  because: Outsider["because"],
): Outsider {
  const ends = before === undefined || after === undefined ? {} : { before, after };
  return { id, at, because, system, scope, restsOn: rest, ...ends };
}
