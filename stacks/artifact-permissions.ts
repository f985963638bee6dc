/** What the look-ups of deployed artefacts may ask: IAM statements as pure functions of ARNs. */
interface Allowed {
  readonly actions: string[];
  readonly resources: string[];
}

/**
 * Reads what ECS deployed; and labels of images and tags of functions, of those that are named alone: a role that may read an image's configuration may read all of the image.
 * @param account whose services
 * @param artifacts ARNs of repositories of ECR and of functions
 */
export function readArtifacts(account: string, artifacts: readonly string[]): Allowed[] {
  const of = (service: string) => artifacts.filter((arn) => arn.split(":")[2] === service);
  return [
    allow(["ecs:DescribeServices", "ecs:ListServiceDeployments"], [`arn:aws:ecs:*:${account}:service/*`]),
    allow(["ecs:DescribeServiceDeployments"], [`arn:aws:ecs:*:${account}:service-deployment/*`]),
    allow(["ecs:DescribeServiceRevisions"], [`arn:aws:ecs:*:${account}:service-revision/*`]),
    // A task definition is no resource here (Service Authorization Reference).
    allow(["ecs:DescribeTaskDefinition"], ["*"]),
    allow(["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], of("ecr")),
    // Of published versions; their code is another action's to give out.
    allow(
      ["lambda:GetFunctionConfiguration"],
      of("lambda").map((arn) => (arn.endsWith("*") ? arn : `${arn}:*`)),
    ),
    allow(["lambda:ListTags"], of("lambda")),
  ].filter(({ resources }) => resources.length > 0);
}

/** Lists the deployments of services, for a comparison with the ledger. @param account whose services */
export function listServiceDeployments(account: string): Allowed[] {
  return [
    allow(["ecs:ListServiceDeployments"], [`arn:aws:ecs:*:${account}:service/*`]),
    // Of a rollback only its description says to what.
    allow(["ecs:DescribeServiceDeployments"], [`arn:aws:ecs:*:${account}:service-deployment/*`]),
  ];
}

function allow(actions: string[], resources: string[]): Allowed {
  return { actions, resources };
}
