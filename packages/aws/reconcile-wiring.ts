/** The reconcilers' ports, made from the functions' environment. */
import { Configurations, type EvidenceHeads, readOfferedValue } from "@change-ledger/evidence";
import { handFound, type LookupWork } from "@change-ledger/ledger";
import type { FactsOf } from "@change-ledger/model";
import { type ArchivePorts, type ReconciledSenders, type ReconcilePorts, reconcileSenders, resultDelivery } from "@change-ledger/query";
import type { Settings } from "@change-ledger/sources";
import { codeDeployClient, dynamoClient, ecsClient, eventBridgeClient, s3Client, serviceCatalogClient, sqsClient } from "./clients.ts";
import { codedeployLists } from "./codedeploy-lists.ts";
import { dynamoChains } from "./dynamo-chains.ts";
import { dynamoCursors } from "./dynamo-cursors.ts";
import { dynamoGaveUp } from "./dynamo-gave-up.ts";
import { dynamoLedgerScan } from "./dynamo-ledger-scan.ts";
import { dynamoModels } from "./dynamo-models.ts";
import { ecsLists } from "./ecs-lists.ts";
import { type Environment, need } from "./environment.ts";
import { eventBridgeBus } from "./eventbridge-bus.ts";
import { githubAsker } from "./github.ts";
import { githubLists } from "./github-lists.ts";
import { githubPages } from "./github-pages.ts";
import { LookupError } from "./lookup-fault.ts";
import { logger, meter } from "./observe.ts";
import { pause } from "./pause.ts";
import { s3EvidenceHeads } from "./s3-evidence-heads.ts";
import { s3Inbox } from "./s3-inbox.ts";
import { s3Raw } from "./s3-raw.ts";
import { s3SegmentLists } from "./s3-segment-lists.ts";
import { serviceCatalogLists } from "./service-catalog.ts";
import { sqsQueue } from "./sqs-queue.ts";
import { settingsOf } from "./wiring.ts";

const now = (): string => new Date().toISOString();

function door(environment: Environment): Pick<ReconcilePorts, "bus" | "inbox"> {
  return {
    bus: eventBridgeBus({ client: eventBridgeClient(), name: need(environment, "BUS_NAME") }),
    inbox: s3Inbox({ client: s3Client(), bucket: need(environment, "INBOX_BUCKET") }),
  };
}

/**
 * Compares what senders list with the ledger.
 * @returns a run's function. `remainingMs`: how long it may still take
 */
export function senderReconciler(environment: Environment = process.env): (remainingMs: () => number) => Promise<ReconciledSenders> {
  const client = dynamoClient();
  const models = need(environment, "MODELS_TABLE");
  const ledger = { client, table: need(environment, "LEDGER_TABLE"), meter };
  const [account, region] = [environment["LOOKUP_ACCOUNT"], environment["AWS_REGION"]];
  const segments = s3SegmentLists({ client: s3Client(), bucket: need(environment, "ARCHIVE_BUCKET") });
  const archive: ArchivePorts = {
    segments,
    firstDay: () => segments.firstDay(),
    // Items that are no entries are the other reconciler's to report.
    ledger: () => dynamoLedgerScan({ ...ledger, onStray: () => {} }),
  };
  const settings = settingsOf(environment);
  const chains = dynamoChains(ledger);
  const raw = s3Raw({ client: s3Client(), bucket: need(environment, "ARCHIVE_BUCKET") });
  const configurations = new Configurations({ store: chains, raw, read: readOfferedValue });
  const ports = {
    ...door(environment),
    chains,
    inForce: async () => {
      await configurations.refresh();
      return await configurations.at(now());
    },
    models: dynamoModels({ client, table: models, meter, pause }),
    cursors: dynamoCursors({ client, table: models, meter }),
    lookup: sqsQueue<LookupWork>({ client: sqsClient(), url: need(environment, "LOOKUP_QUEUE_URL") }),
    settings,
    now,
    place: account === undefined || region === undefined ? undefined : { account, region },
    codedeploy: codedeployLists(codeDeployClient),
    ecs: ecsLists(ecsClient),
    github: githubListsOf(environment, settings),
    catalogue: settings.serviceCatalog.reconcile ? serviceCatalogLists(serviceCatalogClient) : undefined,
    gaveUp: dynamoGaveUp({ client, table: models, meter }),
    onFault: (comparison: string, error: unknown) =>
      logger.error("not compared", {
        comparison,
        reason: error instanceof LookupError ? error.message : error instanceof Error ? error.name : "unknown",
      }),
  };
  return (remainingMs) => reconcileSenders({ ...ports, remainingMs }, archive);
}

/** From the credentials in `GITHUB_APP` (JSON); `undefined` without. A rate limit is not waited out: the next run is in an hour. */
function githubListsOf(environment: Environment, { github: { webhookUrl, hooks } }: Settings): ReconcilePorts["github"] {
  const asker = githubAsker(environment);
  return asker && githubLists(githubPages(asker.octokit, undefined), { as: asker.as, webhookUrl, hooks });
}

export function evidenceHeads(environment: Environment = process.env): EvidenceHeads {
  return s3EvidenceHeads({ client: s3Client(), bucket: need(environment, "ARCHIVE_BUCKET") });
}

/** Puts on record what a check of the record itself found. */
export function verifiedRecorder(environment: Environment = process.env): (facts: readonly FactsOf<"verified">[]) => Promise<void> {
  const ports = door(environment);
  return async (facts) => {
    const at = now();
    await handFound(
      ports,
      facts.map((one) => ({ delivery: resultDelivery({ kind: "verified", facts: one }, at) })),
    );
  };
}
