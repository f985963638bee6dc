export { taskDefinitionOf } from "./codedeploy-lookup/app-spec.ts";
export { type LifecycleMessage, lifecycleMessages } from "./codedeploy-lookup/messages.ts";
export { COMMIT_METADATA, REPOSITORY_METADATA, s3ObjectUrl } from "./codedeploy-lookup/revision.ts";
export { offeredConfiguration, offeredValue } from "./configuration/index.ts";
export { type SourceCode, SourceError } from "./fault.ts";
export { FINDER_HEADER, FINDERS, type Finder } from "./finder.ts";
export { mailHash } from "./identity.ts";
export { MAX_DEPTH, parseJson } from "./json.ts";
export type {
  DeploymentLookups,
  DeploymentQuestion,
  EcsDeploymentQuestion,
  GithubLookups,
  LookupCode,
  RuleSuiteQuestion,
} from "./lookup.ts";
export { normalise } from "./normalise.ts";
export { busSource, SOURCES, sourceOf, webhookSource } from "./registry.ts";
export { DEFAULT_SETTINGS, isTrackedRef, type Settings, settingsSchema } from "./settings.ts";
export type { BusEvent, Source } from "./source.ts";
