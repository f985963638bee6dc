export { lookupAnswer, type ObjectMetadata } from "./codedeploy-record.ts";
export { type Company, company, late, lost, replayed, twice } from "./company.ts";
export { type Emitted, signatureOf } from "./emitted.ts";
export { issueEvent } from "./github.ts";
export { hostDeploymentEvent, hostDeploymentStatusEvent } from "./github-checks.ts";
export { PEOPLE } from "./people.ts";
export { randomStory } from "./random-story.ts";
export * from "./scenarios/index.ts";
export { DEMONSTRATION_SECRETS, DEMONSTRATION_SETTINGS } from "./settings.ts";
