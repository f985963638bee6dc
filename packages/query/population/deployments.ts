import { type Subject, subjectId } from "@change-ledger/model";
import type { InForce } from "@change-ledger/procedure";
import { compareText, earliest } from "../order.ts";
import { type Dated, datedBy, earlierOf, type PopulationEntry } from "./told-entry.ts";

/** Where it is deployed to, as the configuration calls it. */
type Environment = "production" | "staging" | "other" | "unnamed";

/** CodeDeploy's name for itself as the creator of a deployment that restores. */
const ROLLBACK_CREATOR = "codeDeployRollback";

interface Place {
  readonly application: string;
  readonly group: string;
  /** Of what told it. */
  readonly at: string;
  readonly hash: string;
}

/** A deployment as all its entries tell it, in whatever order they came. */
export interface FoldedDeployment {
  readonly id: string;
  readonly subject: Subject;
  readonly dated: Dated;
  readonly recordedAt: string;
  readonly rollback: boolean;
  readonly system: string;
  readonly scope: string;
  environmentIn(inForce: InForce): Environment;
}

interface Folding {
  readonly subject: Subject;
  /** Of the code host's own deployments: repository and environment. */
  readonly host?: { readonly home: string; readonly environment: string };
  created?: Dated;
  told?: Dated;
  recorded?: Dated;
  place?: Place;
  recordedAt?: string;
  rollback: boolean;
}

/** Folds the entries of deployments, CodeDeploy's, ECS's and the code host's own. */
export class DeploymentFold {
  readonly #known = new Map<string, Folding>();

  add(told: PopulationEntry): void {
    const { entry } = told;
    if (entry.kind === "host-deployment" || entry.kind === "host-deployment-status") {
      const home = subjectId(entry.subject).split("/").slice(0, 3).join("/");
      const id = `host-deployment:${home}/${entry.facts.id}`;
      const state = this.#of(id, entry.subject, { home, environment: entry.facts.environment });
      state.recordedAt = earliest(state.recordedAt, entry.recordedAt);
      if (entry.kind === "host-deployment") state.created = earlierOf(state.created, datedBy("created", entry.occurredAt, told));
      else state.told = earlierOf(state.told, datedBy("first-told", entry.occurredAt, told));
      return;
    }
    if (!entry.subject.startsWith("deployment:")) return;
    const state = this.#of(entry.subject, entry.subject);
    state.recordedAt = earliest(state.recordedAt, entry.recordedAt);
    state.recorded = earlierOf(state.recorded, datedBy("recorded", entry.recordedAt, told));
    switch (entry.kind) {
      case "deployment-state":
      case "target-state":
        place(state, entry.facts.application, entry.facts.group, told);
        state.told = earlierOf(state.told, datedBy("first-told", entry.occurredAt, told));
        if (entry.kind === "deployment-state" && entry.facts.restores !== undefined) state.rollback = true;
        break;
      case "deployment-created":
        if (entry.facts.group !== undefined) place(state, entry.facts.application, entry.facts.group, told);
        state.created = earlierOf(state.created, datedBy("created", entry.occurredAt, told));
        break;
      case "deployment-lookup":
        // Each part of a long answer repeats its head.
        place(state, entry.facts.application, entry.facts.group, told);
        state.rollback ||= entry.facts.creator === ROLLBACK_CREATOR || entry.facts.rollsBack !== undefined;
        if (entry.facts.createdAt !== undefined) state.created = earlierOf(state.created, datedBy("created", entry.facts.createdAt, told));
        break;
    }
  }

  #of(id: string, subject: Subject, host?: { home: string; environment: string }): Folding {
    const known = this.#known.get(id);
    // A status may name another environment than its deployment: the lesser word holds, so that it is the same for every order.
    if (known?.host !== undefined && host !== undefined && host.environment < known.host.environment) {
      const moved = { ...known, host };
      this.#known.set(id, moved);
      return moved;
    }
    if (known !== undefined) return known;
    const begun: Folding = { subject, rollback: false, ...(host && { host }) };
    this.#known.set(id, begun);
    return begun;
  }

  *all(): Generator<FoldedDeployment> {
    for (const [id, { subject, created, told, recorded, recordedAt, rollback, host, place: at }] of this.#known) {
      const dated = created ?? told ?? recorded;
      if (dated === undefined || recordedAt === undefined) continue;
      const known = { id, subject, dated, recordedAt, rollback };
      if (host !== undefined) {
        const environmentIn = (inForce: InForce) => inForce.hostEnvironment(host.home, host.environment) ?? "unnamed";
        yield { ...known, system: "github", scope: `${host.home}/deployments/${host.environment}`, environmentIn };
        continue;
      }
      const [system = "", account = "", region = ""] = subjectId(subject).split("/");
      // ECS's chains name cluster and service, and its entries the service as the application and the cluster as the group.
      const where = at === undefined ? "?" : system === "ecs" ? `${at.group}/${at.application}` : `${at.application}/${at.group}`;
      yield { ...known, system, scope: `${account}/${region}/${where}`, environmentIn: (inForce) => environmentOf(inForce, system, at) };
    }
  }
}

/** The earliest word on where it goes holds. */
function place(state: Folding, application: string, group: string, { entry, hash }: PopulationEntry): void {
  const said = { application, group, at: entry.occurredAt, hash };
  const known = state.place;
  if (known === undefined || (compareText(said.at, known.at) || compareText(said.hash, known.hash)) < 0) state.place = said;
}

function environmentOf(inForce: InForce, system: string, at: Place | undefined): Environment {
  if (at === undefined) return "unnamed";
  if (system !== "ecs") return inForce.codedeployEnvironment(at.application, at.group) ?? "unnamed";
  const targets = inForce.configuration.repositories.flatMap(({ deployments }) => deployments);
  return targets.find(({ ecs }) => ecs?.cluster === at.group && ecs.service === at.application)?.environment ?? "unnamed";
}
