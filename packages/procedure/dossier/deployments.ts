import type { DeploymentState, Revision, Subject } from "@change-ledger/model";
import { DEPLOYMENT_STATE_RANK } from "@change-ledger/model";
import type { InForce } from "../configuration/in-force.ts";
import type { Environment } from "../configuration/repository-schema.ts";
import type { Buckets } from "./buckets.ts";
import { EVER, type Of, type Recorded } from "./recorded.ts";

/** A deployment as its chain tells it. */
export interface Deployment {
  readonly subject: Subject;
  /** Of ECS the service, and its cluster the group. Undefined: nothing on record says. */
  readonly application: string | undefined;
  readonly group: string | undefined;
  readonly environment: Environment;
  /** False: the configuration does not name its group, so it counts as production. */
  readonly named: boolean;
  readonly state: DeploymentState | undefined;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  /** CodeDeploy reports a rollback as a new deployment. */
  readonly rollback: boolean;
  /** Bare id of the deployment that triggered this rollback. */
  readonly rollsBack: string | undefined;
  /** Bare id of the rollback. */
  readonly rolledBackBy: string | undefined;
  readonly revision: Revision | undefined;
  /** Why no look-up answered. */
  readonly gaveUp: string | undefined;
  /** Look-ups of what was deployed that gave up. */
  readonly unanswered: readonly Of<"unresolved">[];
  /** Of an ECS rollback: the bare id of the deployment whose revision it puts back. ECS does not say which one it undoes. */
  readonly restores: string | undefined;
  /** Who called CreateDeployment, as CloudTrail says. */
  readonly created: readonly Of<"deployment-created">[];
  /** What tells when it started, or the first thing on record. */
  readonly told: Recorded;
  /** What tells how it ended. */
  readonly endTold: Recorded | undefined;
  readonly lookup: Of<"deployment-lookup"> | undefined;
}

/** Of a configuration in force all that a deployment needs. */
export type Environments = Pick<InForce, "codedeployEnvironment" | "ecsEnvironment">;

const isEnd = (state: DeploymentState): boolean => DEPLOYMENT_STATE_RANK[state] >= DEPLOYMENT_STATE_RANK.Succeeded;
/** What CodeDeploy, and our reading of ECS, call the creator of a deployment that restores a revision by itself. */
const ROLLBACK_CREATORS: ReadonlySet<string | undefined> = new Set(["codeDeployRollback", "ecsRollback"]);

/** Every deployment of the dossier, by subject. */
export function deploymentsOf({ deployed }: Pick<Buckets, "deployed">, inForce: Environments): Map<Subject, Deployment> {
  const chains = new Map<Subject, Buckets["deployed"][number][]>();
  for (const recorded of deployed) {
    const { subject } = recorded.entry;
    if (!subject.startsWith("deployment:")) continue;
    const known = chains.get(subject);
    if (known === undefined) chains.set(subject, [recorded]);
    else known.push(recorded);
  }
  const found = new Map<Subject, Deployment>();
  for (const [subject, chain] of chains) found.set(subject, deploymentOf(subject, chain, inForce));
  return found;
}

function deploymentOf(subject: Subject, chain: Buckets["deployed"], inForce: Environments): Deployment {
  let state: DeploymentState | undefined;
  let rank = -1;
  let startedAt: string | undefined;
  let endedAt: string | undefined;
  let endTold: Recorded | undefined;
  let startTold: Recorded | undefined;
  let lookup: Of<"deployment-lookup"> | undefined;
  let gaveUp: string | undefined;
  let group: string | undefined;
  let application: string | undefined;
  let rollsBack: string | undefined;
  let rolledBackBy: string | undefined;
  let rollback = false;
  let restores: string | undefined;
  const created: Of<"deployment-created">[] = [];
  const unanswered: Of<"unresolved">[] = [];
  const started = (at: string | undefined, by: Recorded) => {
    if (at === undefined || (startedAt ?? EVER) <= at) return;
    startedAt = at;
    startTold = by;
  };
  const reached = (said: DeploymentState, at: string | undefined, by: Recorded) => {
    if (DEPLOYMENT_STATE_RANK[said] <= rank) return;
    state = said;
    rank = DEPLOYMENT_STATE_RANK[said];
    endedAt = isEnd(said) ? at : undefined;
    endTold = isEnd(said) ? by : undefined;
  };
  for (const recorded of chain) {
    const { entry } = recorded;
    switch (entry.kind) {
      case "deployment-state":
        application ??= entry.facts.application;
        group ??= entry.facts.group;
        restores ??= entry.facts.restores;
        rollback ||= restores !== undefined;
        if (entry.facts.state === "InProgress") started(entry.occurredAt, recorded);
        reached(entry.facts.state, entry.occurredAt, recorded);
        break;
      case "deployment-created":
        if (entry.facts.error === undefined) created.push(recorded as Of<"deployment-created">);
        break;
      case "deployment-lookup": {
        const { facts } = entry;
        application ??= facts.application;
        group ??= facts.group;
        // An answer about an ended deployment holds before one about a running one; else the later.
        if (lookup === undefined || isEnd(facts.state) || !isEnd(lookup.entry.facts.state)) lookup = recorded as Of<"deployment-lookup">;
        rollback ||= ROLLBACK_CREATORS.has(facts.creator) || facts.rollsBack !== undefined;
        rollsBack ??= facts.rollsBack;
        rolledBackBy ??= facts.rolledBackBy;
        started(facts.startedAt, recorded);
        reached(facts.state, facts.completedAt, recorded);
        break;
      }
      case "unresolved":
        if (entry.facts.asked === "deployment") gaveUp ??= entry.facts.reason;
        else unanswered.push(recorded as Of<"unresolved">);
        break;
    }
  }
  if (startedAt === undefined && lookup !== undefined) started(lookup.entry.facts.createdAt, lookup);
  if (startedAt === undefined && created[0] !== undefined) started(created[0].entry.occurredAt, created[0]);
  const environment = environmentOf(subject, application, group, inForce);
  return {
    subject,
    application,
    group,
    environment: environment ?? "production",
    named: environment !== undefined,
    state,
    startedAt,
    endedAt,
    rollback,
    rollsBack,
    rolledBackBy,
    revision: lookup?.entry.facts.revision,
    gaveUp: lookup === undefined ? gaveUp : undefined,
    unanswered,
    restores,
    created,
    told: startTold ?? (chain[0] as Recorded),
    endTold,
    lookup,
  };
}

/** Of ECS the service is the application, and its cluster the group. */
function environmentOf(
  of: Subject,
  application: string | undefined,
  group: string | undefined,
  inForce: Environments,
): Environment | undefined {
  if (application === undefined || group === undefined) return undefined;
  return of.startsWith("deployment:ecs/") ? inForce.ecsEnvironment(group, application) : inForce.codedeployEnvironment(application, group);
}

/** Deployments that carry the change now: of `linked` and `unlinked` the higher version holds, of one version the taking back. @param buckets links in order: the first of the same word tells it */
export function carriersOf({ links }: Pick<Buckets, "links">): Map<Subject, Recorded> {
  const newest = new Map<Subject, { readonly version: number; readonly on: boolean; readonly by: Recorded }>();
  for (const recorded of links) {
    const { kind, facts } = recorded.entry;
    const on = kind === "linked";
    const known = newest.get(facts.deployment);
    const better = known === undefined || facts.version > known.version || (facts.version === known.version && known.on && !on);
    if (better) newest.set(facts.deployment, { version: facts.version, on, by: recorded });
  }
  const carriers = new Map<Subject, Recorded>();
  for (const [deployment, { on, by }] of newest) if (on) carriers.set(deployment, by);
  return carriers;
}

/** When it started, by the sender's clock; where nothing tells when, what is told of it first: by then it had. */
export function startedBy({ startedAt, told }: Deployment): string {
  return startedAt ?? told.entry.occurredAt;
}
