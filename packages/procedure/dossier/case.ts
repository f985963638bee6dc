import { type Subject, unmatchedDeployment } from "@change-ledger/model";
import type { InForce, RepositoryInForce } from "../configuration/in-force.ts";
import { type Buckets, type Dossier, sortIntoBuckets } from "./buckets.ts";
import { type TypeOfChange, typeOfChange } from "./change-type.ts";
import { type Arrival, type Commits, commitsOf, mergingPush, NO_COMMITS } from "./commits.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import { carriersOf, type Deployment, deploymentsOf, startedBy } from "./deployments.ts";
import { hostReleases } from "./host-releases.ts";
import { type RecordHistory, recordsOf } from "./itsm.ts";
import { type Pull, pullOf, ticketsNamed } from "./pull.ts";
import { type Push, pushesOf, refName } from "./pushes.ts";
import { compareText, type Recorded } from "./recorded.ts";
import { type Standing, standingReviews } from "./reviews.ts";
import { type Resolution, resolutionOf } from "./revision.ts";
import { type TicketHistory, ticketsOf } from "./tickets.ts";

/** What a change is, by its subject alone. */
export type ChangeKind = "pull-request" | "direct-push" | "unmatched-deployment" | "record";

/** A production deployment of the change, with the link that says it carries it. */
export interface Release {
  readonly deployment: Deployment;
  readonly link: Recorded;
}

/** A change's dossier as it was known at one instant, read once and asked by every test. Each part is worked out when it is first asked for. */
export class Case {
  readonly change: Subject;
  readonly kind: ChangeKind;
  /** `github/acme/cargo`; empty of what lies in no repository. */
  readonly home: string;
  readonly inForce: InForce;
  readonly repository: RepositoryInForce;
  readonly asOf: string;
  readonly buckets: Buckets;
  /** Everything, whenever it was recorded: what the record's own soundness is judged by. */
  readonly entries: readonly Recorded[];
  readonly #deployment: Subject | undefined;
  readonly #worked: ((of: Case) => unknown)[] = [];
  readonly #made: unknown[] = [];
  #pull: Pull | undefined;
  #arrival: Arrival | undefined;
  #standing: Standing | undefined;
  #pushes: Push[] | undefined;
  #commits: Commits | undefined;
  #deployments: Map<Subject, Deployment> | undefined;
  #carriers: Map<Subject, Recorded> | undefined;
  #releases: readonly Release[] | undefined;
  #coverage: Coverage | undefined;
  #tickets: ReadonlyMap<Subject, TicketHistory> | undefined;
  #records: ReadonlyMap<Subject, RecordHistory> | undefined;
  #named: ReadonlySet<Subject> | undefined;
  #changeType: TypeOfChange | undefined;

  constructor(dossier: Dossier, inForce: InForce, asOf: string) {
    this.change = dossier.change;
    const { kind, home, deployment } = placeOf(dossier.change);
    this.kind = kind;
    this.home = home;
    this.#deployment = deployment;
    this.inForce = inForce;
    this.repository = inForce.repository(home);
    this.asOf = asOf;
    this.buckets = sortIntoBuckets(dossier, asOf);
    this.entries = dossier.entries;
  }

  /** What `work` makes, worked out once however many tests ask. */
  once<T>(work: (of: Case) => T): T {
    // Two dozen functions at most: looking along them is faster than a map.
    const at = this.#worked.indexOf(work);
    if (at >= 0) return this.#made[at] as T;
    const made = work(this);
    this.#worked.push(work);
    this.#made.push(made);
    return made;
  }

  get pull(): Pull | undefined {
    this.#pull ??= pullOf(this.buckets);
    return this.#pull;
  }

  get standing(): Standing {
    this.#standing ??= standingReviews(this.buckets.reviews, this.inForce.resolve);
    return this.#standing;
  }

  get pushes(): readonly Push[] {
    this.#pushes ??= pushesOf(this.buckets.pushes);
    return this.#pushes;
  }

  /** @param branch a short name */
  ref(branch: string): Subject {
    return `ref:${this.home}/refs/heads/${branch}`;
  }

  commit(sha: string): Subject {
    return `commit:${this.home}/${sha}`;
  }

  /** The push that made the change part of its branch, and where in it. */
  get arrival(): Arrival | undefined {
    this.#arrival ??= this.#arrive();
    return this.#arrival;
  }

  #arrive(): Arrival | undefined {
    const { pull } = this;
    if (this.kind === "direct-push") {
      const sha = this.change.slice(this.change.lastIndexOf("/") + 1);
      const ends = this.pushes.filter(({ after }) => after === sha);
      // A commit may have been pushed to a branch of its own first: what makes it a change is the protected one.
      const push = ends.find(({ ref, isDefault }) => this.repository.isProtected(refName(ref), isDefault)) ?? ends[0];
      return push && { push, at: push.commits.length - 1, sha };
    }
    return pull && mergingPush(pull, this.pushes, this.ref(pull.baseRef));
  }

  get commits(): Commits {
    const { pull } = this;
    if (pull === undefined) return NO_COMMITS;
    this.#commits ??= commitsOf(
      pull,
      this.buckets,
      this.pushes,
      this.ref(pull.baseRef),
      this.ref(pull.headRef),
      this.repository.rules.trustSquashAuthors,
    );
    return this.#commits;
  }

  /** Of a pull request: its authors, and whose approval covers them. Without one nobody. */
  get coverage(): Coverage {
    const { pull } = this;
    this.#coverage ??= pull === undefined ? { authors: [], complete: false, approvals: [] } : coverageOf(this, pull);
    return this.#coverage;
  }

  get tickets(): ReadonlyMap<Subject, TicketHistory> {
    this.#tickets ??= ticketsOf(this.buckets);
    return this.#tickets;
  }

  get records(): ReadonlyMap<Subject, RecordHistory> {
    this.#records ??= recordsOf(this.buckets);
    return this.#records;
  }

  /** The change itself, and the tickets, records and incidents that it names or named when it first went to production. */
  get named(): ReadonlySet<Subject> {
    this.#named ??= this.#findNamed();
    return this.#named;
  }

  #findNamed(): Set<Subject> {
    const named = new Set([this.change]);
    const { pull } = this;
    if (pull === undefined) return named;
    for (const until of [undefined, this.releasedAt]) for (const ticket of ticketsNamed(pull, until).tickets) named.add(ticket);
    return named;
  }

  get changeType(): TypeOfChange {
    this.#changeType ??= typeOfChange(this);
    return this.#changeType;
  }

  /** Every deployment of the dossier, those that only rolled others back included. */
  get deployments(): ReadonlyMap<Subject, Deployment> {
    this.#deployments ??= deploymentsOf(this.buckets, this.inForce);
    return this.#deployments;
  }

  get carriers(): ReadonlyMap<Subject, Recorded> {
    this.#carriers ??= carriersOf(this.buckets);
    return this.#carriers;
  }

  /** Deployments to production that carry the change, the first first. A rollback restores and carries nothing. */
  get releases(): readonly Release[] {
    this.#releases ??= this.#findReleases();
    return this.#releases;
  }

  #findReleases(): Release[] {
    const found: Release[] = [];
    for (const [subject, link] of this.carriers) {
      const deployment = this.deployments.get(subject);
      if (deployment === undefined || deployment.rollback || deployment.environment !== "production") continue;
      found.push({ deployment, link });
    }
    const { pull } = this;
    if (pull?.mergeSha !== undefined)
      found.push(
        ...hostReleases(this.buckets, [pull.head, pull.mergeSha], this.home, this.inForce).map((one) => ({
          deployment: one,
          link: one.told,
        })),
      );
    return found.sort(
      ({ deployment: a }, { deployment: b }) => compareText(startedBy(a), startedBy(b)) || compareText(a.subject, b.subject),
    );
  }

  /** When the first deployment to production that carries the change started, by the sender's clock; where nothing tells when, what is told of it first: by then it had. */
  get releasedAt(): string | undefined {
    const [first] = this.releases;
    return first && startedBy(first.deployment);
  }

  /** A deployment to production that carries the change and of which nothing tells when it started: what has to come before the first one cannot be shown to have. */
  get startUnknown(): Deployment | undefined {
    return this.releases.find(({ deployment }) => deployment.startedAt === undefined)?.deployment;
  }

  /** Of a push that was a change of its own: the merge of a pull request that claims one of its commits by SHA. */
  get claim(): Recorded | undefined {
    const commits = this.arrival?.push.commits;
    if (this.kind !== "direct-push" || commits === undefined) return undefined;
    return this.buckets.otherPulls.find(
      ({ entry: { facts } }) => facts.state === "merged" && commits.some(({ sha }) => sha === facts.mergeSha),
    );
  }

  /** Of an unmatched change the commit that was deployed, as far as anything on record says; or why that is not known. */
  get resolution(): Resolution | undefined {
    return resolutionOf(this.unmatched?.revision, this.buckets.artifacts);
  }

  /** The deployment that an unmatched change stands for. */
  get unmatched(): Deployment | undefined {
    return this.#deployment && this.deployments.get(this.#deployment);
  }
}

const IN_REPOSITORY = /^change:(github\/[^/]+\/[^/]+)\/(pull|push)\/[^/]+$/;

/** With the deployment that it stands for, of an unmatched one. */
function placeOf(change: Subject): { readonly kind: ChangeKind; readonly home: string; readonly deployment: Subject | undefined } {
  const place = IN_REPOSITORY.exec(change);
  if (place !== null)
    return { kind: place[2] === "pull" ? "pull-request" : "direct-push", home: place[1] as string, deployment: undefined };
  const deployment = unmatchedDeployment(change);
  return { kind: deployment === undefined ? "record" : "unmatched-deployment", home: "", deployment };
}
