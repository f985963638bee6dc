import type { BusEvent } from "./emitted.ts";
import { toSecond, uuidOf } from "./identifiers.ts";
import type { Person } from "./people.ts";

/** A deployment as the bus names it. */
export interface DeploymentName {
  readonly account: string;
  readonly region: string;
  readonly application: string;
  readonly group: string;
  /** `d-` and 9 capital letters or digits. */
  readonly deploymentId: string;
}

function resources(of: DeploymentName): string[] {
  const arn = `arn:aws:codedeploy:${of.region}:${of.account}`;
  return [`${arn}:application:${of.application}`, `${arn}:deploymentgroup:${of.application}/${of.group}`];
}

/** `CodeDeploy Deployment State-change Notification`, in the words of events. @param id of the event, given by EventBridge */
export function deploymentStateEvent(
  of: DeploymentName,
  state: "START" | "SUCCESS" | "FAILURE" | "STOP" | "READY",
  atMs: number,
  id: string,
): BusEvent {
  return {
    version: "0",
    id,
    source: "aws.codedeploy",
    "detail-type": "CodeDeploy Deployment State-change Notification",
    account: of.account,
    region: of.region,
    time: toSecond(atMs),
    resources: resources(of),
    detail: { ...detailOf(of), state },
  };
}

function detailOf(of: DeploymentName): Readonly<Record<string, string>> {
  return {
    region: of.region,
    application: of.application,
    deploymentId: of.deploymentId,
    deploymentGroup: of.group,
    instanceGroupId: uuidOf("instance-group", of.application, of.group),
  };
}

/** `CodeDeploy Instance State-change Notification` */
export function instanceStateEvent(
  of: DeploymentName,
  instanceId: string,
  state: "START" | "SUCCESS" | "FAILURE",
  atMs: number,
  id: string,
): BusEvent {
  return {
    version: "0",
    id,
    source: "aws.codedeploy",
    "detail-type": "CodeDeploy Instance State-change Notification",
    account: of.account,
    region: of.region,
    time: toSecond(atMs),
    resources: [`arn:aws:ec2:${of.region}:${of.account}:instance/${instanceId}`, ...resources(of)],
    detail: { ...detailOf(of), instanceId, state },
  };
}

/** CloudTrail's record of `CreateDeployment`, the only place that names who deployed. */
export function createDeploymentEvent(of: DeploymentName, by: Person, atMs: number, id: string): BusEvent {
  const when = toSecond(atMs);
  const role = /assumed-role\/([^/]+)\//.exec(by.principalArn)?.[1] ?? "Deployer";
  const sessionIssuer = { type: "Role", arn: `arn:aws:iam::${of.account}:role/${role}`, accountId: of.account, userName: role };
  const session = by.principalArn.slice(by.principalArn.lastIndexOf("/") + 1);
  return {
    version: "0",
    id,
    source: "aws.codedeploy",
    "detail-type": "AWS API Call via CloudTrail",
    account: of.account,
    region: of.region,
    time: when,
    resources: [],
    detail: {
      eventVersion: "1.08",
      userIdentity: {
        type: "AssumedRole",
        principalId: `AROAEXAMPLE:${session}`,
        arn: by.principalArn,
        accountId: of.account,
        sessionContext: { sessionIssuer },
      },
      eventTime: when,
      eventSource: "codedeploy.amazonaws.com",
      eventName: "CreateDeployment",
      awsRegion: of.region,
      requestParameters: { applicationName: of.application, deploymentGroupName: of.group },
      responseElements: { deploymentId: of.deploymentId },
      requestID: uuidOf("request", of.deploymentId),
      eventID: uuidOf("cloudtrail", of.deploymentId),
      readOnly: false,
      eventType: "AwsApiCall",
      recipientAccountId: of.account,
    },
  };
}
