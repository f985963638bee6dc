import type { LookUpPorts } from "@change-ledger/ledger";
import type { DeploymentQuestion } from "@change-ledger/sources";
import { codeDeployClient, ecrClient, ecsClient, lambdaClient, s3Client } from "./clients.ts";
import { codedeployLookups, s3ObjectMetadata } from "./codedeploy.ts";
import { downloaded, ecrImages } from "./ecr.ts";
import { ecsLookups } from "./ecs.ts";
import type { Environment } from "./environment.ts";
import { lambdaVersions } from "./lambda-versions.ts";
import { LookupError } from "./lookup-fault.ts";

/** Who of AWS can be asked about deployments and what they deployed. */
export function awsSources(
  environment: Environment,
): Omit<LookUpPorts["sources"], "pullRequestCommits" | "pullRequestFiles" | "ruleSuite" | "attestations"> {
  const ours = environment["LOOKUP_ACCOUNT"];
  // Asked with our credentials, a deployment of the same id in our own account would answer for another account's.
  const own = <C>(clientOf: (region: string) => C) => {
    return ({ account, region }: DeploymentQuestion): C => {
      if (ours !== undefined && account !== ours) throw new LookupError("denied", "the deployment is another account's");
      return clientOf(region);
    };
  };
  const ecs = ecsLookups(own(ecsClient));
  const codedeploy = codedeployLookups(
    own(codeDeployClient),
    s3ObjectMetadata(() => s3Client()),
    (arn, at) => ecs.containersOf(arn, at),
  );
  const ownEndpoint = environment["AWS_ENDPOINT_URL_ECR"] ?? environment["AWS_ENDPOINT_URL"];
  return {
    deployment: (of) => codedeploy.describeDeployment(of),
    ecsDeployment: (of) => ecs.describeDeployment(of),
    image: ecrImages(ecrClient, downloaded(ownEndpoint === undefined)),
    functionVersion: lambdaVersions(lambdaClient),
  };
}
