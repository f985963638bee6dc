export { type CodedeployQuestion, codedeployBackfill } from "./codedeploy.ts";
export { type BackfillStep, type GithubQuestion, githubBackfill } from "./github.ts";
export { type BackfillState, type GithubHistory, type HostAnswer, type HostPull, NOTHING_FILLED } from "./ports.ts";
