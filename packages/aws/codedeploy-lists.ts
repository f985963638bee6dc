import {
  BatchGetDeploymentsCommand,
  type CodeDeployClient,
  ListApplicationsCommand,
  ListDeploymentGroupsCommand,
  ListDeploymentsCommand,
} from "@aws-sdk/client-codedeploy";
import type { DeploymentLists } from "@change-ledger/query";
import { chunked } from "./chunked.ts";
import { told } from "./lookup-answer.ts";
import { LookupError } from "./lookup-fault.ts";

/** `BatchGetDeployments` takes at most 25 ids. */
const DEPLOYMENTS_A_CALL = 25;
const MAX_PAGES = 10_000;
const ENDED: ReadonlySet<string> = new Set(["Succeeded", "Failed", "Stopped"]);

/** CodeDeploy's lists through its API. @param clientOf the client for a region */
export function codedeployLists(clientOf: (region: string) => Pick<CodeDeployClient, "send">): DeploymentLists {
  return {
    async groups({ region }) {
      const client = clientOf(region);
      const applications = await paged("ListApplications", async (nextToken) => {
        const answer = await client.send(new ListApplicationsCommand(nextToken));
        return { items: answer.applications, nextToken: answer.nextToken };
      });
      const found = [];
      for (const application of applications) {
        const groups = await paged("ListDeploymentGroups", async (nextToken) => {
          const answer = await client.send(new ListDeploymentGroupsCommand({ applicationName: application, ...nextToken }));
          return { items: answer.deploymentGroups, nextToken: answer.nextToken };
        });
        found.push(...groups.map((group) => ({ application, group })));
      }
      return found;
    },
    async deployments({ region }, applicationName, deploymentGroupName, { from, to }) {
      const client = clientOf(region);
      const createTimeRange = { start: new Date(from), end: new Date(to) };
      const ids = await paged("ListDeployments", async (nextToken) => {
        const answer = await client.send(
          new ListDeploymentsCommand({ applicationName, deploymentGroupName, createTimeRange, ...nextToken }),
        );
        return { items: answer.deployments, nextToken: answer.nextToken };
      });
      return (await described(client, ids)).filter(({ createdAt }) => from <= createdAt && createdAt < to);
    },
    async known({ region }, ids) {
      return new Set((await described(clientOf(region), ids)).map(({ id }) => id));
    },
  };
}

async function described(client: Pick<CodeDeployClient, "send">, ids: readonly string[]) {
  const found = [];
  for (const deploymentIds of chunked(ids, DEPLOYMENTS_A_CALL)) {
    const { deploymentsInfo } = await told(
      "BatchGetDeployments",
      client.send(new BatchGetDeploymentsCommand({ deploymentIds: [...deploymentIds] })),
    );
    for (const { deploymentId, createTime, status } of deploymentsInfo ?? [])
      if (deploymentId !== undefined && createTime !== undefined)
        found.push({ id: deploymentId, createdAt: createTime.toISOString(), ended: ENDED.has(status ?? "") });
  }
  return found;
}

async function paged(
  operation: string,
  ask: (on: { nextToken?: string }) => Promise<{ readonly items: readonly string[] | undefined; readonly nextToken: string | undefined }>,
): Promise<string[]> {
  const found = new Set<string>();
  let on: { nextToken?: string } = {};
  for (let page = 0; page < MAX_PAGES; page++) {
    const { items, nextToken } = await told(operation, ask(on));
    for (const item of items ?? []) found.add(item);
    if (nextToken === undefined || nextToken === "") return [...found];
    on = { nextToken };
  }
  throw new LookupError("unavailable", `${operation}: expected at most ${MAX_PAGES} pages`);
}
