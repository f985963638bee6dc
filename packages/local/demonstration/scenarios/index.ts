import type { DeploymentRecord } from "../../codedeploy.ts";
import type { ObjectMetadata } from "../codedeploy-record.ts";
import type { ServiceAnswers } from "../ecs-service.ts";
import type { Emitted } from "../emitted.ts";
import { APPROVAL_SCENARIOS } from "./approvals.ts";
import { DELIVERY_SCENARIOS } from "./deliveries.ts";
import { DEPLOYMENT_SCENARIOS } from "./deployments.ts";
import { HISTORY_SCENARIOS } from "./history.ts";
import { PROCEDURE_SCENARIOS } from "./procedure.ts";
import { RECORD_SCENARIOS } from "./records.ts";
import { byArrival, type PlayedScenario, play, type Scenario } from "./scenario.ts";
import { SERVICE_SCENARIOS } from "./services.ts";

export type { Expected, PlayedScenario } from "./scenario.ts";
export { play } from "./scenario.ts";

/** By number, from 1 without a gap. */
export const SCENARIOS: readonly Scenario[] = [
  ...PROCEDURE_SCENARIOS,
  ...APPROVAL_SCENARIOS,
  ...HISTORY_SCENARIOS,
  ...DEPLOYMENT_SCENARIOS,
  ...DELIVERY_SCENARIOS,
  ...RECORD_SCENARIOS,
  ...SERVICE_SCENARIOS,
].sort((a, b) => a.number - b.number);

/** The demonstration ends at most this many days after it began. */
export const DEMONSTRATION_DAYS = 7;

/** Scenarios begin so far from each other: they overlap, as work does. */
const APART_MS = 2 * 60 * 60 * 1000;

export interface Demonstration {
  /** All scenarios' events in the order in which they reach us. */
  readonly events: readonly Emitted[];
  readonly codedeploy: Readonly<Record<string, DeploymentRecord>>;
  readonly objects: ObjectMetadata;
  readonly artifacts: ServiceAnswers;
  readonly scenarios: readonly PlayedScenario[];
}

/** Every scenario, told side by side. @param startAt RFC 3339: when the first one begins */
export function demonstrationEvents(startAt: string): Demonstration {
  const scenarios = SCENARIOS.map((scenario, nth) => play(scenario, new Date(Date.parse(startAt) + nth * APART_MS).toISOString()));
  return {
    events: byArrival(scenarios.flatMap(({ events }) => events)),
    codedeploy: Object.assign({}, ...scenarios.map(({ codedeploy }) => codedeploy)) as Record<string, DeploymentRecord>,
    objects: Object.assign({}, ...scenarios.map(({ objects }) => objects)) as ObjectMetadata,
    artifacts: {
      services: Object.assign({}, ...scenarios.map(({ artifacts }) => artifacts.services)) as ServiceAnswers["services"],
      documents: scenarios.flatMap(({ artifacts }) => artifacts.documents),
      lookups: scenarios.flatMap(({ artifacts }) => artifacts.lookups),
    },
    scenarios,
  };
}

/** What a reader will see: two lines a scenario, its title and tests, and the subject to open first. */
export function demonstrationSummary({ scenarios }: Pick<Demonstration, "scenarios">): string[] {
  return scenarios.flatMap(({ number, title, tests, open }) => [
    `${String(number).padStart(2)}  ${title} (${tests.join(", ")})`,
    `    ${open[0] ?? ""}`,
  ]);
}

/**
 * Sends the demonstration's events one after another, in order.
 * @param progress is told how many of how many were sent
 */
export async function playDemonstration(
  { events }: Pick<Demonstration, "events">,
  post: (event: Emitted) => Promise<void>,
  progress: (sent: number, of: number) => void = () => {},
): Promise<void> {
  for (const [nth, event] of events.entries()) {
    await post(event);
    progress(nth + 1, events.length);
  }
}
