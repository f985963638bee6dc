import type { Revision } from "@change-ledger/model";
import * as z from "zod";
import { revisionOfContainers } from "../ecs/containers.ts";
import { present, told } from "../present.ts";
import { text } from "../read.ts";
import { balancedContainerOf, taskDefinitionOf } from "./app-spec.ts";
import type { RevisionLocation } from "./revision.ts";
import type { deploymentTarget } from "./targets.ts";

/** Of each task definition that a revision names, by its ARN: the containers' names and images; of nothing else in it. */
export const taskDefinitions = z
  .record(z.string().max(2048), z.array(z.object({ name: text, image: text, essential: z.boolean().nullish() })).max(100))
  .nullish();

interface Asked {
  readonly account: string;
  readonly region: string;
}
type Targets = readonly z.output<typeof deploymentTarget>[];

/** The versions of a function between which a deployment moves traffic: what is deployed, and what was before. */
export function functionVersions(targets: Targets, of: Asked): { readonly deployed: Revision; readonly previous?: Revision } | undefined {
  const infos = targets.flatMap(({ lambdaTarget }) => lambdaTarget?.lambdaFunctionInfo ?? []);
  if (infos.length === 0) return undefined;
  const deployed = new Set(infos.map(({ functionName, targetVersion }) => versionArn(functionName, targetVersion, of)));
  const [one] = deployed;
  if (deployed.size > 1 || one === undefined)
    return { deployed: { type: "Lambda", unresolved: "the deployment names no version of just one function" } };
  const before = versionArn(infos[0]?.functionName, infos[0]?.currentVersion, of);
  const previous = before === undefined || before === one ? undefined : unresolvedAt(before);
  return { deployed: unresolvedAt(one), ...(previous && { previous }) };
}

function unresolvedAt(location: string): Revision {
  return { type: "Lambda", location, unresolved: "a function's version names no commit" };
}

/** A version that can come to mean other code (`$LATEST`, an alias) is none. */
function versionArn(name: string | null | undefined, version: string | null | undefined, { account, region }: Asked): string | undefined {
  const [own] = /[\w-]{1,140}$/.exec(told(name) ?? "") ?? [];
  if (own === undefined || !/^\d{1,12}$/.test(told(version) ?? "")) return undefined;
  return `arn:${partitionOf(region)}:lambda:${region}:${account}:function:${own}:${version}`;
}

/** AWS's partition, which a region's name tells. */
function partitionOf(region: string): string {
  return region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** The image that an AppSpec file of ECS deploys; undefined when it is none of ECS. */
export function taskDefinitionRevision(sent: RevisionLocation, definitions: z.output<typeof taskDefinitions>): Revision | undefined {
  const content = sent.string?.content ?? sent.appSpecContent?.content;
  const arn = taskDefinitionOf(content);
  if (arn === undefined) return undefined;
  const containers = (definitions && Object.hasOwn(definitions, arn) ? definitions[arn] : undefined) ?? [];
  const balanced = balancedContainerOf(content);
  return revisionOfContainers(
    arn,
    containers.map(({ name, image, essential }) => present({ name, image, essential: essential ?? undefined })),
    balanced === undefined ? [] : [balanced],
  );
}
