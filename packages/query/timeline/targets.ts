import type { FactsOf, TargetState } from "@change-ledger/model";
import { TARGET_STATE_RANK, TARGET_STATES } from "@change-ledger/model";
import type { Recorded } from "@change-ledger/procedure";
import { isEnd } from "../deployment.ts";
import { compareText, told } from "../order.ts";
import type { FailureClass } from "./failure-advice.ts";
import { classOfLifecycle } from "./failure-class.ts";
import { type EntryReference, referTo, wordsOf } from "./recorded.ts";

/** A lifecycle event of a target, as the look-up's answer tells it. Its message and log tail lie in the answer's archived bytes (`payload` of the target). */
interface LifecycleView {
  readonly name: string;
  readonly status: string;
  readonly start?: string;
  readonly end?: string;
  readonly error?: string;
  readonly script?: string;
  /** Of one that failed. */
  readonly class?: FailureClass;
}

/** A target of a deployment: an instance, a task set, a function. */
export interface TargetView {
  readonly id: string;
  readonly type?: string;
  readonly state: TargetState;
  /** The first event that said that it runs, and that it failed or succeeded; the look-up's times where no event told. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly failedAt?: string;
  /** Oldest first; of a target that succeeded only what did not. */
  readonly lifecycle: readonly LifecycleView[];
  /** The entry of the answer that `lifecycle` is from. */
  readonly told?: EntryReference;
  readonly payload?: { readonly archive: string; readonly offset: number; readonly length: number; readonly sha256: string };
}

type Answered = FactsOf<"deployment-lookup">["targets"][number];

interface Known {
  state: TargetState;
  startedAt?: string;
  endedAt?: string;
  failedAt?: string;
  answered?: { readonly target: Answered; readonly by: Recorded; readonly final: boolean };
}

const STATES: ReadonlySet<string> = new Set(TARGET_STATES);

/**
 * Every target that the chain names, by id: those that failed first (by time), then the others.
 * @param chain in order of time
 */
export function targetsOf(chain: readonly Recorded[]): {
  readonly targets: TargetView[];
  readonly counted: boolean;
  readonly config: string | undefined;
} {
  const known = new Map<string, Known>();
  const at = (id: string): Known => {
    const found = known.get(id) ?? { state: "Unknown" };
    known.set(id, found);
    return found;
  };
  let counted = false;
  let config: string | undefined;
  for (const recorded of chain) {
    const { entry } = recorded;
    if (entry.kind === "target-state") hear(at(entry.facts.target), entry.facts.state, entry.occurredAt);
    if (entry.kind !== "deployment-lookup") continue;
    // ECS names no targets.
    counted ||= !entry.subject.startsWith("deployment:ecs/");
    config = entry.facts.config ?? config;
    const final = isEnd(entry.facts.state);
    for (const target of entry.facts.targets) answer(at(target.id), { target, by: recorded, final });
  }
  const targets = [...known].map(([id, one]) => viewTarget(id, one));
  return { targets: targets.sort(failedFirst), counted, config };
}

function hear(one: Known, state: TargetState, at: string): void {
  raise(one, state);
  // The chain comes in order of time: the first word on each is the earliest.
  if (state === "InProgress") one.startedAt ??= at;
  if (state === "Failed") one.failedAt ??= at;
  if (state === "Failed" || state === "Succeeded") one.endedAt ??= at;
}

/** What is said of an ended deployment holds before what was said while it ran; else the later. */
function answer(one: Known, said: NonNullable<Known["answered"]>): void {
  raise(one, STATES.has(said.target.status) ? (said.target.status as TargetState) : "Unknown");
  if (one.answered === undefined || said.final || !one.answered.final) one.answered = said;
}

function raise(one: Known, state: TargetState): void {
  if (TARGET_STATE_RANK[state] > TARGET_STATE_RANK[one.state]) one.state = state;
}

function viewTarget(id: string, { state, answered, ...times }: Known): TargetView {
  const target = answered?.target;
  const lifecycle = target?.lifecycle.map(({ name, status, start, end, error, script }) =>
    told({ name, status, start, end, error, script, class: status === "Failed" ? classOfLifecycle(name, error) : undefined }),
  );
  const failed = target?.lifecycle.find(({ status }) => status === "Failed");
  return told({
    id,
    type: target?.type,
    state,
    startedAt: times.startedAt ?? target?.lifecycle.find(({ start }) => start !== undefined)?.start,
    endedAt: times.endedAt ?? target?.updatedAt,
    failedAt: times.failedAt ?? (state === "Failed" ? (target?.updatedAt ?? failed?.end) : undefined),
    lifecycle: lifecycle ?? [],
    told: answered && referTo(answered.by),
    ...(answered && wordsOf(answered.by)),
  });
}

function failedFirst(a: TargetView, b: TargetView): number {
  return (
    compareText(a.failedAt ?? "~", b.failedAt ?? "~") || TARGET_STATE_RANK[b.state] - TARGET_STATE_RANK[a.state] || compareText(a.id, b.id)
  );
}
