import type { Revision } from "@change-ledger/model";
import * as z from "zod";
import { assemble } from "../assemble.ts";
import { account, region } from "../bus-event.ts";
import { deploymentId, deploymentSubject } from "../codedeploy/index.ts";
import { deploymentState } from "../codedeploy/states.ts";
import { firstInstant } from "../instant.ts";
import { parseJson } from "../json.ts";
import { lookupDeliveryId, lookupId } from "../lookup-id.ts";
import { present, told } from "../present.ts";
import { maybeText, moment, read, text } from "../read.ts";
import type { Reading, Source } from "../source.ts";
import { functionVersions, taskDefinitionRevision, taskDefinitions } from "./compute.ts";
import { objectMetadata, revisionFact, revisionLocation } from "./revision.ts";
import { deploymentTarget, targetFact } from "./targets.ts";

const asked = z.object({ deploymentId, account, region });

const answer = asked.extend({
  deploymentInfo: z.object({
    applicationName: text,
    // An ECS deployment through a CloudFormation hook has no group.
    deploymentGroupName: maybeText,
    deploymentConfigName: maybeText,
    status: text,
    creator: maybeText,
    revision: revisionLocation.nullish(),
    previousRevision: revisionLocation.nullish(),
    createTime: moment,
    startTime: moment,
    completeTime: moment,
    errorInformation: z.object({ code: maybeText }).nullish(),
    rollbackInfo: z.object({ rollbackDeploymentId: maybeText, rollbackTriggeringDeploymentId: maybeText }).nullish(),
  }),
  deploymentTargets: z.array(deploymentTarget).nullish(),
  objectMetadata,
  taskDefinitions,
});

const gaveUp = asked.extend({ unresolved: z.object({ reason: text, attempts: z.int().positive() }) });

/**
 * What we asked CodeDeploy: `{deploymentId, account, region, deploymentInfo, deploymentTargets, objectMetadata?, taskDefinitions?}` with times as ISO 8601
 * or as seconds of the epoch (the API's own form), or `{deploymentId, account, region, unresolved: {reason, attempts}}`.
 */
export const codedeployLookup: Source = {
  system: "codedeploy-lookup",
  version: 2,
  deliveryId: lookupDeliveryId(asked, idOf),
  normalise(delivery, auth, _settings) {
    const body = parseJson(delivery.body);
    const unresolved = body !== null && typeof body === "object" && Object.hasOwn(body, "unresolved");
    const sent = unresolved ? read(gaveUp, body) : read(answer, body);
    const reading = "unresolved" in sent ? notAnswered(sent, delivery.receivedAt) : answered(sent, delivery.receivedAt);
    return assemble(codedeployLookup, delivery, auth, reading, { event: "GetDeployment", id: idOf(sent, delivery.body) });
  },
};

function idOf({ deploymentId }: z.output<typeof asked>, body: Uint8Array): string {
  return lookupId(deploymentId, body);
}

function answered(sent: z.output<typeof answer>, receivedAt: string): Reading {
  const info = sent.deploymentInfo;
  const rollback = info.rollbackInfo;
  const revisions = revisionsOf(sent);
  const times = {
    createdAt: firstInstant("deploymentInfo.createTime", info.createTime),
    startedAt: firstInstant("deploymentInfo.startTime", info.startTime),
    completedAt: firstInstant("deploymentInfo.completeTime", info.completeTime),
  };
  return {
    kind: "deployment-lookup",
    subject: deploymentSubject(sent),
    occurredAt: times.completedAt ?? times.startedAt ?? times.createdAt ?? receivedAt,
    facts: present({
      application: info.applicationName,
      group: told(info.deploymentGroupName) ?? "none",
      config: told(info.deploymentConfigName),
      state: deploymentState(info.status, "deploymentInfo.status"),
      creator: told(info.creator),
      ...revisions,
      ...times,
      error: told(info.errorInformation?.code),
      rollsBack: another(rollback?.rollbackTriggeringDeploymentId, sent.deploymentId),
      rolledBackBy: another(rollback?.rollbackDeploymentId, sent.deploymentId),
      targets: (sent.deploymentTargets ?? []).map(targetFact),
    }),
  };
}

/** The commit, where the revision names one; else what was deployed: a function's version, a task definition's image, or the archive that holds the AppSpec file. */
function revisionsOf(sent: z.output<typeof answer>): { readonly revision: Revision; readonly previousRevision: Revision | undefined } {
  const { revision, previousRevision: before } = sent.deploymentInfo;
  const own = revisionFact(revision ?? {}, sent.objectMetadata);
  const former = before ? revisionFact(before, sent.objectMetadata) : undefined;
  const versions = functionVersions(sent.deploymentTargets ?? [], sent);
  const image = taskDefinitionRevision(revision ?? {}, sent.taskDefinitions);
  const formerImage = before ? taskDefinitionRevision(before, sent.taskDefinitions) : undefined;
  return {
    revision: own.commit === undefined ? (versions?.deployed ?? image ?? own) : own,
    previousRevision: former?.commit === undefined ? (versions?.previous ?? formerImage ?? former) : former,
  };
}

/** CodeDeploy can name a deployment as its own trigger: it does not roll back itself. */
function another(id: string | null | undefined, self: string): string | undefined {
  return id === self ? undefined : told(id);
}

function notAnswered(sent: z.output<typeof gaveUp>, receivedAt: string): Reading {
  return {
    kind: "unresolved",
    subject: deploymentSubject(sent),
    occurredAt: receivedAt,
    facts: { asked: "deployment", attempts: sent.unresolved.attempts, reason: sent.unresolved.reason },
  };
}
