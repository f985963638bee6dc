import type { ChainStore, ProjectPorts } from "@change-ledger/ledger";
import { directChanges, FoldMemory, foldChains } from "@change-ledger/query";
import type { Settings } from "@change-ledger/sources";
import { type DynamoLinksOptions, dynamoLinks } from "./dynamo-links.ts";
import { dynamoModels } from "./dynamo-models.ts";

/** What the projector writes: the models table's read models and link index. */
export function projection(
  models: Required<DynamoLinksOptions>,
  chains: Pick<ChainStore, "read">,
  { github }: Settings,
): Pick<ProjectPorts, "links" | "direct" | "tracked" | "fold"> {
  const fold = { models: dynamoModels(models), chains, pause: models.pause, memory: new FoldMemory() };
  const tracked = (ref: string): boolean =>
    github.trackedRefs.some((pattern) => (pattern.endsWith("*") ? ref.startsWith(pattern.slice(0, -1)) : ref === pattern));
  return {
    links: dynamoLinks(models),
    direct: directChanges(fold),
    tracked: (_home, ref, isDefault) => isDefault || tracked(ref),
    fold: (some) => foldChains(fold, some),
  };
}
