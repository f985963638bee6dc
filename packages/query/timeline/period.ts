import { told } from "../order.ts";
import { DurationSketch } from "./sketch.ts";

/**
 * Figures of a period, as DORA's research names them, and what each means here: shown beside the figure, word for word. A deployment counts on the day of its
 * end, by the senders' clocks. Rollbacks are not deployments of anything new; incidents are counted apart and never as failed deployments.
 */
export const PERIOD_FIGURES = {
  deployments: {
    title: "Deployments",
    definition:
      "Deployments that ended in the period. Rollbacks, and those that somebody stopped before any target failed, are not counted.",
  },
  deploymentFrequency: { title: "Deployment frequency", definition: "Deployments that ended well in the period, a day." },
  changeFailureRate: {
    title: "Change failure rate",
    definition: "Share of the deployments that failed, were stopped after a target had failed, or were rolled back.",
  },
  timeToRestore: {
    title: "Time to restore",
    definition:
      "Median over the failed deployments, from the first failed target to the success of the first rollback that succeeded. Those without one are counted beside it.",
  },
  leadTime: {
    title: "Lead time for changes",
    definition:
      "Median over the changes that were deployed well, from the first thing that any sender told of the change to the end of the first such deployment that carries it. Dates of commits are not used: whoever commits chooses them.",
  },
  mergeToProduction: {
    title: "Merge to production",
    definition: "Median over the same changes, from the merge to the end of the first deployment that ended well and carries the change.",
  },
  incidents: { title: "Incidents", definition: "Incidents that were opened in the period, whatever caused them." },
  incidentTimeToResolve: {
    title: "Time to resolve",
    definition: "Median over those of them that were resolved, from opening to resolution.",
  },
} as const;
type PeriodFigureName = keyof typeof PERIOD_FIGURES;

/** A deployment that ended, as its own story and its group's tell it. Each is added once. */
export interface DeploymentOutcome {
  readonly endedAt: string;
  readonly rollback: boolean;
  readonly outcome: "good" | "failed" | "stopped";
  /** Of a failed one: seconds from the first failed target to the rollback's success. */
  readonly restoreSeconds?: number | undefined;
}

/** A change that went to production for the first time in a deployment that ended well. Each is added once. */
export interface ReleasedChange {
  readonly releasedAt: string;
  readonly firstToldAt?: string | undefined;
  readonly mergedAt?: string | undefined;
}

export interface IncidentOutcome {
  readonly openedAt: string;
  readonly resolvedAt?: string | undefined;
}

/** From `from`, before `to`: RFC 3339, UTC, milliseconds. */
export interface PeriodSpan {
  readonly from: string;
  readonly to: string;
}

export interface PeriodFigure {
  readonly name: PeriodFigureName;
  readonly title: string;
  readonly definition: string;
  readonly unit: "count" | "share" | "a day" | "seconds";
  /** Absent where there is nothing to count. */
  readonly value?: number;
  /** How many deployments, changes or incidents it rests on. */
  readonly over: number;
  /** Of those that it should rest on, how many do not say enough. */
  readonly unknown?: number;
}

/** The figures of a period as a fold: what it holds does not grow with what is added, in whatever order that comes. Parts of a period merge into the whole. */
export class PeriodFigures {
  readonly span: PeriodSpan;
  #good = 0;
  #failed = 0;
  #unrestored = 0;
  #unled = 0;
  #unmerged = 0;
  #incidents = 0;
  readonly #restore = new DurationSketch();
  readonly #lead = new DurationSketch();
  readonly #merge = new DurationSketch();
  readonly #resolve = new DurationSketch();

  constructor(span: PeriodSpan) {
    this.span = span;
  }

  deployment({ endedAt, rollback, outcome, restoreSeconds }: DeploymentOutcome): void {
    if (rollback || outcome === "stopped" || !this.#holds(endedAt)) return;
    if (outcome === "good") this.#good++;
    else {
      this.#failed++;
      if (restoreSeconds === undefined || restoreSeconds < 0) this.#unrestored++;
      else this.#restore.add(restoreSeconds);
    }
  }

  change({ releasedAt, firstToldAt, mergedAt }: ReleasedChange): void {
    if (!this.#holds(releasedAt)) return;
    if (!addSpan(this.#lead, firstToldAt, releasedAt)) this.#unled++;
    if (!addSpan(this.#merge, mergedAt, releasedAt)) this.#unmerged++;
  }

  incident({ openedAt, resolvedAt }: IncidentOutcome): void {
    if (!this.#holds(openedAt)) return;
    this.#incidents++;
    addSpan(this.#resolve, openedAt, resolvedAt);
  }

  /** Adds what another counted of things that were not added here. Its span is not looked at. */
  merge(other: PeriodFigures): void {
    this.#good += other.#good;
    this.#failed += other.#failed;
    this.#unrestored += other.#unrestored;
    this.#unled += other.#unled;
    this.#unmerged += other.#unmerged;
    this.#incidents += other.#incidents;
    this.#restore.merge(other.#restore);
    this.#lead.merge(other.#lead);
    this.#merge.merge(other.#merge);
    this.#resolve.merge(other.#resolve);
  }

  /** In the order of their definitions. */
  figures(): PeriodFigure[] {
    const all = this.#good + this.#failed;
    const days = (Date.parse(this.span.to) - Date.parse(this.span.from)) / 86_400_000;
    return [
      figure("deployments", "count", all, all),
      figure("deploymentFrequency", "a day", days > 0 ? this.#good / days : undefined, this.#good),
      figure("changeFailureRate", "share", all === 0 ? undefined : this.#failed / all, all),
      median("timeToRestore", this.#restore, this.#unrestored),
      median("leadTime", this.#lead, this.#unled),
      median("mergeToProduction", this.#merge, this.#unmerged),
      figure("incidents", "count", this.#incidents, this.#incidents),
      median("incidentTimeToResolve", this.#resolve, this.#incidents - this.#resolve.count),
    ];
  }

  /** Instants of one form: their text sorts as they do. */
  #holds(at: string): boolean {
    return at >= this.span.from && at < this.span.to;
  }
}

/** False of a span with an end that nobody told, or that ends before it begins. */
function addSpan(sketch: DurationSketch, from: string | undefined, to: string | undefined): boolean {
  if (from === undefined || to === undefined || to < from) return false;
  sketch.add((Date.parse(to) - Date.parse(from)) / 1000);
  return true;
}

function figure(
  name: PeriodFigureName,
  unit: PeriodFigure["unit"],
  value: number | undefined,
  over: number,
  unknown?: number,
): PeriodFigure {
  return told({ name, ...PERIOD_FIGURES[name], unit, value, over, unknown });
}

function median(name: PeriodFigureName, sketch: DurationSketch, unknown: number): PeriodFigure {
  return figure(name, "seconds", sketch.quantile(0.5), sketch.count, unknown);
}
