export type { ArchivePorts } from "./archive.ts";
export { commitsOf } from "./github.ts";
export { type Branch, historyDelivery, pushDelivery } from "./github-push.ts";
export type {
  CatalogueLists,
  Cursor,
  Cursors,
  DeploymentLists,
  GaveUp,
  GithubLists,
  HookName,
  HostCommit,
  ListedDeployment,
  ListedUpdate,
  ReconcilePorts,
  SegmentLists,
  ServiceLists,
} from "./ports.ts";
export { type ReconciledSenders, reconcileSenders } from "./reconcile-senders.ts";
export { resultDelivery } from "./result.ts";
