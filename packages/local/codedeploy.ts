import { readFileSync } from "node:fs";
import { type Input, type JsonService, text } from "./aws-json.ts";
import { seconds, wire } from "./epoch.ts";
import { LocalError, ServiceFault } from "./fault.ts";

/** What CodeDeploy would answer about one deployment, times in RFC 3339 or epoch seconds. */
export interface DeploymentRecord {
  readonly deploymentInfo: Readonly<Record<string, unknown>>;
  readonly deploymentTargets: readonly Readonly<Record<string, unknown>>[];
}

/** Deployments by id, as CodeDeploy would know them: a stand-in for a service that nothing open answers for. */
export class DeploymentRecords {
  readonly #records = new Map<string, DeploymentRecord>();
  /** Set by tests: throws what the service shall answer instead. */
  beforeAnswer: (operation: string, deploymentId: string) => void = () => {};

  /** @throws LocalError `bad-codedeploy-file` */
  load(file: string): void {
    let records: unknown;
    try {
      records = JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
      throw new LocalError("bad-codedeploy-file", `expected ${file} to hold JSON by deployment id; ${(error as Error).message}`);
    }
    if (typeof records !== "object" || records === null)
      throw new LocalError("bad-codedeploy-file", `expected ${file} to hold an object by deployment id`);
    for (const [id, record] of Object.entries(records)) {
      if (typeof record?.deploymentInfo !== "object")
        throw new LocalError("bad-codedeploy-file", `expected deploymentInfo at ${id} in ${file}`);
      this.add(id, { deploymentInfo: record.deploymentInfo, deploymentTargets: record.deploymentTargets ?? [] });
    }
  }

  add(id: string, record: DeploymentRecord): void {
    this.#records.set(id, record);
  }

  /** @throws ServiceFault as CodeDeploy names it */
  get(operation: string, id: string | undefined): DeploymentRecord {
    if (id === undefined || id === "")
      throw new ServiceFault("DeploymentIdRequiredException", 400, "At least one deployment ID must be specified.");
    if (!/^d-[A-Z0-9]+$/.test(id))
      throw new ServiceFault("InvalidDeploymentIdException", 400, "Specified DeploymentId is not in the valid format.");
    this.beforeAnswer(operation, id);
    const record = this.#records.get(id);
    if (record === undefined) throw new ServiceFault("DeploymentDoesNotExistException", 400, `The deployment ${id} could not be found`);
    return record;
  }

  ids(): string[] {
    return [...this.#records.keys()];
  }

  info(id: string): Readonly<Record<string, unknown>> {
    return this.#records.get(id)?.deploymentInfo ?? {};
  }
}

const TARGETS_MAX = 100;
const DEPLOYMENTS_MAX = 25;

/** The CodeDeploy operations that look-ups need, in AWS's JSON protocol 1.1. */
export function codeDeployService(records: DeploymentRecords): JsonService {
  const targetsOf = (operation: string, input: Input) => records.get(operation, text(input, "deploymentId")).deploymentTargets;
  return {
    version: "1.1",
    operations: {
      GetDeployment: (input) => ({ deploymentInfo: wire(records.get("GetDeployment", text(input, "deploymentId")).deploymentInfo) }),
      ListDeploymentTargets: (input) => ({ targetIds: targetsOf("ListDeploymentTargets", input).map(targetId) }),
      BatchGetDeploymentTargets(input) {
        const wanted = Array.isArray(input["targetIds"]) ? (input["targetIds"] as unknown[]) : [];
        if (wanted.length === 0)
          throw new ServiceFault("DeploymentTargetIdRequiredException", 400, "A deployment target ID was not provided.");
        if (wanted.length > TARGETS_MAX)
          throw new ServiceFault("DeploymentTargetListSizeExceededException", 400, "The maximum number of targets is 100.");
        const all = new Map(targetsOf("BatchGetDeploymentTargets", input).map((target) => [targetId(target), target]));
        const unknown = wanted.find((id) => typeof id !== "string" || !all.has(id));
        if (unknown !== undefined)
          throw new ServiceFault(
            "DeploymentTargetDoesNotExistException",
            400,
            "The provided target ID does not belong to the attempted deployment.",
          );
        return { deploymentTargets: wanted.map((id) => wire(all.get(id as string))) };
      },
      ListDeployments(input) {
        const application = text(input, "applicationName");
        const group = text(input, "deploymentGroupName");
        const range = (input["createTimeRange"] ?? {}) as { readonly start?: number; readonly end?: number };
        const created = (id: string) => seconds(records.info(id)["createTime"]);
        const ids = records.ids().filter((id) => {
          const { applicationName, deploymentGroupName } = records.info(id);
          if (created(id) < (range.start ?? 0) || created(id) > (range.end ?? Number.POSITIVE_INFINITY)) return false;
          return (application === undefined || applicationName === application) && (group === undefined || deploymentGroupName === group);
        });
        return page(
          "deployments",
          ids.sort((a, b) => created(b) - created(a)),
          input,
        );
      },
      BatchGetDeployments(input) {
        const wanted = (Array.isArray(input["deploymentIds"]) ? input["deploymentIds"] : []) as unknown[];
        if (wanted.length > DEPLOYMENTS_MAX)
          throw new ServiceFault("BatchLimitExceededException", 400, `The maximum number of deployments is ${DEPLOYMENTS_MAX}.`);
        // What is not known is left out.
        const known = new Set(records.ids());
        return { deploymentsInfo: wanted.flatMap((id) => (typeof id === "string" && known.has(id) ? [wire(records.info(id))] : [])) };
      },
      ListApplications: (input) => page("applications", distinct(records, "applicationName"), input),
      ListDeploymentGroups(input) {
        const applicationName = text(input, "applicationName");
        return { applicationName, ...page("deploymentGroups", distinct(records, "deploymentGroupName", applicationName), input) };
      },
    },
  };
}

/** Lists come in pages of this many, as the service's own of 100 do. */
const PAGE = 100;

function page(name: string, all: readonly string[], input: Input): Record<string, unknown> {
  const from = Number(input["nextToken"] ?? 0);
  return { [name]: all.slice(from, from + PAGE), ...(from + PAGE < all.length && { nextToken: String(from + PAGE) }) };
}

function distinct(records: DeploymentRecords, member: string, application?: string): string[] {
  const of = records.ids().map((id) => records.info(id));
  const named = of.filter(({ applicationName }) => application === undefined || applicationName === application);
  return [...new Set(named.map((info) => String(info[member])))].sort();
}

/** A target is `{deploymentTargetType, instanceTarget | lambdaTarget | ecsTarget | cloudFormationTarget}`. */
function targetId(target: Readonly<Record<string, unknown>>): string {
  for (const value of Object.values(target)) {
    if (typeof value === "object" && value !== null && "targetId" in value) return String(value.targetId);
  }
  return "";
}
