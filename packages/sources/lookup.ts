/** Why a look-up has no answer: `not-found` stays as it is when asked again, `denied` until somebody mends the role; `throttled` and `unavailable` may not. */
export type LookupCode = "not-found" | "denied" | "throttled" | "unavailable";

export interface DeploymentQuestion {
  readonly account: string;
  readonly region: string;
  readonly deploymentId: string;
}

/** What CodeDeploy can be asked. */
export interface DeploymentLookups {
  /**
   * The body of a `codedeploy-lookup` delivery: what CodeDeploy knows of the deployment and all its targets, with the metadata of its
   * revisions' S3 objects where that can be read. Canonical JSON (RFC 8785): equal answers are equal bytes. Throws an error with a LookupCode.
   */
  describeDeployment(of: DeploymentQuestion): Promise<Uint8Array>;
}

/** One of ECS's own deployments: `ecs-svc/<deploymentId>` of a service. */
export interface EcsDeploymentQuestion extends DeploymentQuestion {
  readonly cluster: string;
  readonly service: string;
}

/** A push to a ref of a repository (`owner/name`); `ref` in full: `refs/heads/main`. */
export interface RuleSuiteQuestion {
  readonly repository: string;
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

/** What GitHub can be asked. Every answer is the body of a `github-lookup` delivery, in canonical JSON. Throws an error with a LookupCode. */
export interface GithubLookups {
  /**
   * Commits of a pull request with their authors. GitHub tells those of the present head: the answer's `head` says which that was.
   * It lists at most 250; an answer of so many is marked as truncated.
   * @param repository `owner/name`
   */
  pullRequestCommits(repository: string, number: number, head: string): Promise<Uint8Array>;
  /**
   * Names of the files that a pull request touches, former names of moved ones, and what was done to each; never what is in them. Of a merged one `head` stays its head.
   * GitHub lists at most 3,000; an answer of so many is marked as truncated.
   */
  pullRequestFiles(repository: string, number: number, head: string): Promise<Uint8Array>;
  /** How the rules of the repository and its organisation judged a push: `not-found` when GitHub lists no judgement of it (yet). */
  ruleSuite(of: RuleSuiteQuestion): Promise<Uint8Array>;
  /** A commit's author and parents. */
  commit(repository: string, sha: string): Promise<Uint8Array>;
}
