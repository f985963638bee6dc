import type { FactsOf } from "@change-ledger/model";
import * as z from "zod";
import { firstInstant } from "../instant.ts";
import { present, told } from "../present.ts";
import { maybeText, moment, text } from "../read.ts";

type Target = FactsOf<"deployment-lookup">["targets"][number];

const lifecycleEvent = z.object({
  lifecycleEventName: text,
  status: maybeText,
  startTime: moment,
  endTime: moment,
  // Messages and log tails are the scripts' own words: they stay in the archive.
  diagnostics: z.object({ errorCode: maybeText, scriptName: maybeText }).nullish(),
});
const functionInfo = z.object({ functionName: maybeText, currentVersion: maybeText, targetVersion: maybeText }).nullish();
const target = z
  .object({ targetId: maybeText, status: maybeText, lastUpdatedAt: moment, lifecycleEvents: z.array(lifecycleEvent).nullish() })
  .nullish();

/** CodeDeploy's `DeploymentTarget`: a type and one member that fits it. */
export const deploymentTarget = z.object({
  deploymentTargetType: maybeText,
  instanceTarget: target,
  lambdaTarget: target.unwrap().unwrap().extend({ lambdaFunctionInfo: functionInfo }).nullish(),
  ecsTarget: target,
  cloudFormationTarget: target,
});

/** A target and its lifecycle events, oldest first; a target that succeeded keeps only the events that did not. */
export function targetFact(sent: z.output<typeof deploymentTarget>, at: number): Target {
  const one = sent.instanceTarget ?? sent.ecsTarget ?? sent.lambdaTarget ?? sent.cloudFormationTarget;
  const status = told(one?.status) ?? "Unknown";
  const events = (one?.lifecycleEvents ?? []).filter((event) => status !== "Succeeded" || event.status !== "Succeeded");
  return present({
    id: told(one?.targetId) ?? "unknown",
    type: told(sent.deploymentTargetType) ?? "unknown",
    status,
    updatedAt: firstInstant(`deploymentTargets.${at}.lastUpdatedAt`, one?.lastUpdatedAt),
    lifecycle: events.map((event, nth) => {
      const field = `deploymentTargets.${at}.lifecycleEvents.${nth}`;
      const code = told(event.diagnostics?.errorCode);
      return present({
        name: event.lifecycleEventName,
        status: told(event.status) ?? "Unknown",
        start: firstInstant(`${field}.startTime`, event.startTime),
        end: firstInstant(`${field}.endTime`, event.endTime),
        error: code === "Success" ? undefined : code,
        script: told(event.diagnostics?.scriptName),
      });
    }),
  });
}
