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

/** What GitHub can be asked. Every answer is the body of a `github-lookup` delivery, in canonical JSON. Throws an error with a LookupCode. */
export interface GithubLookups {
  /**
   * Commits of a pull request with their authors. GitHub tells those of the present head: the answer's `head` says which that was.
   * It lists at most 250; an answer of so many is marked as truncated.
   * @param repository `owner/name`
   */
  pullRequestCommits(repository: string, number: number, head: string): Promise<Uint8Array>;
  /** A commit's author and parents. */
  commit(repository: string, sha: string): Promise<Uint8Array>;
}
