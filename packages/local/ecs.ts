import type { ArtifactRecords } from "./artifact-records.ts";
import { type Input, type JsonService, text } from "./aws-json.ts";
import { seconds, wire } from "./epoch.ts";
import { ServiceFault } from "./fault.ts";

const names = (input: Input, member: string): string[] => (Array.isArray(input[member]) ? (input[member] as unknown[]).map(String) : []);
/** `arn:…:service/<cluster>/<name>` or the bare name. */
const bare = (name: string): string => name.slice(name.lastIndexOf("/") + 1);

/** The ECS operations that look-ups need, in AWS's JSON protocol 1.1. */
export function ecsService(records: ArtifactRecords): JsonService {
  const find = (input: Input, service: string) => records.service(bare(text(input, "cluster") ?? "default"), bare(service));
  const all = <K extends "serviceDeployments" | "revisions">(of: K, key: string, wanted: readonly string[]) =>
    records.services().flatMap((one) => one[of].filter((each) => wanted.includes(String(each[key]))));
  return {
    version: "1.1",
    operations: {
      DescribeServices(input) {
        const asked = names(input, "services").map((name) => ({ name, found: find(input, name) }));
        return {
          services: asked.flatMap(({ name, found }) =>
            found === undefined ? [] : [wire({ serviceName: bare(name), deployments: found.deployments })],
          ),
          failures: asked.flatMap(({ name, found }) => (found === undefined ? [{ arn: name, reason: "MISSING" }] : [])),
        };
      },
      ListServiceDeployments(input) {
        const found = find(input, text(input, "service") ?? "");
        if (found === undefined) throw new ServiceFault("ServiceNotFoundException", 400, "Service not found.");
        const { after = 0, before = Number.POSITIVE_INFINITY } = (input["createdAt"] ?? {}) as { after?: number; before?: number };
        const within = found.serviceDeployments
          .map((one) => ({ one, at: seconds(one["createdAt"]) }))
          .filter(({ at }) => after <= at && at <= before)
          .sort((a, b) => b.at - a.at)
          .map(({ one: { serviceDeploymentArn, status, createdAt, finishedAt, targetServiceRevision } }) => {
            const targetServiceRevisionArn = (targetServiceRevision as { arn?: string } | undefined)?.arn;
            return wire({ serviceDeploymentArn, status, createdAt, finishedAt, targetServiceRevisionArn });
          });
        const [from, most] = [Number(text(input, "nextToken") ?? 0), Number(input["maxResults"] ?? 20)];
        const next = from + most < within.length ? String(from + most) : undefined;
        return { serviceDeployments: within.slice(from, from + most), nextToken: next };
      },
      DescribeServiceDeployments: (input) => ({
        serviceDeployments: all("serviceDeployments", "serviceDeploymentArn", names(input, "serviceDeploymentArns")).map((one) =>
          wire(one),
        ),
        failures: [],
      }),
      DescribeServiceRevisions: (input) => ({
        serviceRevisions: all("revisions", "serviceRevisionArn", names(input, "serviceRevisionArns")).map((one) => wire(one)),
        failures: [],
      }),
      DescribeTaskDefinition(input) {
        const arn = text(input, "taskDefinition") ?? "";
        const containerDefinitions = records.containers(arn);
        if (containerDefinitions === undefined) throw new ServiceFault("ClientException", 400, "Unable to describe task definition.");
        return { taskDefinition: { taskDefinitionArn: arn, containerDefinitions } };
      },
    },
  };
}
