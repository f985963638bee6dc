export { COMMIT_METADATA, REPOSITORY_METADATA, s3ObjectUrl } from "./codedeploy-lookup/revision.ts";
export { type SourceCode, SourceError } from "./fault.ts";
export { mailHash } from "./identity.ts";
export { MAX_DEPTH, parseJson } from "./json.ts";
export type { DeploymentLookups, DeploymentQuestion, GithubLookups, LookupCode } from "./lookup.ts";
export { normalise } from "./normalise.ts";
export { busSource, SOURCES, sourceOf, webhookSource } from "./registry.ts";
export { DEFAULT_SETTINGS, type Settings, settingsSchema } from "./settings.ts";
export type { BusEvent, Source } from "./source.ts";
