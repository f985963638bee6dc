import { canonicalBytes } from "@change-ledger/model";
import type { DeploymentRecord } from "../codedeploy.ts";
import type { DeploymentName } from "./codedeploy.ts";
import { toSecond } from "./identifiers.ts";

/** What a deployment put where: a commit on GitHub, or an object in S3 (which names its commit in its metadata, or does not). */
export type RevisionGiven =
  | { readonly type: "GitHub"; readonly repository: string; readonly commit: string }
  | { readonly type: "S3"; readonly bucket: string; readonly key: string; readonly version?: string | undefined };

/** CodeDeploy's `RevisionLocation` */
function revisionLocation(of: RevisionGiven): Readonly<Record<string, unknown>> {
  if (of.type === "GitHub") return { revisionType: "GitHub", gitHubLocation: { repository: of.repository, commitId: of.commit } };
  const { bucket, key, version } = of;
  return { revisionType: "S3", s3Location: { bucket, key, bundleType: "zip", ...(version === undefined ? {} : { version }) } };
}

/** Lifecycle events of a deployment to servers, in order. */
export const LIFECYCLE = [
  "ApplicationStop",
  "DownloadBundle",
  "BeforeInstall",
  "Install",
  "AfterInstall",
  "ApplicationStart",
  "ValidateService",
] as const;
export type LifecycleEvent = (typeof LIFECYCLE)[number];

/** A server of a deployment: the lifecycle event at which it failed, if it did. */
export interface TargetGiven {
  readonly instanceId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly failsAt?: LifecycleEvent | undefined;
}

export interface RecordGiven extends DeploymentName {
  readonly revision: RevisionGiven;
  readonly previousRevision?: RevisionGiven | undefined;
  readonly status: "Succeeded" | "Failed" | "Stopped";
  /** Whoever deploys through the API is `user`; the rollback that CodeDeploy starts by itself `codeDeployRollback`. */
  readonly creator: "user" | "autoscaling" | "codeDeployRollback";
  readonly createMs: number;
  readonly startMs: number;
  readonly completeMs: number;
  readonly rollsBack?: string | undefined;
  readonly rolledBackBy?: string | undefined;
  readonly targets: readonly TargetGiven[];
}

/** What CodeDeploy answers about a deployment that has ended. */
export function deploymentRecord(of: RecordGiven): DeploymentRecord {
  const rollbackInfo = {
    ...(of.rolledBackBy === undefined ? {} : { rollbackDeploymentId: of.rolledBackBy, rollbackMessage: "The deployment was rolled back." }),
    ...(of.rollsBack === undefined ? {} : { rollbackTriggeringDeploymentId: of.rollsBack }),
  };
  const message = "The overall deployment failed because too many individual instances failed deployment.";
  return {
    deploymentInfo: {
      applicationName: of.application,
      deploymentGroupName: of.group,
      deploymentConfigName: "CodeDeployDefault.OneAtATime",
      deploymentId: of.deploymentId,
      ...(of.previousRevision === undefined ? {} : { previousRevision: revisionLocation(of.previousRevision) }),
      revision: revisionLocation(of.revision),
      status: of.status,
      createTime: toSecond(of.createMs),
      startTime: toSecond(of.startMs),
      completeTime: toSecond(of.completeMs),
      creator: of.creator,
      computePlatform: "Server",
      ...(of.status === "Failed" ? { errorInformation: { code: "HEALTH_CONSTRAINTS", message } } : {}),
      ...(Object.keys(rollbackInfo).length === 0 ? {} : { rollbackInfo }),
    },
    deploymentTargets: of.targets.map((target) => targetObject(of, target)),
  };
}

function targetObject(of: RecordGiven, target: TargetGiven): Readonly<Record<string, unknown>> {
  const failedAt = target.failsAt === undefined ? LIFECYCLE.length : LIFECYCLE.indexOf(target.failsAt);
  const eachMs = Math.floor((target.endMs - target.startMs) / LIFECYCLE.length);
  const events = LIFECYCLE.map((lifecycleEventName, nth) => {
    if (nth > failedAt) return { lifecycleEventName, status: "Skipped" };
    const times = { startTime: toSecond(target.startMs + nth * eachMs), endTime: toSecond(target.startMs + (nth + 1) * eachMs) };
    if (nth < failedAt) return { lifecycleEventName, status: "Succeeded", ...times, diagnostics: SUCCESS };
    return { lifecycleEventName, status: "Failed", ...times, diagnostics: failure(lifecycleEventName) };
  });
  return {
    deploymentTargetType: "InstanceTarget",
    instanceTarget: {
      deploymentId: of.deploymentId,
      targetId: target.instanceId,
      targetArn: `arn:aws:ec2:${of.region}:${of.account}:instance/${target.instanceId}`,
      status: target.failsAt === undefined ? "Succeeded" : "Failed",
      lastUpdatedAt: toSecond(target.endMs),
      lifecycleEvents: events,
      instanceLabel: "Blue",
    },
  };
}

const SUCCESS = { errorCode: "Success", scriptName: "", message: "Succeeded", logTail: "" };

function failure(event: LifecycleEvent): Readonly<Record<string, string>> {
  return {
    errorCode: "ScriptFailed",
    scriptName: `scripts/${event.toLowerCase()}.sh`,
    message: "Script failed with exit code 1",
    logTail: "[stderr] the service did not answer on its port",
  };
}

/** S3 objects by `s3://bucket/key?versionId=…`, with their user-defined metadata. */
export type ObjectMetadata = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The bytes of a look-up's answer, as `codedeploy-lookup` reads them (canonical, so that the same answer is the same event): for runs that have
 * no CodeDeploy to ask. `undefined` when no deployment of that id is on record.
 */
export function lookupAnswer(
  told: { readonly codedeploy: Readonly<Record<string, DeploymentRecord>>; readonly objects: ObjectMetadata },
  ask: { readonly account: string; readonly region: string; readonly deploymentId: string },
): Uint8Array | undefined {
  const record = Object.hasOwn(told.codedeploy, ask.deploymentId) ? told.codedeploy[ask.deploymentId] : undefined;
  if (record === undefined) return undefined;
  const named = [record.deploymentInfo["revision"], record.deploymentInfo["previousRevision"]].map(objectUrl);
  const metadata = Object.entries(told.objects).filter(([url]) => named.includes(url));
  const { account, region, deploymentId } = ask;
  return canonicalBytes({
    account,
    region,
    deploymentId,
    ...record,
    ...(metadata.length === 0 ? {} : { objectMetadata: Object.fromEntries(metadata) }),
  });
}

function objectUrl(revision: unknown): string | undefined {
  const at = (revision as { s3Location?: { bucket: string; key: string; version?: string } } | undefined)?.s3Location;
  return at === undefined ? undefined : s3Url(at);
}

/** `s3://bucket/key?versionId=…` */
export function s3Url(at: { readonly bucket: string; readonly key: string; readonly version?: string | undefined }): string {
  return `s3://${at.bucket}/${at.key}${at.version === undefined ? "" : `?versionId=${at.version}`}`;
}
