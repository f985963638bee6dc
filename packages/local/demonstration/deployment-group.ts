import { type Subject, sha256Hex, subject } from "@change-ledger/model";
import { createDeploymentEvent, type DeploymentName, deploymentStateEvent, instanceStateEvent } from "./codedeploy.ts";
import { deploymentRecord, type LifecycleEvent, type RevisionGiven, s3Url, type TargetGiven } from "./codedeploy-record.ts";
import type { Company } from "./company.ts";
import { ACCOUNT, type Person, REGION } from "./people.ts";
import type { Repository } from "./repository.ts";

export interface DeployOptions {
  /** Who calls `CreateDeployment`; CloudTrail tells nothing when left out. */
  readonly by?: Person | undefined;
  /** Head of the repository's default branch when left out. */
  readonly revision?: RevisionGiven | undefined;
  /** The lifecycle event at which the first server fails; succeeds when left out. */
  readonly failsAt?: LifecycleEvent | undefined;
  /** What becomes of the rollback of a failed deployment; there is none when left out. */
  readonly rollback?: "succeeds" | "fails" | undefined;
  /** AWS does not name the previous revision. */
  readonly previousUntold?: boolean | undefined;
}

/** A deployment and, where it failed and was rolled back, the one that did. */
export interface Deployed {
  readonly subject: Subject;
  readonly id: string;
  readonly rollback?: { readonly subject: Subject; readonly id: string } | undefined;
}

/** A CodeDeploy group: servers that run one revision. */
export class DeploymentGroup {
  readonly application: string;
  readonly group: string;
  readonly #company: Company;
  readonly #repository: Repository;
  /** The last revision that was deployed well. */
  #good: RevisionGiven | undefined;
  readonly #instances: number;
  #count = 0;

  constructor(company: Company, application: string, group: string, repository: Repository, instances: number) {
    this.#instances = instances;
    this.#company = company;
    this.application = application;
    this.group = group;
    this.#repository = repository;
  }

  /** A commit of the repository as a revision. */
  commit(sha: string): RevisionGiven {
    return { type: "GitHub", repository: this.#repository.name.fullName, commit: sha };
  }

  /** A built archive as a revision. @param metadata of its S3 object: `{}` names no commit */
  archive(name: string, metadata: Readonly<Record<string, string>>): RevisionGiven {
    const at = { type: "S3", bucket: `${this.#company.name}-artifacts`, key: `${this.application}/${name}.zip` } as const;
    this.#company.objects[s3Url(at)] = { ...metadata };
    return at;
  }

  deploy(options: DeployOptions = {}): Deployed {
    const company = this.#company;
    const name = this.#name();
    const previous = options.previousUntold ? undefined : this.#good;
    const revision = options.revision ?? this.commit(this.#repository.head);
    const createMs = company.tick();
    if (options.by !== undefined) company.bus(createDeploymentEvent(name, options.by, createMs, company.uuid()));
    const run = this.#run(name, options.failsAt);
    const restored = options.failsAt === undefined || options.rollback === undefined ? undefined : this.#good;
    const rollback = restored === undefined ? undefined : this.#name();
    company.codedeploy[name.deploymentId] = deploymentRecord({
      ...name,
      revision,
      previousRevision: previous,
      creator: "user",
      createMs,
      ...run,
      rolledBackBy: rollback?.deploymentId,
    });
    if (options.failsAt === undefined) this.#good = revision;
    if (rollback !== undefined && restored !== undefined) this.#rollBack(rollback, name, restored, options.rollback === "fails");
    return { ...this.#named(name), rollback: rollback === undefined ? undefined : this.#named(rollback) };
  }

  /** CodeDeploy puts the last good revision back by itself: a new deployment, which no call of anybody made. */
  #rollBack(name: DeploymentName, failed: DeploymentName, revision: RevisionGiven, fails: boolean): void {
    const createMs = this.#company.nowMs() + 10_000;
    const run = this.#run(name, fails ? "ApplicationStart" : undefined);
    this.#company.codedeploy[name.deploymentId] = deploymentRecord({
      ...name,
      revision,
      previousRevision: revision,
      creator: "codeDeployRollback",
      createMs,
      ...run,
      rollsBack: failed.deploymentId,
    });
  }

  /** Tells START, what becomes of each server, and the end. A server that fails ends the deployment before the next is touched. */
  #run(name: DeploymentName, failsAt: LifecycleEvent | undefined) {
    const company = this.#company;
    const startMs = company.tick();
    company.bus(deploymentStateEvent(name, "START", startMs, company.uuid()));
    const targets: TargetGiven[] = [];
    for (let nth = 0; nth < this.#instances; nth++) {
      const instanceId = `i-0${sha256Hex(`${this.application} ${this.group} ${nth}`).slice(0, 16)}`;
      const beganMs = company.tick();
      company.bus(instanceStateEvent(name, instanceId, "START", beganMs, company.uuid()));
      const endMs = company.tick();
      company.bus(instanceStateEvent(name, instanceId, failsAt === undefined ? "SUCCESS" : "FAILURE", endMs, company.uuid()));
      targets.push({ instanceId, startMs: beganMs, endMs, failsAt });
      if (failsAt !== undefined) break;
    }
    const completeMs = company.tick();
    company.bus(deploymentStateEvent(name, failsAt === undefined ? "SUCCESS" : "FAILURE", completeMs, company.uuid()));
    return { startMs, completeMs, targets, status: failsAt === undefined ? ("Succeeded" as const) : ("Failed" as const) };
  }

  #name(): DeploymentName {
    const digest = sha256Hex([this.#company.name, this.#company.seed, this.application, this.group, ++this.#count].join("\0"));
    const deploymentId = `d-${digest.slice(0, 9).toUpperCase()}`;
    return { account: ACCOUNT, region: REGION, application: this.application, group: this.group, deploymentId };
  }

  #named(name: DeploymentName): { subject: Subject; id: string } {
    return { subject: subject("deployment", "codedeploy", name.account, name.region, name.deploymentId), id: name.deploymentId };
  }
}

/** The change that a deployment is when no recorded change explains it. */
export function unmatchedChange(deployed: Deployed): Subject {
  return deployed.subject.replace(/^deployment:/, "change:") as Subject;
}
