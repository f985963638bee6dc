import {
  BatchGetDeploymentTargetsCommand,
  type CodeDeployClient,
  type DeploymentTarget,
  GetDeploymentCommand,
  ListDeploymentTargetsCommand,
  type RevisionLocation,
} from "@aws-sdk/client-codedeploy";
import { HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { canonicalBytes } from "@change-ledger/model";
import { type DeploymentLookups, type DeploymentQuestion, s3ObjectUrl, taskDefinitionOf } from "@change-ledger/sources";
import { faultOf, nameOf, readable, told } from "./lookup-answer.ts";
import { LookupError } from "./lookup-fault.ts";

/** `BatchGetDeploymentTargets` takes at most 25 ids. */
const TARGETS_A_CALL = 25;
/** A list that goes on longer than this is a fault of the service: no deployment group is that large. */
const MAX_PAGES = 1000;

export interface S3Object {
  readonly bucket: string;
  readonly key: string;
  readonly version: string | undefined;
}
/** User-defined metadata of an object, names in lower case. Throws LookupError. */
export type ObjectMetadata = (of: S3Object, at: DeploymentQuestion) => Promise<Readonly<Record<string, string>>>;

/** Name, image and essentiality of a task definition's containers, by its ARN. Throws LookupError. */
export type ContainersOf = (arn: string, at: DeploymentQuestion) => Promise<readonly object[]>;

/**
 * CodeDeploy through its API.
 * @param clientOf the client with credentials for the deployment's account and region
 * @param metadataOf how to read the metadata of a revision's object
 * @param containersOf how to read the containers of a task definition that a revision names; absent: nobody can be asked
 */
export function codedeployLookups(
  clientOf: (of: DeploymentQuestion) => Pick<CodeDeployClient, "send">,
  metadataOf: ObjectMetadata,
  containersOf?: ContainersOf,
): DeploymentLookups {
  return {
    async describeDeployment(of) {
      const client = clientOf(of);
      const { deploymentId } = of;
      const { deploymentInfo } = await told("GetDeployment", client.send(new GetDeploymentCommand({ deploymentId })));
      if (deploymentInfo === undefined) throw new LookupError("not-found", "GetDeployment: the answer holds no deployment");
      const deploymentTargets = await targets(client, deploymentId);
      const objectMetadata: Record<string, Readonly<Record<string, string>>> = {};
      for (const revision of [deploymentInfo.revision, deploymentInfo.previousRevision]) {
        const object = objectOf(revision);
        if (object === undefined) continue;
        const metadata = await readable(metadataOf(object, of));
        if (metadata !== undefined) objectMetadata[s3ObjectUrl(object)] = metadata;
      }
      const taskDefinitions: Record<string, readonly object[]> = {};
      for (const revision of [deploymentInfo.revision, deploymentInfo.previousRevision]) {
        const arn = taskDefinitionOf(revision?.string?.content ?? revision?.appSpecContent?.content);
        const containers = arn === undefined || containersOf === undefined ? undefined : await readable(containersOf(arn, of));
        if (arn !== undefined && containers !== undefined) taskDefinitions[arn] = containers;
      }
      const named = Object.keys(taskDefinitions).length === 0 ? {} : { taskDefinitions };
      return bodyOf({ ...of, deploymentInfo, deploymentTargets, objectMetadata, ...named });
    },
  };
}

/** Metadata through `HeadObject`. @param clientOf the client with credentials for the bucket */
export function s3ObjectMetadata(clientOf: (of: DeploymentQuestion) => Pick<S3Client, "send">): ObjectMetadata {
  return async ({ bucket, key, version }, at) => {
    const input = { Bucket: bucket, Key: key, ...(version === undefined ? {} : { VersionId: version }) };
    const { Metadata } = await told("HeadObject", clientOf(at).send(new HeadObjectCommand(input)));
    return Object.fromEntries(Object.entries(Metadata ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  };
}

/** All targets of a deployment, in the order of their ids: the service promises none, and equal answers shall be equal bytes. */
async function targets(client: Pick<CodeDeployClient, "send">, deploymentId: string): Promise<DeploymentTarget[]> {
  const targetIds = await targetIdsOf(client, deploymentId);
  const found: DeploymentTarget[] = [];
  for (let from = 0; from < targetIds.length; from += TARGETS_A_CALL) {
    const batch = targetIds.slice(from, from + TARGETS_A_CALL);
    const command = new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds: batch });
    const { deploymentTargets } = await told("BatchGetDeploymentTargets", client.send(command));
    found.push(...(deploymentTargets ?? []));
  }
  return found;
}

async function targetIdsOf(client: Pick<CodeDeployClient, "send">, deploymentId: string): Promise<string[]> {
  const ids = new Set<string>();
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const command = new ListDeploymentTargetsCommand({ deploymentId, ...(nextToken === undefined ? {} : { nextToken }) });
    let answer: { targetIds?: string[] | undefined; nextToken?: string | undefined };
    try {
      answer = await client.send(command);
    } catch (error) {
      // A deployment that has not begun has no targets yet.
      if (nameOf(error) === "DeploymentNotStartedException") return [];
      throw faultOf("ListDeploymentTargets", error);
    }
    for (const id of answer.targetIds ?? []) ids.add(id);
    nextToken = answer.nextToken;
    if (nextToken === undefined || nextToken === "") return [...ids].sort();
  }
  throw new LookupError("unavailable", `ListDeploymentTargets: expected at most ${MAX_PAGES} pages`);
}

function objectOf(revision: RevisionLocation | undefined): S3Object | undefined {
  const at = revision?.s3Location;
  return at?.bucket && at.key ? { bucket: at.bucket, key: at.key, version: at.version || undefined } : undefined;
}

/** Times become ISO 8601, absent members are left out, targets are in the order of their ids. */
function bodyOf(
  answer: DeploymentQuestion & { deploymentTargets: DeploymentTarget[]; deploymentInfo: object; objectMetadata: object },
): Uint8Array {
  const deploymentTargets = [...answer.deploymentTargets].sort((a, b) => (targetId(a) < targetId(b) ? -1 : 1));
  return canonicalBytes(JSON.parse(JSON.stringify({ ...answer, deploymentTargets })));
}

function targetId(of: DeploymentTarget): string {
  return (of.instanceTarget ?? of.ecsTarget ?? of.lambdaTarget ?? of.cloudFormationTarget)?.targetId ?? "";
}
