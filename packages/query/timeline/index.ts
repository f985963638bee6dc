export type { Approval, ApprovalOf } from "./approval.ts";
export { FAILURE_ADVICE, FAILURE_CLASSES, type FailureAdvice, type FailureClass } from "./failure-advice.ts";
export { classOfCode, classOfLifecycle, type Failure, failureOf } from "./failure-class.ts";
export { DEPLOYMENT_FIGURES, type DeploymentFigureName, type Figure } from "./figures.ts";
export { LANES, type Lane, type Mark, TONES, type Tone } from "./marks.ts";
export { outcomeOf } from "./outcome.ts";
export {
  type DeploymentOutcome,
  PERIOD_FIGURES,
  type PeriodFigure,
  PeriodFigures,
  type PeriodSpan,
  type ReleasedChange,
} from "./period.ts";
export { DurationSketch } from "./sketch.ts";
export { DEPLOYMENT_RESULTS, type DeploymentResult, outcomeIn } from "./story.ts";
export { type Timeline, type TimelineDossier, type TimelineOptions, timelineOf } from "./timeline.ts";
