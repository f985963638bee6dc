import { artifact } from "./artifact/index.ts";
import { artifactLookup } from "./artifact-lookup/index.ts";
import { attested } from "./attested/index.ts";
import { codedeploy } from "./codedeploy/index.ts";
import { codedeployLookup } from "./codedeploy-lookup/index.ts";
import { configuration } from "./configuration/index.ts";
import { ecs } from "./ecs/index.ts";
import { ecsLookup } from "./ecs-lookup/index.ts";
import { github } from "./github/index.ts";
import { githubHistory } from "./github-history/index.ts";
import { githubLookup } from "./github-lookup/index.ts";
import { jira } from "./jira/index.ts";
import { ledgerApi } from "./ledger-api/index.ts";
import { pagerduty } from "./pagerduty/index.ts";
import { reconciler } from "./reconciler/index.ts";
import { serviceCatalog } from "./service-catalog/index.ts";
import { serviceCatalogLookup } from "./service-catalog-lookup/index.ts";
import { servicenow } from "./servicenow/index.ts";
import type { BusEvent, Source } from "./source.ts";

/** Every sender that the ledger knows. A new one is a new folder and a line here. */
export const SOURCES: readonly Source[] = [
  github,
  jira,
  servicenow,
  pagerduty,
  codedeploy,
  ecs,
  serviceCatalog,
  // Before those whose detail types decide: its source says who put it.
  ledgerApi,
  attested,
  artifact,
  configuration,
  codedeployLookup,
  ecsLookup,
  artifactLookup,
  githubLookup,
  githubHistory,
  serviceCatalogLookup,
  reconciler,
];

const bySystem: ReadonlyMap<string, Source> = new Map(SOURCES.map((source) => [source.system, source]));

export function sourceOf(system: string): Source | undefined {
  return bySystem.get(system);
}

/** The source that takes webhooks under this name; undefined for one that does not POST to us. */
export function webhookSource(name: string): Source | undefined {
  const source = bySystem.get(name);
  return source?.webhook === undefined ? undefined : source;
}

/** The source that takes this event of a bus. */
export function busSource(event: BusEvent): Source | undefined {
  return SOURCES.find((source) => source.bus?.(event) === true);
}
