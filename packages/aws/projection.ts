import type { ChainStore, ProjectPorts } from "@change-ledger/ledger";
import { directChanges, FoldMemory, foldChains, progressIn } from "@change-ledger/query";
import { isTrackedRef, type Settings } from "@change-ledger/sources";
import { type DynamoLinksOptions, dynamoLinks } from "./dynamo-links.ts";
import { dynamoModels } from "./dynamo-models.ts";

/** What the projector writes: the models table's read models and link index. */
export function projection(
  models: Required<DynamoLinksOptions>,
  chains: Pick<ChainStore, "read">,
  { github }: Settings,
): Pick<ProjectPorts, "links" | "direct" | "tracked" | "fold" | "progress"> {
  const fold = { models: dynamoModels(models), chains, pause: models.pause, memory: new FoldMemory() };
  return {
    links: dynamoLinks(models),
    direct: directChanges(fold),
    tracked: (_home, ref, isDefault) => isTrackedRef(github, ref, isDefault),
    fold: (some) => foldChains(fold, some),
    progress: progressIn(fold),
  };
}
