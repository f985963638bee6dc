import type { ECSClient } from "@aws-sdk/client-ecs";
import type { ListedDeployment, ServiceLists } from "@change-ledger/query";
import { briefsOf, describedOf } from "./ecs.ts";
import { LookupError } from "./lookup-fault.ts";

/** ECS dates to the second in what it filters by. */
const AROUND_MS = 1_000;
const ENDED: ReadonlySet<string> = new Set(["SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"]);

/** ECS's lists through its API. @param clientOf the client for a region */
export function ecsLists(clientOf: (region: string) => Pick<ECSClient, "send">): ServiceLists {
  return {
    async deployments({ region }, cluster, service, { from, to }) {
      const client = clientOf(region);
      const listed = new Map<string, ListedDeployment>();
      const rolledBack: string[] = [];
      const within = { after: new Date(Date.parse(from) - AROUND_MS), before: new Date(Date.parse(to) + AROUND_MS) };
      try {
        for await (const brief of briefsOf(client, cluster, service, within)) {
          const { serviceDeploymentArn: arn, targetServiceRevisionArn, createdAt, status = "" } = brief;
          const at = createdAt?.toISOString();
          if (arn === undefined || at === undefined || at < from || at >= to) continue;
          const id = numberOf(targetServiceRevisionArn ?? arn);
          listed.set(id, { id, createdAt: at, ended: ENDED.has(status) });
          if (status.startsWith("ROLLBACK")) rolledBack.push(arn);
        }
      } catch (error) {
        if (error instanceof LookupError && error.code === "not-found") return undefined;
        throw error;
      }
      // What puts back a revision under a number of its own is a deployment of the service as well, told with the one that failed.
      for (const { createdAt, status, rollback, sourceServiceRevisions = [] } of await describedOf(client, rolledBack)) {
        const back = rollback?.serviceRevisionArn;
        if (back === undefined || createdAt === undefined || sourceServiceRevisions.some(({ arn }) => arn === back)) continue;
        const id = numberOf(back);
        if (!listed.has(id)) listed.set(id, { id, createdAt: createdAt.toISOString(), ended: ENDED.has(status ?? "") });
      }
      return [...listed.values()];
    },
  };
}

function numberOf(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
