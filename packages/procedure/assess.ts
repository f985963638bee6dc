import type { Outcome, Subject } from "@change-ledger/model";
import type { InForce } from "./configuration/in-force.ts";
import { type ControlVerdict, controlVerdicts } from "./controls/judged.ts";
import type { Dossier } from "./dossier/buckets.ts";
import { Case } from "./dossier/case.ts";
import { ProcedureError } from "./fault.ts";
import { type Finding, findingsOf, type Obligation, obligationsOf } from "./findings.ts";
import type { BlockName, ChangeType, Step, TestId } from "./procedures/block.ts";
import { AUDIT_TESTS } from "./tests/index.ts";
import { requirementVerdict } from "./tests/requirement.ts";
import { verdictOf } from "./tests/sheet.ts";
import { type Rest, rests, type Verdict, worstOf } from "./tests/verdict.ts";

/** A test's verdict with its name. */
export interface TestResult extends Verdict {
  readonly test: TestId;
}

/** A requirement's verdict with its block's name. */
export interface RequirementResult extends Verdict {
  readonly block: BlockName;
}

export interface StepResult {
  readonly number: number;
  readonly title: string;
  /** The worst of its requirements. */
  readonly outcome: Outcome;
  readonly requirements: readonly RequirementResult[];
}

/** What type the change was judged as, and how it came to it. */
export interface TypeResult {
  /** What tickets, records and labels call it. */
  readonly claimed: ChangeType;
  /** `normal` where what is claimed is unfounded: then no exemption holds. */
  readonly judgedAs: ChangeType;
  readonly because: string;
  readonly restsOn: readonly Rest[];
}

/**
 * A change, judged: a pure function of dossier, configuration and instant. Plain JSON without undefined members, every list in an order of its own: the same
 * inputs give the same canonical bytes, whatever order the entries came in.
 */
export interface Assessment {
  readonly v: 1;
  readonly change: Subject;
  /** What was recorded by then is what was known. */
  readonly asOf: string;
  /** The version of the configuration. */
  readonly configuration: string;
  readonly procedure: { readonly id: string; readonly version: string };
  readonly type: TypeResult;
  /** The worst of steps and tests. */
  readonly outcome: Outcome;
  readonly steps: readonly StepResult[];
  readonly tests: readonly TestResult[];
  readonly findings: readonly Finding[];
  readonly obligations: readonly Obligation[];
  readonly controls: readonly ControlVerdict[];
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * Judges a change by what was known at `asOf`.
 * @param dossier the change's own chain, whole, and whatever is linked to it; in any order, entries doubled or not
 * @param asOf RFC 3339, UTC, milliseconds. Entries recorded later do not count; deadlines that lie before it have passed
 * @throws ProcedureError `not-an-instant`, `not-a-dossier` (entries that name no hash)
 */
export function assess(dossier: Dossier, inForce: InForce, asOf: string): Assessment {
  if (!INSTANT.test(asOf))
    throw new ProcedureError("not-an-instant", `expected RFC 3339 in UTC with milliseconds, got ${asOf.slice(0, 40)}`);
  const of = new Case(dossier, inForce, asOf);
  const { procedure } = of.repository;
  const tests = AUDIT_TESTS.map((test): TestResult => ({ ...verdictOf(test, of), test: test.id }));
  const type = typeResult(of);
  const asked = procedure.steps[type.judgedAs] ?? procedure.steps.normal;
  const steps = asked.map((step) => stepResult(step, of));
  return {
    v: 1,
    change: of.change,
    asOf,
    configuration: inForce.version,
    procedure: { id: procedure.id, version: procedure.version },
    type,
    outcome: worstOf([...tests, ...steps]),
    steps,
    tests,
    findings: findingsOf(of, tests, steps),
    obligations: obligationsOf(of, tests),
    controls: controlVerdicts(asked, tests, steps),
  };
}

function typeResult({ changeType: { type, founded, because, told } }: Case): TypeResult {
  return { claimed: type, judgedAs: founded ? type : "normal", because, restsOn: rests(told) };
}

function stepResult({ number, title, requires }: Step, of: Case): StepResult {
  const requirements = requires.map((block): RequirementResult => ({ ...requirementVerdict(block, of), block: block.block }));
  return { number, title, outcome: worstOf(requirements), requirements };
}
