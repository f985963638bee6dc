import { told } from "../order.ts";
import type { Lineage } from "./lineage.ts";
import { type EntryReference, referTo } from "./recorded.ts";
import type { DeploymentStory } from "./story.ts";

/**
 * Figures of one deployment, each with what it means: shown beside it, word for word. Times are the senders' clocks. A deployment that names no failed target
 * (ECS; an alarm) counts from its own failure.
 */
export const DEPLOYMENT_FIGURES = {
  duration: { title: "Duration", definition: "From the start of the deployment to its end." },
  timeToDetect: { title: "Time to detect", definition: "From the start of the deployment to its first failed target." },
  timeToRollBack: { title: "Time to roll back", definition: "From the first failed target to the start of the first rollback." },
  timeToRestore: {
    title: "Time to restore",
    definition: "From the first failed target to the success of the first rollback that succeeded.",
  },
  timeToRecover: {
    title: "Time to recover",
    definition:
      "From the first failed target to the end of the first deployment of the same group that ended well after it: a rollback, the former revision again, or a fix.",
  },
} as const;
export type DeploymentFigureName = keyof typeof DEPLOYMENT_FIGURES;

/** One end of a span. */
interface Moment {
  readonly at: string;
  readonly deployment: DeploymentStory["subject"];
  /** The entry that tells it, where one of the given entries does. */
  readonly told?: EntryReference;
}

export interface Figure {
  readonly name: DeploymentFigureName;
  readonly title: string;
  readonly definition: string;
  /** Absent: not known, and `missing` says what is. */
  readonly seconds?: number;
  readonly from?: Moment;
  readonly to?: Moment;
  readonly missing?: string;
}

/** In the order in which they are defined; of a deployment that did not fail the duration alone. */
export function figuresOf(of: DeploymentStory, { rollbacks, restoredBy, recovery }: Lineage): Figure[] {
  const start = moment(of, of.view.startedAt);
  const failure = moment(of, of.failed?.at, of.failed?.target);
  const figures: Figure[] = [span("duration", start, ended(of), "it has not ended, or its start is not on record")];
  if (!of.wentWrong) return figures;
  const [first] = rollbacks;
  const noFailure = "when its first target failed is not on record";
  return [
    ...figures,
    span("timeToDetect", start, failure, noFailure),
    span("timeToRollBack", failure, first && moment(first, first.view.startedAt), failure ? "no rollback is on record" : noFailure),
    span("timeToRestore", failure, restoredBy && ended(restoredBy), failure ? "no rollback has succeeded" : noFailure),
    span("timeToRecover", failure, recovery && ended(recovery.story), failure ? "nothing has ended well since" : noFailure),
  ];
}

function ended(story: DeploymentStory): Moment | undefined {
  return moment(story, story.view.endedAt);
}

function moment({ subject, chain }: DeploymentStory, at: string | undefined, target?: string): Moment | undefined {
  if (at === undefined) return undefined;
  const by =
    chain.find(({ entry }) =>
      target === undefined
        ? entry.kind === "deployment-state" && entry.occurredAt === at
        : entry.kind === "target-state" && entry.occurredAt === at && entry.facts.target === target && entry.facts.state === "Failed",
    ) ?? chain.findLast(({ entry }) => entry.kind === "deployment-lookup");
  return told({ at, deployment: subject, told: by && referTo(by) });
}

function span(name: DeploymentFigureName, from: Moment | undefined, to: Moment | undefined, missing: string): Figure {
  const seconds = from === undefined || to === undefined ? undefined : (Date.parse(to.at) - Date.parse(from.at)) / 1000;
  const contradicts = seconds !== undefined && seconds < 0;
  return told({
    name,
    ...DEPLOYMENT_FIGURES[name],
    seconds: contradicts ? undefined : seconds,
    from,
    to,
    missing: seconds === undefined ? missing : contradicts ? "the senders' clocks contradict each other" : undefined,
  });
}
